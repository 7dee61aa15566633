"""How often something has happened in this minute (频次): counted in the database, so that all machines count together."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.record.models import Rate

KEPT = timedelta(hours=1)


def within(session: Session, name: str, most: int, *, at: datetime) -> bool:
    """Count one more under a name; False from the one that is more than ``most`` in the minute of ``at``."""
    minute = at.replace(second=0, microsecond=0)
    more = case((Rate.minute == minute, Rate.count + 1), else_=1)
    counting = update(Rate).where(Rate.name == name).values(count=more, minute=minute).returning(Rate.count)
    count = session.execute(counting, execution_options={"synchronize_session": False}).scalar()
    if count is None:
        try:
            with session.begin_nested():
                session.add(Rate(name=name, minute=minute, count=1))
        except IntegrityError:  # somebody else's first one came in between
            return within(session, name, most, at=at)
    return (count or 1) <= most


def forget(session: Session, *, at: datetime) -> None:
    """Drop what was counted long ago: nobody's address is kept for longer than is needed."""
    session.execute(delete(Rate).where(Rate.minute < at - KEPT), execution_options={"synchronize_session": False})
