"""Telling people (消息): a notice is written with the change it tells of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Protocol, cast

from sqlalchemy import ColumnElement, Insert, Table, and_, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from workflow.office.desks import Turn
from workflow.office.models import Notice, User, UserRole
from workflow.office.words import NoticeKind, Role
from workflow.record.storing import run
from workflow.record.swapping import changed

LONGEST = 500
"""Characters of a notice: the width of its column."""
_SAID = ("kind", "text", "created_at", "task_id", "ledger_id")


class TaskLike(Protocol):
    """The task that a notice tells of (消息所指任务)."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def ledger_id(self) -> int:
        """Its ledger's."""


def tell_units(
    session: Session,
    turns: Iterable[Turn],
    text: str,
    *,
    by: User | None,
    at: datetime,
    task: TaskLike | None = None,
    ledger_id: int | None = None,
    kind: NoticeKind = NoticeKind.NEWS,
) -> None:
    """Put one notice into the inbox of every active person at the given desks, or of the one person named there.

    Nobody is told what they did themselves: ``by`` is left out, None where the machine tells.
    """
    wanted = tuple(turns)
    if wanted:
        told = {"kind": kind, "text": text[:LONGEST], "created_at": at, **_about(task, ledger_id)}
        desks = {f"{name}_{n}": value for n, turn in enumerate(wanted) for name, value in turn._asdict().items()}
        but = {"but": by.id if by is not None else 0}
        run(session, _telling(tuple(turn.user_id is not None for turn in wanted)), told | desks | but)


@cache
def _telling(named: tuple[bool, ...]) -> Insert:
    """The statement that tells so many desks, some of them one person there; built once."""
    columns = cast(Table, Notice.__table__).c
    desks = [
        and_(
            User.unit_id == bindparam(f"unit_id_{n}"),
            UserRole.role == bindparam(f"role_{n}", type_=UserRole.role.type),
            *([User.id == bindparam(f"user_id_{n}")] if person else []),
        )
        for n, person in enumerate(named)
    ]
    seated = select(User.id).join(UserRole).where(User.active, User.id != bindparam("but"), or_(*desks))
    same = [bindparam(name, type_=columns[name].type) for name in _SAID]
    people = select(User.id, *same).where(User.id.in_(seated)).order_by(User.id)
    return insert(cast(Table, Notice.__table__)).from_select(["user_id", *_SAID], people)


def _about(task: TaskLike | None, ledger_id: int | None) -> dict[str, int | None]:
    return {"task_id": task.id if task else None, "ledger_id": ledger_id or (task.ledger_id if task else None)}


def tell_people(
    session: Session,
    people: Iterable[int],
    text: str,
    *,
    at: datetime,
    task: TaskLike | None = None,
    ledger_id: int | None = None,
    kind: NoticeKind = NoticeKind.NEWS,
) -> None:
    """Put one notice into the inbox of each of these people, cut to what an inbox keeps."""
    about = _about(task, ledger_id)
    notices = [
        {"user_id": person, "kind": kind, "text": text[:LONGEST], "created_at": at, **about}
        for person in sorted(people)
    ]
    if notices:
        session.execute(insert(Notice), notices)


def tell_each_unit(
    session: Session, texts: Mapping[int, str], *, by: User | None, at: datetime, ledger_id: int
) -> None:
    """Tell the handlers and heads of every unit, ``by`` apart, its own text about a ledger: two statements in all."""
    desks = UserRole.role.in_((Role.HANDLER, Role.UNIT_HEAD))
    about = {"task_id": None, "ledger_id": ledger_id}
    wanted = (User.active, desks, User.unit_id.in_(texts), *_but(by))
    people = select(User.id, User.unit_id).join(UserRole).where(*wanted).distinct()
    notices = [
        {"user_id": person, "kind": NoticeKind.NEWS, "text": texts[unit_id][:LONGEST], "created_at": at, **about}
        for person, unit_id in session.execute(people.order_by(User.unit_id, User.id))
    ]
    if notices:
        session.execute(insert(Notice), notices)


def _but(by: User | None) -> list[ColumnElement[bool]]:
    return [User.id != by.id] if by is not None else []


def tell_desks(session: Session, roles: Iterable[Role], texts: Iterable[str], *, at: datetime) -> None:
    """Tell everybody at these desks, in whatever unit; what they have been told and not read yet is not told again."""
    people = session.scalars(
        select(User.id).join(UserRole).where(User.active, UserRole.role.in_(tuple(roles))).distinct()
    )
    wanted = [text[:LONGEST] for text in texts]
    for person in people.all():
        unread = select(Notice.text).where(Notice.user_id == person, Notice.read_at.is_(None), Notice.text.in_(wanted))
        told = set(session.scalars(unread))
        session.add_all(Notice(user_id=person, text=text, created_at=at) for text in wanted if text not in told)


def read_notices(session: Session, *, by: User, at: datetime, notice_id: int | None = None) -> int:
    """Mark the person's own messages as read: all, or one with the others about its task; returns how many were unread."""
    mine = update(Notice).where(Notice.user_id == by.id, Notice.read_at.is_(None))
    if notice_id is not None:
        about = select(Notice.task_id).where(Notice.id == notice_id, Notice.user_id == by.id).scalar_subquery()
        mine = mine.where(or_(Notice.id == notice_id, Notice.task_id == about))
    return changed(session, mine.values(read_at=at))


def any_about(session: Session, person_id: int, task_id: int) -> bool:
    """Whether somebody has unread messages about a task."""
    mine = select(Notice.id).where(Notice.user_id == person_id, Notice.task_id == task_id, Notice.read_at.is_(None))
    return session.scalars(mine.limit(1)).first() is not None


def read_about(session: Session, person_id: int, task_id: int, *, at: datetime) -> None:
    """Mark somebody's messages about a task as read: it was laid before them."""
    mine = (Notice.user_id == person_id, Notice.task_id == task_id, Notice.read_at.is_(None))
    session.execute(update(Notice).where(*mine).values(read_at=at))
