"""What is still to come (日程): everybody's next steps in the order of their times, taken one after the other by a clock that is put."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from workflow.record.calendar import is_working_day
from workflow.record.settings import ZONE


@dataclass(frozen=True)
class Progress:
    """How far the year has been walked (进度)."""

    done: int
    total: int


class SteeredClock:
    """A clock that stands where it is put (可拨时钟)."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time it was put to."""
        return self.now


Doing = Callable[[datetime], object]
"""A step, told the time at which it is taken."""


class Agenda:
    """Steps by their times (日程); a step may add others."""

    def __init__(self) -> None:
        self._coming: list[tuple[datetime, int, Doing]] = []
        self._added = 0

    def add(self, at: datetime, do: Doing) -> None:
        """Have something done at a time."""
        self._added += 1
        heapq.heappush(self._coming, (at, self._added, do))

    def run(self, clock: SteeredClock, until: datetime, progress: Callable[[Progress], None] = lambda _: None) -> int:
        """Do everything that comes before ``until``, where the clock ends; returns how many steps that were."""
        done = 0
        while self._coming and self._coming[0][0] < until:
            at, _, do = heapq.heappop(self._coming)
            clock.now = max(clock.now, at)
            do(clock.now)
            done += 1
            progress(Progress(done, done + sum(one[0] < until for one in self._coming)))
        clock.now = until
        return done


def at_work(at: datetime) -> datetime:
    """The same time, or early on the next morning on which the office is open; what comes later comes no earlier by that."""
    local = at.astimezone(ZONE)
    if 9 <= local.hour < 18 and is_working_day(local.date()):
        return at
    morning = (local + timedelta(days=local.hour >= 9)).replace(hour=9, minute=0, second=0)
    while not is_working_day(morning.date()):
        morning += timedelta(days=1)
    return (morning - timedelta(minutes=1 + min((morning - local) // timedelta(hours=1), 55))).astimezone(UTC)


def on(day: date, hour: int, minute: int = 0) -> datetime:
    """An hour of a day in the office's time, or of the next day on which it is open."""
    return at_work(datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC))
