"""How a task stands to its deadline (红黄绿灯): by dated rules, each light with the fact that caused it and what clears it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from workflow.record.calendar import last_day_within, spoken, working_days
from workflow.record.showing import spoken_percent
from workflow.tasks.milestones import due_share
from workflow.tasks.progress import come, elapsed
from workflow.tasks.words import Status

GRAVITY = ("red", "yellow", "blue", "green", "grey")
"""The colours, the gravest first."""


@dataclass(frozen=True)
class Light:
    """How a task stands (红黄绿灯), with the fact that says why and what clears it."""

    colour: str
    """One of ``GRAVITY``."""
    word: str
    reason: str


@dataclass(frozen=True)
class LightRules:
    """From when on which lights are shown (预警规则); days are working days, except that lateness counts every day."""

    near_days: int = 3
    """黄: so many working days are left at most."""
    notice_days: int = 0
    """蓝 (提醒), the step before; 0 shows none."""
    grave_days: int = 0
    """So many days late, from which a task is 严重逾期; 0 makes no difference."""
    behind: int = 0
    """黄 for want of 序时进度: so many percentage points behind the share of the days gone by; 0 shows none."""
    far_behind: int = 0
    """红 for want of 序时进度; 0 shows none."""

    def near_until(self, today: date) -> date:
        """The last deadline that is 临近 on a day: what the light says of one task and a list of all."""
        return last_day_within(today, self.near_days)


DEFAULT = LightRules()


@dataclass(frozen=True)
class Situation:
    """What a light is worked out from, on a given day (某日状况)."""

    due: date
    status: Status = Status.ASSIGNED
    began_on: date | None = None
    closed_on: date | None = None
    paused_on: date | None = None
    progress: int | None = None
    """What the unit itself says of its work, in per cent."""
    stopped_on: date | None = None
    """When the year of its ledger was closed: lateness is counted no further."""
    milestones: str = ""
    """The steps that its unit names for its work."""

    def closed(self, today: date) -> bool:
        """Whether it was closed by the end of a day."""
        return self.closed_on is not None and self.closed_on <= today

    def paused(self, today: date) -> bool:
        """Whether its clock stood still on a day; no deadline binds then."""
        return not self.closed(today) and self.paused_on is not None and self.paused_on <= today

    def days_late(self, today: date) -> int:
        """Days past the deadline: of a closed task when it was closed, of an open one on a day, or when its year was closed."""
        until = self.closed_on if self.closed_on and self.closed(today) else today
        until = min(until, self.stopped_on or until)
        return 0 if self.paused(today) else max((until - self.due).days, 0)

    def overdue(self, today: date) -> bool:
        """Whether it was open and past its deadline (逾期) on a day."""
        return not self.closed(today) and self.days_late(today) > 0


@lru_cache(maxsize=10_000)
def light(situation: Situation, today: date, rules: LightRules = DEFAULT) -> Light:
    """The light of a task on a given day by given rules; the same for the same facts, whenever it is asked."""
    due = situation.due
    if situation.closed_on and situation.closed(today):
        if situation.days_late(today):
            return Light("grey", "逾期办结", f"时限 {spoken(due)}，{spoken(situation.closed_on)}办结。")
        return Light("grey", "按期办结", f"{spoken(situation.closed_on)}办结。")
    if situation.paused_on and situation.paused(today):
        return Light("grey", "挂账", f"{spoken(situation.paused_on)}起挂账，恢复办理后时限顺延。")
    if situation.stopped_on and situation.stopped_on <= today:
        late, said = situation.days_late(today), f"时限 {spoken(due)}，{spoken(situation.stopped_on)}年结，计时停止。"
        return Light("red", f"年结时逾期 {late} 天", said) if late else Light("grey", "年结未办结", said)
    if late := situation.days_late(today):
        word = "严重逾期" if rules.grave_days and late >= rules.grave_days else "逾期"
        return Light("red", f"{word} {late} 天", f"时限 {spoken(due)}，今天 {spoken(today)}；办结后消除。")
    left, pace = _left(due, today, rules), _pace(situation, today, rules)
    if pace is not None and due <= rules.near_until(today):
        return Light(pace.colour, f"{left.word}，{pace.word}", f"{left.reason}{pace.reason}")
    return pace or left


def _left(due: date, today: date, rules: LightRules) -> Light:
    left = working_days(today, due)
    clears = "办结或延期后消除。"
    if due <= rules.near_until(today):
        said = f"时限 {spoken(due)}，不足 {rules.near_days + 1} 个工作日；{clears}"
        return Light("yellow", f"剩 {left} 个工作日", said)
    if rules.notice_days and left <= rules.notice_days:
        said = f"提醒：时限 {spoken(due)}，不足 {rules.notice_days + 1} 个工作日；{clears}"
        return Light("blue", f"剩 {left} 个工作日", said)
    return Light("green", f"剩 {(due - today).days} 天", f"时限 {spoken(due)}。")


def _pace(situation: Situation, today: date, rules: LightRules) -> Light | None:
    """序时进度: behind the time gone by, by some points yellow, by more red; None where it keeps pace or does not count."""
    if situation.began_on is None or today <= situation.began_on:
        return None
    gone, done = elapsed(situation.began_on, situation.due, today), come(situation.status, situation.progress)
    if situation.milestones:
        gone = due_share(situation.milestones, today)
    far = bool(rules.far_behind) and gone - done >= rules.far_behind
    if not far and not (rules.behind and gone - done >= rules.behind):
        return None
    basis = f"「{situation.status.word}」计" if situation.progress is None else "单位自报完成"
    time = "到期节点占" if situation.milestones else "办理时间已过"
    said = f"{time} {spoken_percent(gone)}，{basis} {done}%，落后 {spoken_percent(gone - done)[:-1]} 个百分点；进度赶上后消除。"
    return Light("red" if far else "yellow", "未达序时进度", said)
