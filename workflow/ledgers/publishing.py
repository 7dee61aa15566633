"""Publishing a ledger (发布交办): said in figures beforehand, then frozen, and its tasks opened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflow.ledgers.assigning import assignments, last_due
from workflow.ledgers.binding import row_digest
from workflow.ledgers.events import LEDGER_PUBLISHED, Published
from workflow.ledgers.models import Ledger
from workflow.ledgers.words import Part
from workflow.office.models import Unit, User
from workflow.record import audit
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import Stale
from workflow.record.swapping import wins

MANY = 500
"""More tasks than this are not handed out by one thoughtless press."""


@dataclass(frozen=True)
class Within:
    """By what a ledger of a lower level is bound (上级约束)."""

    bound: date | None
    """When the upper task is due; None where there is none."""
    office_id: int
    units: frozenset[int]
    """To whom it may give work: those below its unit, which itself may lead."""


@dataclass(frozen=True)
class Forecast:
    """What publishing would do today (发布预计)."""

    shares: Counter[Unit]
    """How many tasks each unit gets."""
    late: int
    """Tasks whose deadline has passed before they are born."""
    oldest: date | None
    """The earliest of those deadlines."""
    beyond: int = 0
    """Rows that are due after the task of the level above."""
    bound: date | None = None
    """When that is due."""

    @property
    def tasks(self) -> int:
        """How many tasks publishing opens."""
        return self.shares.total()

    @property
    def stamp(self) -> str:
        """The figures that somebody has seen, or not: other figures are another stamp. Empty where nobody has to look."""
        seen = f"{self.tasks}-{self.late}-{self.oldest}" if self.late or self.beyond or self.tasks > MANY else ""
        return f"{seen}-{self.beyond}-{self.bound}" if self.beyond else seen

    @property
    def words(self) -> str:
        """The figures in one sentence."""
        late = f"其中 {self.late} 项的时限已过，一发布即逾期，最早的时限是{spoken(self.oldest)}" if self.oldest else ""
        after = (
            f"有 {self.beyond} 条的时限晚于上级任务的时限（{spoken(self.bound)}）" if self.bound and self.beyond else ""
        )
        return "，".join(filter(None, (f"将向 {len(self.shares)} 个单位交办 {self.tasks} 项任务", late, after))) + "。"


def obstacles(ledger: Ledger, within: Within | None = None) -> list[str]:
    """Everything that keeps a draft from being published, one sentence each."""
    found = _strangers(ledger, within) if within else []
    for item in ledger.items:
        found += [
            f"第 {item.number} 条的{party.part.word}「{party.phrase}」还没有认定单位。"
            for party in item.parties
            if not party.units
        ]
        if not item.parties:
            found.append(f"第 {item.number} 条没有任何牵头单位或责任单位，请补上单位或删去这一条。")
    if not ledger.items:
        found.append("台账里没有任何条目。")
    return found


def _strangers(ledger: Ledger, within: Within) -> list[str]:
    """Units on rows that are not below the one that cut them; it may lead them itself."""
    return [
        f"第 {item.number} 条的{party.part.word}{unit.name}不是{ledger.office.name}的下级单位，请改正。"
        for item in ledger.items
        for party in item.parties
        for unit in party.units
        if unit.id not in within.units and not (party.part is Part.LEAD and unit.id == within.office_id)
    ]


def forecast(ledger: Ledger, *, at: datetime, within: Within | None = None) -> Forecast:
    """What publishing would open today; periods that open later are not counted."""
    today = day_of(at)
    wanted = assignments(ledger, today)
    late = [one.deadline.on for one in wanted if one.deadline.on < today]
    shares, oldest = Counter(one.unit for one in wanted), min(late, default=None)
    if within is None or within.bound is None:
        return Forecast(shares, len(late), oldest)
    bound = within.bound
    beyond = sum(last_due(ledger, item) > bound for item in ledger.items)
    return Forecast(shares, len(late), oldest, beyond, bound)


def freeze_past(session: Session, ledger: Ledger, *, by: User, at: datetime) -> None:
    """Freeze the draft of an earlier year's table as it was read in: nothing of it is handed out. Raises Stale."""
    ledger.past = True
    _freeze(session, ledger, by=by, at=at)


def _freeze(session: Session, ledger: Ledger, *, by: User, at: datetime) -> None:
    """Mark the ledger as published, once. Raises Stale."""
    seen = (Ledger.id == ledger.id, Ledger.published_at.is_(None))
    if not wins(session, Ledger, *seen, published_at=at, published_by_id=by.id):
        raise Stale(f"《{ledger.title}》刚刚已由他人发布，请刷新页面查看。")
    session.refresh(ledger, ["published_at", "published_by_id"])
    frozen = {item.number: {p.phrase: [u.name for u in p.units] for p in item.parties} for item in ledger.items}
    parties = (party for item in ledger.items for party in item.parties)
    told = Published(
        ledger_id=ledger.id,
        title=ledger.title,
        source_sha256=ledger.source.sha256,
        units=frozen,
        rows={item.id: row_digest(item) for item in ledger.items},
        parties=[(p.id, p.item_id, p.part, sorted(unit.id for unit in p.units)) for p in parties],
    )
    audit.record(session, LEDGER_PUBLISHED, told, subject=ledger.id, by=by, at=at)
