"""A unit takes note of what it was given (签收): its own clock, no gate; whoever reports has taken note as well."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflow.office.models import User
from workflow.record import audit
from workflow.record.errors import Forbidden, NotInState
from workflow.record.swapping import wins
from workflow.tasks.case import case_of
from workflow.tasks.events import RECEIVED, OnTask
from workflow.tasks.models import Task
from workflow.tasks.permissions import in_unit
from workflow.tasks.words import Status


def receive(session: Session, task: Task, *, by: User, at: datetime) -> bool:
    """Acknowledge a task; False where it had been done. Raises Forbidden, NotInState."""
    if not in_unit(case_of(session, task), by):
        raise Forbidden("只有承办单位的经办人和负责人可以签收。")
    if task.received_at is not None:
        return False
    if task.status is not Status.ASSIGNED:
        raise NotInState(f"此件现在是「{task.status.word}」，已经在办理，不需要签收。")
    first = wins(session, Task, Task.id == task.id, Task.received_at.is_(None), received_at=at)
    session.refresh(task, ["received_at"])
    if not first:
        return False
    told = OnTask(round=task.round, unit=by.unit.name)
    audit.record(session, RECEIVED, told, subject=task.id, by=by, at=at)
    return True
