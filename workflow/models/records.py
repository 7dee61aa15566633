"""The trail, the promises and the notices (留痕、待执行事项、消息)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Moment, word
from workflow.vocabulary import NoticeKind


class Link:
    """What a link of either chain says (链节). The database refuses to update or delete a row."""

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(40))
    """ISO time in UTC as text: what was hashed is what is kept."""
    kind: Mapped[str] = mapped_column(String(60), index=True)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(64))
    task_id: Mapped[int | None]
    data: Mapped[str] = mapped_column(Text)
    """Canonical JSON (RFC 8785 for the values we use: text, whole numbers, true/false/null, lists, objects)."""
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditEvent(Link, Base):
    """One link of the trail: a change (留痕)."""

    __tablename__ = "audit_event"
    __table_args__ = (
        UniqueConstraint("prev_hash"),
        UniqueConstraint("hash"),
        Index("ix_audit_event_task_id", "task_id"),
    )


class AccessEvent(Link, Base):
    """One link of the access log: a refusal, a download, an export, a look at people (访问记录)."""

    __tablename__ = "access_event"
    __table_args__ = (UniqueConstraint("prev_hash"), UniqueConstraint("hash"))


class ClockMark(Base):
    """The latest time that the installation's clock has shown (时钟记录): one row, see :mod:`workflow.timekeeping`."""

    __tablename__ = "clock_mark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    latest: Mapped[datetime] = mapped_column(Moment)


class OutboxRow(Base):
    """A promise of work (待执行事项), written in the transaction that made it necessary."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("key"), Index("ix_outbox_done_at_run_after", "done_at", "run_after"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200))
    """Names the work once: a second promise of the same work is the same row."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    run_after: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    """Raised by every claim: a worker that lost its lease cannot settle."""
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    last_error: Mapped[str] = mapped_column(String(500), default="")


class Notice(Base):
    """A message in somebody's inbox (消息)."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_user_id_read_at_id", "user_id", "read_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[NoticeKind] = mapped_column(word(NoticeKind), default=NoticeKind.NEWS, server_default="news")
    text: Mapped[str] = mapped_column(String(500))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    ledger_id: Mapped[int | None] = mapped_column(ForeignKey("ledger.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
