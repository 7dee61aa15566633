"""How a task stands to its deadline (红黄绿灯): by dated rules, each light with the fact that caused it and what clears it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workflow.deadlines import NEAR_DAYS, spoken, working_days
from workflow.vocabulary import Status

PROGRESS = {
    Status.ASSIGNED: 0,
    Status.DRAFTED: 50,
    Status.UNIT_APPROVED: 70,
    Status.LEAD_VERIFIED: 90,
    Status.CLOSED: 100,
}
"""How far a task has come in per cent, for 序时进度."""


@dataclass(frozen=True)
class Light:
    """How a task stands (红黄绿灯), with the fact that says why and what clears it."""

    colour: str
    """``red``, ``yellow``, ``blue``, ``green`` or ``grey``."""
    word: str
    reason: str


@dataclass(frozen=True)
class LightRules:
    """From when on which lights are shown (预警规则); days are working days, except that lateness counts every day."""

    near_days: int = NEAR_DAYS
    """黄: so many working days are left at most."""
    notice_days: int = 0
    """蓝 (提醒), the step before; 0 shows none."""
    grave_days: int = 0
    """So many days late, from which a task is 严重逾期; 0 makes no difference."""
    behind: int = 0
    """黄 for want of 序时进度: so many percentage points behind the share of the working days gone by; 0 shows none."""
    far_behind: int = 0
    """红 for want of 序时进度; 0 shows none."""


DEFAULT = LightRules()


@dataclass(frozen=True)
class Standing:
    """What a light is worked out from, on a given day (某日状况)."""

    due: date
    status: Status = Status.ASSIGNED
    began_on: date | None = None
    closed_on: date | None = None
    paused_on: date | None = None


def light(standing: Standing, today: date, rules: LightRules = DEFAULT) -> Light:
    """The light of a task on a given day by given rules; the same for the same facts, whenever it is asked."""
    due = standing.due
    if standing.closed_on is not None and standing.closed_on <= today:
        if standing.closed_on > due:
            return Light("grey", "逾期办结", f"时限 {spoken(due)}，{spoken(standing.closed_on)}办结。")
        return Light("grey", "按期办结", f"{spoken(standing.closed_on)}办结。")
    if standing.paused_on is not None and standing.paused_on <= today:
        return Light("grey", "挂账", f"{spoken(standing.paused_on)}起挂账，恢复办理后时限顺延。")
    if today > due:
        late = (today - due).days
        word = "严重逾期" if rules.grave_days and late >= rules.grave_days else "逾期"
        return Light("red", f"{word} {late} 天", f"时限 {spoken(due)}，今天 {spoken(today)}；办结后消除。")
    return _pace(standing, today, rules) or _left(due, today, rules)


def _left(due: date, today: date, rules: LightRules) -> Light:
    left = working_days(today, due)
    clears = "办结或延期后消除。"
    if left <= rules.near_days:
        said = f"时限 {spoken(due)}，不足 {rules.near_days + 1} 个工作日；{clears}"
        return Light("yellow", f"剩 {left} 个工作日", said)
    if rules.notice_days and left <= rules.notice_days:
        said = f"提醒：时限 {spoken(due)}，不足 {rules.notice_days + 1} 个工作日；{clears}"
        return Light("blue", f"剩 {left} 个工作日", said)
    return Light("green", f"剩 {(due - today).days} 天", f"时限 {spoken(due)}。")


def _pace(standing: Standing, today: date, rules: LightRules) -> Light | None:
    """序时进度: behind the time gone by, by some points yellow, by more red; None where it keeps pace or does not count."""
    if standing.began_on is None or today <= standing.began_on:
        return None
    whole = working_days(standing.began_on, standing.due)
    gone = round(100 * working_days(standing.began_on, today) / whole) if whole else 100
    come = PROGRESS[standing.status]
    far = bool(rules.far_behind) and gone - come >= rules.far_behind
    if not far and not (rules.behind and gone - come >= rules.behind):
        return None
    said = f"办理时间已过 {gone}%，「{standing.status.word}」计 {come}%，落后 {gone - come} 个百分点；进入下一环节后重新计算。"
    return Light("red" if far else "yellow", "未达序时进度", said)
