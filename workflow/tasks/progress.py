"""How far work has come against the time gone by (办理进度与序时): one class a task and a row, the same for the same facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Protocol

from workflow.record.calendar import day_of
from workflow.record.words import Word
from workflow.tasks.milestones import due_share
from workflow.tasks.words import Status, TaskOutcome

TOLERANCE = 5
"""Percentage points that work may differ from the time gone by and still keep pace."""
RULE = (
    "条目的全部承办任务均已办结、或经牵头单位核验不涉及，且不再有尚未开始的期次，计为销号；挂账不计销号。"
    f"进度分类依次为：已办结（销号）、挂账/其他、逾期、欠序时（办理进度低于时间进度超过 {TOLERANCE} 个百分点）、达序时、"
    f"超序时（高出超过 {TOLERANCE} 个百分点），每条只计一类。时间进度＝交办至时限已过天数÷全部天数；"
    "办理进度按单位自报，未自报的按办理环节折算；按节点填报的，时间进度＝已到期节点÷全部节点，办理进度＝已完成节点÷全部节点；多件任务的条目取各件平均，挂账的不计。"
)
"""What the numbers count, printed wherever they are."""


class Pace(Word):
    """How work stands to the time gone by (进度分类), in the order in which the classes are tried."""

    SETTLED = "settled", "已办结"
    HELD = "held", "挂账/其他"
    LATE = "late", "逾期"
    BEHIND = "behind", "欠序时"
    ON_PACE = "on_pace", "达序时"
    AHEAD = "ahead", "超序时"


class Closing(Protocol):
    """What tells whether a task still holds up its row (销号要素)."""

    @property
    def status(self) -> Status: ...
    @property
    def outcome(self) -> TaskOutcome: ...
    @property
    def paused_at(self) -> datetime | None: ...


class Paced(Closing, Protocol):
    """What a class is worked out from (进度要素): a task as stored, or as it was at a moment."""

    @property
    def due(self) -> date: ...
    @property
    def progress(self) -> int | None: ...
    @property
    def milestones(self) -> str: ...
    @property
    def opened_at(self) -> datetime: ...


def settled(task: Closing) -> bool:
    """Whether a task is closed or ruled 不涉及: the unit proposed it and the leads verified it. 挂账 settles nothing."""
    if task.paused_at is not None:
        return False
    ruled = task.status is Status.LEAD_VERIFIED and task.outcome is TaskOutcome.NOT_CONCERNED
    return ruled or task.status is Status.CLOSED


def elapsed(began: date, due: date, today: date) -> Fraction:
    """序时: the share of a task's own days gone by, in per cent; nothing on its first day, everything on its last."""
    if today >= due:
        return Fraction(100)
    return Fraction(100 * max((today - began).days, 0), max((due - began).days, 1))


def wanted(task: Paced, today: date) -> Fraction:
    """How far a task should have come by the end of a day, in per cent: as its unit's milestones say, else by the time gone by."""
    if task.milestones and today < task.due:
        return due_share(task.milestones, today)
    return elapsed(day_of(task.opened_at), task.due, today)


def come(status: Status, progress: int | None) -> int:
    """How far a task has come, in per cent: all of it when closed, else what its unit says, else what its steps tell."""
    return status.come if progress is None or status is Status.CLOSED else progress


def struck(tasks: Sequence[Closing], *, more: bool) -> bool:
    """Whether a row is 销号: every task of it settled, and no period left to begin."""
    return bool(tasks) and not more and all(map(settled, tasks))


def pace_of(tasks: Sequence[Paced], today: date, *, more: bool = False) -> Pace:
    """The one class of a row with its tasks, or of one task, at the end of a day; ``more``: periods are left to begin."""
    running = [task for task in tasks if task.paused_at is None]
    if struck(tasks, more=more):
        return Pace.SETTLED
    if not running or (len(running) < len(tasks) and all(map(settled, running))):
        return Pace.HELD
    if any(task.due < today and not settled(task) for task in running):
        return Pace.LATE
    gaps = [come(task.status, task.progress) - wanted(task, today) for task in running]
    ahead = sum(gaps, Fraction(0)) / len(gaps)
    if -TOLERANCE <= ahead <= TOLERANCE:
        return Pace.ON_PACE
    return Pace.AHEAD if ahead > 0 else Pace.BEHIND


def classes(paces: Iterable[Pace]) -> dict[Pace, int]:
    """How many of each class, in their order; their sum is the number counted."""
    found = list(paces)
    return {pace: found.count(pace) for pace in Pace}
