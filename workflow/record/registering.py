"""What the installation vouches for (登记): kept once a paper, found by its digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.record.models import Registration
from workflow.record.store import Blob


def vouch(session: Session, text: str, *, kind: str, number: str, blob: Blob, at: datetime) -> None:
    """Keep the signed registration of a sealed file, once."""
    if registration_of(session, blob.sha256) is None:
        session.add(Registration(sha256=blob.sha256, kind=kind, number=number, text=text, created_at=at))
        session.flush()


def registration_of(session: Session, sha256: str) -> Registration | None:
    """What is vouched for beside the file with this digest."""
    return session.scalars(select(Registration).where(Registration.sha256 == sha256)).first()


def registered_as(session: Session, number: str) -> Registration | None:
    """What is vouched for under a number."""
    return session.scalars(select(Registration).where(Registration.number == number)).first()
