"""A draft read anew (重新读入): its rows replaced by another reading, and what people had settled until then."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.ledgers import laying
from workflow.ledgers.drafting import held
from workflow.ledgers.events import HEAD_EDITED, LEDGER, LEDGER_READ, READ_AGAIN, ReadAgain
from workflow.ledgers.models import Ledger, LedgerItem, RememberedPointing
from workflow.office.models import User
from workflow.record import audit
from workflow.record.errors import Incomplete, Invalid
from workflow.record.models import AuditEvent
from workflow.record.published import PublishedLedger

SETTLED = {
    "ledger.party_": "单位认定或调整 {} 次",
    "ledger.item_": "条目修改 {} 次",
    "ledger.problem_": "疑点核实 {} 次",
}
"""What people do to a draft, by how the events begin; edits of its head are kept."""


@dataclass(frozen=True)
class Stake:
    """What people have settled on a draft since it was read last (已核定内容)."""

    counts: tuple[int, ...]
    head_edited: bool

    @property
    def words(self) -> str:
        """All of it in words, empty where nothing would be lost."""
        said = [form.format(count) for form, count in zip(SETTLED.values(), self.counts, strict=True) if count]
        return "、".join(said)

    @property
    def stamp(self) -> str:
        """What a person agrees to lose; other work in the meantime makes it another one."""
        return "-".join(map(str, self.counts)) if self.words else ""


def at_stake(session: Session, ledger: Ledger) -> Stake:
    """What reading a draft anew would undo, told by the trail."""
    mine = AuditEvent.subject == LEDGER.numbered(ledger.id)
    done: Counter[str] = Counter()
    head_edited = False
    for kind in session.scalars(select(AuditEvent.kind).where(mine).order_by(AuditEvent.seq)):
        head_edited |= kind == HEAD_EDITED.name
        if kind in (LEDGER_READ.name, READ_AGAIN.name):
            done.clear()
        done.update(begin for begin in SETTLED if kind.startswith(begin))
    return Stake(tuple(done[begin] for begin in SETTLED), head_edited)


@dataclass(frozen=True)
class Way:
    """Why a draft is read anew (读入方式), and what the person knows to be lost by it: the stamp of a :class:`Stake`."""

    name: str
    agreed: str
    second: bool = False
    """By the reader's second best reading."""
    pointing: RememberedPointing | None = None


def read_again(
    session: Session, ledger: Ledger, published: PublishedLedger, way: Way, *, by: User, at: datetime
) -> None:
    """Replace the rows of a draft by those of another reading of its file; a head that a person has edited stays.

    Raises Invalid for a reading without rows, Incomplete where something would be lost that was not agreed to.
    """
    held(session, ledger, by=by)
    if not published.tasks:
        raise Invalid("这样读不出任何任务，草稿没有改动；请换一种指认后再读入。")
    stake = at_stake(session, ledger)
    if stake.stamp and way.agreed != stake.stamp:
        raise Incomplete(
            f"草稿没有改动：重新读入会丢失已核定的内容（{stake.words}）；确需重新读入，请勾选“知道这些将丢失”后再按一次。"
        )
    _clear(session, ledger)
    laying.rows(session, ledger, published)
    if not stake.head_edited:
        laying.head(ledger, published, at=at)
    ledger.read_as = laying.way(published, pointing=way.pointing, second=way.second)
    told = ReadAgain(ledger_id=ledger.id, how=way.name, rows=len(ledger.items), lost=stake.words)
    audit.record(session, READ_AGAIN, told, subject=ledger.id, by=by, at=at)


def _clear(session: Session, ledger: Ledger) -> None:
    """Take all rows and doubts out; rows of other ledgers that carried on these carry on none."""
    mine = select(LedgerItem.id).where(LedgerItem.ledger_id == ledger.id)
    session.execute(update(LedgerItem).where(LedgerItem.follows_id.in_(mine)).values(follows_id=None))
    ledger.items, ledger.problems, ledger.read_as = [], [], None
    session.flush()
