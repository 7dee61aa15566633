"""The close of a ledger's year (年结): clocks stop on a day, what is open waits for nobody, nothing is approved by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from workflow.ledgers.drafting import settle_party, with_rows
from workflow.ledgers.events import (
    SETTINGS_TAKEN,
    YEAR_CLOSED,
    YEAR_REOPENED,
    SettingsTaken,
    YearClosed,
    YearReopened,
)
from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import runs
from workflow.ledgers.stating import set_progress_by
from workflow.office.desks import sits_at
from workflow.office.models import Unit, User
from workflow.office.words import Role
from workflow.record import audit, timekeeping
from workflow.record.audit import digest
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotInState, Refused, Stale
from workflow.record.swapping import wins
from workflow.record.text import clean_line
from workflow.tasks.case import case_of
from workflow.tasks.lists.light_rules import set_lights
from workflow.tasks.lists.lighting import rulebook
from workflow.tasks.lists.lights import DEFAULT
from workflow.tasks.lists.overview import Row, Wish, overview
from workflow.tasks.models import Awaiting, GatePolicy, Task
from workflow.tasks.opening import all_opened
from workflow.tasks.people.arranging import Arrangement, set_policy
from workflow.tasks.progress import Pace
from workflow.tasks.seating import await_next
from workflow.tasks.words import Status
from workflow.year.duties import set_cadence
from workflow.year.year_end.carrying import Carried, carried_at

CLOSERS = "年结由台账所属办公室的负责人（该单位的单位负责人或领导岗位）办理。"


def heads(ledger: Ledger, person: User) -> bool:
    """Whether somebody is the head of the office that issued a ledger."""
    return any(sits_at(person, role, ledger.office_id) for role in (Role.UNIT_HEAD, Role.LEADER))


def open_rows(session: Session, ledger: Ledger, at: datetime) -> list[Row]:
    """The rows that are not 销号, as they stand."""
    return [row for row in overview(session, ledger.id, Wish(), at).rows if row.pace is not Pace.SETTLED]


def shown(ledger: Ledger, rows: Iterable[Row], fates: Mapping[int, Carried]) -> str:
    """What is open and what has become of it, as a digest of what the page of a year's end shows."""
    told = [
        [row.item_id, row.done, row.total, row.pace.value, fates[row.item_id].words if row.item_id in fates else ""]
        for row in rows
    ]
    return digest({"rows": told, "closed": str(ledger.closed_on)})


def require_shown(session: Session, ledger: Ledger, seen: str, *, at: datetime) -> None:
    """Refuse what is decided from a page that shows what is no more; nobody else decides meanwhile. Raises Stale."""
    session.refresh(ledger, with_for_update={"key_share": True})
    if shown(ledger, open_rows(session, ledger, at), carried_at(session, ledger.id, at, drafts=True)) != seen:
        raise Stale("未销号的条目或结转情况刚刚有变动，请刷新页面，看过现在的情况再办理。")


def usual_day(ledger: Ledger, today: date) -> date:
    """The last day of the ledger's year, or today where that is to come."""
    return min(date(ledger.year, 12, 31), today)


def close_year(session: Session, ledger: Ledger, on: date, *, by: User, at: datetime) -> int:
    """Stop the clocks of a ledger on a day that is not to come; returns how many rows are open. Raises Forbidden, Invalid, NotInState, Stale."""
    may_close(ledger, by)
    timekeeping.require(session, at)
    all_opened(session, ledger.id)
    first = date(ledger.year, 12, 1)
    if not first <= on <= day_of(at):
        raise Invalid(f"年结日应在{spoken(first)}至今天之间：年度没有临近结束的台账不能年结，也不能预定将来的日期。")
    if not wins(session, Ledger, Ledger.id == ledger.id, Ledger.closed_on.is_(None), closed_on=on):
        raise Stale("这份台账已经年结，请刷新页面查看。")
    session.refresh(ledger, ["closed_on"])
    left = open_rows(session, ledger, at)  # nothing is closed from here on: what was under way has been waited for
    session.execute(delete(Awaiting).where(Awaiting.task_id.in_(select(Task.id).where(Task.ledger_id == ledger.id))))
    still = [task for task in _tasks(session, ledger) if task.status is not Status.CLOSED]
    told = YearClosed(ledger_id=ledger.id, closed_on=on, rows=len(left), tasks=len(still))
    audit.record(session, YEAR_CLOSED, told, subject=ledger.id, by=by, at=at)
    return len(left)


def reopen_year(session: Session, ledger: Ledger, reason: str, *, by: User, at: datetime) -> None:
    """Let the clocks go on, and say why; what is open waits for whom it waited for. Raises Forbidden, Incomplete, Stale."""
    may_close(ledger, by)
    timekeeping.require(session, at)
    reason = clean_line(reason, limit=300)
    if not reason:
        raise Incomplete("撤销年结须写明理由。")
    if not wins(session, Ledger, Ledger.id == ledger.id, Ledger.closed_on.is_not(None), closed_on=None):
        raise Stale("这份台账没有年结，请刷新页面查看。")
    session.refresh(ledger, ["closed_on"])
    for task in _tasks(session, ledger):
        if task.status is not Status.CLOSED:
            await_next(session, case_of(session, task), at=at)
    told = YearReopened(ledger_id=ledger.id, reason=reason)
    audit.record(session, YEAR_REOPENED, told, subject=ledger.id, by=by, at=at)


def _tasks(session: Session, ledger: Ledger) -> list[Task]:
    return list(session.scalars(select(Task).where(Task.ledger_id == ledger.id).order_by(Task.id)))


def may_close(ledger: Ledger, by: User) -> None:
    """Refuse whoever is not its office's head, and what was never handed out. Raises Forbidden, NotInState."""
    if not heads(ledger, by):
        raise Forbidden(CLOSERS)
    if ledger.published_at is None or ledger.past:
        raise NotInState("只有发布交办过的台账可以年结。")


def take_over(session: Session, new: Ledger, old: Ledger, *, by: User, at: datetime) -> tuple[int, int]:
    """Start a ledger from an earlier one of the same office; returns how many names and how many settings were taken.

    A draft takes the units of names that nobody has settled yet, those of groups too; a published ledger takes who
    signs, its lights, how progress is stated and how often forms come round. What is set already stays, and whom the
    engine would not take now is left out. Raises Forbidden, Invalid.
    """
    if not runs(new, by) or not runs(old, by):
        raise Forbidden("只有台账所属的办公室可以沿用上年设置。")
    if new.year <= old.year:
        raise Invalid(f"《{new.title}》不晚于《{old.title}》，只能由下一年度的台账沿用上年设置。")
    if new.published_at is None:
        names, settings = _names(session, new, old, by=by, at=at), 0
    else:
        names, settings = 0, _settings(session, new, old, by=by, at=at)
    told = SettingsTaken(ledger_id=new.id, earlier_ledger_id=old.id, names=names, policies=settings)
    audit.record(session, SETTINGS_TAKEN, told, subject=new.id, by=by, at=at)
    return names, settings


def _names(session: Session, new: Ledger, old: Ledger, *, by: User, at: datetime) -> int:
    """Settle what the earlier ledger has settled: the same words stand for the same units, as far as they are there."""
    known: dict[str, list[Unit]] = {}
    for item in with_rows(session, old.id).items:
        for party in item.parties:
            if party.units and all(unit.active for unit in party.units):
                known.setdefault(party.phrase, party.units)
    taken: set[str] = set()
    for item in with_rows(session, new.id).items:
        for party in item.parties:
            if not party.units and party.phrase in known and party.phrase not in taken:
                units = [unit.id for unit in known[party.phrase]]
                settle_party(session, party, units, by=by, at=at, everywhere=True)
                taken.add(party.phrase)
    return len(taken)


def _settings(session: Session, new: Ledger, old: Ledger, *, by: User, at: datetime) -> int:
    book, today, taken = rulebook(session), day_of(at), 0
    before, now = book.on(old.id, today), book.on(new.id, today)
    if now == DEFAULT and before != DEFAULT:
        set_lights(session, new, before, by=by, at=at)
        taken += 1
    if new.progress_by is not old.progress_by:
        set_progress_by(session, new, old.progress_by, by=by, at=at)
        taken += 1
    if new.cadence is not old.cadence:
        set_cadence(session, new, old.cadence, by=by, at=at)
        taken += 1
    return taken + _policies(session, new, old, by=by, at=at)


def _policies(session: Session, new: Ledger, old: Ledger, *, by: User, at: datetime) -> int:
    """Policies of the whole ledger; those of single rows are the office's to set anew."""
    of_ledger = GatePolicy.item_id.is_(None)
    there = {(one.gate, one.unit_id) for one in session.scalars(select(GatePolicy).where(GatePolicy.ledger_id == new.id, of_ledger))}  # fmt: skip
    taken = 0
    for one in session.scalars(select(GatePolicy).where(GatePolicy.ledger_id == old.id, of_ledger)).all():
        if (one.gate, one.unit_id) in there:
            continue
        wanted = Arrangement(one.gate, one.mode, tuple(one.people), unit_id=one.unit_id, ledger_id=new.id)
        try:
            set_policy(session, wanted, by=by, at=at)
        except Refused:  # somebody named has left the desk
            continue
        taken += 1
    return taken
