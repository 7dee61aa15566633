"""Talking about a task beside its papers (留言): whoever sees it may say something and name others who see it with @.

Nothing of it is content: no version, no event and no digest comes of it, and a packet never holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from workflow.office.models import Notice, User, UserRole
from workflow.office.notices import LONGEST, tell_people
from workflow.office.permissions import LOOKERS
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotFound, NotInState
from workflow.record.text import clean_line
from workflow.tasks.at_hand import Desk
from workflow.tasks.case import TaskCase
from workflow.tasks.models import Task, TaskComment
from workflow.tasks.permissions import sees

LIMIT = 400
"""Characters of one comment."""
MOST = 300
"""Comments on one task."""
BACK = timedelta(minutes=10)
"""How long a comment may be taken back that somebody has read."""
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
    tell_people(session, {one.id for one in named} - {by.id}, _told(said, case.task), at=at, task=case.task)
    return said


def _told(said: TaskComment, task: Task) -> str:
    """What whoever it names is told."""
    return f"{said.said_by}在{task.name}的留言中提到您：{said.text}"


def may_take_back(said: TaskComment, hand: Desk, *, by: User, at: datetime) -> bool:
    """True for who said it, until somebody else has looked, and in any case for ten minutes."""
    if said.user_id != by.id or said.taken_back_at is not None:
        return False
    read = any(row.user_id != by.id and row.opened_at and row.opened_at >= said.said_at for row in hand.readers)
    return not read or at - said.said_at <= BACK


def take_back(session: Session, task: Task, comment_id: int, hand: Desk, *, by: User, at: datetime) -> bool:
    """Take one's own comment back: its words go, here and in the messages about it; that it was said stays.

    False where that was done before. Raises NotFound, Forbidden, NotInState.
    """
    said = session.get(TaskComment, comment_id)
    if said is None or said.task_id != task.id:
        raise NotFound
    if said.user_id != by.id:
        raise Forbidden("只能撤回自己的留言。")
    if said.taken_back_at is not None:
        return False
    if not may_take_back(said, hand, by=by, at=at):
        raise NotInState("此条留言已有人阅看，发出超过 10 分钟，不能再撤回；可以另写一条说明。")
    mine = (Notice.task_id == task.id, Notice.created_at == said.said_at, Notice.text == _told(said, task)[:LONGEST])
    session.execute(update(Notice).where(*mine).values(text=f"{said.said_by}撤回了在{task.name}的留言。"[:LONGEST]))
    said.text, said.taken_back_at = "", at
    return True


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
