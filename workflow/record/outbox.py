"""Promises of work (待执行事项): written with the change that needs them, kept by ``worker.py``, lost by nobody.

A worker claims a row for a while; if it dies, the lease runs out and another takes over. Every handler is
idempotent by its key, so a second try does nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from workflow.record.jobs import Job, P
from workflow.record.models import OutboxRow
from workflow.record.swapping import changed, wins

LEASE = timedelta(minutes=10)
"""Longer than any one job may take."""
MAX_ATTEMPTS = 8
"""Failures after which a row is parked with its error until ``jobs retry``; a killed worker is no failure."""


@dataclass(frozen=True)
class Claim:
    """A row in one worker's hands (领取)."""

    id: int
    kind: str
    key: str
    payload: Mapping[str, Any]
    fence: int


def promise(session: Session, job: Job[P], key: str, payload: P, *, at: datetime) -> None:
    """Write the promise in the caller's transaction; the same key twice is one promise."""
    if session.scalars(select(OutboxRow.id).where(OutboxRow.key == key)).first() is None:
        session.add(OutboxRow(kind=job.kind, key=key, payload=asdict(payload), created_at=at, run_after=at))
        session.flush()


def due(session: Session, *, at: datetime, limit: int = 100) -> list[int]:
    """Rows that somebody should take now, oldest first."""
    free = or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until < at)
    wanted = select(OutboxRow.id).where(OutboxRow.done_at.is_(None), OutboxRow.run_after <= at, free)
    return list(session.scalars(wanted.where(OutboxRow.attempts < MAX_ATTEMPTS).order_by(OutboxRow.id).limit(limit)))


def claim(session: Session, row_id: int, *, at: datetime) -> Claim | None:
    """Take a row for the length of a lease; None if somebody else has it or it is done."""
    free = or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until < at)
    seen = (OutboxRow.id == row_id, OutboxRow.done_at.is_(None), free)
    if not wins(session, OutboxRow, *seen, leased_until=at + LEASE, fence=OutboxRow.fence + 1):
        return None
    row = session.get_one(OutboxRow, row_id, populate_existing=True)
    return Claim(row.id, row.kind, row.key, row.payload, row.fence)


def settle(session: Session, claimed: Claim, *, at: datetime) -> bool:
    """Mark the work done; False if the lease was lost meanwhile, and the other worker's word counts."""
    return _write(session, claimed, done_at=at, leased_until=None, last_error="")


def fail(session: Session, claimed: Claim, error: str, *, at: datetime, park: bool = False) -> bool:
    """Give the row back with its error, to be tried again later and later: 2, 4, 8 … seconds, or only by ``jobs retry``."""
    attempts = MAX_ATTEMPTS if park else session.get_one(OutboxRow, claimed.id).attempts + 1
    wait = timedelta(seconds=2 ** min(attempts, 10))
    values = {"leased_until": None, "run_after": at + wait, "attempts": attempts, "last_error": error[:500]}
    return _write(session, claimed, **values)


def parked(session: Session, key: str) -> str:
    """Why promises whose keys begin so are not tried any more; empty where none is parked."""
    mine = select(OutboxRow.last_error).where(
        OutboxRow.key.startswith(key, autoescape=True), OutboxRow.done_at.is_(None)
    )
    return session.scalars(mine.where(OutboxRow.attempts >= MAX_ATTEMPTS).order_by(OutboxRow.id)).first() or ""


def release(session: Session) -> int:
    """Free what a dead worker held, at the start of the only worker there is; the fence keeps a live one honest."""
    held = update(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.leased_until.is_not(None))
    return changed(session, held.values(leased_until=None))


def retry(session: Session, *, at: datetime) -> int:
    """Give every unkept promise a fresh start, parked ones too; returns how many."""
    unkept = update(OutboxRow).where(OutboxRow.done_at.is_(None))
    return changed(session, unkept.values(attempts=0, run_after=at, leased_until=None))


def spread(session: Session, *, at: datetime, apart: timedelta) -> int:
    """Let what is unkept wait in a row, so that what people promise meanwhile is not behind all of it; returns how many."""
    waiting = session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None)).order_by(OutboxRow.id)).all()
    for n, row in enumerate(waiting):
        row.run_after = at + n * apart
    return len(waiting)


def try_again(session: Session, job: Job[Any], *, at: datetime) -> int:
    """Let promises of a kind that were given up be tried once more; what still fails is given up at once."""
    waiting = (OutboxRow.kind == job.kind, OutboxRow.done_at.is_(None), OutboxRow.attempts >= MAX_ATTEMPTS)
    return changed(session, update(OutboxRow).where(*waiting).values(attempts=MAX_ATTEMPTS - 1, run_after=at))


def _write(session: Session, claimed: Claim, **values: Any) -> bool:
    return wins(session, OutboxRow, OutboxRow.id == claimed.id, OutboxRow.fence == claimed.fence, **values)
