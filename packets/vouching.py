"""Vouching (登记与自检): what this installation registers of a paper it has sealed, once the paper passes its own verification."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC

from sqlalchemy.orm import Session

from packets.authority import LocalAuthority
from packets.gathering import boxes_of, superseded
from packets.registration import Registration, signed
from packets.trust import pinned
from packets.verify import verify
from workflow.ledgers.words import Part
from workflow.record import audit
from workflow.record.errors import Unsound
from workflow.record.installation import Installation
from workflow.tasks.case import TaskCase
from workflow.tasks.models import Packet
from workflow.tasks.words import Gate

WAITS = frozenset({"revocation", "timestamp"})
"""Facts that lists and anchors brought later can settle: they keep no paper from being registered."""
UNFINISHED = frozenset({"chain", "locked"})
"""Facts that are open until the last seal."""


def of_packet(session: Session, packet: Packet, case: TaskCase) -> Registration:
    """What is registered of a packet, but for the bytes that are still to be sealed; read from the rows, not from a paper."""
    head, item = audit.head(session), case.task.item
    boxes = boxes_of(session, case)
    return Registration(
        kind="证据包",
        number=packet.number,
        ledger=item.ledger.title,
        task=packet.task_id,
        round=packet.round,
        unit=case.task.unit.name,
        leads=tuple(unit.name for unit in item.units(Part.LEAD)),
        office=boxes["office"][0],
        boxes=boxes,
        content=case.passed(Gate.UNIT)[-1].content_digest,
        sha256="",
        size=0,
        audit_seq=head.seq,
        audit_hash=head.hash,
        at="",
        supersedes=superseded(session, packet),
    )


def vouched(installation: Installation, draft: Registration, pdf: bytes, *, finished: bool = True) -> str:
    """The signed registration of a paper that has just been sealed. Raises Unsound unless the paper passes with it."""
    now = installation.clock()
    authority = LocalAuthority(installation.settings.common, installation.clock)
    whole = replace(
        draft,
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        at=now.astimezone(UTC).isoformat(timespec="seconds"),
    )
    text = signed(whole, authority.registrar())
    result = verify(pdf, anchors=[*authority.anchors(), pinned([draft.office])], registration=text, at=now)
    settled = WAITS if finished else WAITS | UNFINISHED
    faults = [f.detail for f in result.facts if f.state == "fail" or (f.state == "unknown" and f.code not in settled)]
    if faults:
        raise Unsound(f"{draft.kind}签章后自检未通过，没有登记：{'；'.join(faults)}")
    return text.decode()
