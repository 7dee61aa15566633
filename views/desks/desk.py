"""The desk (办理台): the list to the left, the picked task to the right, and what a decision leaves of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, url_for
from markupsafe import Markup
from sqlalchemy import select

from forms.lists import Column, ListQuery
from views.desks.lists import address_of, page_in, wanted_by
from views.desks.matters import page_of_matter
from views.desks.task_page import pane, task_facts
from views.door import installation, load_task, marking, me, permit, reading
from views.typed import asked_beside
from workflow.ledgers.deadlines import spoken_period
from workflow.office.models import Unit, User
from workflow.office.permissions import Permission
from workflow.office.words import Role
from workflow.record.errors import NotFound
from workflow.tasks.at_hand import note_opened, opened_of
from workflow.tasks.levels import counts_below
from workflow.tasks.lists.inbox import SIGNING, count_waiting, others_waiting
from workflow.tasks.lists.lighting import light_now
from workflow.tasks.lists.lights import Light
from workflow.tasks.lists.listing import Cursor, Due, Order, Page, Scope, TaskRow, Wanted, scopes_of
from workflow.tasks.lists.saved import views_of
from workflow.tasks.models import Matter, Task
from workflow.tasks.page.reading import TaskDesk, offers_of
from workflow.tasks.process import PROCESS
from workflow.tasks.steps import process_of
from workflow.tasks.words import Action, Status
from workflow.year.duties import due_duties

blueprint = Blueprint("desk", __name__)
NEXT = {source: step.action.word for step in PROCESS if not step.starts_round for source in step.sources}
"""What a task in each status waits for."""


@dataclass(frozen=True)
class Line:
    """One line of the list as the template prints it (任务行)."""

    task: TaskRow
    light: Light
    period: str
    asks: str
    unread: bool
    shut: bool
    """True where its year was closed: nothing can be done with it."""
    below: str
    """How far the units below are where it was cut for them; empty otherwise."""

    def beside(self, hidden: list[Column]) -> str:
        """What is said of the task, but for the columns that are not to be shown."""
        said = {
            Column.UNIT: self.task.unit,
            Column.KIND: self.task.kind.word,
            Column.PERIOD: self.period,
            Column.LEDGER: self.task.ledger,
        }
        return " · ".join(words for column, words in said.items() if words and column not in hidden)


@blueprint.get("/tasks/<int:task_id>/pane")
@permit(Permission.WORK)
def show(task_id: int) -> str:
    """One task as it stands beside the list; that it was laid before the person is noted."""
    facts = task_facts(task_id)
    shown = pane(facts)
    opened(facts["desk"])
    return shown


def opened(desk: TaskDesk) -> None:
    """Note that this version of a task was laid before the signed-in person, once a version."""
    task_id, version = desk.case.task.id, desk.case.task.version
    if desk.hand.opened == version:
        return
    number, now = me().id, installation().clock()
    with marking() as session:
        note_opened(session, task_id, number, version, known=desk.hand.opened is not None, at=now)


def listing() -> dict[str, Any]:
    """What the list prints: what waits for the person, or a wider list, as the page's address asks."""
    person, query = me(), asked_beside(ListQuery)
    scopes = scopes_of(person)
    scope = query.scope.data if query.scope.data in scopes else None
    wanted, after = wanted_by(query), Cursor.parse(query.after.data)
    page = page_in(scope, wanted, after)
    kept = address_of(query)
    alone = scope is None and not after
    read = opened_of(reading(), person, [row.id for row in page.rows])
    cut = [row.id for row in page.rows if row.lower_id is not None]
    below = counts_below(reading(), Task.id.in_(cut), installation().clock()) if cut else {}
    return {
        "lines": [_line(row, wanted, read, below) for row in page.rows],
        "older": url_for("inbox.index", **kept, after=str(page.older)) if page.older else None,
        "first": url_for("inbox.index", **kept) if after else None,
        "filtered": bool(wanted.picks or wanted.status or wanted.due is not Due.ALL),
        "kept": kept,
        "unit_name": reading().scalar(select(Unit.name).where(Unit.id == wanted.unit_id)) if wanted.unit_id else "",
        "others": [_other(one) for one in others_waiting(reading(), person, wanted.today)] if alone else [],
        "duties": due_duties(reading(), person, wanted.today) if alone else [],
        "waiting": count_waiting(reading(), person, wanted.today),
        "scope": scope,
        **_may(person, page, scope),
        "scopes": scopes,
        "wanted": wanted,
        "hidden": query.hide.data,
        "orders": list(Order),
        "columns": list(Column),
        "list_address": urlencode(kept, doseq=True),
        "views": views_of(reading(), person),
    }


def _may(person: User, page: Page, scope: Scope | None) -> dict[str, bool]:
    """What there is to be done with several tasks at once: a deputy signs what waits for somebody else."""
    waits = scope is None and any(row.status is not Status.ASSIGNED for row in page.rows)
    return {
        "signs": bool(SIGNING & person.roles) or waits,
        "urges": bool({Role.OFFICE, Role.LEAD_REVIEWER} & person.roles),
    }


def after(task_id: int, said: str) -> str:
    """What a step taken beside the list leaves: the list anew, the next task, and for a while the way back."""
    try:
        case = load_task(reading(), task_id, me())
    except NotFound:  # who signed in another's place may not know of it any more
        return refreshed(said)
    offers = offers_of(case, me())
    back = next((o for o in offers if o.step.action is Action.WITHDRAW and not o.missing), None)
    undo = {task_id: case.task.version} if back else {}
    stays = any(not o.missing and (not o.step.starts_round or o.step.action is Action.SUBMIT) for o in offers)
    return refreshed(said, at=(case.task.due, task_id), stays=stays, undo=undo)


def refreshed(
    said: str,
    *,
    at: tuple[date, int] | None = None,
    stays: bool = False,
    undo: dict[int, int] | None = None,
    shown: Markup | None = None,
) -> str:
    """The list and the counts anew, and beside them what is shown: the same task, the next one, or ``shown``."""
    listed = listing()
    following = at[1] if at and stays else _following(listed["lines"], at)
    facts = task_facts(following) if following and shown is None else None
    beside = shown or (pane(facts) if facts else Markup(render_template("desk/_nothing.html")))  # noqa: S704 - ours
    answer = render_template(
        "desk/_after.html", **listed, pane=beside, said=said, undo=undo or {}, picked=following if facts else None
    )
    if facts:
        opened(facts["desk"])
    return answer


def _following(lines: list[Line], at: tuple[date, int] | None) -> int | None:
    """The task that comes after a place in the list; from its end the first one."""
    places = [(line.task.due, line.task.id) for line in lines]
    far_first = len(places) > 1 and places[0] > places[-1]
    later = (place[1] for place in places if at and (place < at if far_first else place > at))
    return next(later, places[0][1] if places else None)


def _other(matter: Matter) -> tuple[str, str, str, date]:
    """A matter that is no task, as the list shows it: its page, what it is about, what it waits for, by when."""
    process = process_of(matter)
    return page_of_matter(matter), matter.name, process.word(matter.status), matter.due


def _line(row: TaskRow, wanted: Wanted, read: dict[int, int], below: dict[int, tuple[int, int]]) -> Line:
    light = light_now(wanted.book, row, wanted.today)
    unread = row.status is not Status.CLOSED and read.get(row.id) != row.version
    shut = row.ledger_id in wanted.book.closed
    return Line(
        row,
        light,
        spoken_period(row.period),
        "" if shut else NEXT.get(row.status, ""),
        unread,
        shut,
        _below(row, below),
    )


def _below(row: TaskRow, counted: dict[int, tuple[int, int]]) -> str:
    if row.lower_id is None:
        return ""
    done, rows = counted.get(row.id, (0, 0))
    return f"下级 {done}/{rows}" if rows else "下级未发布"
