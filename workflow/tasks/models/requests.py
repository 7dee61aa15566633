"""What somebody asks for and somebody else decides (申请与决定): a later date, another unit, a pause, a ruling, a new start."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.office.models import Unit
from workflow.record.dialects import only_where
from workflow.record.models import Base, Moment, word
from workflow.tasks.words import RequestKind


class Request(Base):
    """One request about a task (申请); the date before it stays visible for good."""

    __tablename__ = "request"
    __table_args__ = (
        Index(
            "uq_request_open", "task_id", "kind", unique=True,
            **only_where("granted IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    kind: Mapped[RequestKind] = mapped_column(word(RequestKind))
    reason: Mapped[str] = mapped_column(String(500))
    old_due: Mapped[date]
    new_due: Mapped[date | None]
    """The date asked for (延期)."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The unit proposed instead, and in the end the one ruled (责任异议)."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_by: Mapped[str] = mapped_column(String(200))
    """Unit and name at the time."""
    asked_at: Mapped[datetime] = mapped_column(Moment)
    granted: Mapped[bool | None]
    """None while nobody has decided."""
    opinion: Mapped[str] = mapped_column(String(500), default="")
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Moment)

    unit: Mapped[Unit | None] = relationship()


class TaskCopy(Base):
    """Somebody who is to know of a task without a part in it (抄送): may look, may do nothing."""

    __tablename__ = "task_copy"

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    sent_at: Mapped[datetime] = mapped_column(Moment)
