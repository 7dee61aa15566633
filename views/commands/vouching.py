"""What this machine vouches for (本机登记): a packet judged by its own anchors and by what it has registered."""

from __future__ import annotations

import hashlib

from sqlalchemy import inspect, select

from packets.authority import LocalAuthority
from packets.isolation import verify_isolated
from packets.verdict import Verification
from views.commands.here import installation
from workflow.models import PacketRevision


def judged(data: bytes) -> Verification:
    """The packet verified against this machine's anchors and register; bytes that it does not know are not registered."""
    here, known = installation(), None
    with here.database.reading() as session:
        if inspect(session.connection()).has_table(PacketRevision.__tablename__):  # else nothing was ever sealed here
            digest = hashlib.sha256(data).hexdigest()
            known = session.scalars(select(PacketRevision.sha256).where(PacketRevision.sha256 == digest)).first()
    return verify_isolated(data, anchors=LocalAuthority(here.settings.home).anchors(), registered=known or "")
