"""Overview (总览): how the year stands, every figure a link to its rows."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from forms.lists import ListQuery
from views.desks.lists import scope_of
from views.door import load_matter, me, permit, reading, today
from views.typed import asked
from workflow.finding import knows_people
from workflow.office.models import Unit
from workflow.office.permissions import Permission
from workflow.office.reading import people_of
from workflow.office.words import Role
from workflow.record.errors import NotFound
from workflow.record.events import PEOPLE_LOOKED_AT
from workflow.tasks.lists.lighting import light_now, rulebook
from workflow.tasks.lists.listing import Scope, Wanted, page_scope, scopes_of
from workflow.tasks.lists.standing import Week, standing, years_of
from workflow.tasks.progress import Pace
from workflow.tasks.words import Status
from workflow.year.filings.models import Filing
from workflow.year.filings.process import FILING
from workflow.year.missives.leading import leading

blueprint = Blueprint("standing", __name__)


@blueprint.get("/home")
@permit(Permission.SELF)
def home() -> AnyResponse:
    """Where a sign-in leads: leaders and the office to the overview, everybody else to what waits for them."""
    wide = {Role.LEADER, Role.OFFICE} & me().roles
    return redirect(url_for("standing.show" if wide else "inbox.index"))


@blueprint.get("/overview")
@permit(Permission.WORK)
def show() -> str:
    """The year's figures of the widest list that the person may open."""
    query, years = asked(ListQuery), years_of(reading(), me())
    scope, year = scope_of(query), query.year.data or (years[0] if years else today().year)
    wanted = Wanted(today(), rulebook(reading()), year=year)
    found = standing(reading(), me(), scope, wanted)
    return render_template(
        "ledgers/standing.html",
        found=found,
        scope=scope,
        scopes=scopes_of(me()),
        year=year,
        years=years,
        chart=_chart(found.weeks),
        leading=leading(reading(), me(), year),
        paces=list(Pace),
    )


@blueprint.get("/overview/units/<int:unit_id>")
@permit(Permission.WORK)
def unit(unit_id: int) -> str:
    """One unit: its figures, its tasks as far as the person may list them, its filings, its people."""
    found = reading().get(Unit, unit_id)
    if found is None:
        raise NotFound
    query, years = asked(ListQuery), years_of(reading(), me())
    scope, year = _scope_of_unit(query, unit_id), query.year.data or (years[0] if years else today().year)
    wanted = Wanted(today(), rulebook(reading()), year=year, unit_id=unit_id)
    people = people_of(reading(), unit_id) if knows_people(me(), found) else []
    if people:
        g.noted = PEOPLE_LOOKED_AT
    return render_template(
        "ledgers/unit.html", unit=found, scope=scope, year=year, years=years, people=people, filings=_filings(unit_id),
        count=standing(reading(), me(), scope, wanted).whole if scope else None,
        tasks=page_scope(reading(), me(), scope, wanted, None).rows if scope else (),
        lights=partial(light_now, wanted.book), closed=Status.CLOSED, filing_word=FILING.word,
    )  # fmt: skip


def _scope_of_unit(query: ListQuery, unit_id: int) -> Scope | None:
    """The list in which a unit's tasks are looked at: its own people's, else the widest; None where there is none."""
    open_to = [scope for scope in scopes_of(me()) if scope is not Scope.UNIT or me().unit_id == unit_id]
    if query.scope.data in open_to:
        return query.scope.data
    return Scope.UNIT if Scope.UNIT in open_to else open_to[-1] if open_to else None


def _filings(unit_id: int) -> list[Filing]:
    """The unit's newest forms, of those that the person may look at."""
    newest = select(Filing).where(Filing.unit_id == unit_id).order_by(Filing.id.desc()).limit(12)
    shown = []
    for one in reading().scalars(newest):
        with suppress(NotFound):
            shown.append(load_matter(reading(), Filing, one.id, me()).task)
    return shown


def _chart(weeks: tuple[Week, ...]) -> dict[str, Any]:
    """Two lines over the weeks: what was due, what is closed."""
    series = [
        {"name": name, "type": "line", "showSymbol": False, "data": values, "lineStyle": {"type": kind}}
        for name, kind, values in (
            ("应办结", "dashed", [week.due for week in weeks]),
            ("已办结", "solid", [week.closed for week in weeks]),
        )
    ]
    return {
        "grid": {"left": 8, "right": 16, "top": 30, "bottom": 8, "containLabel": True},
        "legend": {"top": 0},
        "color": ["#6b7480", "#23703f"],
        "aria": {"enabled": True},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [f"{week.ends.month}-{week.ends.day:02}" for week in weeks]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": series,
    }
