"""An inspection and its worksheets (检查、检查底稿)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.office.desks import Turn
from workflow.office.models import Unit, User
from workflow.office.words import Role
from workflow.record.models import Base, Moment, word
from workflow.record.text import quoted
from workflow.tasks.models import Matter
from workflow.tasks.words import Gate, Status
from workflow.year.inspections.words import Judgement
from workflow.year.words import Draw, Method


class Inspection(Base):
    """One look of the office at how rows are kept (检查): what it comes from, and what was drawn from which list."""

    __tablename__ = "inspection"

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"), index=True)
    duty: Mapped[str] = mapped_column(String(80))
    """The duty of the office's calendar that it carries out, by its key."""
    title: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(String(300))
    """The words of the row or the notice that ask for it, as printed."""
    due: Mapped[date]
    """By when it is to be done."""
    method: Mapped[Method] = mapped_column(word(Method))
    share: Mapped[int]
    rule: Mapped[Draw] = mapped_column(word(Draw))
    seed: Mapped[str] = mapped_column(String(120))
    population: Mapped[str] = mapped_column(Text)
    """The list that was drawn from, as it is published: its digest is what anybody repeats."""
    started_by: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime] = mapped_column(Moment)

    ledger: Mapped[Ledger] = relationship()
    sheets: Mapped[list[Worksheet]] = relationship(back_populates="inspection", order_by="Worksheet.id")


class Worksheet(Matter):
    """What was seen of one row at one unit (检查底稿)."""

    __tablename__ = "worksheet"
    __table_args__ = (UniqueConstraint("inspection_id", "row_id", "checked_id"),)  # type: ignore[assignment]

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    row_id: Mapped[int] = mapped_column(ForeignKey("ledger_item.id"))
    checked_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    """The unit that is looked at (检查对象)."""
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    place: Mapped[str] = mapped_column(String(300), default="")
    """Place or address of a page (地点或网址)."""
    method: Mapped[Method] = mapped_column(word(Method))
    inspector: Mapped[str] = mapped_column(String(64), default="")
    """Who noted what was seen."""
    companion_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """The second inspector, who confirms the sheet."""
    facts: Mapped[str] = mapped_column(Text, default="")
    judgement: Mapped[Judgement | None] = mapped_column(word(Judgement))
    category: Mapped[str] = mapped_column(String(60), default="")
    """问题类别."""
    clause: Mapped[str] = mapped_column(String(300), default="")
    """依据条款."""
    demand: Mapped[str] = mapped_column(Text, default="")
    """What is to be put right (整改要求)."""
    mend_by: Mapped[date | None]
    unsigned: Mapped[str] = mapped_column(Text, default="")
    """Why the unit has not signed, where the sheet was finished without."""
    key: Mapped[str] = mapped_column(String(64), default="")
    """Names what a telephone sent last: the same is taken in once."""

    inspection: Mapped[Inspection] = relationship(back_populates="sheets")
    item: Mapped[LedgerItem] = relationship()
    checked: Mapped[Unit] = relationship(foreign_keys=[checked_id])
    companion: Mapped[User | None] = relationship()

    __mapper_args__ = {"polymorphic_identity": "worksheet"}  # noqa: RUF012 - SQLAlchemy's own way of saying it

    @property
    def about(self) -> str:
        """The row and the unit."""
        return f"检查底稿「{self.item.number} {quoted(self.item.text)}」（{self.checked.name}）"

    @property
    def desk(self) -> Role:
        """The office writes it."""
        return Role.OFFICE

    @property
    def watchers(self) -> Sequence[int]:
        """The unit looked at, once two inspectors stand behind the sheet."""
        return () if self.status in (Status.ASSIGNED, Status.DRAFTED) else (self.checked_id,)

    def signer_at(self, gate: Gate) -> Turn | None:
        """Confirmed by the second inspector, then signed by the head of the unit looked at."""
        if gate is Gate.UNIT:
            return Turn(self.unit_id, Role.OFFICE, self.companion_id)
        return Turn(self.checked_id, Role.UNIT_HEAD) if gate is Gate.LEAD else None
