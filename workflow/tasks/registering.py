"""Registering what the background has made (登记): packets seal by seal, and dossiers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger
from workflow.office.models import Unit
from workflow.record import audit
from workflow.record.store import Blob
from workflow.tasks.events import PACKET_SEALED, Sealed
from workflow.tasks.models import Matter, Packet, PacketRevision, Signoff, Task
from workflow.tasks.words import PacketState


def packet_number(year: int, task_id: int, round_: int) -> str:
    """What the packet of a task's round is called, made or not."""
    return f"ZWGK-{year}-{task_id:06d}-{round_:02d}"


def packet_of(session: Session, task: Task, round_: int, *, at: datetime) -> Packet:
    """The packet of one round, opened when first asked for."""
    mine = select(Packet).where(Packet.task_id == task.id, Packet.round == round_)
    packet = session.scalars(mine).first()
    if packet is None:  # of two jobs that start together the second waits here, and finds what the first has opened
        session.refresh(task, with_for_update={"of": Matter})
        packet = session.scalars(mine).first()
    if packet is None:
        number = packet_number(task.item.ledger.year, task.id, round_)
        packet = Packet(number=number, task_id=task.id, round=round_, created_at=at)
        session.add(packet)
        session.flush()
    return packet


def register_revision(
    session: Session, packet: Packet, signoff: Signoff, *, field: str, blob: Blob, at: datetime
) -> bool:
    """Register the packet after one seal, once per sign-off; the office's seal completes it.

    False if that seal is registered already, or the packet was retired meanwhile: then the bytes in hand do not count.
    """
    session.refresh(packet, with_for_update=True)
    taken = session.scalars(
        select(PacketRevision.id).where(PacketRevision.packet_id == packet.id, PacketRevision.signoff_id == signoff.id)
    ).first()
    if taken is not None or packet.state is not PacketState.OPEN:
        return False
    session.add(
        PacketRevision(
            packet_id=packet.id, signoff_id=signoff.id, field=field, sha256=blob.sha256, size=blob.size, created_at=at
        )
    )
    if signoff.gate.closes:
        packet.state = PacketState.COMPLETE
    told = Sealed(
        packet=packet.number,
        round=packet.round,
        field=field,
        signoff_id=signoff.id,
        unit=signoff.unit_name,
        sha256=blob.sha256,
        size=blob.size,
        complete=packet.state is PacketState.COMPLETE,
    )
    audit.record(session, PACKET_SEALED, told, subject=packet.task_id, by=None, at=at)
    session.flush()
    return True


def issuing_offices(session: Session) -> tuple[str, ...]:
    """The offices whose seal closes papers here: those that have published a ledger."""
    published = select(Ledger.office_id).where(Ledger.published_at.is_not(None))
    return tuple(session.scalars(select(Unit.name).where(Unit.id.in_(published)).order_by(Unit.position)))
