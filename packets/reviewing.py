"""Verifying anew what a task left behind (材料复核): its packets and the bytes of its evidence, as they are today."""

from __future__ import annotations

from sqlalchemy import select

from packets.judging import judge
from workflow.record.installation import Installation
from workflow.tasks.checking import check_evidence
from workflow.tasks.models import Packet, PacketRevision, Task
from workflow.tasks.words import PacketState


def review(installation: Installation, item_id: int, unit_id: int | None) -> str:
    """What stands behind one row and unit today, in a sentence; no transaction is open while files are read."""
    with installation.database.reading() as session:
        tasks = session.scalars(select(Task).where(Task.item_id == item_id, Task.unit_id == unit_id)).all()
        for task in tasks:
            list(task.evidence), list(task.signoffs)
        revisions = (
            select(Packet.number, PacketRevision.sha256)
            .join(PacketRevision)
            .where(Packet.task_id.in_([task.id for task in tasks]), Packet.state == PacketState.COMPLETE)
            .order_by(PacketRevision.id)
        )
        packets = {row.number: row.sha256 for row in session.execute(revisions)}
    said = [f"证据包 {number} 验签{_verdict(installation, sha256)}" for number, sha256 in packets.items()]
    for task in tasks:
        damaged = check_evidence(task, installation.store).damaged
        files = sum(piece.sha256 is not None for piece in task.live_evidence)
        if damaged:
            said.append(f"材料{'、'.join(f'「{name}」' for name in damaged)}与登记不符或已丢失")
        elif files:
            said.append(f"{files} 份材料摘要一致")
    return "；".join(said) or "当年没有证据包和材料"


def _verdict(installation: Installation, sha256: str) -> str:
    if not installation.store.intact(sha256):
        return "不通过（文件已损坏或丢失）"
    return judge(installation, installation.store.read(sha256)).verdict
