"""Ledgers and their rows (台账与条目)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.ledgers.words import FIELDS, HEAD_FIELDS, Part, ProgressBy
from workflow.office.models import Unit, User
from workflow.office.words import Resolution
from workflow.record.finding import Called, Findable
from workflow.record.models import Base, Moment, word
from workflow.record.published import Inspection, Recurrence


class SourceDocument(Base):
    """A published document as uploaded (来源文件); its bytes lie in the store under their digest."""

    __tablename__ = "source_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    """The decoded text that line numbers refer to."""
    places: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    """Where a line stands in a file that is no plain text: ``{"12": "第 3 页第 5 行"}``."""
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)


class Ledger(Findable, Base):
    """One published table (任务台账): a draft until ``published_at`` is set, then frozen."""

    __tablename__ = "ledger"
    found_as = "ledger"
    __table_args__ = (UniqueConstraint("source_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    year: Mapped[int]
    issuer: Mapped[str | None] = mapped_column(String(120))
    document_number: Mapped[str | None] = mapped_column(String(80))
    issued_on: Mapped[date | None]
    report_due: Mapped[date | None]
    report_to: Mapped[str | None] = mapped_column(String(120))
    source_id: Mapped[int] = mapped_column(ForeignKey("source_document.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The unit whose office issues, chases and closes."""
    lead_tasks: Mapped[bool] = mapped_column(default=True)
    """Whether lead units get a task of their own (牵头汇总)."""
    progress_by: Mapped[ProgressBy] = mapped_column(word(ProgressBy), default=ProgressBy.NONE, server_default="none")
    """How its units say how far their own work has come (自报进度)."""
    columns: Mapped[list[list[str]]] = mapped_column(JSON, default=list, server_default="[]")
    """[role, name] of the columns as printed, left to right, for exports in the shape it came in."""
    duties: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    """What the notice says that the office itself does (:class:`workflow.record.published.OfficeDuty` as JSON)."""
    cadence: Mapped[Recurrence] = mapped_column(
        word(Recurrence), default=Recurrence.QUARTERLY, server_default="quarterly"
    )
    """How often rows that go on are reported on, and irregular checks come round at the latest (填报周期)."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    past: Mapped[bool] = mapped_column(default=False, server_default=false())
    """True for a table of an earlier year read in to be looked back on: frozen, and nothing of it is handed out."""
    closed_on: Mapped[date | None]
    """The day on which the clocks of its tasks stopped (年结); None while its year runs."""

    source: Mapped[SourceDocument] = relationship()
    office: Mapped[Unit] = relationship()
    items: Mapped[list[LedgerItem]] = relationship(
        back_populates="ledger", order_by="LedgerItem.position", cascade="all, delete-orphan"
    )
    problems: Mapped[list[ReadingProblem]] = relationship(order_by="ReadingProblem.id", cascade="all, delete-orphan")
    read_as: Mapped[ReadAs | None] = relationship(cascade="all, delete-orphan")

    @property
    def called(self) -> Called:
        """Title and 文号."""
        return Called((self.document_number or "",), initials=(self.title,))


class RememberedPointing(Base):
    """How an office's files of one form are read, as a person has pointed it out (记住的指认)."""

    __tablename__ = "remembered_pointing"
    __table_args__ = (UniqueConstraint("office_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    form: Mapped[str] = mapped_column(String(64))
    """Digest of what tells the form: the kind of the file and the names in its head."""
    head: Mapped[list[str]] = mapped_column(JSON)
    """The cells of the head row, as printed but for blanks."""
    pointing: Mapped[dict[str, Any]] = mapped_column(JSON)
    """:class:`workflow.record.published.Pointing` as JSON."""
    file: Mapped[str] = mapped_column(String(255))
    """The name of the file at which it was pointed out."""
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class ReadAs(Base):
    """How a draft was read, where there was a choice (读法)."""

    __tablename__ = "read_as"

    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"), primary_key=True)
    beside: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The rows as laid and those of the other reading (:class:`workflow.ledgers.readings.Beside` as JSON)."""
    pointing_id: Mapped[int | None] = mapped_column(ForeignKey("remembered_pointing.id", ondelete="SET NULL"))

    pointing: Mapped[RememberedPointing | None] = relationship()


class Scan(Base):
    """A file that is read in the background (后台读入): its pages recognised a few at a time, then laid as a draft."""

    __tablename__ = "scan"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int]
    total: Mapped[int | None]
    """Pages that are pictures; None while nobody has counted them, 0 for a file that only takes long."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    stopped_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    result_sha256: Mapped[str | None] = mapped_column(String(64))
    """What was recognised of it, as a file that is read again and again (:mod:`intake.formats.recognised`)."""
    error: Mapped[str] = mapped_column(String(500), default="")

    asked_by: Mapped[User] = relationship()

    @property
    def running(self) -> bool:
        """Whether the background is at it, or will be."""
        return self.finished_at is None and self.stopped_at is None and not self.error


class ScanPage(Base):
    """A page that was recognised (识别页), until the whole file is."""

    __tablename__ = "scan_page"

    scan_id: Mapped[int] = mapped_column(ForeignKey("scan.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    said: Mapped[str] = mapped_column(Text)


class ReadingProblem(Base):
    """Something the reader could not settle (待核实), shown until the office has dealt with it."""

    __tablename__ = "reading_problem"

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"), index=True)
    message: Mapped[str] = mapped_column(String(500))
    line: Mapped[int | None]
    number: Mapped[str | None] = mapped_column(String(40))
    name: Mapped[str | None] = mapped_column(String(200))
    """The printed name of which it asks whom it means."""
    doubts: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """The fields of its row, or of the head, that may have been read wrongly (:data:`workflow.ledgers.words.FIELDS`)."""
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def sentence(self) -> str:
        """What is doubted, without the row: the same in every row that prints the same."""
        return self.message.removeprefix(f"第 {self.number} 项：")

    @property
    def fields(self) -> list[str]:
        """What the fields in doubt are called, each once."""
        words = FIELDS if self.number is not None else HEAD_FIELDS
        return list(dict.fromkeys(words[name] for name in self.doubts if name in words))

    def is_about(self, item: LedgerItem) -> bool:
        """Whether it speaks of this row: numbers may be printed twice, lines tell such rows apart."""
        return self.number == item.number and (None in (self.line, item.line) or self.line == item.line)


class LedgerItem(Findable, Base):
    """One row of the table (台账条目)."""

    __tablename__ = "ledger_item"
    found_as = "item"
    __table_args__ = (UniqueConstraint("ledger_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"))
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(40))
    section: Mapped[list[str]] = mapped_column(JSON)
    title: Mapped[str | None] = mapped_column(Text)
    requirement: Mapped[str | None] = mapped_column(Text)
    responsibility_text: Mapped[str] = mapped_column(Text)
    deadline_text: Mapped[str | None] = mapped_column(Text)
    due: Mapped[date | None]
    recurrence: Mapped[Recurrence | None] = mapped_column(word(Recurrence))
    inspection: Mapped[Inspection | None] = mapped_column(word(Inspection))
    inspection_on: Mapped[date | None]
    line: Mapped[int | None]
    line_end: Mapped[int | None]
    extra: Mapped[list[list[str]]] = mapped_column(JSON, default=list, server_default="[]")
    """[column, text] of what is kept as printed: 备注, 责任人, 联系电话."""
    origins: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    """The characters that each value was read from (:class:`workflow.record.published.Origin`)."""
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_item.id"))
    """The row of an earlier ledger that this one carries on, confirmed by a person (承接上年)."""

    follows: Mapped[LedgerItem | None] = relationship(remote_side=[id])
    ledger: Mapped[Ledger] = relationship(back_populates="items")
    parties: Mapped[list[ItemParty]] = relationship(
        back_populates="item", order_by="ItemParty.id", cascade="all, delete-orphan"
    )

    @property
    def called(self) -> Called:
        """Number, short task, requirement."""
        return Called((self.number, self.requirement or ""), initials=(self.title or "",))

    @property
    def text(self) -> str:
        """The row in one sentence: its short task where it has one, else what it requires."""
        return self.title or self.requirement or ""

    def units(self, part: Part) -> list[Unit]:
        """The units that play this part, each once, in the order of print."""
        found = {unit.id: unit for party in self.parties if party.part is part for unit in party.units}
        return list(found.values())


class ItemParty(Base):
    """A name or phrase in the responsibility cell (责任主体), and the units it stands for.

    ``units`` is frozen when the ledger is published: later changes of a group do not reach back.
    """

    __tablename__ = "item_party"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("ledger_item.id"), index=True)
    part: Mapped[Part] = mapped_column(word(Part))
    phrase: Mapped[str] = mapped_column(String(200))
    is_group: Mapped[bool]
    resolution: Mapped[Resolution] = mapped_column(word(Resolution))

    item: Mapped[LedgerItem] = relationship(back_populates="parties")
    units: Mapped[list[Unit]] = relationship(secondary="party_unit", order_by=Unit.position)


class PartyUnit(Base):
    """A unit that a phrase stands for (展开成员)."""

    __tablename__ = "party_unit"
    __table_args__ = (Index("ix_party_unit_unit_id", "unit_id"),)

    party_id: Mapped[int] = mapped_column(ForeignKey("item_party.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
