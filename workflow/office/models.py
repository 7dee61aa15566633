"""Units and people (单位与人员)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.office.words import NoticeKind, Role, TokenScope, UnitKind
from workflow.record.finding import Called, Findable
from workflow.record.models import Base, Moment, word


class Unit(Findable, Base):
    """A unit of the directory (单位)."""

    __tablename__ = "unit"
    found_as = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[UnitKind] = mapped_column(word(UnitKind))
    position: Mapped[int] = mapped_column(default=0)
    """Place in the directory as the office ordered it."""
    active: Mapped[bool] = mapped_column(default=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """The unit it belongs to (上级单位): a town's county, a division's department."""

    aliases: Mapped[list[UnitAlias]] = relationship(back_populates="unit", order_by="UnitAlias.name")
    parent: Mapped[Unit | None] = relationship(remote_side="Unit.id")

    @property
    def called(self) -> Called:
        """Its name and the other names."""
        return Called((), names=(self.name, *(alias.name for alias in self.aliases)))


class UnitAlias(Base):
    """Another name of a unit (简称)."""

    __tablename__ = "unit_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)

    unit: Mapped[Unit] = relationship(back_populates="aliases")


class UnitGroup(Base):
    """A phrase that stands for many units (单位组), e.g. 各县（区）人民政府."""

    __tablename__ = "unit_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)

    members: Mapped[list[Unit]] = relationship(secondary="unit_group_member", order_by=Unit.position)


class UnitGroupMember(Base):
    """A unit's place in a group (组成员)."""

    __tablename__ = "unit_group_member"

    group_id: Mapped[int] = mapped_column(ForeignKey("unit_group.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)


class User(Findable, Base):
    """A person with an account (人员). Accounts are never deleted: history names them."""

    __tablename__ = "user"
    found_as = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    epoch: Mapped[int] = mapped_column(default=0)
    """Raised when password, roles or standing change; sessions of an older epoch are dead."""
    password_set_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the person chose the password in force; None where nobody knows any more."""

    unit: Mapped[Unit] = relationship()
    role_rows: Mapped[list[UserRole]] = relationship(order_by="UserRole.role", cascade="all, delete-orphan")

    @property
    def called(self) -> Called:
        """Name and login."""
        return Called((self.login,), names=(self.name,))

    @property
    def roles(self) -> frozenset[Role]:
        """The desks this person sits at."""
        return frozenset(row.role for row in self.role_rows)


class UserRole(Base):
    """One desk of one person (岗位授权)."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(word(Role), primary_key=True)


class Phrase(Base):
    """A sentence that one person writes often (常用语)."""

    __tablename__ = "phrase"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    text: Mapped[str] = mapped_column(String(200))


class LoginSession(Base):
    """A signed-in browser (会话), kept on the server so that signing out ends it (safety.md P10)."""

    __tablename__ = "login_session"
    __table_args__ = (UniqueConstraint("token_hash"), Index("ix_login_session_user_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the cookie's value; the value itself is nowhere kept."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    epoch: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    user: Mapped[User] = relationship()


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


class ApiToken(Base):
    """A key with which a program acts as one person (接口令牌)."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token; the token itself is nowhere kept."""
    scope: Mapped[TokenScope] = mapped_column(word(TokenScope))
    expires: Mapped[date]
    """The last day."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it was last shown, to the minute."""
    epoch: Mapped[int] = mapped_column(default=0, server_default="0")
    """Its person's when it was made: a token of an older one is dead, like a session."""

    user: Mapped[User] = relationship()


class ApiReply(Base):
    """The answer to a request that named itself (幂等键): the same request again gets it, and nothing is done twice."""

    __tablename__ = "api_reply"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of method, address and body."""
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
