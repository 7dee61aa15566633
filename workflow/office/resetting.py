"""A new password for somebody else (重置口令): one administrator asks, another agrees, and neither sees a password that works.

Each of the two is shown one half and gives it to the owner; whoever has only one half cannot sign in
(docs/decisions/0017-two-halves-of-a-password).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.office.access import end_access
from workflow.office.events import PASSWORD_RESET, RESET_ASKED, RESET_REFUSED, Reset
from workflow.office.failures import forget_wrong
from workflow.office.models import PasswordReset, User, UserRole
from workflow.office.notices import tell_people
from workflow.office.passwords import one_time_half, one_time_password, retire_password
from workflow.office.permissions import ADMINISTRATORS, Permission, may
from workflow.office.words import Role
from workflow.record import audit
from workflow.record.errors import Forbidden, NotFound, Stale
from workflow.record.events import Kind

LIVES = timedelta(days=3)
"""How long a request waits for the second person; then it has to be asked again. Nothing is granted by waiting."""


def ask_reset(session: Session, user: User, *, by: User, at: datetime) -> str:
    """Ask for a new password; returns its first half. Nothing changes until another agrees. Raises Forbidden.

    An earlier request for the same person falls away. The owner and whoever may agree are told.
    """
    _administrator(by, user)
    close_resets(session, user, by=by, at=at)
    shown, kept = one_time_half()
    session.add(PasswordReset(user=user, asked_by=by, asked_at=at, half_hash=kept))
    session.flush()
    _noted(session, RESET_ASKED, user, by=by, at=at)
    tell_people(
        session, [user.id], f"{_desk(by)}申请为您发放新的一次性口令，另一位管理员同意后原口令失效。{_PROTEST}", at=at
    )
    others = _holders(session, ADMINISTRATORS - by.roles) - {by.id, user.id}
    tell_people(
        session,
        others,
        f"{_desk(by)}申请为{user.name}（{user.login}）发放新的一次性口令，请在“口令发放”中核实办理。",
        at=at,
    )
    return shown


def agree_to_reset(session: Session, reset_id: int, *, by: User, at: datetime) -> tuple[User, str]:
    """Agree as the second person: the old password and all that rests on it ends; returns the owner and the second half.

    Raises Forbidden for whoever asked, for the owner and for a second one of the asker's desk; Stale where the asker is
    no administrator any more; NotFound where it was settled or has run out.
    """
    reset = _waiting(session, reset_id, by=by, at=at)
    user, asker = reset.user, reset.asked_by
    _administrator(by, user)
    if by.id == asker.id or by.roles & asker.roles:
        raise Forbidden("口令须由两位不同岗位的管理员发放：一人申请，另一岗位的人同意。")
    if not may(asker, Permission.RESETS):
        raise Stale(f"申请人{asker.name}已不是管理员，请不同意此件，另行申请。")
    shown, kept = one_time_half()
    ended = _replace(session, user, f"{reset.half_hash}|{kept}", at=at)
    close_resets(session, user, by=by, at=at)
    _noted(session, PASSWORD_RESET, user, by=by, at=at, asked_by=asker.login, **ended)
    tell_people(session, [user.id], f"已为您发放新的一次性口令：{_desk(asker)}申请，{_desk(by)}同意。{_PROTEST}", at=at)
    return user, shown


def refuse_reset(session: Session, reset_id: int, *, by: User, at: datetime) -> User:
    """Do not agree, or take one's own request back; returns the owner. Raises Forbidden, NotFound."""
    reset = _waiting(session, reset_id, by=by, at=at)
    if not may(by, Permission.RESETS):
        raise Forbidden(_NOT_YOURS)
    close_resets(session, reset.user, by=by, at=at)
    _noted(session, RESET_REFUSED, reset.user, by=by, at=at, asked_by=reset.asked_by.login)
    tell_people(
        session,
        {reset.user_id, reset.asked_by_id} - {by.id},
        f"{_desk(by)}没有同意为{reset.user.name}发放新口令。",
        at=at,
    )
    return reset.user


def reset_at_the_shell(session: Session, user: User, *, at: datetime) -> str:
    """Give a new password at the machine itself, where no second person can be asked; returns the whole of it.

    Whoever is there can write the database, too; so it is told to the owner and to every 安全管理员.
    """
    shown, kept = one_time_password()
    ended = _replace(session, user, kept, at=at)
    close_resets(session, user, by=None, at=at)
    _noted(session, PASSWORD_RESET, user, by=None, at=at, asked_by="", **ended)
    tell_people(session, [user.id], f"您的口令已在服务器上用命令重置。{_PROTEST}", at=at)
    others = _holders(session, {Role.SECURITY_ADMIN}) - {user.id}
    tell_people(session, others, f"{user.name}（{user.login}）的口令已在服务器上用命令重置，请核实。", at=at)
    return shown


def close_resets(session: Session, user: User, *, by: User | None, at: datetime) -> None:
    """Whatever was asked for this person waits no longer, and its half is worth nothing."""
    waiting = (PasswordReset.user_id == user.id, PasswordReset.closed_at.is_(None))
    closed = {"closed_at": at, "closed_by_id": by.id if by else None, "half_hash": ""}
    session.execute(
        update(PasswordReset).where(*waiting).values(closed), execution_options={"synchronize_session": False}
    )


_PROTEST = "如果不是您本人提出的，请立即告知安全管理员或审计管理员。"
_NOT_YOURS = "口令由系统管理员、安全管理员、审计管理员中的两位发放。"


def _administrator(by: User, user: User) -> None:
    if not may(by, Permission.RESETS):
        raise Forbidden(_NOT_YOURS)
    if by.id == user.id:
        raise Forbidden("自己的口令请在“修改口令”中修改；忘记时由另外两位管理员办理。")


def _waiting(session: Session, reset_id: int, *, by: User, at: datetime) -> PasswordReset:
    """The request, under a lock where several may write at once."""
    wanted = select(PasswordReset).where(PasswordReset.id == reset_id, PasswordReset.closed_at.is_(None))
    reset = session.scalars(wanted.with_for_update()).first()
    if reset is None or at - reset.asked_at > LIVES:
        raise NotFound("这件申请已经办结或超过三天失效，请刷新页面；仍需发放时请重新申请。")
    return reset


def _replace(session: Session, user: User, kept: str, *, at: datetime) -> dict[str, int]:
    """Put the new password in the place of the old one; returns how many sessions and tokens ended."""
    retire_password(session, user)
    user.password_hash, user.must_change_password = kept, True
    forget_wrong(session, user.login)
    return end_access(session, user, at=at)


def _holders(session: Session, roles: frozenset[Role] | set[Role]) -> set[int]:
    return set(session.scalars(select(User.id).join(UserRole).where(User.active, UserRole.role.in_(roles))))


def _desk(person: User) -> str:
    return f"{person.name}（{'、'.join(role.word for role in sorted(person.roles))}）"


def _noted(session: Session, kind: Kind[Reset], user: User, *, by: User | None, at: datetime, **more: Any) -> None:
    told = Reset(user_id=user.id, login=user.login, **more)
    audit.record(session, kind, told, subject=user.id, by=by, at=at)
