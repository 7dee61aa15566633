"""Ways in, and how they end (会话与令牌的结束): in their row, so that nothing brings them back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from workflow.office.events import SESSION_EXPIRED, Login
from workflow.office.models import ApiToken, LoginSession, User
from workflow.record import audit, timekeeping
from workflow.record.dialects import dialect_of, only_one
from workflow.record.events import CLOCK_ACCEPTED, ClockAccepted
from workflow.record.swapping import changed

LOCK = 7468
"""By this number whoever changes accounts waits for another one (those of the chains are beside it)."""


def hold_accounts(session: Session, *people: User) -> None:
    """One change of who may what at a time, and these people as they are by now.

    Two grants that are right each alone may together seat somebody at two desks of 三员, and a grant for the unit that
    was seen would follow somebody who is being moved. It comes before any task is held, or two would wait for each other.
    """
    only_one(session, LOCK)
    if not dialect_of(session).one_writer:
        session.flush()  # what is read anew is what was said, too
        for person in people:
            session.refresh(person)


def end_access(session: Session, user: User, *, at: datetime) -> dict[str, Any]:
    """End every session and API token of a person: whenever password, standing or desks change.

    They end in their rows; the raised epoch ends what another transaction was opening at this very moment.
    Returns how many ended, for the event of the change that ended them; records nothing itself.
    """
    user.epoch += 1
    return {
        "sessions_ended": _end(session, LoginSession.ended_at, LoginSession.user_id == user.id, at),
        "tokens_ended": _end(session, ApiToken.revoked_at, ApiToken.user_id == user.id, at),
    }


def expire_session(session: Session, session_id: int, *, by: User, at: datetime) -> None:
    """End a session that has idled or grown too old: for good, whatever the clock says later."""
    if _end(session, LoginSession.ended_at, LoginSession.id == session_id, at):
        audit.record(session, SESSION_EXPIRED, Login(login=by.login), subject=by.id, by=by, at=at)
    timekeeping.see(session, at)


def accept_clock(session: Session, *, at: datetime) -> datetime:
    """At the shell, where a clock had run ahead and was set right: signing goes on from ``at``, every session ends.

    Returns the latest time seen before.
    """
    known = timekeeping.accept(session, at)
    ended = _end(session, LoginSession.ended_at, LoginSession.id > 0, at)
    told = ClockAccepted(before=known.isoformat(timespec="seconds"), sessions_ended=ended)
    audit.record(session, CLOCK_ACCEPTED, told, subject=None, by=None, at=at)
    return known


def _end(session: Session, ended: Any, which: ColumnElement[bool], at: datetime) -> int:
    """Mark what still stands as ended; returns how many rows that were."""
    return changed(session, update(ended.class_).where(which, ended.is_(None)).values({ended: at}))
