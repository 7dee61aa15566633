"""Judging by the own register (在线核对): what this installation says of any file, on the page and at the command line alike."""

from __future__ import annotations

import hashlib

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from packets.authority import LocalAuthority
from packets.isolation import verify_isolated
from packets.trust import pinned
from packets.verdict import Verification
from workflow.installation import Installation
from workflow.models import Registration
from workflow.operations.registering import issuing_offices, registration_of


def bundle(installation: Installation) -> bytes:
    """Everything a stranger needs to trust beside a paper and its registration: the file ``ca.pem``."""
    with installation.database.reading() as session:
        offices = issuing_offices(session) if _sealed_here(session) else ()
    authority = LocalAuthority(installation.settings.home, installation.clock)
    return b"".join([*authority.anchors(), pinned(offices)])


def judge(installation: Installation, pdf: bytes) -> Verification:
    """The verdict on any file by this installation's own anchors and register."""
    with installation.database.reading() as session:
        known = registration_of(session, hashlib.sha256(pdf).hexdigest()) if _sealed_here(session) else None
        text = known.text.encode() if known else None
    return verify_isolated(pdf, anchors=[bundle(installation)], registration=text, at=installation.clock())


def _sealed_here(session: Session) -> bool:
    """False where the database has no tables: nothing was ever sealed here."""
    return inspect(session.connection()).has_table(Registration.__tablename__)
