"""What may be asked for, and what follows from a ruling (申请条件与决定后果): dates move, tasks change hands, clocks stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.ledgers.models import ItemParty
from workflow.ledgers.words import Part
from workflow.office.models import Unit, User
from workflow.record.calendar import after_working_days, day_of, spoken, working_days
from workflow.record.errors import Incomplete, Invalid, NotInState
from workflow.tasks.binding import content_digest
from workflow.tasks.case import TaskCase, case_of
from workflow.tasks.holding import change, standing
from workflow.tasks.models import Awaiting, Request, Task
from workflow.tasks.seating import await_next
from workflow.tasks.sight import in_reach
from workflow.tasks.words import RequestKind

MOST_EXTENSIONS = 2
"""Extensions that one task may be granted."""
OBJECTION_DAYS = 5
"""Working days after assignment within which a unit may say that a task is not its own."""


@dataclass(frozen=True)
class Ask:
    """What is asked for (申请内容)."""

    kind: RequestKind
    reason: str
    new_due: date | None = None
    unit_id: int | None = None


@dataclass(frozen=True)
class Ruling:
    """Who decided what (决定)."""

    by: User
    at: datetime
    opinion: str
    unit_id: int | None = None


def always(session: Session, case: TaskCase, wanted: Ask, at: datetime) -> str:
    """May always be asked for."""
    return ""


def nothing(session: Session, case: TaskCase, request: Request, ruling: Ruling) -> None:
    """The ruling itself is all that follows: the leads sign or return as it says."""


def only_by_act(session: Session, case: TaskCase, request: Request, ruling: Ruling) -> None:
    """A status moves by ``act`` alone: the second person reopens the task, and that grants the request."""
    raise NotInState("同意重启请直接办理「重启」，系统随即记为同意。")


def may_be_later(session: Session, case: TaskCase, wanted: Ask, at: datetime) -> str:
    """A later date is later than the present one and than today, and there are so many of them."""
    task = case.task
    if wanted.new_due is None or wanted.new_due <= max(task.due, day_of(at)):
        return f"延期后的时限要晚于现在的时限（{spoken(task.due)}），也要晚于今天。"
    if len(case.granted(RequestKind.EXTENSION)) >= MOST_EXTENSIONS:
        raise NotInState(f"本件已经延期 {MOST_EXTENSIONS} 次，不能再延；请抓紧办理，并在落实情况中说明原因。")
    return ""


def move_due(session: Session, case: TaskCase, request: Request, ruling: Ruling) -> None:
    """The new date binds; the sentence beside it names the first one for good."""
    granted, who = case.granted(RequestKind.EXTENSION), f"{ruling.by.unit.name} {ruling.by.name}"
    due = request.new_due or case.task.due
    reason = (
        f"原时限{spoken(granted[0].old_due)}，经{who}同意，第 {len(granted)} 次延期到{spoken(due)}：{request.reason}"
    )
    _bind(session, case.task, due, reason)


def may_be_disputed(session: Session, case: TaskCase, wanted: Ask, at: datetime) -> str:
    """A unit objects early, and before it has begun to report."""
    task = case.task
    if working_days(day_of(task.opened_at), day_of(at)) > OBJECTION_DAYS:
        raise NotInState(f"交办超过 {OBJECTION_DAYS} 个工作日，责任异议期已过；确有困难请申请延期或与办公室联系。")
    if task.lower_id:
        raise NotInState("已经分解到下级，不能再提出责任异议；请先解除分解。")
    if task.report or task.live_evidence:
        raise NotInState("已经开始填报，不能再提出责任异议；请先清空落实情况和证明材料。")
    if wanted.unit_id == task.unit_id:
        return "建议的单位就是本单位，请重新选择或不填。"
    if wanted.unit_id is not None and session.get(Unit, wanted.unit_id) is None:
        return "没有这个单位，请从单位名录中选择。"
    return ""


def reassign(session: Session, case: TaskCase, request: Request, ruling: Ruling) -> None:
    """The task goes to the unit that was ruled; the working days gone by since assignment are given back."""
    task, unit = case.task, session.get(Unit, ruling.unit_id) if ruling.unit_id else None
    if unit is None or not unit.active or unit.id == task.unit_id:
        raise Incomplete("同意责任异议，请选定改由哪个单位承办。")
    in_reach(session, task.ledger, unit)
    taken = select(Task.id).where(Task.item_id == task.item_id, Task.unit_id == unit.id, Task.period == task.period)
    if session.scalars(taken).first() is not None:
        raise Invalid(f"{unit.name}已经有这一条的任务，请改选其他单位，或不同意异议。")
    if task.report or task.live_evidence or task.lower_id:
        raise NotInState("异议提出后本单位已经开始填报或分解到下级，不能改派；请与责任单位联系。")
    before, opened = task.unit, task.opened_at
    anew: dict[str, Any] = {"unit_id": unit.id, "received_at": None, "opened_at": ruling.at}
    if task.progress is not None:  # the other unit has not said how far it is
        anew |= {"progress": None, "milestones": "", "content_digest": content_digest("", (), task.outcome)}
    change(session, task, by=ruling.by, seen_version=task.version, **anew)
    for party in session.scalars(select(ItemParty).where(ItemParty.item_id == task.item_id)):
        if party.part is Part.RESPONSIBLE and before in party.units:
            party.units = [one for one in party.units if one is not before] + [unit]  # later periods follow
    days = working_days(day_of(opened), day_of(ruling.at))
    why = f"由{before.name}改派，原时限{spoken(task.due)}顺延 {days} 个工作日。"
    _bind(session, task, after_working_days(task.due, days), why)
    await_next(session, case_of(session, task), at=ruling.at)


def give_time_back(session: Session, case: TaskCase, request: Request, ruling: Ruling) -> None:
    """The unit keeps the task, and gets back the working days that the ruling took."""
    days, task = working_days(day_of(request.asked_at), day_of(ruling.at)), case.task
    if days:
        why = f"责任异议处理占用 {days} 个工作日，由原时限{spoken(task.due)}顺延。"
        _bind(session, task, after_working_days(task.due, days), why)


def may_be_paused(session: Session, case: TaskCase, wanted: Ask, at: datetime) -> str:
    """A clock stops once."""
    return "本件已经挂账。" if case.task.paused_at else ""


def pause(session: Session, case: TaskCase, request: Request, ruling: Ruling) -> None:
    """The clock stops until the office starts it again."""
    change(
        session,
        case.task,
        by=ruling.by,
        seen_version=case.task.version,
        paused_at=ruling.at,
        paused_reason=request.reason,
    )


def end_pause(session: Session, task: Task, *, by: User, at: datetime) -> int:
    """The clock runs again; returns the working days it stood still. Raises NotInState."""
    if task.paused_at is None:
        raise NotInState("本件没有挂账。")
    days = working_days(day_of(task.paused_at), day_of(at))
    why = f"挂账 {days} 个工作日（{task.paused_reason}），由原时限{spoken(task.due)}顺延。"
    change(session, task, by=by, seen_version=task.version, paused_at=None, paused_reason="")
    _bind(session, task, after_working_days(task.due, days), why)
    return days


def leads_may_differ(session: Session, case: TaskCase, wanted: Ask, at: datetime) -> str:
    """Only several lead units can differ."""
    return "" if len(case.leads) > 1 else "本件只有一个牵头单位，不需要协调；有意见请直接退回。"


def stand(task: Task) -> dict[str, Any]:
    """What an event says of a task whose version it raised, and whose date may have moved."""
    return {**standing(task), "due": task.due, "due_reason": task.due_reason}


def _bind(session: Session, task: Task, due: date, reason: str) -> None:
    """Another date binds from now on, for its reason."""
    task.due, task.due_reason = due, reason[:300]
    session.execute(update(Awaiting).where(Awaiting.task_id == task.id).values(due=due))
    session.flush()
