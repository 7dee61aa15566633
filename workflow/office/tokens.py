"""Tokens for programs (接口令牌): given by a person to a program that acts as them, within a scope, until a day."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from workflow.office.events import TOKEN_CREATED, TOKEN_REVOKED, Token
from workflow.office.models import ApiReply, ApiToken, User
from workflow.office.permissions import Permission, may
from workflow.office.words import TokenScope
from workflow.record import audit, timekeeping
from workflow.record.calendar import day_of
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotFound
from workflow.record.events import Kind
from workflow.record.text import clean_line

LONGEST = timedelta(days=366)
MOST = 10
"""Live tokens of one person."""
KEPT = timedelta(days=7)
"""How long an answer is kept for a repeated request."""


def create_token(
    session: Session, *, name: str, scope: TokenScope, expires: date | None, by: User, at: datetime
) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which is shown this once. Raises Forbidden, Incomplete, Invalid."""
    today, name = day_of(at), clean_line(name, limit=60)
    if not may(by, Permission.WORK):
        raise Forbidden("只有业务岗位可以使用接口令牌。")
    if not name:
        raise Incomplete("请填写令牌的用途，例如：财政局内网同步。")
    if expires is None or not today <= expires <= today + LONGEST:
        raise Invalid("请填写有效期的最后一天，不早于今天，最长一年。")
    live = (ApiToken.user_id == by.id, ApiToken.revoked_at.is_(None), ApiToken.expires >= today)
    if session.scalars(select(func.count()).where(*live)).one() >= MOST:
        raise Invalid(f"每人最多 {MOST} 个有效令牌，请先停用不再使用的。")
    secret = "tz_" + secrets.token_urlsafe(32)
    token = ApiToken(user_id=by.id, name=name, token_hash=hash_of(secret), scope=scope, expires=expires, created_at=at)
    token.epoch = by.epoch
    session.add(token)
    session.flush()
    _noted(session, TOKEN_CREATED, token, by=by, at=at)
    return token, secret


def revoke_token(session: Session, token_id: int, *, by: User, at: datetime) -> None:
    """Make one's own token useless. Raises NotFound."""
    token = session.get(ApiToken, token_id)
    if token is None or token.user_id != by.id or token.revoked_at is not None:
        raise NotFound
    token.revoked_at = at
    _noted(session, TOKEN_REVOKED, token, by=by, at=at)


def token_of(session: Session, secret: str, *, at: datetime) -> ApiToken | None:
    """The live token of this secret, None where it is unknown, run out, revoked, or its person has left.

    What has run out does not come back with a clock that is put back.
    """
    asked = select(ApiToken, timekeeping.latest()).where(ApiToken.token_hash == hash_of(secret))
    token, seen = session.execute(asked).first() or (None, at)
    if token is None or token.revoked_at is not None or token.expires < day_of(max(at, seen)):
        return None
    user = token.user
    return token if user.active and not user.must_change_password and token.epoch == user.epoch else None


def note_use(session: Session, token_id: int, *, at: datetime) -> None:
    """Keep when a token was last shown."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=at))
    timekeeping.see(session, at)


def forget_replies(session: Session, *, at: datetime) -> None:
    """Drop kept answers that nobody will ask for again."""
    session.execute(delete(ApiReply).where(ApiReply.created_at < at - KEPT))


def hash_of(secret: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _noted(session: Session, kind: Kind[Token], token: ApiToken, *, by: User, at: datetime) -> None:
    told = Token(token_id=token.id, user_id=token.user_id, name=token.name, scope=token.scope, expires=token.expires)
    audit.record(session, kind, told, subject=token.user_id, by=by, at=at)
