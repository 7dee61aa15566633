"""A look-back, its lines, and the matters that it calls for (回头看、自查表、整改)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.office.models import Unit
from workflow.record.models import Base, Moment, word
from workflow.record.text import quoted
from workflow.tasks.models import Matter
from workflow.year.words import Draw, Method, Result, Scope, Verdict

if TYPE_CHECKING:
    from workflow.year.inspections.models import Worksheet
    from workflow.year.missives.models import Missive
    from workflow.year.outside.models import OutsideLine


class LookBackRound(Base):
    """One look back on a ledger of an earlier year (回头看)."""

    __tablename__ = "look_back"

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"), index=True)
    basis: Mapped[str] = mapped_column(String(300))
    """Why it is done, in a sentence: the notice or the row that asks for it."""
    due: Mapped[date]
    """By when units hand their sheets in."""
    started_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    started_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the units were asked; the scope stands from then on."""
    share: Mapped[int] = mapped_column(default=100)
    """Per cent of the lines that the office checks itself."""
    rule: Mapped[Draw] = mapped_column(word(Draw), default=Draw.LAYERED)
    seed: Mapped[str] = mapped_column(String(120), default="")
    population: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the list that was drawn from."""
    drawn_at: Mapped[datetime | None] = mapped_column(Moment)

    ledger: Mapped[Ledger] = relationship()
    entries: Mapped[list[LookBackEntry]] = relationship(
        order_by="LookBackEntry.position", back_populates="look_back", cascade="all, delete-orphan"
    )
    sheets: Mapped[list[SelfCheck]] = relationship(back_populates="look_back", order_by="SelfCheck.id")


class LookBackEntry(Base):
    """One row of the earlier ledger for one unit (核查项)."""

    __tablename__ = "look_back_entry"
    __table_args__ = (UniqueConstraint("look_back_id", "item_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    look_back_id: Mapped[int] = mapped_column(ForeignKey("look_back.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("ledger_item.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """None where the row names nobody."""
    position: Mapped[int]
    scope: Mapped[Scope] = mapped_column(word(Scope))
    why: Mapped[str] = mapped_column(String(300))
    chosen: Mapped[bool]
    choice: Mapped[str] = mapped_column(String(300), default="")
    """Why it is looked back on although it need not be."""
    drawn: Mapped[bool] = mapped_column(default=False)
    done: Mapped[bool | None]
    """What the unit says of it on its sheet; None while it has said nothing."""
    told: Mapped[str] = mapped_column(Text, default="")
    lead_view: Mapped[str] = mapped_column(Text, default="")
    lead_by: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every verdict, objection and answer."""
    verdict: Mapped[Verdict | None] = mapped_column(word(Verdict))
    method: Mapped[Method | None] = mapped_column(word(Method))
    facts: Mapped[str] = mapped_column(Text, default="")
    """What was seen now."""
    papers: Mapped[str] = mapped_column(Text, default="")
    """What verifying its packets and files anew has found."""
    problem: Mapped[str] = mapped_column(Text, default="")
    measure: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    measure_due: Mapped[date | None]
    checked_by: Mapped[str] = mapped_column(String(64), default="")
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
    objection: Mapped[str] = mapped_column(Text, default="")
    objected_by: Mapped[str] = mapped_column(String(64), default="")
    objected_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)

    look_back: Mapped[LookBackRound] = relationship(back_populates="entries")
    item: Mapped[LedgerItem] = relationship(lazy="joined", innerjoin=True)
    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id], lazy="joined")
    owner: Mapped[Unit | None] = relationship(foreign_keys=[owner_id], lazy="selectin")
    captures: Mapped[list[Capture]] = relationship(order_by="Capture.id", lazy="selectin")
    links: Mapped[list[LinkCheck]] = relationship(order_by="LinkCheck.id", lazy="selectin", back_populates="entry")
    rectification: Mapped[Rectification | None] = relationship(back_populates="entry", lazy="selectin")

    @property
    def about(self) -> str:
        """The line in a message: 「3 推进…」（市财政局）."""
        return f"「{self.item.number} {quoted(self.item.text)}」（{self.unit.name if self.unit else '无明确主体'}）"


class Capture(Base):
    """What an inspector saw and kept (核查取证): a picture or page brought as a file, under its digest."""

    __tablename__ = "look_back_capture"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("look_back_entry.id"), index=True)
    """The line of a look-back, or else:"""
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("rectification.id"), index=True)
    """the rectification that it was seen of."""
    name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    note: Mapped[str] = mapped_column(String(500), default="")
    """Where it was seen: the page's address, the place."""
    brought_by: Mapped[str] = mapped_column(String(64))
    brought_at: Mapped[datetime] = mapped_column(Moment)


class LinkCheck(Base):
    """A link as it was when the office had it fetched (链接核对); until then it waits for the background."""

    __tablename__ = "link_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("look_back_entry.id"), index=True)
    """The line of a look-back, or else:"""
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("rectification.id"), index=True)
    """the rectification that it should show."""
    url: Mapped[str] = mapped_column(String(500))
    words: Mapped[str] = mapped_column(String(200), default="")
    """What should stand on the page."""
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    status: Mapped[int | None]
    """HTTP's; None where nothing was answered."""
    led_to: Mapped[str] = mapped_column(Text, default="")
    """Where the last redirect ended; empty without one."""
    title: Mapped[str] = mapped_column(String(200), default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of what was answered."""
    size: Mapped[int] = mapped_column(default=0)
    found: Mapped[bool | None]
    """Whether the words stand there; None where none were expected or the answer is no text."""
    trouble: Mapped[str] = mapped_column(String(200), default="")
    """Why there is no answer."""

    entry: Mapped[LookBackEntry | None] = relationship(back_populates="links")
    matter: Mapped[Rectification | None] = relationship(back_populates="links")


class SelfCheck(Matter):
    """One unit's own sheet in a look-back (自查表)."""

    __tablename__ = "self_check"

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    look_back_id: Mapped[int] = mapped_column(ForeignKey("look_back.id"), index=True)

    look_back: Mapped[LookBackRound] = relationship(back_populates="sheets")

    __mapper_args__ = {"polymorphic_identity": "self_check"}  # noqa: RUF012 - SQLAlchemy's own way of saying it

    @property
    def about(self) -> str:
        """The ledger that is looked back on."""
        return f"「{self.look_back.ledger.title}」回头看自查表"


class Rectification(Matter):
    """What has to be put right after a check (整改事项)."""

    __tablename__ = "rectification"

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("look_back_entry.id"), unique=True)
    """The line of a look-back that calls for it, or else:"""
    worksheet_id: Mapped[int | None] = mapped_column(ForeignKey("worksheet.id"), unique=True)
    """the worksheet of an inspection that does, or else:"""
    line_id: Mapped[int | None] = mapped_column(ForeignKey("outside_line.id"), index=True)
    """the line of a third party's list, which several units may have to put right."""
    problem: Mapped[str] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(String(64), default="")
    """Who answers for it in the unit (责任人)."""
    result: Mapped[Result] = mapped_column(word(Result), default=Result.MENDED)
    this_item_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_item.id"))
    """This year's row that carries on the one it is about."""

    entry: Mapped[LookBackEntry | None] = relationship(back_populates="rectification")
    worksheet: Mapped[Worksheet | None] = relationship(foreign_keys=[worksheet_id])
    line: Mapped[OutsideLine | None] = relationship(back_populates="rectifications")
    letters: Mapped[list[Missive]] = relationship(
        foreign_keys="Missive.origin_id", order_by="Missive.id", back_populates="origin"
    )
    """Letters about it."""
    this_item: Mapped[LedgerItem | None] = relationship()
    captures: Mapped[list[Capture]] = relationship(order_by="Capture.id", lazy="selectin")
    links: Mapped[list[LinkCheck]] = relationship(order_by="LinkCheck.id", lazy="selectin", back_populates="matter")
    """What was fetched and captured for the re-check, where no line of a look-back has it."""

    __mapper_args__ = {  # noqa: RUF012
        "polymorphic_identity": "rectification",
        "inherit_condition": id == Matter.__table__.c.id,
    }

    @property
    def item(self) -> LedgerItem | None:
        """The row that was looked at; None where an outsider looked at no row of ours."""
        found = self.entry or self.worksheet
        return found.item if found else None

    @property
    def headed(self) -> str:
        """What it is about, in a line: number and words of the row, or the outsider's indicator."""
        if self.line is not None:
            return f"{self.line.position} {self.line.indicator or self.line.problem}"
        return f"{self.item.number} {self.item.text}" if self.item else ""

    @property
    def source(self) -> str:
        """Where it comes from (问题来源)."""
        if self.line is not None:
            return f"{self.line.outside.source}（{self.line.place}）"
        number = self.item.number if self.item else ""
        if self.worksheet is not None:
            return f"{self.worksheet.inspection.title}第 {number} 条"
        return f"{self.ledger.year} 年台账回头看第 {number} 条"

    @property
    def about(self) -> str:
        """The row that was looked at."""
        return f"整改「{self.headed[:44]}」"
