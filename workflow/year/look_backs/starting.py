"""A look-back from its start to the draw (回头看): scope, choice, sheets sent out, sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.drafting import with_rows
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.permissions import runs
from workflow.ledgers.publishing import freeze_past
from workflow.ledgers.words import Part
from workflow.office.models import Unit, User
from workflow.office.notices import tell_each_unit
from workflow.record import audit, timekeeping
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotInState, Stale
from workflow.record.models import AuditEvent
from workflow.record.swapping import wins
from workflow.record.text import clean_line
from workflow.tasks.binding import content_digest
from workflow.tasks.events import Assigned
from workflow.tasks.models import Matter
from workflow.tasks.seating import await_newborn
from workflow.tasks.urging import urge_matters
from workflow.tasks.words import Status
from workflow.year.drawing import Candidate, digest_of, draw
from workflow.year.look_backs import events
from workflow.year.look_backs.asof import look_back_at
from workflow.year.look_backs.models import LookBackEntry, LookBackRound, SelfCheck
from workflow.year.look_backs.of_ledger import LOCAL
from workflow.year.words import Draw, Scope


def scope_of(item: LedgerItem) -> tuple[Scope, str]:
    """How far a row says who has to do it by when, and why it is counted so; units that the table does not print are the office's finding."""
    if not units_of(item):
        names = "、".join(f"「{party.phrase}」" for party in item.parties)
        return Scope.C, f"{names}没有认定到具体单位" if names else "原表没有写明责任主体"
    if not (item.responsibility_text or "").strip(" |"):
        return Scope.C, "原表没有写明责任主体，由办公室认定"
    if item.due or item.recurrence:
        return Scope.A, f"时限：{item.deadline_text or (spoken(item.due) if item.due else item.recurrence.word)}"  # type: ignore[union-attr]
    return Scope.B, f"原文「{item.deadline_text}」没有写明日期" if item.deadline_text else "原表没有写明时限"


def units_of(item: LedgerItem) -> list[Unit]:
    """Every unit of the row, each once, in the order of the directory."""
    named = {unit.id: unit for part in (Part.LEAD, Part.RESPONSIBLE) for unit in item.units(part)}
    return sorted(named.values(), key=lambda unit: (unit.position, unit.id))


def start_look_back(
    session: Session, ledger: Ledger, *, basis: str, due: date, by: User, at: datetime
) -> LookBackRound:
    """Begin to look back on a ledger of an earlier year; a draft is frozen as read in, and nothing of it handed out."""
    _office(ledger, by)
    timekeeping.require(session, at)
    basis = clean_line(basis, limit=300)
    if ledger.year >= day_of(at).year:
        raise Invalid(f"《{ledger.title}》是 {ledger.year} 年的台账，回头看的对象须是以前年度的台账。")
    if not basis or due < day_of(at):
        raise Invalid("请写明回头看的依据，自查表的报送截止日期不能早于今天。")
    with_rows(session, ledger.id)
    if not ledger.items:
        raise Incomplete(f"《{ledger.title}》没有任何条目，请先读入上年任务表。")
    if session.scalars(select(LookBackRound.id).where(LookBackRound.ledger_id == ledger.id)).first():
        raise NotInState(f"《{ledger.title}》已经发起过回头看，请在“回头看”里继续办理。")
    if ledger.published_at is None:
        freeze_past(session, ledger, by=by, at=at)
    begun = LookBackRound(ledger=ledger, basis=basis, due=due, started_by_id=by.id, started_at=at)
    begun.entries = _entries(ledger)
    session.add(begun)
    session.flush()
    told = events.LookBackStarted(ledger_id=ledger.id, basis=basis, due=due, scope=scope_counts(begun))
    audit.record(session, events.LOOK_BACK_STARTED, told, subject=begun.id, by=by, at=at)
    return begun


def _entries(ledger: Ledger) -> list[LookBackEntry]:
    made: list[LookBackEntry] = []
    for item in ledger.items:
        scope, why = scope_of(item)
        units: list[Unit | None] = [*units_of(item)]
        for unit in units or [None]:
            place = {"item_id": item.id, "unit_id": unit.id if unit else None, "position": len(made) + 1}
            made.append(LookBackEntry(**place, scope=scope, why=why[:300], chosen=scope is Scope.A))
    return made


def scope_counts(begun: LookBackRound) -> dict[Scope, int]:
    """How many rows there are of each scope."""
    rows = {entry.item_id: entry.scope for entry in begun.entries}
    found = Counter(rows.values())
    return {scope: found[scope] for scope in Scope}


def choose_lines(
    session: Session, begun: LookBackRound, ids: Collection[int], *, reason: str, by: User, at: datetime
) -> None:
    """Look back on these rows of scope B and C as well, and on no others of them; the reason is kept with each."""
    _office(begun.ledger, by)
    if begun.sent_at is not None:
        raise NotInState("自查表已经下发，范围不能再改。")
    reason = clean_line(reason, limit=300)
    free = [entry for entry in begun.entries if entry.scope is not Scope.A]
    if ids and not reason:
        raise Incomplete("B、C 类条目不是必查项，选定时须写明理由。")
    for entry in free:
        entry.chosen = entry.item_id in ids
        entry.choice = reason if entry.chosen else ""
    told = events.LinesChosen(entries=[entry.id for entry in free if entry.chosen], reason=reason)
    audit.record(session, events.LINES_CHOSEN, told, subject=begun.id, by=by, at=at)


def send_sheets(
    session: Session, begun: LookBackRound, *, by: User, at: datetime, share: int = 100, rule: Draw = Draw.LAYERED
) -> int:
    """Ask every unit for its sheet; scope, share and rule stand from then on. Returns how many were asked. Raises Stale.

    The link that this leaves in the trail is the seed of the draw: nobody knows it before, and it comes once
    (docs/decisions/0044).
    """
    _office(begun.ledger, by)
    if not 1 <= share <= 100:
        raise Invalid("抽查比例应在 1 到 100 之间。")
    timekeeping.require(session, at)
    chosen = [entry for entry in begun.entries if entry.chosen]
    if not chosen:
        raise Incomplete("没有选定任何条目：A 类为必查，B、C 类请勾选后再下发。")
    said = {"sent_at": at, "share": share, "rule": rule}
    if not wins(session, LookBackRound, LookBackRound.id == begun.id, LookBackRound.sent_at.is_(None), **said):
        raise Stale("自查表刚刚已由他人下发，请刷新页面。")
    session.refresh(begun, list(said))
    units = sorted({e.unit for e in chosen if e.unit}, key=lambda unit: (unit.position, unit.id))
    sheets = [_sheet(begun, unit, at) for unit in units]
    session.add_all(sheets)
    session.flush()
    sent = events.LookBackSent(entries=[e.id for e in chosen], share=share, rule=rule)
    audit.record(session, events.LOOK_BACK_SENT, sent, subject=begun.id, by=by, at=at)
    for sheet in sheets:
        audit.record(session, events.SELF_CHECKS["assigned"], born(sheet), subject=sheet.id, by=by, at=at)
    if sheets:
        await_newborn(session, [(sheet.id, sheet.unit_id, sheet.due) for sheet in sheets], at=at)
    counts = Counter(entry.unit_id for entry in chosen if entry.unit_id)
    texts = {n: f"《{begun.ledger.title}》回头看：请自查 {count} 项，{spoken(begun.due)}前报送自查表。" for n, count in counts.items()}  # fmt: skip
    tell_each_unit(session, texts, by=by, at=at, ledger_id=begun.ledger_id)
    return len(sheets)


def _sheet(begun: LookBackRound, unit: Unit, at: datetime) -> SelfCheck:
    return SelfCheck(
        look_back=begun, ledger_id=begun.ledger_id, ledger=begun.ledger, unit_id=unit.id, unit=unit, due=begun.due,
        due_reason="回头看通知要求的自查表报送日期", content_digest=content_digest("", []), opened_at=at,
    )  # fmt: skip


def born(matter: Matter) -> Assigned:
    """The event of a matter's birth: it stands in its first status, round and version."""
    return Assigned(
        to=Status.ASSIGNED, round=1, version=1, content_digest=matter.content_digest, ledger_id=matter.ledger_id,
        unit=matter.unit.name, unit_id=matter.unit_id, due=matter.due, due_reason=matter.due_reason,
    )  # fmt: skip


def next_line(session: Session, entry: LookBackEntry) -> int | None:
    """The next line that is looked back on, in the order of the table; None behind the last and for one that is not."""
    behind = (LookBackEntry.look_back_id == entry.look_back_id, LookBackEntry.position > entry.position)
    later = select(LookBackEntry.id).where(*behind, LookBackEntry.chosen).order_by(LookBackEntry.position)
    return session.scalars(later.limit(1)).first() if entry.chosen else None


def population_of(begun: LookBackRound) -> dict[str, LookBackEntry]:
    """What may be drawn, by the keys of the published list, in the order of the table."""
    return {
        f"{entry.item.position}.{entry.item.number}|{entry.unit.name if entry.unit else '—'}": entry
        for entry in begun.entries
        if entry.chosen
    }


def candidates(session: Session, begun: LookBackRound) -> list[Candidate]:
    """The list that is drawn from."""
    failed = failed_before(session, begun)
    return [
        Candidate(key, "县区" if entry.unit and entry.unit.kind in LOCAL else "市直", _again(entry) in failed)
        for key, entry in population_of(begun).items()
    ]


def _again(entry: LookBackEntry) -> tuple[int, int]:
    return entry.item.follows_id or 0, entry.unit_id or 0


def failed_before(session: Session, begun: LookBackRound, at: datetime | None = None) -> set[tuple[int, int]]:
    """(row, unit) of every line found wanting in an earlier look-back of this office, now or by a moment."""
    earlier = (
        select(LookBackEntry)
        .join(LookBackRound)
        .join(Ledger)
        .where(Ledger.office_id == begun.ledger.office_id, Ledger.year < begun.ledger.year)
    )
    found = [entry for entry in session.scalars(earlier) if entry.verdict is not None]
    rounds = {entry.look_back_id: entry.look_back for entry in found}
    then = {number: look_back_at(session, one, at).found for number, one in rounds.items()} if at else {}
    verdicts = {entry: then[entry.look_back_id][entry.id].verdict if at else entry.verdict for entry in found}
    return {(entry.item_id, entry.unit_id or 0) for entry, verdict in verdicts.items() if verdict and verdict.fails}


def seed_of(session: Session, begun: LookBackRound) -> AuditEvent:
    """The link of the trail whose hash is the seed: the one that the sending of the sheets has left."""
    mine = AuditEvent.subject == events.LOOK_BACK_SENT.numbered(begun.id)
    return session.scalars(select(AuditEvent).where(mine, AuditEvent.kind == events.LOOK_BACK_SENT.name)).one()


def draw_lines(session: Session, begun: LookBackRound, *, by: User, at: datetime) -> int:
    """Draw what the office checks itself, once, by the share, rule and seed that stand since the sending. Raises Stale."""
    _office(begun.ledger, by)
    if begun.sent_at is None:
        raise NotInState("请先下发自查表，范围确定后再抽取。")
    listed, seed = candidates(session, begun), seed_of(session, begun).hash
    keys = draw(listed, seed=seed, share=begun.share, rule=begun.rule)
    population = digest_of(listed)
    said = {"seed": seed, "population": population, "drawn_at": at}
    if not wins(session, LookBackRound, LookBackRound.id == begun.id, LookBackRound.drawn_at.is_(None), **said):
        raise Stale("已经抽取过：抽取结果不能重来，请刷新页面查看。")
    session.refresh(begun, list(said))
    places = population_of(begun)
    for key in keys:
        places[key].drawn = True
    ids = [places[key].id for key in keys]
    told = events.Drawn(population=population, seed=seed, rule=begun.rule, share=begun.share, entries=ids)
    audit.record(session, events.LINES_DRAWN, told, subject=begun.id, by=by, at=at)
    return len(keys)


def urge_sheets(session: Session, begun: LookBackRound, *, by: User, at: datetime) -> int:
    """Press every unit whose sheet has not come up, each once a day; returns how many. Raises Forbidden."""
    _office(begun.ledger, by)
    return urge_matters(session, begun.sheets, by=by, at=at)


def _office(ledger: Ledger, by: User) -> None:
    if not runs(ledger, by):
        raise Forbidden("回头看由台账的办公室组织。")
