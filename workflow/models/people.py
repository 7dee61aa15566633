"""Units and people (单位与人员)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.base import Base, Moment, word
from workflow.vocabulary import Role, UnitKind


class Unit(Base):
    """A unit of the directory (单位)."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[UnitKind] = mapped_column(word(UnitKind))
    position: Mapped[int] = mapped_column(default=0)
    """Place in the directory as the office ordered it."""
    active: Mapped[bool] = mapped_column(default=True)

    aliases: Mapped[list[UnitAlias]] = relationship(back_populates="unit", order_by="UnitAlias.name")


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


class User(Base):
    """A person with an account (人员). Accounts are never deleted: history names them."""

    __tablename__ = "user"

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
