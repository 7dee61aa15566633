"""Letting somebody know of a task (抄送): they may look, and do nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflow.office.models import User
from workflow.office.notices import tell_people
from workflow.office.permissions import Permission, may
from workflow.record import audit
from workflow.record.errors import Forbidden, Invalid
from workflow.record.text import clean_line
from workflow.tasks.case import case_of
from workflow.tasks.events import COPIED, Copied
from workflow.tasks.models import Task, TaskCopy
from workflow.tasks.permissions import in_unit, is_lead_reviewer, is_next_signer, is_office, sees

MOST = 30
WORDS_LIMIT = 120


def copy_to(session: Session, task: Task, person: User, words: str, *, by: User, at: datetime) -> None:
    """Send a task to somebody's notice; they may look from now on, if they could not. Raises Forbidden, Invalid."""
    case = case_of(session, task, at)
    if not any(part(case, by) for part in (in_unit, is_lead_reviewer, is_office, is_next_signer)):
        raise Forbidden("只有承办单位、牵头单位和办公室可以抄送此件。")
    if not may(person, Permission.WORK):
        raise Invalid(f"{person.name}没有业务岗位，不能抄送。")
    if len(case.copied) >= MOST:
        raise Invalid(f"一件任务最多抄送 {MOST} 人。")
    words = clean_line(words, limit=WORDS_LIMIT)
    if not sees(case, person):
        session.add(TaskCopy(task_id=task.id, user_id=person.id, sent_by_id=by.id, sent_at=at))
    text = f"{by.unit.name} {by.name}抄送您{task.name}：{words}"
    tell_people(session, [person.id], text, at=at, task=task)
    whom = f"{person.unit.name} {person.name}"
    told = Copied(round=task.round, unit=by.unit.name, person=whom, opinion=words)
    audit.record(session, COPIED, told, subject=task.id, by=by, at=at)
