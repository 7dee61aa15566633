"""What a person has at hand of a task (案头): which version they have opened, and words that are not saved yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.office.models import User
from workflow.record.models import Base, Moment


class AtHand(Base):
    """One person's look at one matter (案头): no part of its content, of its packet or of the trail."""

    __tablename__ = "at_hand"

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    """The newest version that was laid before the person (阅看); 0 where none was."""
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    words: Mapped[str | None] = mapped_column(Text)
    """A report that is being written and not saved yet (草稿); None where there is none."""
    base: Mapped[str | None] = mapped_column(Text)
    """The report that those words were written over."""
    saved_at: Mapped[datetime | None] = mapped_column(Moment)

    user: Mapped[User] = relationship()


class TaskComment(Base):
    """Something said about a task beside its papers (留言): no part of its content, of its packet or of the trail."""

    __tablename__ = "task_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    said_by: Mapped[str] = mapped_column(String(200))
    """Unit and name at the time."""
    text: Mapped[str] = mapped_column(String(500))
    said_at: Mapped[datetime] = mapped_column(Moment)
    named: Mapped[dict[str, str]] = mapped_column(JSON)
    """Whom it names with @ (点名): id → name at the time."""
    taken_back_at: Mapped[datetime | None] = mapped_column(Moment)
    """When who said it took it back (撤回): that something was said stays, its words go."""


class SavedView(Base):
    """A list of tasks that somebody keeps under a name (常用视图)."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(1000))
    """What its address asks for, ``due=late&scope=unit``."""


class ListExport(Base):
    """A long list that somebody takes along (清单导出): written in the background, fetched by them alone, gone after a day."""

    __tablename__ = "list_export"

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """Where they sat when they asked: who has moved since does not fetch what the old unit may see."""
    asked_at: Mapped[datetime] = mapped_column(Moment, index=True)
    scope: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(1000))
    """What the list's address asks for, ``due=late&scope=unit``."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str] = mapped_column(String(500), default="")
