"""A later date through a gate (延期): the unit asks with its reason, the office decides, the original date stays visible."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow import audit
from workflow.deadlines import spoken
from workflow.errors import Forbidden, Incomplete, Invalid, NotFound, NotInState, Stale
from workflow.models import Awaiting, Extension, Task, User
from workflow.operations.notices import tell_units
from workflow.permissions import in_unit, is_office
from workflow.roles import Turn, case_of
from workflow.settings import ZONE
from workflow.text import clean_line
from workflow.vocabulary import Role, Status

MOST = 2
"""Extensions that one task may be granted."""
REASON_LIMIT = 200


def ask_extension(
    session: Session, task: Task, new_due: date | None, reason: str, *, by: User, at: datetime
) -> Extension:
    """Ask for a later date for a task that is still with its unit. Raises Forbidden, NotInState, Invalid, Incomplete."""
    case = case_of(session, task)
    if not in_unit(case, by):
        raise Forbidden("只有承办单位的经办人和负责人可以申请延期。")
    if task.status is not Status.ASSIGNED:
        raise NotInState(f"此件现在是「{task.status.word}」，已经不在本单位填报环节，不能申请延期。")
    reason = clean_line(reason, limit=REASON_LIMIT)
    if not reason:
        raise Incomplete("请写明延期理由和目前进展。")
    if new_due is None or new_due <= max(task.due, at.astimezone(ZONE).date()):
        raise Invalid(f"延期后的时限要晚于现在的时限（{spoken(task.due)}），也要晚于今天。")
    asked = extensions_of(session, task)
    if any(one.granted is None for one in asked):
        raise NotInState("已经有一份延期申请在等待办公室决定，无需重复申请。")
    if sum(bool(one.granted) for one in asked) >= MOST:
        raise NotInState(f"本件已经延期 {MOST} 次，不能再延；请抓紧办理，并在落实情况中说明原因。")
    extension = Extension(
        task_id=task.id,
        old_due=task.due,
        new_due=new_due,
        reason=reason,
        asked_by_id=by.id,
        asked_by=f"{by.unit.name} {by.name}",
        asked_at=at,
    )
    session.add(extension)
    session.flush()
    _noted(session, task, extension, "task.extension_asked", by=by, at=at)
    words = (
        f"{extension.asked_by}申请把「{task.item.number} {task.item.text[:40]}」延期到{spoken(new_due)}：{reason[:120]}"
    )
    tell_units(session, [Turn(case.office_id, Role.OFFICE)], words, at=at, task=task)
    return extension


def decide_extension(
    session: Session, task: Task, extension_id: int, *, granted: bool, opinion: str, by: User, at: datetime
) -> None:
    """Grant or refuse; nobody decides on what they asked for. Raises NotFound, Forbidden, Incomplete, Stale."""
    extension = session.get(Extension, extension_id)
    if extension is None or extension.task_id != task.id:
        raise NotFound
    if not is_office(case_of(session, task), by):
        raise Forbidden("延期由台账的办公室决定。")
    if extension.asked_by_id == by.id:
        raise Forbidden("不能决定自己提出的延期申请，请由办公室其他人员办理。")
    opinion = clean_line(opinion, limit=REASON_LIMIT)
    if not granted and not opinion:
        raise Incomplete("不同意延期，请写明理由。")
    if granted and task.status is Status.CLOSED:
        raise NotInState("此件已经办结，不需要延期。")
    who = f"{by.unit.name} {by.name}"
    seen = (Extension.id == extension.id, Extension.granted.is_(None))
    values = {"granted": granted, "opinion": opinion, "decided_by": who, "decided_at": at}
    won = session.execute(update(Extension).where(*seen).values(**values))
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale("这份延期申请已经有决定，请刷新页面查看。")
    session.refresh(extension)
    if granted:
        _move(session, task, extension, who)
    _noted(session, task, extension, "task.extension_granted" if granted else "task.extension_refused", by=by, at=at)
    word = f"同意延期到{spoken(extension.new_due)}" if granted else f"不同意延期：{opinion[:120]}"
    desks = [Turn(task.unit_id, Role.HANDLER), Turn(task.unit_id, Role.UNIT_HEAD)]
    tell_units(session, desks, f"{who}{word}「{task.item.number} {task.item.text[:40]}」", at=at, task=task)


def extensions_of(session: Session, task: Task) -> list[Extension]:
    """Every request for this task, oldest first."""
    return list(session.scalars(select(Extension).where(Extension.task_id == task.id).order_by(Extension.id)))


def _move(session: Session, task: Task, extension: Extension, who: str) -> None:
    """The new date binds; the sentence beside it names the first one for good."""
    granted = [one for one in extensions_of(session, task) if one.granted]
    first = granted[0].old_due
    task.due = extension.new_due
    task.due_reason = (
        f"原时限{spoken(first)}，经{who}同意，第 {len(granted)} 次延期到{spoken(task.due)}：{extension.reason}"[:300]
    )
    session.execute(update(Awaiting).where(Awaiting.task_id == task.id).values(due=task.due))
    session.flush()


def _noted(session: Session, task: Task, extension: Extension, kind: str, *, by: User, at: datetime) -> None:
    data = {
        "round": task.round,
        "unit": by.unit.name,
        "old_due": extension.old_due.isoformat(),
        "new_due": extension.new_due.isoformat(),
        "opinion": extension.opinion or extension.reason,
    }
    audit.record(session, kind, by=by, at=at, task_id=task.id, data=data)
