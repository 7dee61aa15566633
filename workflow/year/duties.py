"""What the office itself has to do in its year (办公室日程): read off rows and notice or added by it, never a unit's deadline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.ledgers.deadlines import Period, periods
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.permissions import runs
from workflow.office.desks import Turn, sits_at
from workflow.office.models import Notice, User
from workflow.office.notices import tell_units
from workflow.office.words import Role
from workflow.record import audit
from workflow.record.calendar import after_working_days, day_of, is_working_day, last_working_day, spoken, working_days
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotFound, NotInState
from workflow.record.events import Kind
from workflow.record.published import Inspection, Recurrence
from workflow.record.settings import ZONE
from workflow.record.text import clean_line, clean_text
from workflow.year.events import CADENCE_SET, DUTY_ADDED, DUTY_DONE, DUTY_MOVED, CadenceSet, DutyTold
from workflow.year.models import DutyMark

CADENCES = (Recurrence.MONTHLY, Recurrence.QUARTERLY, Recurrence.HALF_YEARLY)
QUOTED = 160
NOTE_LIMIT = 500
WHAT_LIMIT, MOST_OWN = 60, 100
"""Characters of a duty that the office adds, and how many it may add to one ledger."""
_OWN = "own-"
SOON = 10
"""Working days before its day from which on the office's first page shows a duty."""
MARK = "【办公室日程】"
_CLAUSE = re.compile(r"[^。；;]+[。；;]?")
_CHECK = re.compile(r"通报|考核|评估|测评|抽查|督查|督导|督办|核查|巡查|暗访|督察|验收|检查")


@dataclass(frozen=True)
class Duty:
    """One thing that the office has to do by one day (日程事项)."""

    ledger: Ledger
    key: str
    """What it is called among the ledger's: where it comes from, and its period."""
    what: str
    quote: str
    """The words of the row or the notice, as printed."""
    planned: date
    """As its words say, moved back to a working day."""
    rows: tuple[LedgerItem, ...] = ()
    line: int = 0
    """Of the notice, where it comes from there."""
    months: int = 0
    """Up to which month reports are to be collected; 0 for anything else."""
    mark: DutyMark | None = None

    @property
    def on(self) -> date:
        """By when it is to be done now."""
        return self.mark.moved_to if self.mark and self.mark.moved_to else self.planned

    @property
    def done(self) -> bool:
        """Whether somebody has said that it is done."""
        return self.mark is not None and self.mark.done_at is not None


def office_calendar(session: Session, ledger: Ledger) -> list[Duty]:
    """Everything the office has to do for one published ledger, by day; what was done stays, whatever the cadence is now."""
    wanted = select(LedgerItem).where(LedgerItem.ledger_id == ledger.id).order_by(LedgerItem.position)
    marks = session.scalars(select(DutyMark).where(DutyMark.ledger_id == ledger.id)).all()
    return _laid(ledger, session.scalars(wanted).all(), marks)


def due_duties(session: Session, person: User, today: date) -> list[Duty]:
    """What the person's office has not done yet and that falls due soon, over all its ledgers, by day."""
    until = after_working_days(today, SOON)
    found = _open_duties(session, person.unit_id, today) if sits_at(person, Role.OFFICE, person.unit_id) else []
    return [duty for duty in found if duty.on <= until]


def remind_duties(session: Session, *, at: datetime) -> int:
    """Tell every office once a day what of its own is due today or in three working days, or was due yesterday; returns how many offices."""
    today, told = day_of(at), 0
    offices = select(Ledger.office_id).where(Ledger.published_at.is_not(None), Ledger.past.is_(False)).distinct()
    begin = datetime.combine(today, time(), ZONE)
    for office in session.scalars(offices).all():
        due = [d for d in _open_duties(session, office, today) if _counts(d.on, today)]
        said = select(Notice.id).join(User, User.id == Notice.user_id).where(User.unit_id == office)
        if due and not session.scalars(said.where(Notice.created_at >= begin, Notice.text.startswith(MARK))).first():
            named = "；".join(f"{duty.what}（{spoken(duty.on)}）" for duty in due[:4])
            more = f"等 {len(due)} 项" if len(due) > 4 else ""
            tell_units(
                session, [Turn(office, Role.OFFICE)], f"{MARK}{named}{more}。", by=None, at=at, ledger_id=due[0].ledger.id
            )  # fmt: skip
            told += 1
    return told


def _counts(on: date, today: date) -> bool:
    return (today - on).days == 1 if on < today else working_days(today, on) in (0, 3)


def _open_duties(session: Session, office_id: int, today: date) -> list[Duty]:
    mine = (Ledger.office_id == office_id, Ledger.published_at.is_not(None), ~Ledger.past, Ledger.closed_on.is_(None))
    ledgers = session.scalars(select(Ledger).where(*mine, Ledger.year >= today.year - 1)).all()
    ids = [one.id for one in ledgers]
    speaks = or_(LedgerItem.inspection.is_not(None), LedgerItem.recurrence == Recurrence.CONTINUOUS)
    wanted = select(LedgerItem).where(LedgerItem.ledger_id.in_(ids), speaks).order_by(LedgerItem.position)
    rows: dict[int, list[LedgerItem]] = {}
    for row in session.scalars(wanted):
        rows.setdefault(row.ledger_id, []).append(row)
    marks: dict[int, list[DutyMark]] = {}
    for mark in session.scalars(select(DutyMark).where(DutyMark.ledger_id.in_(ids))):
        marks.setdefault(mark.ledger_id, []).append(mark)
    every = (duty for one in ledgers for duty in _laid(one, rows.get(one.id, ()), marks.get(one.id, ())))
    return sorted((duty for duty in every if not duty.done), key=lambda duty: duty.on)


def _laid(ledger: Ledger, items: Iterable[LedgerItem], marks: Iterable[DutyMark]) -> list[Duty]:
    items, known = list(items), {mark.key: mark for mark in marks}
    made = [*_of_notice(ledger), *_of_rows(ledger, items), *_of_reports(ledger, items)]
    found = [Duty(**{**vars(duty), "mark": known.pop(duty.key, None)}) for duty in made]
    kept = [
        Duty(ledger, m.key, m.what, "", m.planned, mark=m)
        for m in known.values()
        if m.done_at or m.key.startswith(_OWN)
    ]
    return sorted([*found, *kept], key=lambda duty: (duty.on, duty.what))


def _of_notice(ledger: Ledger) -> Iterator[Duty]:
    """每月检查通报, 年度考核: what the notice around the table announces."""
    for n, plain in enumerate(ledger.duties):
        words, rhythm, on = str(plain["words"]), plain.get("recurrence"), plain.get("on")
        said = {"ledger": ledger, "what": words, "quote": str(plain["sentence"]), "line": int(plain["line"])}
        if on:
            yield Duty(key=f"notice-{n}", planned=last_working_day(date.fromisoformat(on)), **said)  # type: ignore[arg-type]
        for period in () if on else _cut(ledger, Recurrence(rhythm) if rhythm else ledger.cadence):
            yield Duty(key=f"notice-{n}/{period.label}", planned=last_working_day(period.due), **said)  # type: ignore[arg-type]


def _of_rows(ledger: Ledger, items: Iterable[LedgerItem]) -> Iterator[Duty]:
    """每月检查, 不定期抽查, 11月底前检查: what rows say that the office does; those that say the same stand together."""
    alike: dict[tuple[Inspection, date | None, str], list[LedgerItem]] = {}
    for item in items:
        if item.inspection is not None:
            alike.setdefault((item.inspection, item.inspection_on, _quoted(item)), []).append(item)
    for (how, on, quote), rows in alike.items():
        what = f"{_OFTEN[how]}{(_CHECK.search(quote) or ['检查'])[0]}"
        key, named = f"row-{rows[0].id}", tuple(rows)
        if how is Inspection.DATED and on:
            yield Duty(ledger, key, what, quote, last_working_day(on), named)
            continue
        for period in _cut(ledger, _RHYTHM.get(how, ledger.cadence)):
            yield Duty(ledger, f"{key}/{period.label}", what, quote, last_working_day(period.due), named)


_OFTEN = {
    Inspection.MONTHLY: "每月", Inspection.QUARTERLY: "每季度", Inspection.IRREGULAR: "不定期", Inspection.DATED: "",
}  # fmt: skip
_RHYTHM = {Inspection.MONTHLY: Recurrence.MONTHLY, Inspection.QUARTERLY: Recurrence.QUARTERLY}


def _of_reports(ledger: Ledger, items: Iterable[LedgerItem]) -> Iterator[Duty]:
    """长期坚持, 持续: such rows are reported on at the ledger's cadence, with the forms that the office asks for."""
    going_on = tuple(item for item in items if item.recurrence is Recurrence.CONTINUOUS and item.due is None)
    if not going_on:
        return
    said = dict.fromkeys((item.deadline_text or item.recurrence.word) for item in going_on if item.recurrence)
    quote = "；".join(f"「{' '.join(words.split())[:40]}」" for words in list(said)[:4])
    for period in _cut(ledger, ledger.cadence):
        what = f"发起填报（{'1月' if period.due.month == 1 else f'1-{period.due.month}月'}）"
        day = last_working_day(period.due)
        yield Duty(ledger, f"reports/{period.label}", what, quote, day, going_on, months=period.due.month)


def _cut(ledger: Ledger, rhythm: Recurrence) -> list[Period]:
    """The periods that were not over when the ledger was published; what is done more often is looked at once a month."""
    since = day_of(ledger.published_at) if ledger.published_at else date(ledger.year, 1, 1)
    end = date(ledger.year, 12, 31)
    rhythm = Recurrence.MONTHLY if rhythm in (Recurrence.DAILY, Recurrence.WEEKLY) else rhythm
    cut = periods(rhythm, ledger.year) or [Period(str(ledger.year), date(ledger.year, 1, 1), end, "")]
    return [period for period in cut if period.due >= since]


def _quoted(item: LedgerItem) -> str:
    """The clause of the row that speaks of checking; its whole deadline where none does."""
    texts = (item.deadline_text, item.requirement, *(cell for _, cell in item.extra))
    clauses = (clause for text in texts for clause in _CLAUSE.findall(text or "") if _CHECK.search(clause))
    return " ".join(next(clauses, item.deadline_text or "").split())[:QUOTED]


def add_duty(session: Session, ledger: Ledger, what: str, on: date, *, by: User, at: datetime) -> Duty:
    """Put something into the office's calendar of which neither rows nor notice speak. Raises Forbidden, Incomplete, Invalid."""
    _office(ledger, by)
    what = clean_line(what, limit=WHAT_LIMIT)
    if not what:
        raise Incomplete("请写明事项，例如“抽查政务公开栏目”。")
    _may_fall_on(ledger, on, at)
    session.refresh(ledger, with_for_update={"key_share": True})
    calendar = office_calendar(session, ledger)
    own = sum(one.key.startswith(_OWN) for one in calendar)
    if own >= MOST_OWN:
        raise Invalid(f"本台账已增列 {own} 项日程，达到上限，不能再增。")
    if any(one.what == what and one.on == on and not one.done for one in calendar):
        raise Invalid(f"{spoken(on)}已有“{what}”，无需重复增列。")
    duty = Duty(ledger, f"{_OWN}{own + 1}", what, "", on)
    _marked(session, duty)
    _told(session, DUTY_ADDED, duty, by=by, at=at)
    return duty


def finish_duty(session: Session, ledger: Ledger, key: str, note: str, *, by: User, at: datetime) -> Duty:
    """Say that something is done, and what came of it. Raises Forbidden, NotFound, NotInState."""
    duty, note = _open(session, ledger, key, by), clean_text(note)
    if len(note) > NOTE_LIMIT:
        raise Invalid(f"办理说明共 {len(note)} 字，超过 {NOTE_LIMIT} 字的上限，请精简。")
    mark = _marked(session, duty)
    mark.done_at, mark.done_by, mark.note = at, by.name, note
    _told(session, DUTY_DONE, duty, by=by, at=at, on=mark.moved_to, note=note)
    return duty


def move_duty(
    session: Session, ledger: Ledger, key: str, on: date, reason: str, *, by: User, at: datetime
) -> Duty:  # fmt: skip
    """Put something off, or do it earlier, and say why; its first day stays visible. Raises Forbidden, NotFound, NotInState, Invalid."""
    duty, reason = _open(session, ledger, key, by), clean_line(reason, limit=300)
    if not reason:
        raise Incomplete("改期须写明理由。")
    _may_fall_on(ledger, on, at)
    if duty.mark is not None and (duty.mark.moved_to, duty.mark.reason) == (on, reason):
        return duty
    mark = _marked(session, duty)
    mark.moved_to, mark.reason = on, reason
    _told(session, DUTY_MOVED, duty, by=by, at=at, on=on, note=reason)
    return duty


def _may_fall_on(ledger: Ledger, on: date, at: datetime) -> None:
    if on < day_of(at) or on > date(ledger.year + 1, 12, 31):
        raise Invalid("日期不能早于今天，也不能晚于台账年度的下一年。")
    if not is_working_day(on):
        raise Invalid(f"{spoken(on)}不是工作日，请改为{spoken(after_working_days(on, 1))}或其他工作日。")


def set_cadence(session: Session, ledger: Ledger, cadence: Recurrence, *, by: User, at: datetime) -> None:
    """Say how often rows that go on are reported on. Raises Forbidden, Invalid."""
    _office(ledger, by)
    if cadence not in CADENCES:
        raise Invalid(f"填报周期只能是{'、'.join(one.word for one in CADENCES)}之一。")
    session.refresh(ledger, with_for_update={"key_share": True})
    if ledger.cadence is not cadence:
        ledger.cadence = cadence
        audit.record(
            session, CADENCE_SET, CadenceSet(ledger_id=ledger.id, cadence=cadence), subject=ledger.id, by=by, at=at
        )


def _open(session: Session, ledger: Ledger, key: str, by: User) -> Duty:
    """The duty under a lock; of two who finish it the second is told. Raises Forbidden, NotFound, NotInState."""
    _office(ledger, by)
    session.refresh(ledger, with_for_update={"key_share": True})
    duty = next((one for one in office_calendar(session, ledger) if one.key == key), None)
    if duty is None:
        raise NotFound
    if duty.mark is not None and duty.mark.done_at is not None:
        raise NotInState(f"这一事项已由{duty.mark.done_by}于{spoken(day_of(duty.mark.done_at))}办理，请刷新页面查看。")
    return duty


def _marked(session: Session, duty: Duty) -> DutyMark:
    mark = duty.mark or DutyMark(ledger_id=duty.ledger.id, key=duty.key, what=duty.what[:200], planned=duty.planned)
    session.add(mark)
    return mark


def _told(
    session: Session,
    kind: Kind[DutyTold],
    duty: Duty,
    *,
    by: User,
    at: datetime,
    on: date | None = None,
    note: str = "",
) -> None:
    told = DutyTold(ledger_id=duty.ledger.id, key=duty.key, what=duty.what, planned=duty.planned, on=on, note=note)
    audit.record(session, kind, told, subject=duty.ledger.id, by=by, at=at)


def _office(ledger: Ledger, by: User) -> None:
    if not runs(ledger, by) or ledger.published_at is None:
        raise Forbidden("办公室日程由发布台账的办公室办理，且台账须已发布。")
