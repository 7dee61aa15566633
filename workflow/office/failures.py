"""Wrong passwords (口令错误计数): counted by name and place together, so that strangers lock nobody out of a known browser.

The idea is OWASP's device cookie: whoever has signed in here before is counted apart from everybody else. An address
alone is never closed: behind one proxy sits a whole government.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from workflow.office.models import WrongPassword

WINDOW = timedelta(minutes=15)
MOST = 5
"""Wrong ones for one name from one place within the window."""
MOST_OF_STRANGERS = 25
"""Wrong ones for one name from all unknown places within the window; known browsers are let in all the same."""


@dataclass(frozen=True)
class Place:
    """Where a password is typed (来处): a browser known for this very name, else an address."""

    name: str
    known: bool = False


def login_key(login: str) -> str:
    """What is kept of a login name that was typed."""
    return hashlib.sha256(login.strip().lower().encode()).hexdigest()


def shut(session: Session, login: str, place: Place, *, at: datetime) -> bool:
    """True while this name is closed to this place: too many wrong ones lately."""
    here = session.scalars(_count(login, at).where(WrongPassword.place == place.name)).one()
    if here >= MOST or place.known:
        return here >= MOST
    return session.scalars(_count(login, at).where(WrongPassword.known.is_(False))).one() >= MOST_OF_STRANGERS


def note_wrong(session: Session, login: str, place: Place, *, at: datetime) -> None:
    """Count one more; what no longer counts for anybody is forgotten."""
    session.execute(delete(WrongPassword).where(WrongPassword.at <= at - WINDOW))
    session.add(WrongPassword(login_key=login_key(login), place=place.name, known=place.known, at=at))


def forget_wrong(session: Session, login: str, place: Place | None = None) -> None:
    """Begin anew, after the right one from this place, or for a new password everywhere."""
    gone = delete(WrongPassword).where(WrongPassword.login_key == login_key(login))
    session.execute(gone if place is None else gone.where(WrongPassword.place == place.name))


def _count(login: str, at: datetime) -> Select[int]:
    recent = (WrongPassword.login_key == login_key(login), WrongPassword.at > at - WINDOW)
    return select(func.count()).select_from(WrongPassword).where(*recent)
