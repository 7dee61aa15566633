"""The papers of a year as asked for and registered (材料登记)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.ledgers.models import Ledger
from workflow.office.models import Unit
from workflow.record.models import Base, Moment


class Paper(Base):
    """One paper that the office asked for (材料), with the progress of its making."""

    __tablename__ = "paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    """By its code in the table of papers."""
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"), index=True)
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    """The one matter that it prints; None for a paper about the whole ledger."""
    round_id: Mapped[int | None] = mapped_column(ForeignKey("filing_round.id"), index=True)
    """The round of which it prints the forms of all units."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The unit whose share of the ledger it tells; None for all of it."""
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    as_of: Mapped[datetime] = mapped_column(Moment)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(String(120), default="等待开始")
    error: Mapped[str] = mapped_column(String(500), default="")
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    zip_sha256: Mapped[str | None] = mapped_column(String(64))
    finished_at: Mapped[datetime | None] = mapped_column(Moment)

    ledger: Mapped[Ledger] = relationship()
    unit: Mapped[Unit | None] = relationship()


class DutyMark(Base):
    """What was said of one of the office's own duties (日程办理): moved, or done; until then nothing is kept of it."""

    __tablename__ = "duty_mark"
    __table_args__ = (UniqueConstraint("ledger_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"))
    key: Mapped[str] = mapped_column(String(60))
    """Where the duty comes from, and its period (:class:`workflow.year.duties.Duty`)."""
    what: Mapped[str] = mapped_column(String(200))
    planned: Mapped[date]
    moved_to: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    done_by: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(Text, default="")
