"""A unit cuts its task again by section (科室分工): who does what by when inside the unit; no gate hangs on it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.office.models import User
from workflow.record import audit
from workflow.record.errors import Forbidden, Invalid, NotFound, NotInState
from workflow.record.events import Kind
from workflow.record.text import clean_line
from workflow.tasks import events
from workflow.tasks.case import case_of
from workflow.tasks.models import Task, TaskShare
from workflow.tasks.permissions import in_unit
from workflow.tasks.words import Status

MOST = 50


def add_share(
    session: Session, task: Task, *, section: str, work: str, due: date | None, by: User, at: datetime
) -> TaskShare:
    """Give a part of the work to a section. Raises Invalid, Forbidden, NotInState."""
    _may(session, task, by)
    section, work = clean_line(section, limit=60), clean_line(work, limit=500)
    if not section or not work:
        raise Invalid("请填写科室（或人员）和分工内容。")
    held = session.scalars(select(func.count()).where(TaskShare.task_id == task.id)).one()
    if held >= MOST:
        raise Invalid(f"一项任务最多分给 {MOST} 个科室。")
    share = TaskShare(task_id=task.id, section=section, work=work, due=due, created_at=at)
    session.add(share)
    session.flush()
    _noted(session, task, share, events.SHARE_ADDED, by=by, at=at)
    return share


def finish_share(session: Session, task: Task, share_id: int, *, done: bool, by: User, at: datetime) -> None:
    """Mark a part as done, or as open again."""
    share = _share(session, task, share_id, by)
    if (share.done_at is not None) != done:
        share.done_at = at if done else None
        _noted(session, task, share, events.SHARE_DONE if done else events.SHARE_REOPENED, by=by, at=at)


def drop_share(session: Session, task: Task, share_id: int, *, by: User, at: datetime) -> None:
    """Take a part back; the trail keeps what it was."""
    share = _share(session, task, share_id, by)
    _noted(session, task, share, events.SHARE_DROPPED, by=by, at=at)
    session.delete(share)


def _share(session: Session, task: Task, share_id: int, by: User) -> TaskShare:
    _may(session, task, by)
    share = session.get(TaskShare, share_id)
    if share is None or share.task_id != task.id:
        raise NotFound
    return share


def _may(session: Session, task: Task, by: User) -> None:
    if not in_unit(case_of(session, task), by):
        raise Forbidden("只有承办单位的经办人和负责人可以安排科室分工。")
    if task.status is Status.CLOSED:
        raise NotInState("这项任务已经办结，科室分工不能再改。")


def _noted(
    session: Session, task: Task, share: TaskShare, kind: Kind[events.Shared], *, by: User, at: datetime
) -> None:
    told = events.Shared(round=task.round, unit=task.unit.name, section=share.section, work=share.work, due=share.due)
    audit.record(session, kind, told, subject=task.id, by=by, at=at)
