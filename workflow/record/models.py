"""The ground every table stands on (数据模型基类): naming of constraints, UTC times, enumerations as checked text."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Enum,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all models; constraint names are fixed so that migrations can speak of them."""

    metadata = MetaData(naming_convention=NAMING)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as naive UTC so that every database orders it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: a time without a zone is a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive time")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time back as aware UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


def word(kind: type[StrEnum]) -> Enum:
    """A column type for one of the vocabulary's enumerations: its code as text, checked by the database."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Link:
    """What a link of either chain says (链节). The database refuses to update or delete a row."""

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(40))
    """ISO time in UTC as text: what was hashed is what is kept."""
    kind: Mapped[str] = mapped_column(String(60), index=True)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(64))
    task_id: Mapped[int | None]
    subject: Mapped[str | None] = mapped_column(String(40))
    """What it is about (``task:12``), to find it by: the hash covers it where it stands in the data."""
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
        Index("ix_audit_event_subject", "subject"),
        Index("ix_audit_event_at", "at", "seq"),
    )


class AccessEvent(Link, Base):
    """One link of the access log: a refusal, a download, an export, a look at people (访问记录)."""

    __tablename__ = "access_event"
    __table_args__ = (UniqueConstraint("prev_hash"), UniqueConstraint("hash"))


class ClockMark(Base):
    """The latest time that the installation's clock has shown (时钟记录): one row, see :mod:`workflow.record.timekeeping`."""

    __tablename__ = "clock_mark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    latest: Mapped[datetime] = mapped_column(Moment)


class Rate(Base):
    """How often something happened in one minute (频次), see :mod:`workflow.record.rates`."""

    __tablename__ = "rate"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    """What is counted, and for whom: ``check:192.0.2.7``."""
    minute: Mapped[datetime] = mapped_column(Moment)
    count: Mapped[int]


class OutboxRow(Base):
    """A promise of work (待执行事项), written in the transaction that made it necessary."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("key"), Index("ix_outbox_done_at_wanted_by", "done_at", "wanted_by"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200))
    """Names the work once: a second promise of the same work is the same row."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    run_after: Mapped[datetime] = mapped_column(Moment)
    wanted_by: Mapped[datetime] = mapped_column(Moment)
    """By this the queue is ordered: when it was promised, and how long its kind may stand behind others."""
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    """Raised by every claim: a worker that lost its lease cannot settle."""
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    last_error: Mapped[str] = mapped_column(String(500), default="")


class Registration(Base):
    """What this installation vouches for beside one sealed file (登记): the signed text that is handed out with it."""

    __tablename__ = "registration"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    """Digest of the whole sealed file."""
    kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
