"""Tasks and what is laid before the signers (承办任务、落实情况、证明材料、签批)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.words import Part, TaskKind
from workflow.office.desks import Turn
from workflow.office.models import Unit, User
from workflow.office.words import Role
from workflow.record.calendar import spoken
from workflow.record.dialects import only_where
from workflow.record.finding import Called, Findable
from workflow.record.models import Base, Moment, word
from workflow.record.text import quoted
from workflow.tasks.words import Decision, EvidenceKind, Gate, Status, TaskOutcome


class Matter(Base):
    """Whatever climbs the chain (办件): the thing with a state. Tasks are most of them; ``workflow/year`` adds its own kinds.

    One table carries what the engine asks of each; a kind that knows more keeps that in a table of its own beside it.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_unit_id_status_due", "unit_id", "status", "due"),
        Index("ix_task_ledger_id_status", "ledger_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    matter: Mapped[str] = mapped_column(String(20), default="task", server_default="task")
    """What kind of matter it is: the name of its process."""
    ledger_id: Mapped[int] = mapped_column(ForeignKey("ledger.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    due: Mapped[date]
    due_reason: Mapped[str] = mapped_column(String(300))
    """How the deadline was computed, in one Chinese sentence."""
    status: Mapped[Status] = mapped_column(word(Status), default=Status.ASSIGNED)
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change of the matter, its report or its evidence."""
    round: Mapped[int] = mapped_column(default=1)
    report: Mapped[str] = mapped_column(Text, default="")
    content_digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of what is laid before the signers; every sign-off is bound to it."""
    last_actor: Mapped[str] = mapped_column(String(64), default="")
    """Name of the person behind the newest version, for 「此件已由 … 处理」."""
    opened_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the unit acknowledged it (签收)."""
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[TaskOutcome] = mapped_column(word(TaskOutcome), default=TaskOutcome.DONE, server_default="done")
    progress: Mapped[int | None]
    """What the unit itself says of its work, in per cent (自报进度); None where it has not said."""
    milestones: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The steps that it names for its work, as :mod:`workflow.tasks.milestones` keeps them (节点): then they tell the progress."""
    paused_at: Mapped[datetime | None] = mapped_column(Moment)
    """Since when the clock stands still (挂账)."""
    paused_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")

    unit: Mapped[Unit] = relationship()
    ledger: Mapped[Ledger] = relationship(foreign_keys=[ledger_id])
    evidence: Mapped[list[Evidence]] = relationship(order_by="Evidence.id")
    signoffs: Mapped[list[Signoff]] = relationship(order_by="Signoff.id")
    awaited: Mapped[list[Awaiting]] = relationship(order_by="Awaiting.id")

    __mapper_args__ = {"polymorphic_on": "matter"}  # noqa: RUF012 - SQLAlchemy's own way of saying it

    @validates("status")
    def _status_is_private(self, key: str, value: Any) -> Any:
        # act() moves a status by compare-and-swap in the database; an assignment would be a second road.
        if inspect(self).has_identity:
            raise AttributeError("status is written by act() alone")
        return value

    @property
    def live_evidence(self) -> list[Evidence]:
        """The evidence that stands, oldest first."""
        return [piece for piece in self.evidence if piece.removed_at is None]

    @property
    def about(self) -> str:
        """What it is about, as messages name it: 「3 推进…」."""
        raise NotImplementedError

    @property
    def leans_on(self) -> Sequence[Matter]:
        """Other matters whose state a step of this one goes by: they are held with it."""
        return ()

    @property
    def name(self) -> str:
        """The matter in a message: what it is about, and whose it is."""
        return f"{self.about}（{self.unit.name}）"

    @property
    def desk(self) -> Role:
        """The desk of its unit that writes it and that it goes back to."""
        return Role.HANDLER

    def signer_at(self, gate: Gate) -> Turn | None:
        """Whom it waits for at a gate where that is its own affair; None for the gate's desk."""
        return None

    @property
    def leads(self) -> Sequence[int]:
        """Units that lead it, in order of print; empty where the office leads."""
        return ()

    @property
    def watchers(self) -> Sequence[int]:
        """Units whose handlers and heads may look at it as its own may."""
        return ()

    @property
    def office_id(self) -> int:
        """The unit whose office issues, chases and closes."""
        return self.ledger.office_id


class Task(Matter):
    """One unit's share of one row, and of one period where the row recurs (承办任务)."""

    item_id: Mapped[int] = mapped_column(ForeignKey("ledger_item.id"), nullable=True)
    kind: Mapped[TaskKind] = mapped_column(word(TaskKind), nullable=True)
    period: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Label of the period for a recurring row (``2026-03``, ``2026-Q1``), else empty."""
    lower_id: Mapped[int | None] = mapped_column(ForeignKey("ledger.id"), unique=True)
    """The ledger into which its unit has cut it for the units below (分解台账)."""

    item: Mapped[LedgerItem] = relationship()

    __mapper_args__ = {"polymorphic_identity": "task"}  # noqa: RUF012

    @property
    def about(self) -> str:
        """Number and words of its row."""
        return f"「{self.item.number} {quoted(self.item.text)}」"

    @property
    def leads(self) -> Sequence[int]:
        """The lead units of its row."""
        return [unit.id for unit in self.item.units(Part.LEAD)]

    @property
    def office_id(self) -> int:
        """The office of its row's ledger, which is read with the row."""
        return self.item.ledger.office_id


UniqueConstraint(*(Matter.__table__.columns[name] for name in ("item_id", "unit_id", "period")))
# stands here, for its columns are a task's own


class ReportRevision(Base):
    """What one person wrote in one round (落实情况修订): who wrote may not sign."""

    __tablename__ = "report_revision"
    __table_args__ = (UniqueConstraint("task_id", "round", "author_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    round: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(Moment)


class Evidence(Findable, Base):
    """A file or link that proves the work (证明材料). Removal is an event; the bytes stay."""

    __tablename__ = "evidence"
    found_as = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    round: Mapped[int]
    kind: Mapped[EvidenceKind] = mapped_column(word(EvidenceKind))
    name: Mapped[str] = mapped_column(String(500))
    """Original file name, kept as data; the stored name is the digest. For a link, its address."""
    note: Mapped[str] = mapped_column(String(500), default="")
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(default=0)
    media_type: Mapped[str] = mapped_column(String(120), default="")
    remarks: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """What is active in it or could not be looked into, as it is said beside it."""
    apart: Mapped[bool] = mapped_column(default=False, server_default=false())
    """True where it never rides in a packet: its digest stands for it."""
    scanned: Mapped[bool] = mapped_column(default=False, server_default=false())
    """False where nobody has looked for viruses (未查毒)."""
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    removed_at: Mapped[datetime | None] = mapped_column(Moment)

    uploaded_by: Mapped[User] = relationship(foreign_keys=[uploaded_by_id], lazy="joined")

    @property
    def called(self) -> Called:
        """The file's name, or the address and what it is."""
        return Called((self.note,), initials=(self.name,))


class Signoff(Base):
    """One person's decision at one gate in one round (签批), bound to the content it was given for.

    Name and unit are those at the time: people move, history does not.
    """

    __tablename__ = "signoff"
    __table_args__ = (
        Index("ix_signoff_task_id_round", "task_id", "round"),
        Index("ix_signoff_user_id", "user_id"),
        Index("ix_signoff_principal_id", "principal_id", **only_where("principal_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    round: Mapped[int]
    gate: Mapped[Gate] = mapped_column(word(Gate))
    decision: Mapped[Decision] = mapped_column(word(Decision))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    user_name: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_name: Mapped[str] = mapped_column(String(120))
    opinion: Mapped[str] = mapped_column(Text, default="")
    principal_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """For whom it was signed (授权代理); None where people sign for themselves."""
    principal_name: Mapped[str] = mapped_column(String(64), default="", server_default="")
    deputy_until: Mapped[date | None]
    paper_sha256: Mapped[str | None] = mapped_column(String(64))
    """The scan of a form signed on paper (线下签批); ``user_id`` is then who registered it."""
    paper_size: Mapped[int] = mapped_column(default=0, server_default="0")
    paper_name: Mapped[str] = mapped_column(String(255), default="", server_default="")
    paper_signer: Mapped[str] = mapped_column(String(64), default="", server_default="")
    content_digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)
    event_seq: Mapped[int]
    """Sequence number of the audit event that recorded it."""
    void_at: Mapped[datetime | None] = mapped_column(Moment)
    void_reason: Mapped[str] = mapped_column(String(200), default="")
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"), unique=True)
    """The seat that it fills: the database lets nobody fill one twice. None for a return."""

    @property
    def signer(self) -> str:
        """Who signed, as every screen and paper says it: 「乙（代 甲，授权至…）」, 「丙（线下签批，扫描件由…登记）」."""
        if self.paper_sha256 is not None:
            return f"{self.paper_signer}（线下签批，扫描件由{self.user_name}登记）"
        if self.deputy_until is not None:
            return self.user_name + for_whom(self.principal_name, self.deputy_until)
        return self.user_name


def for_whom(principal: str, until: date) -> str:
    """How a deputy's name goes on, wherever it is shown: 「（代 甲，授权至…）」."""
    return f"（代 {principal}，授权至{spoken(until)}）"


class Awaiting(Base):
    """Whose turn it is (待办): derived from the task by ``act``, so that an inbox is one index range."""

    __tablename__ = "awaiting"
    __table_args__ = (
        Index("ix_awaiting_task_id", "task_id"),
        Index("ix_awaiting_unit_id_role_user_id_due", "unit_id", "role", "user_id", "due", "task_id"),
        Index("ix_awaiting_user_id_due", "user_id", "due", "task_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[Role] = mapped_column(word(Role))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """The one person whose turn it is; None for anybody at the desk."""
    due: Mapped[date]
    since: Mapped[datetime] = mapped_column(Moment)

    unit: Mapped[Unit] = relationship()


class TaskShare(Base):
    """A part of a task that its unit gives to one of its sections (科室分工): the unit's own affair, no gate."""

    __tablename__ = "task_share"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    section: Mapped[str] = mapped_column(String(60))
    """The section (科室) or the person in charge."""
    work: Mapped[str] = mapped_column(String(500))
    due: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
