"""Accounts and sessions (账号与会话): opened, stopped, unlocked; signed in and out on the server's side."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow import audit
from workflow.errors import Duplicate, Forbidden, Invalid
from workflow.models import LoginSession, Unit, User, UserRole
from workflow.permissions import Permission, compatible, may
from workflow.text import clean_line
from workflow.vocabulary import Role

MAX_FAILURES = 5
LOCK = timedelta(minutes=15)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_HASHER = PasswordHasher()


def create_user(
    session: Session,
    *,
    login: str,
    name: str,
    unit: Unit,
    roles: Iterable[Role],
    by: User | None,
    at: datetime,
    told: bool = True,
) -> tuple[User, str]:
    """Open an account; returns it with its one-time password, which is kept nowhere. ``by=None`` is the first set-up.

    An account whose password is ``told`` to nobody has none that fits until it is reset.

    Raises Forbidden, Invalid for a name or roles that cannot be, Duplicate for a login in use.
    """
    wanted = frozenset(roles)
    if by is not None:
        _ask(by, Permission.ACCOUNTS)
        if wanted:
            raise Forbidden("系统管理员只开设账号，岗位由安全管理员授予。")
    if not _LOGIN.fullmatch(login):
        raise Invalid("登录名须为 2 至 64 位小写字母、数字、点、下划线或短横线，例如 wang.xm。")
    if not clean_line(name, limit=64):
        raise Invalid("请填写姓名。")
    _check_roles(wanted)
    if session.scalars(select(User.id).where(User.login == login)).first() is not None:
        raise Duplicate(f"登录名 {login} 已经有人使用，请换一个。")
    password = one_time_password() if told else ""
    hashed = _HASHER.hash(password) if told else _decoy()
    user = User(login=login, name=clean_line(name, limit=64), unit=unit, password_hash=hashed)
    user.role_rows = [UserRole(role=role) for role in sorted(wanted)]
    session.add(user)
    session.flush()
    audit.record(session, "account.created", by=by, at=at, data=_told(user))
    return user, password


def _told(user: User) -> dict[str, object]:
    """What the event of an account's opening says of it."""
    roles = sorted(role.value for role in user.roles)
    names = {"user_id": user.id, "login": user.login, "name": user.name}
    return {**names, "unit": user.unit.name, "unit_id": user.unit.id, "roles": roles}


def grant(session: Session, user: User, roles: Iterable[Role], *, by: User, at: datetime) -> None:
    """Set a person's desks; sessions in progress end. Nobody grants to themselves."""
    _ask(by, Permission.GRANTS)
    if by.id == user.id:
        raise Forbidden("不能给自己授予岗位。")
    wanted = frozenset(roles)
    _check_roles(wanted)
    before = sorted(role.value for role in user.roles)
    user.role_rows = [row for row in user.role_rows if row.role in wanted] + [
        UserRole(role=role) for role in sorted(wanted - user.roles)
    ]
    user.epoch += 1
    data = {"user_id": user.id, "login": user.login, "before": before, "roles": sorted(r.value for r in wanted)}
    audit.record(session, "account.granted", by=by, at=at, data=data)


def set_active(session: Session, user: User, active: bool, *, by: User, at: datetime) -> None:
    """Stop an account or start it again; stopping ends its sessions."""
    _ask(by, Permission.ACCOUNTS)
    if by.id == user.id:
        raise Forbidden("不能停用自己的账号。")
    user.active = active
    user.epoch += 1
    kind = "account.started" if active else "account.stopped"
    audit.record(session, kind, by=by, at=at, data={"user_id": user.id, "login": user.login})


def reset_password(session: Session, user: User, *, by: User | None, at: datetime) -> str:
    """Give a new one-time password, unlock the account and end its sessions; returns the password."""
    if by is not None:
        _ask(by, Permission.ACCOUNTS)
    password = one_time_password()
    user.password_hash, user.must_change_password = _HASHER.hash(password), True
    user.failures, user.locked_until, user.epoch = 0, None, user.epoch + 1
    audit.record(session, "account.password_reset", by=by, at=at, data={"user_id": user.id, "login": user.login})
    return password


def change_password(session: Session, user: User, *, old: str, new: str, at: datetime) -> None:
    """Set one's own password; every other session ends. Raises Invalid."""
    if not _matches(user.password_hash, old):
        raise Invalid("原口令不正确，请重新输入。")
    classes = sum(bool(re.search(pattern, new)) for pattern in (r"[a-z]", r"[A-Z]", r"\d", r"[^a-zA-Z\d]"))
    if len(new) < 10 or classes < 3:
        raise Invalid("新口令至少 10 位，并包含大写字母、小写字母、数字、符号中的三类。")
    if new == old or user.login in new.lower() or len(new) > 200:
        raise Invalid("新口令不能与原口令相同，也不能包含登录名。")
    user.password_hash, user.must_change_password = _HASHER.hash(new), False
    user.epoch += 1
    audit.record(session, "account.password_changed", by=user, at=at, data={"user_id": user.id})


def sign_in(session: Session, login: str, password: str, *, at: datetime) -> User | None:
    """The person, if name and password fit and the account is neither stopped nor locked; else None.

    Failures are counted and written to the trail; five in a row lock the account for a quarter of an hour.
    The caller commits in either case.
    """
    decoy = _decoy()  # made by the first sign-in of a process, whoever it is
    user = session.scalars(select(User).where(User.login == login.strip().lower())).first()
    if user is None:
        _matches(decoy, password)
        audit.record(session, "login.failed", by=None, at=at, data={"login": login.strip()[:64], "reason": "unknown"})
        return None
    fits = _matches(user.password_hash, password)
    locked = user.locked_until is not None and user.locked_until > at
    if fits and user.active and not locked:
        user.failures, user.locked_until = 0, None
        audit.record(session, "login.succeeded", by=user, at=at, data={"login": user.login})
        return user
    if not fits and not locked:
        user.failures += 1
        if user.failures >= MAX_FAILURES:
            user.failures, user.locked_until = 0, at + LOCK
    reason = "locked" if locked else "stopped" if fits else "password"
    audit.record(session, "login.failed", by=None, at=at, data={"login": user.login, "reason": reason})
    return None


def open_session(session: Session, user: User, *, at: datetime) -> str:
    """Start a server-side session; returns the token for the cookie."""
    token = secrets.token_urlsafe(32)
    row = LoginSession(token_hash=token_hash(token), user_id=user.id, epoch=user.epoch, created_at=at, seen_at=at)
    session.add(row)
    session.flush()
    return token


def end_session(session: Session, token: str, *, by: User, at: datetime) -> None:
    """Sign out: the token is dead from now on."""
    session.execute(update(LoginSession).where(LoginSession.token_hash == token_hash(token)).values(ended_at=at))
    audit.record(session, "login.ended", by=by, at=at, data={"login": by.login})


def token_hash(token: str) -> str:
    """What the database keeps of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def one_time_password() -> str:
    """Sixteen characters without look-alikes, in groups; must be changed at the first sign-in."""
    letters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


@cache
def _decoy() -> str:
    """A password that nobody knows: checked for unknown names, too, so that the time of an answer tells no names."""
    return _HASHER.hash(secrets.token_urlsafe(16))


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _check_roles(roles: frozenset[Role]) -> None:
    if not compatible(roles):
        raise Invalid("系统管理员、安全管理员、审计管理员三员须由不同的人担任，且不能兼任业务岗位。")


def _ask(by: User, permission: Permission) -> None:
    if not may(by, permission):
        raise Forbidden("您的岗位不能办理账号事项。")
