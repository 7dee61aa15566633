"""Lines of the row-by-row part (逐条核查行): one a row × unit, periods told together, like lines told once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from workflow.ledgers.deadlines import spoken_period
from workflow.record.calendar import spoken
from workflow.tasks.progress import Pace
from workflow.year.look_backs.of_ledger import ItemLine, LookBack, TaskLine

ORDER = (Pace.LATE, Pace.HELD, Pace.BEHIND, Pace.ON_PACE, Pace.AHEAD, Pace.SETTLED)
"""In which order rows are shown: late first."""
NONE, COMING = "—", "证据包生成中"
"""What stands in the place of a packet that is not there."""
SHORT = 36
"""Characters of a row that stand beside its number; the whole text is in the first part."""


@dataclass(frozen=True)
class Share:
    """One row for one unit (条目 × 单位)."""

    item: ItemLine
    unit: str
    tasks: tuple[TaskLine, ...]

    @property
    def periods(self) -> str:
        """Which period it is, or how many there are."""
        return f"共 {len(self.tasks)} 期" if len(self.tasks) > 1 else spoken_period(self.tasks[0].period) or "—"

    @property
    def due(self) -> str:
        """Its deadline, or the first and the last of its periods."""
        days = sorted({task.due for task in self.tasks})
        return spoken(days[0]) if len(days) == 1 else f"{spoken(days[0])}至{spoken(days[-1])}"

    @property
    def standing(self) -> str:
        """Its status, or how many of its periods are closed."""
        if len(self.tasks) == 1:
            return self.tasks[0].standing
        return f"办结 {sum(task.done for task in self.tasks)}/{len(self.tasks)} 期"

    @property
    def closed(self) -> str:
        """When it was closed; of several periods the last one."""
        days = [task.closed_on for task in self.tasks if task.closed_on]
        return spoken(max(days)) if days else "—"

    @property
    def late_days(self) -> int:
        """Of its periods the latest."""
        return max(task.late_days for task in self.tasks)

    @property
    def late_open(self) -> bool:
        """Whether it is late and still open."""
        return any(task.late_days and not task.done for task in self.tasks)

    @property
    def lateness(self) -> str:
        """How late it is; of several periods how many are."""
        late = [task for task in self.tasks if task.late_days]
        if not late:
            return "—"
        if len(self.tasks) == 1:
            return late[0].lateness
        unclosed = sum(not task.done for task in late)
        return f"{len(late)} 期（未结 {unclosed}），最长 {self.late_days} 天"

    @property
    def returns(self) -> int:
        """How often signers returned it."""
        return sum(task.returns for task in self.tasks)

    @property
    def packets(self) -> str:
        """Its packet, or how many there are."""
        numbers = [task.packet.number for task in self.tasks if task.packet]
        waiting = sum(task.done and task.packet is None for task in self.tasks)
        if not numbers:
            return COMING if waiting else NONE
        return numbers[0] if len(self.tasks) == 1 else f"{len(numbers)} 件，见证据包卷"


def shares(item: ItemLine, *, left: bool = False) -> list[Share]:
    """The units of a row in the order of the directory; with ``left`` only what is not closed."""
    tasks = [task for task in item.tasks if not (left and task.done)]
    return [Share(item, unit, tuple(group)) for unit, group in groupby(tasks, key=lambda task: task.unit)]


def like(lines: list[Share]) -> list[tuple[str, Share]]:
    """(units, what is said of each of them): units of which the same is said share a line, unless they have packets."""
    found: dict[object, tuple[list[str], Share]] = {}
    for one in lines:
        said = (one.periods, one.due, one.standing, one.closed, one.lateness, one.returns)
        key: object = (one.packets, said) if one.packets in (NONE, COMING) else (one.unit, said)
        found.setdefault(key, ([], one))[0].append(one.unit)
    return [("、".join(units), one) for units, one in found.values()]


def short(text: str) -> str:
    """The beginning of a row's text."""
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def by_pace(look: LookBack) -> list[tuple[Pace, list[ItemLine]]]:
    """Rows by their class, the late ones first, in each class in the order of the table."""
    return [(pace, [item for item in look.items if item.pace is pace]) for pace in ORDER if _any(look, pace)]


def _any(look: LookBack, pace: Pace) -> bool:
    return any(item.pace is pace for item in look.items)


@dataclass(frozen=True)
class Left:
    """A row that is not finished (未办结条目)."""

    item: ItemLine
    shares: tuple[Share, ...]

    @property
    def open(self) -> int:
        """How many of its tasks are open."""
        return sum(len(share.tasks) for share in self.shares)

    @property
    def late(self) -> int:
        """How many of those are late."""
        return sum(task.late_days > 0 for share in self.shares for task in share.tasks)

    @property
    def late_days(self) -> int:
        """The most days that one of them is late."""
        return max(share.late_days for share in self.shares)

    @property
    def units(self) -> list[tuple[str, str]]:
        """(how they stand, units) in the order of the directory."""
        found: dict[str, list[str]] = {}
        for share in self.shares:
            word = share.standing if len(share.tasks) == 1 else f"未结 {len(share.tasks)} 期"
            found.setdefault(word, []).append(share.unit)
        return [(word, "、".join(units)) for word, units in found.items()]


def unfinished(look: LookBack) -> list[Left]:
    """Rows with something that is not closed: the latest first, then in the order of the table."""
    rows = [Left(item, tuple(shares(item, left=True))) for item in look.items]
    return sorted((row for row in rows if row.shares), key=lambda row: -row.late_days)
