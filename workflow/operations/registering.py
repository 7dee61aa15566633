"""Registering what the background has made (登记): packets seal by seal, and dossiers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import audit, outbox
from workflow.errors import Forbidden
from workflow.models import Dossier, Ledger, Packet, PacketRevision, Registration, Signoff, Task, Unit, User
from workflow.operations.opening import all_opened
from workflow.permissions import runs
from workflow.store import Blob
from workflow.vocabulary import Gate, PacketState


def packet_of(session: Session, task: Task, round_: int, *, at: datetime) -> Packet:
    """The packet of one round, opened when first asked for."""
    packet = session.scalars(select(Packet).where(Packet.task_id == task.id, Packet.round == round_)).first()
    if packet is None:
        number = f"ZWGK-{task.item.ledger.year}-{task.id:06d}-{round_:02d}"
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
    session.refresh(packet)
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
    if signoff.gate is Gate.OFFICE:
        packet.state = PacketState.COMPLETE
    data = {
        "packet": packet.number,
        "round": packet.round,
        "field": field,
        "signoff_id": signoff.id,
        "unit": signoff.unit_name,
        "sha256": blob.sha256,
        "size": blob.size,
        "complete": packet.state is PacketState.COMPLETE,
    }
    audit.record(session, "packet.sealed", by=None, at=at, data=data, task_id=packet.task_id)
    session.flush()
    return True


def vouch(session: Session, text: str, *, kind: str, number: str, blob: Blob, at: datetime) -> None:
    """Keep the signed registration of a sealed file, once."""
    if registration_of(session, blob.sha256) is None:
        session.add(Registration(sha256=blob.sha256, kind=kind, number=number, text=text, created_at=at))
        session.flush()


def registration_of(session: Session, sha256: str) -> Registration | None:
    """What is vouched for beside the file with this digest."""
    return session.scalars(select(Registration).where(Registration.sha256 == sha256)).first()


def issuing_offices(session: Session) -> tuple[str, ...]:
    """The offices whose seal closes papers here: those that have published a ledger."""
    published = select(Ledger.office_id).where(Ledger.published_at.is_not(None))
    return tuple(session.scalars(select(Unit.name).where(Unit.id.in_(published)).order_by(Unit.position)))


def request_dossier(session: Session, ledger: Ledger, *, by: User, at: datetime) -> Dossier:
    """Ask for the look-back dossier of a published ledger as of now; the background builds it."""
    if not runs(ledger, by) or ledger.published_at is None:
        raise Forbidden("只有发布台账的办公室可以生成年度卷宗，且台账须已发布。")
    all_opened(session, ledger.id)
    unfinished = select(Dossier).where(
        Dossier.ledger_id == ledger.id, Dossier.finished_at.is_(None), Dossier.error == ""
    )
    running = session.scalars(unfinished).first()
    if running is not None:
        return running
    dossier = Dossier(ledger_id=ledger.id, requested_by_id=by.id, as_of=at)
    session.add(dossier)
    session.flush()
    audit.record(session, "dossier.requested", by=by, at=at, data={"ledger_id": ledger.id, "dossier_id": dossier.id})
    outbox.promise(session, "dossier", f"dossier:{dossier.id}", {"dossier_id": dossier.id}, at=at)
    return dossier


def finish_dossier(session: Session, dossier: Dossier, *, pdf: Blob, bag: Blob, at: datetime) -> None:
    """Register the built dossier once; a second building of the same request changes nothing."""
    session.refresh(dossier)
    if dossier.finished_at is not None:
        return
    dossier.pdf_sha256, dossier.zip_sha256, dossier.finished_at = pdf.sha256, bag.sha256, at
    dossier.done, dossier.step, dossier.error = dossier.total, "已完成", ""
    data = {"dossier_id": dossier.id, "ledger_id": dossier.ledger_id, "pdf": pdf.sha256, "bag": bag.sha256}
    audit.record(session, "dossier.finished", by=None, at=at, data=data)
