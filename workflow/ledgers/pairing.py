"""Which row of one ledger is which of another (条目对照): by words, for a newer version and for last year's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.words import Part
from workflow.office.directory import squeeze
from workflow.record.calendar import spoken
from workflow.record.words import Word

ALIKE, SURE = 55.0, 90.0
"""Percent of likeness from which two rows are laid side by side, and from which they are proposed without a doubt."""


class Fate(Word):
    """What became of a row in the newer ledger (差别)."""

    SAME = "same", "相同"
    CHANGED = "changed", "有改动"
    ADDED = "added", "新增"
    GONE = "gone", "删去"


@dataclass(frozen=True)
class Change:
    """One field that reads otherwise (改动)."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Pair:
    """A row of the newer ledger with its like in the older one; either may be missing."""

    new: LedgerItem | None
    old: LedgerItem | None
    score: int
    changes: tuple[Change, ...] = ()

    @property
    def fate(self) -> Fate:
        """What became of the row."""
        if self.old is None or self.new is None:
            return Fate.ADDED if self.old is None else Fate.GONE
        return Fate.CHANGED if self.changes else Fate.SAME

    @property
    def word(self) -> str:
        """The same in Chinese."""
        return self.fate.word


def others(session: Session, ledger: Ledger) -> list[Ledger]:
    """The other ledgers of the same office, those of the same year first, then the latest years."""
    wanted = select(Ledger).where(Ledger.office_id == ledger.office_id, Ledger.id != ledger.id)
    found = list(session.scalars(wanted))
    return sorted(found, key=lambda other: (abs(other.year - ledger.year), -other.year, -other.id))


def other_version(session: Session, ledger: Ledger) -> Ledger | None:
    """The ledger of the same year with nearly the same title: this one is likely its newer version."""
    same = (other for other in others(session, ledger) if other.year == ledger.year)
    return next((other for other in same if fuzz.ratio(other.title, ledger.title) >= SURE), None)


def pairs(session: Session, new: Ledger, old: Ledger) -> tuple[Pair, ...]:
    """Every row of both, in the newer one's order, rows that are gone at the end."""
    fresh, former = _items(session, new), _items(session, old)
    matched = _matched(fresh, former)
    found = [
        Pair(item, other, score, _changes(item, other) if other else ())
        for item in fresh
        for other, score in [matched.get(item.id, (None, 0))]
    ]
    kept = {other.id for other, _ in matched.values()}
    return (*found, *(Pair(None, item, 0) for item in former if item.id not in kept))


def _items(session: Session, ledger: Ledger) -> list[LedgerItem]:
    wanted = select(LedgerItem).where(LedgerItem.ledger_id == ledger.id).options(selectinload(LedgerItem.parties))
    return list(session.scalars(wanted.order_by(LedgerItem.position)))


def _matched(fresh: Sequence[LedgerItem], former: Sequence[LedgerItem]) -> dict[int, tuple[LedgerItem, int]]:
    """The best like of each row, each row once: the most alike first, equal numbers where words are equally alike."""
    if not fresh or not former:
        return {}
    scores = process.cdist([_words(i) for i in fresh], [_words(i) for i in former], scorer=fuzz.ratio)
    ranked = sorted(
        (-scores[a][b], fresh[a].number != former[b].number, abs(a - b), a, b)
        for a in range(len(fresh))
        for b in range(len(former))
    )
    found: dict[int, tuple[LedgerItem, int]] = {}
    taken: set[int] = set()
    for score, _, _, a, b in ranked:
        if -score < ALIKE:
            break
        if fresh[a].id not in found and b not in taken:
            found[fresh[a].id] = former[b], round(-score)
            taken.add(b)
    return found


def _words(item: LedgerItem) -> str:
    return squeeze(f"{item.title or ''}{item.requirement or ''}")


def _changes(new: LedgerItem, old: LedgerItem) -> tuple[Change, ...]:
    facts = zip(_facts(new), _facts(old), strict=True)
    return tuple(
        Change(field, before, after) for (field, after), (_, before) in facts if squeeze(before) != squeeze(after)
    )


def _facts(item: LedgerItem) -> list[tuple[str, str]]:
    names = {part: "、".join(sorted(p.phrase for p in item.parties if p.part is part)) for part in Part}
    return [
        ("编号", item.number),
        ("工作任务", item.title or ""),
        ("工作要求", item.requirement or ""),
        *((part.word, names[part]) for part in Part),
        ("时限", spoken(item.due) if item.due else item.deadline_text or ""),
    ]
