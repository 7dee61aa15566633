"""What this machine vouches for (本机登记): its trust anchors, and whether it knows a packet."""

from __future__ import annotations

import hashlib

from sqlalchemy import inspect, select

from packets.authority import LocalAuthority
from views.commands.here import installation
from workflow.models import PacketRevision


def of_this_machine(data: bytes) -> tuple[list[bytes], str]:
    """(anchors, the registered digest of these very bytes or an empty text for bytes this system does not know)."""
    here, known = installation(), None
    with here.database.reading() as session:
        if inspect(session.connection()).has_table(PacketRevision.__tablename__):  # else nothing was ever sealed here
            digest = hashlib.sha256(data).hexdigest()
            known = session.scalars(select(PacketRevision.sha256).where(PacketRevision.sha256 == digest)).first()
    return LocalAuthority(here.settings.home).anchors(), known or ""
