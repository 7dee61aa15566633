"""What the installation vouches for (登记): kept once a paper, found by its digest."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.record.models import Registration
from workflow.record.store import Blob

CODE = 16
"""Characters of a check code (校验码): the beginning of the digest that the sign-offs are bound to."""


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


def registered_with(session: Session, number: str, code: str) -> Registration | None:
    """The newest that is vouched for under a number, for whoever knows its check code; spaces and case do not count."""
    newest = select(Registration).where(Registration.number == number.strip()).order_by(Registration.id.desc()).limit(1)
    found, code = session.scalars(newest).first(), "".join(code.split()).lower()
    if found is None or len(code) < CODE:
        return None
    return found if str(json.loads(found.text)["registration"]["content"]).startswith(code) else None
