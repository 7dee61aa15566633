"""Talking about a task beside its papers (留言): whoever sees it may say something and name others who see it with @.

Nothing of it is content: no version, no event and no digest comes of it, and a packet never holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from workflow.office.models import User, UserRole
from workflow.office.notices import tell_people
from workflow.office.permissions import LOOKERS
from workflow.record.errors import Incomplete, Invalid
from workflow.record.text import clean_line
from workflow.tasks.case import TaskCase
from workflow.tasks.models import TaskComment
from workflow.tasks.permissions import sees

LIMIT = 400
"""Characters of one comment."""
MOST = 300
"""Comments on one task."""
_AROUND = 300
"""People who are offered for @."""
_AT = re.compile(r"(?<![\w.-])@", re.ASCII)
"""Not the one of a mail address."""


def comment(session: Session, case: TaskCase, text: str, *, by: User, at: datetime) -> TaskComment:
    """Say something about a task, and tell whom it names. Raises Incomplete, Invalid."""
    text = clean_line(text, limit=LIMIT)
    if not text:
        raise Incomplete("请写下留言再发送。")
    if session.scalars(select(func.count()).where(TaskComment.task_id == case.task.id)).one() >= MOST:
        raise Invalid(f"一件任务最多 {MOST} 条留言，请改用催办或电话联系。")
    named = _named(text, around(session, case)) if _AT.search(text) else []
    said = TaskComment(
        task_id=case.task.id,
        user_id=by.id,
        said_by=f"{by.unit.name} {by.name}",
        text=text,
        said_at=at,
        named={str(one.id): one.name for one in named},
    )
    session.add(said)
    session.flush()
    words = f"{said.said_by}在{case.task.name}的留言中提到您：{text}"
    tell_people(session, {one.id for one in named} - {by.id}, words, at=at, task=case.task)
    return said


def comments_of(session: Session, task_id: int) -> list[TaskComment]:
    """What has been said about a task, oldest first."""
    return list(
        session.scalars(select(TaskComment).where(TaskComment.task_id == task_id).order_by(TaskComment.id).limit(MOST))
    )


def around(session: Session, case: TaskCase) -> list[User]:
    """Who sees the task and may be named: its units' people, whoever has a place or a copy, leaders and auditors."""
    task = case.task
    units = {task.unit_id, case.office_id, *task.watchers, *case.leads, *(seat.unit_id for seat in case.seats)}
    places = case.signers | case.copied | {seat.user_id for seat in case.seats if seat.user_id}
    looking = select(UserRole.user_id).where(UserRole.role.in_(LOOKERS))
    near = or_(User.unit_id.in_(units), User.id.in_(places), User.id.in_(looking))
    known = (selectinload(User.unit), selectinload(User.role_rows))
    people = session.scalars(select(User).where(User.active, near).options(*known).order_by(User.unit_id, User.id))
    return [one for one in people if sees(case, one)][:_AROUND]


def handles_of(people: Iterable[User]) -> dict[str, User]:
    """What follows @ for each of these people: the name, or the login where several have the name."""
    people = list(people)
    names = [one.name for one in people]
    return {one.name if names.count(one.name) == 1 else one.login: one for one in people}


def _named(text: str, people: list[User]) -> list[User]:
    """Whom a text names: after each @ the longest that fits. Raises Invalid where none does."""
    handles = handles_of(people) | {one.login: one for one in people}
    found: dict[int, User] = {}
    for rest in _AT.split(text)[1:]:
        fitting = max((handle for handle in handles if rest.startswith(handle)), key=len, default="")
        if not fitting:
            raise Invalid(f"「@{rest[:12]}」不是看得到此件的人，不能提到；可以先抄送给对方，或从列表中选择。")
        found[handles[fitting].id] = handles[fitting]
    return list(found.values())
