"""What becomes of each task of the sample year (任务安排): most are closed in time, a few late, and a few are open when the year is over."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from samples.agenda import at_work
from workflow.ledgers.words import TaskKind
from workflow.record.settings import ZONE

_PLAIN = "submit approve verify close"
CLOSED = (
    _PLAIN,
    _PLAIN,
    f"submit return {_PLAIN}",
    _PLAIN,
    _PLAIN,
    "late submit approve verify close",
    _PLAIN,
    f"extend grant {_PLAIN}",
    _PLAIN,
    _PLAIN,
    f"submit approve return {_PLAIN}",
    _PLAIN,
    "not-concerned approve verify close",
    _PLAIN,
    f"submit approve verify return {_PLAIN}",
    _PLAIN,
    f"pause grant resume {_PLAIN}",
    _PLAIN,
    f"submit withdraw {_PLAIN}",
    _PLAIN,
)
"""The ways in which one task after another comes to its end."""
OPEN = ("", "submit", "submit approve", "submit approve verify", "submit approve return", "pause grant")
"""Where those are left that do not; an empty one is never begun."""
COMING = ("", "", "submit", _PLAIN, "", "submit approve", _PLAIN, "submit approve verify")
"""How far a task has come that is due next year."""
LAST_DAYS = timedelta(days=10)
"""What is due so soon after the year is looked at is mostly done by then."""
_WAITS = {"grant": timedelta(days=1), "resume": timedelta(days=30)}
"""How long before such a step, where it is not a matter of hours."""


@dataclass(frozen=True)
class Born:
    """A task that was opened (新任务)."""

    task_id: int
    item_id: int
    kind: TaskKind
    due: date


@dataclass(frozen=True)
class Planned:
    """One step to be taken (安排)."""

    at: datetime
    task_id: int
    verb: str


class Plan:
    """Which fate each task gets: laid out when it opens, the same each time the year is walked."""

    def __init__(self, until: datetime, *, left: float = 0.07, least: int = len(OPEN)) -> None:
        """About ``left`` of the tasks are open in the end, and no fewer than ``least``."""
        self._until, self._left, self._least = until, left, least
        self._chance = random.Random(20260315)
        self._seen: set[int] = set()
        self._closed = self._open = self._coming = 0

    def lay_out(self, tasks: Sequence[Born], start: datetime) -> Iterator[Planned]:
        """Every step before the end of the year of the tasks that have been opened since last time."""
        fresh = _mixed([task for task in tasks if task.task_id not in self._seen])
        self._seen |= {task.task_id for task in fresh}
        due = [task for task in fresh if _end(task.due) < self._until]
        behind = self._left_open(due)
        for task in fresh:
            if self._comes_later(task):
                fate, self._coming = COMING[self._coming % len(COMING)], self._coming + 1
            elif task.task_id in behind:
                fate, self._open = OPEN[self._open % len(OPEN)], self._open + 1
            else:
                fate, self._closed = CLOSED[self._closed % len(CLOSED)], self._closed + 1
                if task.kind is TaskKind.SUMMARY:
                    fate = fate.replace("not-concerned", "submit")  # whoever leads a row has a part in it
            yield from self._steps(task, fate.split(), start)

    def _comes_later(self, task: Born) -> bool:
        """Whether it is due next year, or is one of those that are still under way in the last days of this one."""
        beyond = _end(task.due) - self._until
        return beyond > LAST_DAYS or (beyond >= timedelta() and task.task_id % 4 == 0)

    def _left_open(self, due: Sequence[Born]) -> set[int]:
        """Those that are open in the end, in few rows: what sums a row up waits for all that it sums up."""
        wanted = max(round(self._left * len(self._seen)), self._least) - self._open
        found: set[int] = set()
        for item_id in dict.fromkeys(task.item_id for task in due if task.kind is not TaskKind.SUMMARY):
            row = [task for task in due if task.item_id == item_id]
            shares = [task.task_id for task in row if task.kind is not TaskKind.SUMMARY][:4]
            sums = [task.task_id for task in row if task.kind is TaskKind.SUMMARY]
            if len(found) + len(sums) < wanted:
                found |= {*shares[: wanted - len(found) - len(sums)], *sums}
        return found

    def _steps(self, task: Born, verbs: list[str], start: datetime) -> Iterator[Planned]:
        at, late = self._begin(task, verbs[:1], start), verbs[:1] == ["late"]
        for verb in verbs[1:] if late else verbs:
            at = at_work(at + _WAITS.get(verb, timedelta()))
            if at < self._until:
                yield Planned(at, task.task_id, verb)
            at += timedelta(hours=self._chance.choice((2, 3, 20, 26, 44)))

    def _begin(self, task: Born, first: list[str], start: datetime) -> datetime:
        """When somebody begins: most at leisure, a summary when the others are done, what is due next year not before its time."""
        end, chance = _end(task.due), self._chance
        if first == ["late"]:
            return end + timedelta(days=chance.randint(3, 12))
        if first in (["extend"], ["pause"]):
            return max(min(end, self._until) - timedelta(days=chance.randint(8, 15)), start)
        if task.kind is TaskKind.SUMMARY:
            return max(min(end, self._until) - timedelta(days=6), start)
        early = self._comes_later(task)
        earliest = max(start, self._until - timedelta(days=45)) if early else start
        latest = min(end - timedelta(days=12), self._until - timedelta(days=8))
        room = max((latest - earliest).days, 2)
        day = earliest + timedelta(days=chance.randint(1, room))
        return day.replace(hour=chance.randint(1, 8), minute=chance.randint(0, 59))


def _end(due: date) -> datetime:
    return datetime.combine(due, time(15), ZONE).astimezone(UTC)


def _mixed(tasks: Iterable[Born]) -> list[Born]:
    """The tasks in an order that mixes rows and units, the same each time."""
    mixed = sorted(tasks, key=lambda task: (task.due, task.task_id))
    random.Random(1949).shuffle(mixed)
    return mixed
