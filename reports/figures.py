"""The figures of a look-back (统计): numbers and one chart, from the same lines as the item-by-item part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from workflow.record.showing import spoken_percent
from workflow.tasks.progress import Pace, classes
from workflow.year.lookback import LookBack, TaskLine

CHARTED = 24
"""Bars that stand on one page."""


@dataclass(frozen=True)
class Tally:
    """How a set of tasks stands (完成情况)."""

    name: str
    total: int
    done: int
    in_time: int
    late_open: int
    returns: int

    @property
    def share(self) -> str:
        """Closed tasks in per cent, one decimal."""
        return share(self.done, self.total)

    @property
    def timely(self) -> str:
        """Closed in time, in per cent of all closed."""
        return share(self.in_time, self.done)

    @property
    def parts(self) -> dict[str, int]:
        """The bar of the chart, left to right: every task in exactly one part."""
        return {
            "按期办结": self.in_time,
            "逾期办结": self.done - self.in_time,
            "逾期未办结": self.late_open,
            "正在办理": self.total - self.done - self.late_open,
        }


def tally(name: str, tasks: Iterable[TaskLine]) -> Tally:
    """Count a set of tasks."""
    lines = list(tasks)
    closed = [task for task in lines if task.done]
    return Tally(
        name=name,
        total=len(lines),
        done=len(closed),
        in_time=sum(task.late_days == 0 for task in closed),
        late_open=sum(task.late_days > 0 for task in lines if not task.done),
        returns=sum(task.returns for task in lines),
    )


def share(part: int, whole: int) -> str:
    """A share in per cent, one decimal, half up; a dash of nothing."""
    return spoken_percent(Fraction(100 * part, whole)) if whole else "—"


def by_pace(look: LookBack) -> list[tuple[Pace, int, str]]:
    """(class, rows, share of all rows): every row in exactly one class. Raises ValueError if the sum were another."""
    counts = classes(item.pace for item in look.items)
    if sum(counts.values()) != len(look.items):
        raise ValueError("classes of rows do not add up")
    return [(pace, count, share(count, len(look.items))) for pace, count in counts.items()]


def by_unit(look: LookBack) -> list[Tally]:
    """A line a unit, in the order the units first appear."""
    names = dict.fromkeys(task.unit for task in look.tasks)
    return [tally(name, (task for task in look.tasks if task.unit == name)) for name in names]


def by_section(look: LookBack) -> list[Tally]:
    """A line a first-level section."""
    names = dict.fromkeys(item.section[0] if item.section else "未分章节" for item in look.items)
    return [
        tally(
            name,
            (
                task
                for item in look.items
                if (item.section[0] if item.section else "未分章节") == name
                for task in item.tasks
            ),
        )
        for name in names
    ]


def charted(tallies: list[Tally]) -> list[Tally]:
    """The units that the chart shows: the furthest ones first, then those with most tasks."""
    return sorted(tallies, key=lambda one: (one.total and one.done / one.total, one.total), reverse=True)[:CHARTED]
