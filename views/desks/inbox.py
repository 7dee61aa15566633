"""The inbox (待办): what waits for me, the wider lists I may open, and my messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from forms.lists import ListQuery
from forms.notices import NoticesQuery
from views.desks.frame import MENU
from views.desks.matters import page_of_matter
from views.door import installation, me, permit, reading, today, writing
from views.typed import asked
from workflow.ledgers.deadlines import spoken_period
from workflow.office.models import Notice
from workflow.office.notices import read_notices
from workflow.office.permissions import Permission, may
from workflow.office.words import NoticeKind
from workflow.tasks.inbox import count_waiting, ledgers_waiting, others_waiting, page_notices, page_waiting
from workflow.tasks.lighting import light_now, rulebook
from workflow.tasks.lights import Light
from workflow.tasks.listing import Cursor, Due, TaskRow, Wanted, page_scope, scopes_of
from workflow.tasks.models import Matter
from workflow.tasks.process import PROCESS
from workflow.tasks.steps import process_of
from workflow.tasks.words import Status
from workflow.year.duties import due_duties

blueprint = Blueprint("inbox", __name__)
NEXT = {source: step.action.word for step in PROCESS if not step.starts_round for source in step.sources}
"""What a task in each status waits for."""


@dataclass(frozen=True)
class Line:
    """One line of the list as the template prints it (任务行)."""

    task: TaskRow
    light: Light
    period: str
    asks: str


@blueprint.get("/")
@permit(Permission.SELF)
def index() -> str | Response:
    """What waits for me; with ``scope`` one of the wider lists I may open."""
    person = me()
    if not may(person, Permission.WORK):
        return _elsewhere()
    scopes, query = scopes_of(person), asked(ListQuery)
    scope = query.scope.data if query.scope.data in scopes else None
    wanted, after = _wanted(query), Cursor.parse(query.after.data)
    if scope is None:
        page = page_waiting(reading(), person, wanted, after)
    else:
        page = page_scope(reading(), person, scope, wanted, after)
    kept: dict[str, Any] = {name: value for name, value in query.data.items() if value and name != "after"}
    return render_template(
        "inbox/index.html",
        lines=[_line(row, wanted) for row in page.rows],
        older=url_for("inbox.index", **kept, after=str(page.older)) if page.older else None,
        first=url_for("inbox.index", **kept) if after else None,
        filtered=bool(wanted.search or wanted.status or wanted.ledger_id or wanted.due is not Due.ALL),
        others=[_other(one) for one in others_waiting(reading(), person, wanted.today)]
        if scope is None and not after
        else [],
        duties=due_duties(reading(), person, wanted.today) if scope is None and not after else [],
        waiting=count_waiting(reading(), person, wanted.today),
        ledgers=ledgers_waiting(reading(), person),
        scope=scope,
        scopes=scopes,
        wanted=wanted,
        dues=list(Due),
        statuses=list(Status),
    )


@blueprint.get("/notices")
@permit(Permission.SELF)
def notices() -> str:
    """My messages, newest first."""
    before = asked(NoticesQuery).before.data
    found, last = page_notices(reading(), me(), before=before)
    older = url_for("inbox.notices", before=last) if last else None
    first = url_for("inbox.notices") if before else None
    sends = may(me(), Permission.WORK)
    return render_template("inbox/notices.html", notices=found, older=older, first=first, sends=sends)


@blueprint.post("/notices/read")
@permit(Permission.SELF)
def read_all() -> Response:
    """Mark every message of mine as read."""
    with writing() as (session, by):
        count = read_notices(session, by=by, at=installation().clock())
    flash(f"已将 {count} 条消息标为已读。" if count else "没有未读消息。", "success")
    return redirect(url_for("inbox.notices"), 303)


@blueprint.post("/notices/<int:notice_id>/read")
@permit(Permission.SELF)
def read_one(notice_id: int) -> Response:
    """Mark one message of mine as read and go to what it speaks of; somebody else's changes nothing."""
    with writing() as (session, by):
        read_notices(session, by=by, at=installation().clock(), notice_id=notice_id)
        notice = session.get(Notice, notice_id)
        mine = notice if notice is not None and notice.user_id == by.id else None
    return redirect(_target(mine), 303)


def _other(matter: Matter) -> tuple[str, str, str, date]:
    """A matter that is no task, as the list shows it: its page, what it is about, what it waits for, by when."""
    process = process_of(matter)
    return page_of_matter(matter), matter.name, process.word(matter.status), matter.due


def _target(notice: Notice | None) -> str:
    if notice is not None and notice.task_id is not None:
        return page_of_matter(reading().get_one(Matter, notice.task_id))
    if notice is not None and notice.ledger_id is not None:
        return url_for("ledgers.overview", ledger_id=notice.ledger_id)
    if notice is not None and notice.kind is NoticeKind.SEAL and may(me(), Permission.SEALS):
        return url_for("seals.index")
    return url_for("inbox.notices")


def _elsewhere() -> str | Response:
    """Administrators have a desk of their own; who has none yet is told so."""
    own = (Permission.ACCOUNTS, Permission.GRANTS, Permission.AUDIT)
    for _, endpoint, _, permission in MENU:
        if permission in own and may(me(), permission):
            return redirect(url_for(endpoint))
    return render_template("inbox/no_desk.html")


def _wanted(query: ListQuery) -> Wanted:
    return Wanted(
        today=today(),
        book=rulebook(reading()),
        search=query.q.data,
        due=query.due.data or Due.ALL,
        ledger_id=query.ledger.data,
        status=query.status.data,
    )


def _line(row: TaskRow, wanted: Wanted) -> Line:
    return Line(row, light_now(wanted.book, row, wanted.today), spoken_period(row.period), NEXT.get(row.status, ""))
