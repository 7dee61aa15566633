"""Accounts and sessions (账号与会话): opened, stopped, unlocked; signed in and out on the server's side."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.office import events
from workflow.office.access import end_access, hold_accounts
from workflow.office.failures import Place, forget_wrong, note_wrong, shut
from workflow.office.models import LoginSession, Unit, User, UserRole
from workflow.office.notices import tell_desks, tell_people
from workflow.office.passwords import decoy, fits, one_time_password, set_password
from workflow.office.permissions import ADMINISTRATORS, Permission, compatible, may
from workflow.office.resetting import ask_reset, close_resets
from workflow.office.words import Role
from workflow.record import audit, timekeeping
from workflow.record.errors import Duplicate, Forbidden, Invalid, NotInState, Stale
from workflow.record.text import clean_line

GATES = frozenset({Role.HANDLER, Role.UNIT_HEAD, Role.LEAD_REVIEWER, Role.OFFICE})
"""Desks where work waits."""
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


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
    """Open an account; returns it with half of its one-time password, which is kept nowhere.

    The other half is shown to the second person, who agrees as to any reset. ``by=None`` is the machine's own shell and
    gets the whole, unless it is ``told`` to nobody: then none fits until it is reset.

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
    password, kept = one_time_password() if told and by is None else ("", decoy())
    user = User(login=login, name=clean_line(name, limit=64), unit=unit, password_hash=kept)
    user.role_rows = [UserRole(role=role) for role in sorted(wanted)]
    session.add(user)
    session.flush()
    audit.record(session, events.ACCOUNT_CREATED, _told(user), subject=user.id, by=by, at=at)
    return user, ask_reset(session, user, by=by, at=at) if by is not None else password


def open_first(session: Session, *, login: str, name: str, unit: Unit, role: Role, at: datetime) -> str:
    """Open the account of the first to sit at a desk of 三员, at the machine's own shell; returns its one-time password.

    Raises Forbidden once anybody sits there: then two administrators do it on screen.
    """
    seated = select(User.name).join(UserRole).where(UserRole.role == role, User.active)
    if role not in ADMINISTRATORS or session.scalars(seated).first() is not None:
        raise Forbidden(f"{role.word}已有人担任，或不属于三员；请在系统内开设账号、授予岗位。")
    _, password = create_user(session, login=login, name=name, unit=unit, roles=(role,), by=None, at=at)
    return password


def _told(user: User) -> events.Seated:
    """What the event of an account's opening says of it."""
    return events.Seated(
        user_id=user.id,
        login=user.login,
        name=user.name,
        unit=user.unit.name,
        unit_id=user.unit.id,
        roles=sorted(user.roles),
    )


def grant(
    session: Session, user: User, roles: Iterable[Role], *, by: User, at: datetime, seen: int | None = None
) -> None:
    """Set a person's desks and tell them; sessions and tokens end. Nobody grants to themselves, no desk of 三员 falls empty.

    ``seen`` is the epoch of the account on the page that is decided from: desks, unit and standing are as they were then. Raises Stale.
    """
    hold_accounts(session, user, by)
    _ask(by, Permission.GRANTS)
    if by.id == user.id:
        raise Forbidden("不能给自己授予岗位。")
    if seen not in (None, user.epoch):
        raise Stale(f"{user.name}的账号刚刚有变动（岗位、单位、口令或停用），请刷新页面，看过现在的情况再授予岗位。")
    wanted = frozenset(roles)
    _check_roles(wanted)
    _keep_the_last(session, user, user.roles - wanted)
    before = sorted(user.roles)
    user.role_rows = [row for row in user.role_rows if row.role in wanted] + [
        UserRole(role=role) for role in sorted(wanted - user.roles)
    ]
    ended = end_access(session, user, at=at)
    told = events.Seated(user_id=user.id, login=user.login, before=before, roles=sorted(wanted), **ended)
    audit.record(session, events.ACCOUNT_GRANTED, told, subject=user.id, by=by, at=at)
    words = "、".join(role.word for role in sorted(wanted)) or "无"
    tell_people(session, [user.id], f"{by.name}（安全管理员）将您的岗位改为：{words}。", at=at)
    _tell_of_empty(session, user, set(before) - wanted, at=at)


def move(session: Session, user: User, unit: Unit, *, by: User, at: datetime) -> None:
    """Put a person into another unit: every desk stays behind, and the security administrator grants anew there.

    Whoever looks after accounts could otherwise make a head of one unit the head of another. What the person wrote and
    signed stays theirs, and sessions and tokens end. Raises Forbidden, Invalid, NotInState.
    """
    hold_accounts(session, user, by)
    _ask(by, Permission.ACCOUNTS)
    if by.id == user.id:
        raise Forbidden("不能调动自己。")
    if user.roles & ADMINISTRATORS:
        raise Forbidden(f"{user.name}担任三员，请先由安全管理员收回岗位，再调动。")
    if unit.id == user.unit_id:
        raise Invalid(f"{user.name}已经在{unit.name}。")
    if not unit.active:
        raise NotInState(f"{unit.name}已停用，不能调入。")
    before, old = sorted(user.roles), user.unit
    _tell_of_empty(session, user, before, at=at)
    user.role_rows, user.unit = [], unit
    told = events.Moved(
        user_id=user.id,
        login=user.login,
        name=user.name,
        unit=unit.name,
        unit_id=unit.id,
        from_unit=old.name,
        roles=[],
        before=before,
        **end_access(session, user, at=at),
    )
    audit.record(session, events.ACCOUNT_MOVED, told, subject=user.id, by=by, at=at)
    tell_people(session, [user.id], f"{by.name}（系统管理员）已将您由{old.name}调到{unit.name}，原岗位已收回。", at=at)
    tell_desks(
        session,
        [Role.SECURITY_ADMIN],
        [f"{user.name}由{old.name}调到{unit.name}，原岗位已收回，请按新单位授岗。"],
        at=at,
    )


def set_active(session: Session, user: User, active: bool, *, by: User, at: datetime) -> None:
    """Stop an account or start it again; stopping ends its sessions and tokens, and leaves no desk of 三员 empty."""
    hold_accounts(session, user, by)
    _ask(by, Permission.ACCOUNTS)
    if by.id == user.id:
        raise Forbidden("不能停用自己的账号。")
    if not active:
        _keep_the_last(session, user, user.roles)
    user.active = active
    kind = events.ACCOUNT_STARTED if active else events.ACCOUNT_STOPPED
    told = events.Account(user_id=user.id, login=user.login, **end_access(session, user, at=at))
    audit.record(session, kind, told, subject=user.id, by=by, at=at)
    if not active:
        _tell_of_empty(session, user, user.roles, at=at)


def _tell_of_empty(session: Session, left: User, roles: Iterable[Role], *, at: datetime) -> None:
    """Tell the security administrator and the office of each gate of the unit at which nobody sits any more."""
    session.flush()
    same = (User.active, User.unit_id == left.unit_id, User.id != left.id)
    held = set(session.scalars(select(UserRole.role).join(User).where(*same)))
    empty = [role for role in Role if role in roles and role in GATES and role not in held]
    texts = [
        f"{left.unit.name}的“{role.word}”岗位现在没有在用的人员，等在这里的事项无人办理，请尽快授岗。" for role in empty
    ]
    tell_desks(session, (Role.SECURITY_ADMIN, Role.OFFICE), texts, at=at)


def change_password(session: Session, user: User, *, new: str, at: datetime) -> None:
    """Set one's own password, after :func:`knows_password`; every other session and every token ends. Raises Invalid."""
    set_password(session, user, new, at=at)
    close_resets(session, user, by=user, at=at)
    told = events.Account(user_id=user.id, **end_access(session, user, at=at))
    audit.record(session, events.PASSWORD_CHANGED, told, subject=user.id, by=user, at=at)


def knows_password(session: Session, user: User, password: str, *, place: Place, at: datetime) -> bool:
    """Whether the signed-in person knows their own password; counted like a sign-in. The caller commits in either case."""
    return _let_in(session, user, user.login, password, place=place, at=at)


def sign_in(
    session: Session,
    login: str,
    password: str,
    *,
    place: Place,
    at: datetime,
    veil: Callable[[str], str] = lambda typed: "",
) -> User | None:
    """The person, if name and password fit and the account is neither stopped nor closed to this place; else None.

    Wrong ones are counted by name and place (:mod:`~workflow.office.failures`) and written to the trail, a name that
    nobody has only as ``veil`` makes of it, since people type passwords there.
    The caller commits in either case.
    """
    user = session.scalars(select(User).where(User.login == login.strip().lower())).first()
    if not _let_in(session, user, login, password, place=place, at=at, veil=veil) or user is None:
        return None
    audit.record(session, events.SIGNED_IN, events.Login(login=user.login), subject=user.id, by=user, at=at)
    return user


def _let_in(
    session: Session,
    user: User | None,
    login: str,
    password: str,
    *,
    place: Place,
    at: datetime,
    veil: Callable[[str], str] = lambda typed: "",
) -> bool:
    kept = decoy()  # made by the first sign-in of a process, whoever it is
    fitting = fits(user.password_hash if user else kept, password) and user is not None
    closed = shut(session, login, place, at=at)
    if user is not None and fitting and user.active and not closed:
        forget_wrong(session, login, place)
        return True
    if not fitting and not closed:
        note_wrong(session, login, place, at=at)
    reason = "locked" if closed else "unknown" if user is None else "stopped" if fitting else "password"
    who = {"login": user.login} if user else {"login_veiled": veil(login.strip().lower())}
    told = events.Login(**who, reason=reason)
    audit.record(session, events.SIGN_IN_FAILED, told, subject=user.id if user else None, by=None, at=at)
    return False


def open_session(session: Session, user: User, *, at: datetime) -> str:
    """Start a server-side session; returns the token for the cookie."""
    token, at = secrets.token_urlsafe(32), timekeeping.moment(session, at)
    row = LoginSession(token_hash=token_hash(token), user_id=user.id, epoch=user.epoch, created_at=at, seen_at=at)
    session.add(row)
    session.flush()
    return token


def end_session(session: Session, token: str, *, by: User, at: datetime) -> None:
    """Sign out: the token is dead from now on."""
    session.execute(update(LoginSession).where(LoginSession.token_hash == token_hash(token)).values(ended_at=at))
    audit.record(session, events.SIGNED_OUT, events.Login(login=by.login), subject=by.id, by=by, at=at)


def token_hash(token: str) -> str:
    """What the database keeps of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _check_roles(roles: frozenset[Role]) -> None:
    if not compatible(roles):
        raise Invalid("系统管理员、安全管理员、审计管理员三员须由不同的人担任，且不能兼任业务岗位。")


def _ask(by: User, permission: Permission) -> None:
    if not may(by, permission):
        raise Forbidden("您的岗位不能办理账号事项。")


def _keep_the_last(session: Session, user: User, lost: frozenset[Role]) -> None:
    """Refuse to take a desk of 三员 from the last who can sit at it."""
    for role in sorted(lost & ADMINISTRATORS if user.active else ()):
        others = select(User.id).join(UserRole).where(UserRole.role == role, User.active, User.id != user.id)
        if session.scalars(others.with_for_update()).first() is None:
            raise Forbidden(f"{user.name}是唯一在用的{role.word}，请先授予另一人，再收回或停用。")
