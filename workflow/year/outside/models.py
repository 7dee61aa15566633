"""A third party's list of what it found wanting, and its lines (外部问题清单)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.ledgers.models import Ledger
from workflow.office.models import Unit
from workflow.record.models import Base, Moment

if TYPE_CHECKING:
    from workflow.year.look_backs.models import Rectification


class OutsideList(Base):
    """A list as it came (清单): it is given back in the very same file."""

    __tablename__ = "outside_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"), index=True)
    """The ledger whose office has it put right."""
    source: Mapped[str] = mapped_column(String(200))
    """Who found it, when (问题来源)."""
    name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of its lines as they were read."""
    left: Mapped[str] = mapped_column(Text, default="")
    """What was not read, a sentence a line."""
    received_by: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(Moment)

    ledger: Mapped[Ledger] = relationship()
    lines: Mapped[list[OutsideLine]] = relationship(back_populates="outside", order_by="OutsideLine.position")


class OutsideLine(Base):
    """One thing that was found wanting (清单行)."""

    __tablename__ = "outside_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    outside_id: Mapped[int] = mapped_column(ForeignKey("outside_list.id"), index=True)
    position: Mapped[int]
    place: Mapped[str] = mapped_column(String(200))
    """Its row in the file: “清单”第 5 行."""
    column: Mapped[int]
    """Which of the visible columns is the result's."""
    indicator: Mapped[str] = mapped_column(Text)
    standard: Mapped[str] = mapped_column(Text)
    problem: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    unit_text: Mapped[str] = mapped_column(Text)
    """责任单位 as printed."""
    limit_text: Mapped[str] = mapped_column(Text)
    """整改时限 as printed."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """Who is meant, where the printed name is that of one unit."""

    outside: Mapped[OutsideList] = relationship(back_populates="lines")
    unit: Mapped[Unit | None] = relationship()
    rectifications: Mapped[list[Rectification]] = relationship(back_populates="line", order_by="Rectification.id")
    """One a unit."""
