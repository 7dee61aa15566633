"""The inbox (待办): what waits for me, the wider lists I may open, and my messages."""

from __future__ import annotations

from itertools import chain

from flask import Blueprint, flash, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from forms.lists import ListQuery
from forms.notices import NoticesQuery
from views.desks.desk import listing, opened
from views.desks.frame import MENU
from views.desks.matters import page_of_matter
from views.desks.task_page import pane, task_facts
from views.door import installation, me, permit, reading, writing
from views.typed import asked
from workflow.office.models import Notice
from workflow.office.notices import read_notices
from workflow.office.permissions import Permission, may
from workflow.office.words import NoticeKind
from workflow.tasks.lists.inbox import ledgers_waiting, page_told
from workflow.tasks.lists.listing import Due
from workflow.tasks.models import Matter
from workflow.tasks.words import Status

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/")
@permit(Permission.SELF)
def index() -> str | Response:
    """What waits for me beside the task that is picked; with ``scope`` one of the wider lists I may open."""
    if not may(me(), Permission.WORK):
        return _elsewhere()
    return desk_page()


def desk_page(shown: Markup | None = None) -> str:
    """The whole desk: for browsers without scripts with the picked task, or with what was just done."""
    picked = asked(ListQuery).task.data
    facts = task_facts(picked) if picked and not shown else None
    page = render_template(
        "inbox/index.html",
        **listing(),
        ledgers=ledgers_waiting(reading(), me()),
        dues=list(Due),
        statuses=list(Status),
        beside=shown or (pane(facts) if facts else None),
        picked=picked,
    )
    if facts:
        opened(facts["desk"])
    return page


@blueprint.get("/notices")
@permit(Permission.SELF)
def notices() -> str:
    """My messages by the task they tell of, newest first."""
    before = asked(NoticesQuery).before.data
    found, last = page_told(reading(), me(), before=before)
    older = url_for("inbox.notices", before=last) if last else None
    first = url_for("inbox.notices") if before else None
    sends = may(me(), Permission.WORK)
    return render_template("inbox/notices.html", groups=found, older=older, first=first, sends=sends)


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
    """Mark one message of mine, and the others about its task, as read and go to what it speaks of; somebody else's changes nothing."""
    with writing() as (session, by):
        read_notices(session, by=by, at=installation().clock(), notice_id=notice_id)
        notice = session.get(Notice, notice_id)
        mine = notice if notice is not None and notice.user_id == by.id else None
    return redirect(_target(mine), 303)


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
    for _, endpoint, _, permission in chain.from_iterable(MENU.values()):
        if permission in own and may(me(), permission):
            return redirect(url_for(endpoint))
    return render_template("inbox/no_desk.html")
