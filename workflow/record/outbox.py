"""Promises of work (待执行事项): written with the change that needs them, kept by ``worker.py``, lost by nobody.

A worker takes a row for the length of a lease, which it renews while it works; if it or its machine dies, the lease runs
out and another takes over. Every handler is idempotent by its key, so a second try does nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from workflow.record.jobs import JOBS, Job, P
from workflow.record.models import OutboxRow
from workflow.record.storing import put_once
from workflow.record.swapping import changed, wins

LEASE = timedelta(seconds=45)
"""How long a row stays with a worker who is not heard of; clocks of several machines may differ by a third of it."""
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
    times = {"created_at": at, "run_after": at, "wanted_by": at + job.patience}
    put_once(session, OutboxRow, kind=job.kind, key=key, payload=asdict(payload), **times)


def unkept() -> tuple[ColumnElement[bool], ...]:
    """Which rows have still to be done; what comes round again and again is none of them."""
    return OutboxRow.done_at.is_(None), OutboxRow.kind.not_in([job.kind for job in JOBS.values() if job.again])


def is_due(session: Session, *, at: datetime) -> bool:
    """Whether there is anything to take: a look that locks nothing."""
    return session.scalars(select(OutboxRow.id).where(*_takeable(at)).limit(1)).first() is not None


def take(session: Session, *, at: datetime, only: int | None = None) -> Claim | None:
    """Take what is wanted first of what is due, or ``only`` that row; None if there is nothing or somebody else has it.

    Whoever takes at the same moment gets the next one: PostgreSQL passes over rows in others' hands, SQLite has one writer.
    """
    mine = (OutboxRow.id == only, OutboxRow.done_at.is_(None), _free(at)) if only is not None else _takeable(at)
    first = select(OutboxRow.id).where(*mine).order_by(OutboxRow.wanted_by, OutboxRow.id).limit(1)
    chosen = OutboxRow.id == first.with_for_update(skip_locked=True).scalar_subquery()
    taken = update(OutboxRow).where(chosen).values(leased_until=at + LEASE, fence=OutboxRow.fence + 1)
    row = session.execute(
        taken.returning(OutboxRow.id, OutboxRow.kind, OutboxRow.key, OutboxRow.payload, OutboxRow.fence),
        execution_options={"synchronize_session": False},
    ).first()
    return Claim(*row) if row is not None else None


def renew(session: Session, claimed: Claim, *, at: datetime) -> bool:
    """Hold a row for another lease; False if it was lost meanwhile."""
    return _write(session, claimed, leased_until=at + LEASE)


def settle(session: Session, claimed: Claim, *, at: datetime) -> bool:
    """Mark the work done; False if the lease was lost meanwhile, and the other worker's word counts."""
    return _write(session, claimed, done_at=at, leased_until=None, last_error="")


def put_off(session: Session, claimed: Claim, *, until: datetime, error: str = "") -> bool:
    """Give the row back until it comes round again, whether it was done or failed; False if the lease was lost meanwhile."""
    times = {"run_after": until, "wanted_by": until}
    return _write(session, claimed, **times, leased_until=None, last_error=error[:500])


def fail(
    session: Session, claimed: Claim, error: str, *, at: datetime, park: bool = False, patient: bool = False
) -> bool:
    """Give the row back with its error, to be tried again later and later: 2, 4, 8 … seconds, or only by ``jobs retry``.

    ``patient`` never gives up: what does not answer now was not refused, and is asked again every two minutes.
    """
    attempts = MAX_ATTEMPTS if park else session.get_one(OutboxRow, claimed.id).attempts + 1
    attempts = min(attempts, MAX_ATTEMPTS - 1) if patient else attempts
    wait = timedelta(seconds=2 ** min(attempts, 10))
    values = {"leased_until": None, "run_after": at + wait, "attempts": attempts, "last_error": error[:500]}
    return _write(session, claimed, **values)


def parked(session: Session, key: str) -> str:
    """Why promises whose keys begin so are not tried any more; empty where none is parked."""
    mine = select(OutboxRow.last_error).where(
        OutboxRow.key.startswith(key, autoescape=True), OutboxRow.done_at.is_(None)
    )
    return session.scalars(mine.where(OutboxRow.attempts >= MAX_ATTEMPTS).order_by(OutboxRow.id)).first() or ""


def retry(session: Session, *, at: datetime) -> int:
    """Give every unkept promise that nobody works on a fresh start, parked ones too; returns how many."""
    held = update(OutboxRow).where(*unkept(), _free(at))
    return changed(session, held.values(attempts=0, run_after=at, leased_until=None))


def spread(session: Session, *, at: datetime, apart: timedelta) -> int:
    """Let what is unkept wait in a row, so that what people promise meanwhile is not behind all of it; returns how many."""
    waiting = session.scalars(select(OutboxRow).where(*unkept()).order_by(OutboxRow.id)).all()
    for n, row in enumerate(waiting):
        row.run_after = at + n * apart
        row.wanted_by = row.run_after + JOBS[row.kind].patience
    return len(waiting)


def try_again(session: Session, job: Job[Any], *, at: datetime) -> int:
    """Let promises of a kind that were given up be tried once more; what still fails is given up at once."""
    waiting = (OutboxRow.kind == job.kind, OutboxRow.done_at.is_(None), OutboxRow.attempts >= MAX_ATTEMPTS)
    return changed(session, update(OutboxRow).where(*waiting).values(attempts=MAX_ATTEMPTS - 1, run_after=at))


def _free(at: datetime) -> ColumnElement[bool]:
    return or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until < at)


def _takeable(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return OutboxRow.done_at.is_(None), OutboxRow.run_after <= at, _free(at), OutboxRow.attempts < MAX_ATTEMPTS


def _write(session: Session, claimed: Claim, **values: Any) -> bool:
    return wins(session, OutboxRow, OutboxRow.id == claimed.id, OutboxRow.fence == claimed.fence, **values)
