"""The interface for other programs (接口): tokens of people, and answers kept so that a request is not done twice."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.base import Base, Moment, word
from workflow.models.people import User
from workflow.vocabulary import TokenScope


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
