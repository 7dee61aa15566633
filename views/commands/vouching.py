"""What this machine vouches for (本机登记): its trust anchors, and whether it knows a packet."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from packets.authority import LocalAuthority
from views.commands.here import installation
from workflow.models import PacketRevision


def of_this_machine(data: bytes) -> tuple[list[bytes], str]:
    """(anchors, the registered digest of these very bytes or an empty text for bytes this system does not know)."""
    digest = hashlib.sha256(data).hexdigest()
    with installation().database.reading() as session:
        known = session.scalars(select(PacketRevision.sha256).where(PacketRevision.sha256 == digest)).first()
    return LocalAuthority(installation().settings.home).anchors(), known or ""
