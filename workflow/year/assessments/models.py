"""Assessments (考核): one of a ledger and class, its units, and what the office notes by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.office.models import Unit
from workflow.record.models import Base, Moment


class Assessment(Base):
    """One assessment of the units of a ledger, counties and departments apart (考核)."""

    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("ledger_id", "local"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"))
    local: Mapped[bool]
    """True for counties and the like."""
    scheme: Mapped[str] = mapped_column(Text)
    """The file as it was taken in (:mod:`workflow.year.assessments.scheme`); another year has another."""
    due: Mapped[date]
    """By when units assess themselves."""
    started_at: Mapped[datetime] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the first scores were shown to the units (初评); their own are locked from then on."""
    appeal_until: Mapped[date | None]
    locked_at: Mapped[datetime | None] = mapped_column(Moment)
    """From then on only corrections."""
    locked_by: Mapped[str] = mapped_column(String(64), default="")

    ledger: Mapped[Ledger] = relationship()
    units: Mapped[list[AssessedUnit]] = relationship(back_populates="assessment", order_by="AssessedUnit.id")
    entries: Mapped[list[AssessmentEntry]] = relationship(back_populates="assessment", order_by="AssessmentEntry.id")


class AssessedUnit(Base):
    """A unit in an assessment: what it says of itself, its appeal and the answer (自评、申诉)."""

    __tablename__ = "assessed_unit"
    __table_args__ = (UniqueConstraint("assessment_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    own: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Code of an indicator → [points, basis]."""
    own_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    own_by: Mapped[str] = mapped_column(String(64), default="")
    confirmed_by: Mapped[str] = mapped_column(String(64), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    appeal: Mapped[str] = mapped_column(Text, default="")
    appealed_by: Mapped[str] = mapped_column(String(64), default="")
    appealed_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[str] = mapped_column(String(64), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)

    assessment: Mapped[Assessment] = relationship(back_populates="units")
    unit: Mapped[Unit] = relationship(lazy="joined")


class AssessmentEntry(Base):
    """Something that the office notes against or for a unit, with its evidence (登记事项); taken back, it stays listed."""

    __tablename__ = "assessment_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str] = mapped_column(String(40))
    """The indicator, or the part of the total that is brought from outside."""
    what: Mapped[str] = mapped_column(String(500))
    value: Mapped[str] = mapped_column(String(40), default="")
    """A grade, or the points of a part; empty where it counts as one."""
    evidence: Mapped[str] = mapped_column(String(500))
    """Where it can be seen: an address, a document number, a file."""
    item_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_item.id"))
    correction: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Noted after the lock (更正)."""
    noted_by: Mapped[str] = mapped_column(String(64))
    noted_at: Mapped[datetime] = mapped_column(Moment)
    void_by: Mapped[str] = mapped_column(String(64), default="")
    void_at: Mapped[datetime | None] = mapped_column(Moment)
    void_reason: Mapped[str] = mapped_column(String(300), default="")

    assessment: Mapped[Assessment] = relationship(back_populates="entries")
    unit: Mapped[Unit] = relationship(lazy="joined")
    item: Mapped[LedgerItem | None] = relationship()
