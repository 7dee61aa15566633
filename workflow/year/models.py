"""The papers of a year as asked for and registered (材料登记)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow.record.models import Base, Moment
from workflow.year.check_models import Capture, LookBackEntry, LookBackRound, Rectification, SelfCheck
from workflow.year.filing_models import Filing, FilingRound, FilingRow
from workflow.year.missive_models import Bulletin, Letter, MendingOrder, Missive, MissiveUnit, Reminder, Supervision

__all__ = [
    "Bulletin",
    "Capture",
    "Filing",
    "FilingRound",
    "FilingRow",
    "Letter",
    "LookBackEntry",
    "LookBackRound",
    "MendingOrder",
    "Missive",
    "MissiveUnit",
    "Paper",
    "Rectification",
    "Reminder",
    "SelfCheck",
    "Supervision",
]


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
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    as_of: Mapped[datetime] = mapped_column(Moment)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(String(120), default="等待开始")
    error: Mapped[str] = mapped_column(String(500), default="")
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    zip_sha256: Mapped[str | None] = mapped_column(String(64))
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
