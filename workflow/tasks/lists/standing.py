"""How a year stands (总览取数): the figures of a wider list, counted by the very conditions that its pages are listed by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger
from workflow.office.models import Unit, User
from workflow.record.calendar import day_of
from workflow.tasks.lists.lighting import overdue
from workflow.tasks.lists.listing import Due, Scope, TaskRow, Wanted, came_back, inside_of, page_scope, soon
from workflow.tasks.models import Task
from workflow.tasks.sight import openable
from workflow.tasks.words import Status

WEEK = timedelta(days=7)
SHOWN = 10
"""Units and tasks that are named."""


@dataclass(frozen=True)
class Count:
    """Tasks of one unit, or of all (件数)."""

    unit_id: int
    name: str
    total: int
    closed: int
    late: int
    soon: int
    returned: int
    office: int
    """Waiting for the office to close them."""

    @property
    def share(self) -> int:
        """Closed tasks in whole per cent, rounded down: 100 means all."""
        return 100 * self.closed // self.total if self.total else 0


@dataclass(frozen=True)
class Week:
    """By the end of a week, counted from the year's first (周)."""

    ends: date
    due: int
    closed: int


@dataclass(frozen=True)
class Standing:
    """The whole picture (总览)."""

    whole: Count
    units: tuple[Count, ...]
    """Those that are worst off first: late ones, then the smallest share."""
    longest: tuple[TaskRow, ...]
    """The longest late, the longest first."""
    weeks: tuple[Week, ...]


def years_of(session: Session, person: User) -> list[int]:
    """Years of the published ledgers that the person may open, the newest first."""
    return list(
        session.scalars(
            select(Ledger.year)
            .where(Ledger.published_at.is_not(None), openable(person))
            .distinct()
            .order_by(Ledger.year.desc())
        )
    )


def standing(session: Session, person: User, scope: Scope, wanted: Wanted) -> Standing:
    """Read the picture of a list: two questions over its tasks, one for the days, one for the longest late."""
    today = wanted.today
    inside = _inside(scope, person, wanted)
    units = _units(session, inside, today)
    worst = sorted((unit for unit in units if unit.closed < unit.total), key=lambda unit: (-unit.late, unit.share))
    late = page_scope(session, person, scope, replace(wanted, due=Due.LATE), None)
    return Standing(_sum(units), tuple(worst[:SHOWN]), late.rows[:SHOWN], _weeks(session, inside, today))


def _inside(scope: Scope, person: User, wanted: Wanted) -> list[ColumnElement[bool]]:
    year = [Task.ledger_id.in_(select(Ledger.id).where(Ledger.year == wanted.year))] if wanted.year else []
    unit = [Task.unit_id == wanted.unit_id] if wanted.unit_id is not None else []
    return [*inside_of(scope, person), *year, *unit]


def _units(session: Session, inside: list[ColumnElement[bool]], today: date) -> list[Count]:
    told = (
        Task.status == Status.CLOSED,
        overdue(Task, today),
        soon(Task, today),
        came_back(),
        Task.status == Status.LEAD_VERIFIED,
    )
    sums = [func.sum(case((one, 1), else_=0)) for one in told]
    counted = select(Unit.id, Unit.name, func.count(), *sums).join(Task, Task.unit_id == Unit.id).where(*inside)
    return [Count(*row) for row in session.execute(counted.group_by(Unit.id, Unit.name))]


def _sum(units: Iterable[Count]) -> Count:
    found = list(units)
    names = ("total", "closed", "late", "soon", "returned", "office")
    return Count(0, "", **{name: sum(getattr(one, name) for one in found) for name in names})


def _weeks(session: Session, inside: list[ColumnElement[bool]], today: date) -> tuple[Week, ...]:
    """How many were due and how many were closed by the end of each week, until this one."""
    due: Counter[date] = Counter()
    for day, count in session.execute(select(Task.due, func.count()).where(*inside).group_by(Task.due)):
        due[_sunday(day)] += count
    moments = session.scalars(select(Task.closed_at).where(*inside, Task.closed_at.is_not(None)))
    closed = Counter(_sunday(day_of(at)) for at in moments if at)
    ends, weeks = min([*due, *closed], default=today), []
    while ends <= _sunday(today):
        weeks.append(Week(ends, _until(due, ends), _until(closed, ends)))
        ends += WEEK
    return tuple(weeks)


def _until(counts: Counter[date], day: date) -> int:
    return sum(count for each, count in counts.items() if each <= day)


def _sunday(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())
