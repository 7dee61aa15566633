"""Rounds and the forms that units file in them (填报期与落实情况表)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.office.desks import Turn
from workflow.office.models import Unit
from workflow.office.words import Role
from workflow.record.models import Base, Moment
from workflow.tasks.models import Matter
from workflow.tasks.words import Gate, Status

if TYPE_CHECKING:
    from workflow.year.look_backs.models import SelfCheck


class FilingRound(Base):
    """One time at which all units of a ledger say how far they are (填报期): months 1 to ``months`` of its year."""

    __tablename__ = "filing_round"
    __table_args__ = (UniqueConstraint("ledger_id", "months"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"))
    months: Mapped[int]
    """The closing month, X in 「1-X月」."""
    title: Mapped[str] = mapped_column(String(300))
    opens: Mapped[date]
    due: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    """Since when only supplements are taken (截止归档)."""

    ledger: Mapped[Ledger] = relationship()
    filings: Mapped[list[Filing]] = relationship(back_populates="in_round", order_by="Filing.id")


class Filing(Matter):
    """One unit's form in a round (落实情况表); the second edition is its supplement (补报), the first one stays."""

    __tablename__ = "filing"

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("filing_round.id"), index=True)
    edition: Mapped[int] = mapped_column(default=1)
    person: Mapped[str] = mapped_column(String(64), default="")
    """Who fills it in (填报人)."""
    phone: Mapped[str] = mapped_column(String(40), default="")
    filled_on: Mapped[date | None]
    """When it was last filled in (填报时间)."""
    through_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """The unit above whose form takes it in (汇总单位): a town's county; None where the office itself does."""

    through: Mapped[Unit | None] = relationship(foreign_keys=[through_id])
    parts: Mapped[list[FilingPart]] = relationship(foreign_keys="FilingPart.form_id", order_by="FilingPart.id")
    in_round: Mapped[FilingRound] = relationship(back_populates="filings")
    rows: Mapped[list[FilingRow]] = relationship(order_by="FilingRow.id")

    __mapper_args__ = {"polymorphic_identity": "filing"}  # noqa: RUF012 - SQLAlchemy's own way of saying it

    @property
    def about(self) -> str:
        """The title of its round, and that it is a supplement."""
        return f"《{self.in_round.title}》{self.edition_word}"

    @property
    def watchers(self) -> tuple[int, ...]:
        """The unit that takes it in may look from the beginning."""
        return (self.through_id,) if self.through_id else ()

    def signer_at(self, gate: Gate) -> Turn | None:
        """A town's form is taken in by its county, whose handlers gather."""
        return Turn(self.through_id, Role.HANDLER) if gate is Gate.OFFICE and self.through_id else None

    @property
    def whole(self) -> Filing | None:
        """The newest edition of the form above, which would take this one in."""
        above = [form for form in self.in_round.filings if form.unit_id == self.through_id]
        return max(above, key=lambda form: form.edition, default=None)

    @property
    def leans_on(self) -> tuple[Filing, ...]:
        """The form above, whose state decides whether this one may be taken in."""
        whole = self.whole if self.through_id is not None else None
        return (whole,) if whole is not None else ()

    @property
    def taken(self) -> list[Filing]:
        """The forms of the units below that it took in, in the directory's order."""
        found = [part.taken for part in self.parts if part.taken is not None]
        return sorted(found, key=lambda form: (form.unit.position, form.unit_id))

    def of_below(self, item_id: int) -> Iterator[tuple[Unit, str]]:
        """What the units below say of a row, to any depth; who says nothing is left out."""
        for form in self.taken:
            yield from form.all_said(item_id)

    def all_said(self, item_id: int) -> Iterator[tuple[Unit, str]]:
        """What the unit says of a row, then the units below it."""
        said = next((row.cell for row in self.rows if row.item_id == item_id), "")
        if said:
            yield self.unit, said
        yield from self.of_below(item_id)

    @property
    def left_behind(self) -> bool:
        """Whether its round was closed: from then on only supplements are taken."""
        return self.edition == 1 and self.in_round.closed_at is not None

    @property
    def takes_supplement(self) -> bool:
        """Whether a next edition may stand beside it."""
        return self.status is Status.CLOSED or self.left_behind

    @property
    def edition_word(self) -> str:
        """「（补报）」 for every edition but the first."""
        return "" if self.edition == 1 else "（补报）" if self.edition == 2 else f"（补报{self.edition - 1}）"


class FilingRow(Base):
    """What a unit says of one row of the ledger (填报行)."""

    __tablename__ = "filing_row"
    __table_args__ = (UniqueConstraint("filing_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("ledger_item.id"))
    text: Mapped[str] = mapped_column(Text, default="")
    """What is filed: approved in a task, or written here."""
    not_concerned: Mapped[bool] = mapped_column(default=False, server_default=false())
    """True where ``text`` is the reason why the unit is not concerned (不涉及)."""
    pending: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Words of reports that no head has approved (未审): shown beside, and never filed nor printed."""
    origin: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """Where the text was taken from: ``task:12 task:15``, ``filing:7``; empty once somebody wrote it anew."""
    fault: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """Why this row was returned, until it is changed."""

    item: Mapped[LedgerItem] = relationship()

    @property
    def cell(self) -> str:
        """The row's cell as it is printed; empty where nothing is said."""
        return f"不涉及本单位，理由：{self.text}" if self.not_concerned else self.text


class FilingPart(Base):
    """A unit below whose form is a part of this one (下级填报): asked, and once taken in, with its form."""

    __tablename__ = "filing_part"
    __table_args__ = (UniqueConstraint("form_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    taken_id: Mapped[int | None] = mapped_column(ForeignKey("filing.id"))

    unit: Mapped[Unit] = relationship()
    taken: Mapped[Filing | None] = relationship(foreign_keys=[taken_id])


class Reporting(Base):
    """What a unit's head has reported up with a form (年度报送), as it was then; a form that comes back is reported anew."""

    __tablename__ = "reporting"
    __table_args__ = (UniqueConstraint("ledger_id", "number"), UniqueConstraint("filing_id", "round"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    round: Mapped[int]
    """The form's own at that time."""
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("self_check.id"))
    number: Mapped[str] = mapped_column(String(40))
    """Of the receipt (回执编号), gapless within a ledger."""
    form_sha256: Mapped[str] = mapped_column(String(64))
    sheet_sha256: Mapped[str | None] = mapped_column(String(64))
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Every approved piece: row, period, name, digest, size."""
    evidence_digest: Mapped[str] = mapped_column(String(64))
    tasks: Mapped[int]
    """How many the unit has in the ledger, and of them: closed, not yet approved by its head."""
    closed: Mapped[int]
    unapproved: Mapped[int]
    by_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)

    form: Mapped[Filing] = relationship()
    sheet: Mapped[SelfCheck | None] = relationship()
