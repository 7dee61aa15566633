"""What is open at the year's end is carried over (结转): which row carries which, folded from the trail, settled by a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.drafting import add_party
from workflow.ledgers.events import ITEM_FOLLOWS, ROW_LEFT, Follows, RowLeft
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.pairing import SURE, others, pairs
from workflow.ledgers.permissions import runs
from workflow.ledgers.rows import NewItem, add_item, follow_item
from workflow.ledgers.words import Part
from workflow.office.models import User
from workflow.record import audit
from workflow.record.asof import last_by
from workflow.record.calendar import day_of
from workflow.record.errors import Forbidden, Invalid, NotInState
from workflow.record.events import kind_of
from workflow.record.models import AuditEvent
from workflow.record.text import clean_line


@dataclass
class Carried:
    """What became of a row of an earlier ledger (结转情况)."""

    into: list[LedgerItem] = field(default_factory=list)
    """The rows that carry it on, in the order in which they were settled."""
    left: str = ""
    """Why none does."""
    by: str = ""
    on: date | None = None

    @property
    def words(self) -> str:
        """In words, empty while nobody has settled it."""
        if self.into:
            return "、".join(f"{item.ledger.year} 年第 {item.number} 条" for item in self.into)
        return f"不再承接：{self.left}" if self.left else ""


@dataclass
class _Told:
    """One old row as the trail tells it: new row → nothing, in order; or why it was left."""

    into: dict[int | str, None] = field(default_factory=dict)
    left: str = ""
    by: str = ""
    on: date | None = None


def carried_at(session: Session, ledger_id: int, as_of: datetime, *, drafts: bool = False) -> dict[int, Carried]:
    """What had become of the rows of a ledger by a moment, by their ids; rows of drafts count where they are asked for."""
    told = _folded(session, ledger_id, as_of)
    numbered = {str(item.number): item.id for item in _rows(session, LedgerItem.ledger_id == ledger_id)}
    wanted = [key for one in told.values() for key in one.into]
    known: dict[int | str, LedgerItem] = {}
    for item in (
        _rows(session, LedgerItem.ledger_id.in_(select(Ledger.id).where(Ledger.id != ledger_id))) if wanted else ()
    ):
        published = item.ledger.published_at
        if drafts or (published is not None and published <= as_of):
            known[item.id] = known[f"{item.ledger_id}:{item.number}"] = item
    return {
        key if isinstance(key, int) else numbered.get(key, 0): Carried(
            [known[one] for one in row.into if one in known], row.left, row.by, row.on
        )
        for key, row in told.items()
    }


def _rows(session: Session, *which: object) -> list[LedgerItem]:
    return list(session.scalars(select(LedgerItem).where(*which).order_by(LedgerItem.position)))  # type: ignore[arg-type]


def _folded(session: Session, ledger_id: int, as_of: datetime) -> dict[int | str, _Told]:
    """Old row → what the trail says of it; events of before rows had ids in them name rows by number."""
    kinds = AuditEvent.kind.in_((ITEM_FOLLOWS.name, ROW_LEFT.name))
    events = select(AuditEvent).where(kinds, AuditEvent.seq <= last_by(session, as_of)).order_by(AuditEvent.seq)
    found: dict[int | str, _Told] = {}
    for event in session.scalars(events):
        data, on = kind_of(event.kind).read(event.data), day_of(datetime.fromisoformat(event.at))
        if isinstance(data, Follows):
            new = data.item_id or f"{data.ledger_id}:{data.number}"
            for one in found.values():
                one.into.pop(new, None)
            if data.earlier_ledger_id == ledger_id:
                row = found.setdefault(data.earlier_item_id or str(data.earlier_number), _Told())
                row.into[new], row.left, row.by, row.on = None, "", event.actor_name, on
        elif isinstance(data, RowLeft) and data.ledger_id == ledger_id:
            row = found.setdefault(data.item_id, _Told())
            row.left, row.by, row.on = data.reason, event.actor_name, on
    return found


@dataclass(frozen=True)
class Proposal:
    """The row of the next ledger that is most like one that is open (承接建议)."""

    item: LedgerItem
    score: int

    @property
    def sure(self) -> bool:
        """Whether it is proposed without a doubt."""
        return self.score >= SURE


def successors(session: Session, ledger: Ledger) -> list[Ledger]:
    """Later ledgers of the same office, the next year first."""
    later = [other for other in others(session, ledger) if other.year > ledger.year]
    return sorted(later, key=lambda other: (other.year, other.id))


def proposals(session: Session, ledger: Ledger, following: Ledger) -> dict[int, Proposal]:
    """For the rows of a ledger the row of a later one that is most alike, each once, by the ids of the former."""
    found = (pair for pair in pairs(session, following, ledger) if pair.new and pair.old)
    return {pair.old.id: Proposal(pair.new, pair.score) for pair in found if pair.new and pair.old}


@dataclass(frozen=True)
class Settling:
    """What a person settles of open rows, by their ids (结转确认)."""

    into: Mapping[int, str]
    """Number of the row that carries it on; empty for none."""
    left: Mapping[int, str]
    """Why none does."""
    added: frozenset[int]
    """Rows that are put into the next ledger as they are, while that is a draft."""


def settle(
    session: Session, ledger: Ledger, following: Ledger, wanted: Settling, *, by: User, at: datetime
) -> int:  # fmt: skip
    """Keep which rows of the next ledger carry on which open ones, and which are carried on by none; returns how many changed.

    Raises Forbidden, Invalid, NotInState; then nothing is kept.
    """
    if not runs(ledger, by) or not runs(following, by):
        raise Forbidden("结转由台账所属的办公室办理。")
    if ledger.closed_on is None:
        raise NotInState("台账还没有年结，年结以后再确认由哪一条承接。")
    if following.year <= ledger.year:
        raise Invalid("承接的台账应是以后年度的台账。")
    before = carried_at(session, ledger.id, at, drafts=True)
    rows = {item.id: item for item in ledger.items}
    ids = {*wanted.into, *wanted.left, *wanted.added}
    if not ids <= rows.keys():
        raise Invalid("所选条目不在这份台账里，请刷新页面后再确认。")
    return sum(
        _settle(session, rows[one], following, before.get(one, Carried()), wanted, by=by, at=at) for one in sorted(ids)
    )


def _settle(
    session: Session, item: LedgerItem, following: Ledger, before: Carried, wanted: Settling, *, by: User, at: datetime
) -> bool:  # fmt: skip
    number, reason = wanted.into.get(item.id, "").strip(), clean_line(wanted.left.get(item.id, ""), limit=300)
    if bool(number) + bool(reason) + (item.id in wanted.added) > 1:
        raise Invalid(f"第 {item.number} 条：由哪一条承接、补入新台账、不再承接，三者只能选一种。")
    held = [one for one in before.into if one.ledger_id == following.id]
    target = _numbered(following, number, held) if number else None
    if item.id in wanted.added:
        target = _put_in(session, item, following, by=by, at=at)
    if target is not None and target in held:
        return False
    for one in held:
        follow_item(session, one, None, by=by, at=at)
    if target is not None:
        follow_item(session, target, item, by=by, at=at)
    elif reason == before.left:
        return bool(held)
    else:
        told = RowLeft(ledger_id=item.ledger_id, item_id=item.id, number=item.number, reason=reason)
        audit.record(session, ROW_LEFT, told, subject=item.ledger_id, by=by, at=at)
    return True


def _numbered(following: Ledger, number: str, held: list[LedgerItem]) -> LedgerItem:
    """The row that bears a number; where several do, the one that is held already. Raises Invalid."""
    found = [item for item in following.items if item.number == number]
    if len(found) > 1:
        found = [item for item in found if item in held] or found
    if len(found) != 1:
        count = f"有 {len(found)} 条" if found else "没有"
        raise Invalid(f"《{following.title}》里{count}序号为「{number[:40]}」的条目，请在“与往年对照”里逐条确认。")
    return found[0]


def _put_in(session: Session, item: LedgerItem, following: Ledger, *, by: User, at: datetime) -> LedgerItem:
    """The row again at the end of the next ledger's draft: its words and units; its date is the office's to set anew."""
    words = NewItem(
        number="", section=" / ".join(item.section), title=item.title or "", requirement=item.requirement or ""
    )
    last = following.items[-1] if following.items else None
    added = add_item(session, following, words, after=last, by=by, at=at)
    for part in Part:
        for unit in item.units(part):
            if unit.active:
                add_party(session, added, part, unit, by=by, at=at)
    return added
