"""Getting in (登录与口令): passwords of the past, wrong ones lately, resets that wait for a second person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.base import Base, Moment
from workflow.models.people import User


class PastPassword(Base):
    """A password that somebody had (曾用口令), as its hash, so that it does not come back."""

    __tablename__ = "past_password"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))


class WrongPassword(Base):
    """One wrong password (口令错误记录): for which name and from where; forgotten when it no longer counts."""

    __tablename__ = "wrong_password"
    __table_args__ = (Index("ix_wrong_password_login_key_at", "login_key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    login_key: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the login name: people type passwords there, and a name of nobody counts like any other."""
    place: Mapped[str] = mapped_column(String(80))
    known: Mapped[bool]
    """Whether the place is a browser in which this person has signed in before."""
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class PasswordReset(Base):
    """A new password that one administrator asked for and another has to agree to (口令重置申请)."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    half_hash: Mapped[str] = mapped_column(String(120))
    """Of the first half of the password, which the asker alone was shown."""
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    user: Mapped[User] = relationship(foreign_keys=user_id)
    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id)
