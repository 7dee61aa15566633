"""Telling those who keep the system going (系统提醒): what they have to mend."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.office.models import Notice, User, UserRole
from workflow.office.notices import LONGEST, tell_people
from workflow.office.words import NoticeKind, Role
from workflow.tasks.models import Task

AGAIN = timedelta(days=7)
"""How long the same words are not said again to those who look after the system."""


def tell_keepers(
    session: Session, text: str, *, at: datetime, kind: NoticeKind = NoticeKind.NEWS, task: Task | None = None
) -> None:
    """Tell the system administrators and the offices what they have to mend, once a week as long as it stands.

    Where it is about a task, its own office alone is told, with a way to it; administrators see no tasks.
    """
    keepers = select(User.id, UserRole.role).join(UserRole).where(User.active)
    office = UserRole.role == Role.OFFICE
    if task is not None:
        office = office & (User.unit_id == task.item.ledger.office_id)
    told = select(Notice.user_id).where(Notice.text == text[:LONGEST], Notice.created_at > at - AGAIN)
    wanted = keepers.where(office | (UserRole.role == Role.SYSTEM_ADMIN), User.id.not_in(told))
    people = session.execute(wanted).all()
    tell_people(session, [one for one, role in people if role is Role.OFFICE], text, at=at, kind=kind, task=task)
    tell_people(session, [one for one, role in people if role is not Role.OFFICE], text, at=at, kind=kind)


def tell_of_seal(session: Session, task_id: int, round_: int, *, reason: str, at: datetime) -> None:
    """Say that the packet of a task's round waits for a seal, and why."""
    task = session.get_one(Task, task_id)
    about = f"第 {task.item.number} 条（{task.unit.name}）的证据包签章暂未完成"
    text = f"【{NoticeKind.SEAL.word}】{about}：{reason}"
    tell_keepers(session, text, at=at, kind=NoticeKind.SEAL, task=task)
