"""The figures of a dossier (统计): counts, ranks and shares, from the same lines as the row-by-row part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from workflow.office.levels import sides_of
from workflow.record.showing import spoken_percent
from workflow.tasks.progress import Pace, classes
from workflow.year.look_backs.of_ledger import LookBack, TaskLine

CHARTED = 24
"""Bars that stand on one page."""
PARTS = ("按期办结", "逾期办结", "逾期未办结", "正在办理")
"""What a bar is made of, left to right."""


@dataclass(frozen=True)
class Tally:
    """How a set of tasks stands (完成情况)."""

    name: str
    total: int
    done: int
    in_time: int
    late_open: int
    returns: int
    urgings: int

    @property
    def share(self) -> str:
        """Closed tasks in per cent, one decimal."""
        return share(self.done, self.total)

    @property
    def timely(self) -> str:
        """Closed in time, in per cent of all closed."""
        return share(self.in_time, self.done)

    @property
    def late_done(self) -> int:
        """Closed, but late."""
        return self.done - self.in_time

    @property
    def running(self) -> int:
        """Open and not late; tasks whose clock stands (挂账) are among them."""
        return self.total - self.done - self.late_open

    @property
    def parts(self) -> tuple[int, ...]:
        """The bar of the chart, by :data:`PARTS`: every task in exactly one part."""
        return self.in_time, self.late_done, self.late_open, self.running


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
        urgings=sum(task.urgings for task in lines),
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


def by_unit(tasks: Iterable[TaskLine]) -> list[Tally]:
    """A line a unit, in the order of the lines: that of the directory, where :func:`of_groups` has sorted them."""
    found: dict[str, list[TaskLine]] = {}
    for task in tasks:
        found.setdefault(task.unit, []).append(task)
    return [tally(name, lines) for name, lines in found.items()]


def of_groups(look: LookBack) -> list[tuple[str, list[tuple[int, Tally]]]]:
    """The office's own units and 县（区） and the like apart, each with (rank by 办结率, unit) in the order of the directory; ties share a rank."""
    order = {name: place for place, name in enumerate(look.units)}
    tasks = sorted(look.tasks, key=lambda task: order[task.unit])
    sides = sides_of(look.office)
    groups = [(sides.own, False), (f"{sides.below}等", True)]
    found = [(word, by_unit(task for task in tasks if task.local is local)) for word, local in groups]
    return [(word, [(_rank(one, tallies), one) for one in tallies]) for word, tallies in found if tallies]


def _rank(one: Tally, among: list[Tally]) -> int:
    own = Fraction(one.done, one.total)
    return 1 + sum(Fraction(other.done, other.total) > own for other in among)


def by_section(look: LookBack) -> list[Tally]:
    """A line a first-level section."""
    found: dict[str, list[TaskLine]] = {}
    for item in look.items:
        found.setdefault(item.section[0] if item.section else "未分章节", []).extend(item.tasks)
    return [tally(name, tasks) for name, tasks in found.items()]


def by_month(look: LookBack) -> list[tuple[str, int, int]]:
    """(month, tasks that fell due, tasks that were closed) of the ledger's year."""
    due = Counter(task.due.month for task in look.tasks if task.due.year == look.year)
    closed = Counter(task.closed_on.month for task in look.tasks if task.closed_on and task.closed_on.year == look.year)
    return [(f"{month}月", due[month], closed[month]) for month in range(1, 13)]


def charted(tallies: list[Tally]) -> list[Tally]:
    """The units that the chart shows: those with most tasks, in the order of the directory."""
    most = sorted(tallies, key=lambda one: one.total, reverse=True)[:CHARTED]
    return [one for one in tallies if one in most]
