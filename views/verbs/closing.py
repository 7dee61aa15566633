"""The close of a ledger's year (年结): closed and opened again by the office's head, carried over and begun anew by the office."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from forms.api_out import DoneOut
from forms.verbs_closing import CarryIn, CloseYearIn, ReopenYearIn, TakeOverIn
from views.door import load_ledger
from views.verbs.verb import LEDGER, Call, Verb
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.record.calendar import spoken
from workflow.record.errors import NotFound
from workflow.year.year_end import carrying, closing


def _shown(session: Session, number: int, by: User) -> Ledger:
    """A published ledger that the person runs, or is the head of."""
    ledger = load_ledger(session, number, by)
    if ledger.published_at is None:
        raise NotFound
    return ledger


YEAR_END = replace(LEDGER, page="closing.show", find=_shown)
RUNNING = replace(LEDGER, page="closing.show")


def close_year(call: Call[Ledger, CloseYearIn]) -> DoneOut:
    """Stop the clocks of a ledger on a day; whatever is open waits for nobody and is approved by nothing."""
    closing.may_close(call.subject, call.by)
    closing.require_shown(call.session, call.subject, call.given.seen, at=call.at)
    left = closing.close_year(call.session, call.subject, call.given.on, by=call.by, at=call.at)
    tail = f"未办结 {left} 条，请确认由下一年度台账的哪一条承接。" if left else "全部条目均已销号。"
    return DoneOut(sentence=f"已年结，计时停在{spoken(call.given.on)}；{tail}")


def reopen_year(call: Call[Ledger, ReopenYearIn]) -> DoneOut:
    """Let the clocks of a ledger go on."""
    closing.reopen_year(call.session, call.subject, call.given.reason, by=call.by, at=call.at)
    return DoneOut(sentence="已撤销年结，任务继续办理，逾期照常计算。")


def carry_rows(call: Call[Ledger, CarryIn]) -> DoneOut:
    """Keep which rows of the next ledger carry on those that are open, and which are carried on by none."""
    given = call.given
    following = load_ledger(call.session, given.following, call.by, running=True)
    into, left = ({int(row): text for row, text in said.items()} for said in (given.into, given.left))
    shown = {int(row): "" for row in given.row}
    added = frozenset(int(row) for row, ticked in given.added.items() if ticked)
    wanted = carrying.Settling(shown | into, left, added)
    closing.require_shown(call.session, call.subject, given.seen, at=call.at)
    count = carrying.settle(call.session, call.subject, following, wanted, by=call.by, at=call.at)
    return DoneOut(sentence=f"已确认 {count} 条的结转。" if count else "没有改动。", replayed=not count)


def take_over(call: Call[Ledger, TakeOverIn]) -> DoneOut:
    """Start a ledger from an earlier one's units, policies and lights; what is set already stays."""
    earlier = load_ledger(call.session, call.given.earlier, call.by, running=True)
    names, settings = closing.take_over(call.session, call.subject, earlier, by=call.by, at=call.at)
    if call.subject.published_at is None:
        return DoneOut(sentence=f"已沿用 {names} 个名称的单位认定；签批设置和预警规则请在发布后再沿用一次。")
    return DoneOut(sentence=f"已沿用签批设置、预警规则、自报进度和填报周期共 {settings} 项。")


CLOSING = (
    Verb(YEAR_END, CloseYearIn, "/year/close", "PUT /year/closing", close_year),
    Verb(YEAR_END, ReopenYearIn, "/year/reopen", "POST /year/reopening", reopen_year),
    Verb(RUNNING, CarryIn, "/year/carry", "PUT /year/carrying", carry_rows, permission=Permission.OFFICE),
    Verb(
        replace(LEDGER, page="closing.start"), TakeOverIn, "/year/take-over", "POST /year/taking-over", take_over,
        permission=Permission.OFFICE,
    ),
)  # fmt: skip
