"""How far the trail had come by a moment (截至): the beginning of the chain that every answer about that moment is folded from."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.record.events import CLOCK_ACCEPTED
from workflow.record.models import AuditEvent


def last_by(session: Session, at: datetime) -> int:
    """The sequence number of the last event by a moment; 0 where nothing had happened.

    Events are taken by their order and never one by one by their clock, so that the answer is the same whenever it is
    asked: once something later is recorded, nothing that follows can slip in before it. Where a clock that had run
    ahead was set right, what was recorded before that had happened by then.
    """
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    righted = select(func.max(AuditEvent.seq)).where(AuditEvent.kind == CLOCK_ACCEPTED.name, AuditEvent.at <= moment)
    since = session.scalars(righted).one() or 0
    # nothing is added: a database that sees the bare number walks the whole trail by it up to the moment
    number = AuditEvent.seq + 0
    first = session.scalars(select(func.min(number)).where(AuditEvent.at > moment, number > since)).one()
    return first - 1 if first else session.scalars(select(func.max(AuditEvent.seq))).one() or 0
