"""A talk that the office has with a unit (约谈): who called it, who came, why, what was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.office.desks import Turn
from workflow.office.models import Unit
from workflow.office.words import Role
from workflow.record.models import Moment
from workflow.tasks.models import Matter
from workflow.tasks.words import Gate, Status
from workflow.year.missives.models import Missive


class Talk(Matter):
    """The record of a talk (约谈记录), which the unit's head signs."""

    __tablename__ = "talk"

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("missive.id"), index=True)
    """The issued letter that the talk goes beyond."""
    talked_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    """被约谈单位."""
    held_at: Mapped[datetime | None] = mapped_column(Moment)
    place: Mapped[str] = mapped_column(String(200), default="")
    convener: Mapped[str] = mapped_column(String(200), default="")
    """约谈人."""
    attendees: Mapped[str] = mapped_column(String(500), default="")
    """被约谈人和参加人员."""
    grounds: Mapped[str] = mapped_column(Text, default="")
    """约谈事由和依据."""
    minutes: Mapped[str] = mapped_column(Text, default="")
    """约谈纪要."""
    demand: Mapped[str] = mapped_column(Text, default="")
    """整改要求."""
    mend_by: Mapped[date | None]
    unsigned: Mapped[str] = mapped_column(Text, default="")
    """Why the unit has not signed, where the record was finished without."""

    letter: Mapped[Missive] = relationship(foreign_keys=[letter_id], back_populates="talks")
    talked: Mapped[Unit] = relationship(foreign_keys=[talked_id])

    __mapper_args__ = {"polymorphic_identity": "talk"}  # noqa: RUF012 - SQLAlchemy's own way of saying it

    @property
    def about(self) -> str:
        """The unit and the letter before it."""
        return f"约谈{self.talked.name}（{self.letter.number}）"

    @property
    def desk(self) -> Role:
        """The office writes it."""
        return Role.OFFICE

    @property
    def watchers(self) -> Sequence[int]:
        """The unit, once another one of the office stands behind the record."""
        return () if self.status in (Status.ASSIGNED, Status.DRAFTED) else (self.talked_id,)

    def signer_at(self, gate: Gate) -> Turn | None:
        """Confirmed by another person of the office, then signed by the head of the unit."""
        if gate is Gate.UNIT:
            return Turn(self.unit_id, Role.OFFICE)
        return Turn(self.talked_id, Role.UNIT_HEAD) if gate is Gate.LEAD else None
