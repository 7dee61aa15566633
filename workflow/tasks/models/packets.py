"""Packets and dossiers as registered (证据包与年度卷宗登记)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.record.finding import Called, Findable
from workflow.record.models import Base, Moment, word
from workflow.tasks.models.tasks import Task
from workflow.tasks.words import PacketState


class Packet(Findable, Base):
    """The packet of one round of one task (证据包)."""

    __tablename__ = "packet"
    found_as = "packet"
    __table_args__ = (UniqueConstraint("task_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    round: Mapped[int]
    state: Mapped[PacketState] = mapped_column(word(PacketState), default=PacketState.OPEN)
    created_at: Mapped[datetime] = mapped_column(Moment)

    task: Mapped[Task] = relationship()
    revisions: Mapped[list[PacketRevision]] = relationship(order_by="PacketRevision.id")

    @property
    def called(self) -> Called:
        """Its number."""
        return Called((self.number,))


class PacketRevision(Base):
    """The packet after one seal (签章版本): bytes in the store, one row a seal, never two for one sign-off."""

    __tablename__ = "packet_revision"
    __table_args__ = (UniqueConstraint("packet_id", "signoff_id"), UniqueConstraint("packet_id", "field"))

    id: Mapped[int] = mapped_column(primary_key=True)
    packet_id: Mapped[int] = mapped_column(ForeignKey("packet.id"))
    signoff_id: Mapped[int] = mapped_column(ForeignKey("signoff.id"))
    field: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
