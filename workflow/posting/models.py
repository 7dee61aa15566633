"""Where notices go besides the inbox (消息送达): mail boxes and group robots, and what was sent to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.office.models import Unit, User
from workflow.posting.words import Channel, DeliveryState, Rhythm
from workflow.record.models import Base, Moment, word


class Address(Base):
    """A mail box of a person, or the group robot of a unit (送达地址)."""

    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    channel: Mapped[Channel] = mapped_column(word(Channel))
    target: Mapped[str] = mapped_column(String(300))
    """A mail address, or the robot's web address."""
    secret: Mapped[str] = mapped_column(String(200), default="")
    """The robot's signing secret, where it has one."""
    rhythm: Mapped[Rhythm] = mapped_column(word(Rhythm))
    cursor: Mapped[int] = mapped_column(default=0)
    """The newest notice that has been collected for it."""
    collected_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)

    user: Mapped[User | None] = relationship()
    unit: Mapped[Unit | None] = relationship()


class Delivery(Base):
    """One message sent, or waiting to be (送达记录): it carries the notices from ``first_id`` to ``last_id``."""

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_address_id", "address_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id", ondelete="CASCADE"))
    first_id: Mapped[int]
    last_id: Mapped[int]
    count: Mapped[int]
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[DeliveryState] = mapped_column(word(DeliveryState))
    error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)

    address: Mapped[Address] = relationship()
