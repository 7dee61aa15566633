"""Ledgers (任务台账): the list, and the matrix of rows × units."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from sqlalchemy import select

from forms.ledgers import LedgersQuery, MatrixQuery
from views.desks.downloads import attachment, table_file
from views.door import installation, load_ledger, me, permit, reading, today
from views.typed import asked
from workflow.ledgers.export import ledger_table
from workflow.ledgers.permissions import looks_over, runs
from workflow.ledgers.words import ProgressBy
from workflow.office.permissions import Permission
from workflow.office.words import Role
from workflow.record.calendar import end_of
from workflow.record.events import LEDGER_EXPORTED, SOURCE_FETCHED
from workflow.tasks.levels import counts_below
from workflow.tasks.lists.lighting import rulebook
from workflow.tasks.lists.overview import Overview, Wish, page_ledgers, sections_of
from workflow.tasks.lists.overview import overview as read_overview
from workflow.tasks.lists.visible import visible
from workflow.tasks.models import Task
from workflow.tasks.opening import being_opened
from workflow.tasks.progress import RULE
from workflow.tasks.sight import upper_seen
from workflow.tasks.words import Status

blueprint = Blueprint("ledgers", __name__)
COLOURS = {
    "plain": "#9aa4ae",
    "blue": "#5b8db8",
    "violet": "#7a6fb0",
    "teal": "#c98b2b",
    "brown": "#8a6d5b",
    "green": "#2f7d4f",
}
"""The bars of the chart by the tint of a status."""


@blueprint.get("/ledgers")
@permit(Permission.WORK)
def index() -> str:
    """Published ledgers, and the office's own drafts, a page at a time: each counts its tasks."""
    after = asked(LedgersQuery).after.data
    listed, last = page_ledgers(reading(), me(), before=after)
    older = url_for("ledgers.index", after=last) if last else None
    first = url_for("ledgers.index") if after else None
    return render_template("ledgers/index.html", ledgers=listed, first=first, older=older)


@blueprint.get("/ledgers/<int:ledger_id>")
@permit(Permission.WORK)
def overview(ledger_id: int) -> str:
    """The matrix of one ledger, with the filters of the address."""
    ledger = load_ledger(reading(), ledger_id, me())
    wish, day = _wish(), _past_day()
    table = read_overview(reading(), ledger_id, wish, end_of(day) if day else installation().clock(), past=bool(day))
    seen = visible(me(), today())
    open_to = set(reading().scalars(select(Task.id).where(Task.ledger_id == ledger_id, seen)))
    return render_template(
        "ledgers/overview.html",
        ledger=ledger,
        upper=upper_seen(reading(), ledger_id, me()),
        table=table,
        wish=wish,
        sections=sections_of(reading(), ledger_id),
        statuses=list(Status),
        chart=_chart(table),
        mine=runs(ledger, me()),
        office=looks_over(ledger, me()),
        opening=being_opened(reading(), ledger_id),
        rules=rulebook(reading()).on(ledger_id, today()),
        day=day,
        rule=RULE,
        ways=list(ProgressBy),
        files=bool({Role.HANDLER, Role.UNIT_HEAD} & me().roles),
        open_to=open_to,
        below={} if day else counts_below(reading(), Task.ledger_id == ledger_id, installation().clock()),
    )


@blueprint.get("/ledgers/<int:ledger_id>/opening")
@permit(Permission.WORK)
def opening(ledger_id: int) -> dict[str, Any]:
    """How far the background is with opening the ledger's tasks."""
    load_ledger(reading(), ledger_id, me())
    found = being_opened(reading(), ledger_id)
    here = url_for("ledgers.overview", ledger_id=ledger_id)
    if found is None:
        return {"done": 1, "total": 1, "state": "done", "message": "任务已全部交办", "url": here}
    state = "failed" if found.fault else "running"
    return {
        "done": found.done,
        "total": found.total,
        "state": state,
        "message": found.fault or "正在交办任务",
        "url": here,
    }


@blueprint.get("/ledgers/<int:ledger_id>/source")
@permit(Permission.WORK, noted=SOURCE_FETCHED)
def source(ledger_id: int) -> Response:
    """The document as it was uploaded, byte for byte."""
    document = load_ledger(reading(), ledger_id, me()).source
    return attachment(document.sha256, document.name, document.size)


@blueprint.get("/ledgers/<int:ledger_id>/export.<any(docx, xlsx, pdf):form>")
@permit(Permission.WORK, noted=LEDGER_EXPORTED)
def export(ledger_id: int, form: str) -> Response:
    """The ledger as a table again, in the shape it came in."""
    ledger = load_ledger(reading(), ledger_id, me())
    return table_file(ledger_table(reading(), ledger), form)


def _past_day() -> date | None:
    """The day gone by that the address asks for; None for today, for days to come and for what is no day."""
    day = asked(MatrixQuery).on.data
    return day if day and day < today() else None


def _wish() -> Wish:
    query = asked(MatrixQuery)
    return Wish(query.section.data, query.unit.data, query.status.data, query.late.data)


def _chart(table: Overview) -> dict[str, Any]:
    """Tasks by status as one stacked bar; hatched as well as coloured."""
    series = [
        {
            "name": status.word,
            "type": "bar",
            "stack": "all",
            "data": [table.counts.get(status, 0)],
            "itemStyle": {"color": COLOURS[status.tint]},
            "label": {"show": table.counts.get(status, 0) > 0},
        }
        for status in Status
    ]
    return {
        "grid": {"left": 8, "right": 8, "top": 34, "bottom": 8},
        "legend": {"top": 0},
        "aria": {"enabled": True, "decal": {"show": True}},
        "tooltip": {},
        "xAxis": {"type": "value", "show": False, "max": max(table.total, 1)},
        "yAxis": {"type": "category", "data": ["任务"], "show": False},
        "series": series,
    }
