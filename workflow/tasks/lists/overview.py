"""The overview of a ledger (台账总览): rows × units with the state of each, in a constant number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from workflow.ledgers.deadlines import more_to_come
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.office.asof import units_at, units_now
from workflow.office.models import User
from workflow.record.calendar import day_of
from workflow.tasks.lists.lighting import Lit, rulebook, situation_of
from workflow.tasks.lists.lights import GRAVITY, Light, LightRules, Situation, light
from workflow.tasks.lists.listing import came_back
from workflow.tasks.models import Task
from workflow.tasks.past.asof import tasks_at
from workflow.tasks.progress import Pace, Paced, classes, pace_of
from workflow.tasks.sight import openable
from workflow.tasks.words import Status, TaskOutcome

PAGE = 30
"""Ledgers of one page: each counts its tasks."""
_ORDER = list(Status)


@dataclass(frozen=True)
class Column:
    """A unit across the top of the matrix (列)."""

    unit_id: int
    name: str
    short: str


@dataclass(frozen=True)
class Cell:
    """A unit's share of a row (格): one task, or one a period."""

    task_id: int
    status: Status
    done: int
    total: int
    light: Light
    """The gravest of its lights."""
    late: int
    """Days gone by since the earliest date that was missed and is still open; 0 for none."""
    returned: bool


@dataclass(frozen=True)
class Row:
    """A row of the ledger with its cells by unit (行)."""

    item_id: int
    number: str
    section: str
    text: str
    cells: dict[int, Cell]
    done: int
    total: int
    pace: Pace
    """The class of the whole row, whatever the matrix is narrowed to."""


@dataclass(frozen=True)
class Overview:
    """The whole matrix with its figures (总览)."""

    columns: tuple[Column, ...]
    units: tuple[Column, ...]
    """Every unit with a task of the ledger, whatever the matrix is narrowed to, and the one it is narrowed to."""
    rows: tuple[Row, ...]
    counts: dict[Status, int]
    late: int
    total: int
    paces: dict[Pace, int]
    """Every row of the ledger in exactly one class."""

    @property
    def struck(self) -> int:
        """Rows that are 销号."""
        return self.paces[Pace.SETTLED]

    @property
    def all_rows(self) -> int:
        """Rows of the ledger, whatever the matrix is narrowed to."""
        return sum(self.paces.values())


@dataclass(frozen=True)
class Wish:
    """What to show of the matrix (筛选)."""

    section: str = ""
    unit_id: int | None = None
    status: Status | None = None
    late: bool = False


def page_ledgers(
    session: Session, person: User, *, before: int | None
) -> tuple[list[tuple[Ledger, int, int]], int | None]:
    """A page of (ledger, closed tasks, all tasks) that the person may open, the newest first, and before which one the next begins."""
    mine = select(Ledger).where(openable(person)).order_by(Ledger.year.desc(), Ledger.id.desc())
    if before is not None:
        last = select(Ledger.year, Ledger.id).where(Ledger.id == before).scalar_subquery()
        mine = mine.where(tuple_(Ledger.year, Ledger.id) < last)
    found = session.scalars(mine.limit(PAGE + 1)).all()
    ledgers = found[:PAGE]
    counted = select(Task.ledger_id, Task.status, func.count()).group_by(Task.ledger_id, Task.status)
    done: Counter[int] = Counter()
    total: Counter[int] = Counter()
    for ledger_id, status, count in session.execute(counted.where(Task.ledger_id.in_([one.id for one in ledgers]))):
        total[ledger_id] += count
        done[ledger_id] += count if status is Status.CLOSED else 0
    listed = [(ledger, done[ledger.id], total[ledger.id]) for ledger in ledgers]
    return listed, ledgers[-1].id if len(found) > PAGE else None


def sections_of(session: Session, ledger_id: int) -> list[str]:
    """The first-level sections in the order of print."""
    rows = session.scalars(
        select(LedgerItem.section).where(LedgerItem.ledger_id == ledger_id).order_by(LedgerItem.position)
    )
    return list(dict.fromkeys(section[0] for section in rows if section))


def overview(session: Session, ledger_id: int, wish: Wish, at: datetime, *, past: bool = False) -> Overview:
    """Read the matrix: as it stands, or, of a moment that is past, as it was; items once, tasks once, units once."""
    today = day_of(at)
    tasks: Sequence[Share] = tasks_at(session, at, Task.ledger_id == ledger_id) if past else _shares(session, ledger_id)
    whole = _by_item(tasks)
    book = rulebook(session, at if past else None)
    facts = _Facts(today, book.on(ledger_id, today), {task.id: situation_of(book, task) for task in tasks})
    wanted = _by_item([task for task in tasks if _matches(task, wish, facts)])
    narrowed = wish.unit_id is not None or wish.status is not None or wish.late
    year = session.get_one(Ledger, ledger_id).year
    items = session.scalars(select(LedgerItem).where(LedgerItem.ledger_id == ledger_id).order_by(LedgerItem.position))
    rows, paces, day = [], [], book.clock(ledger_id, today)
    for item in items:
        pace = pace_of(whole.get(item.id, ()), day, more=more_to_come(item.recurrence, item.due, year, day))
        paces.append(pace)
        in_section = not wish.section or (item.section and item.section[0] == wish.section)
        if in_section and (not narrowed or item.id in wanted):
            rows.append(_row(item, wanted.get(item.id, ()), pace, facts))
    named = {task.unit_id for task in tasks} | {wish.unit_id or 0}
    units = units_at(session, at) if past else units_now(session, named)
    shown = {unit_id for row in rows for unit_id in row.cells}
    columns = tuple(Column(unit.id, unit.name, unit.short) for unit in units.values() if unit.id in named)
    return Overview(
        columns=tuple(column for column in columns if column.unit_id in shown),
        units=columns,
        rows=tuple(rows),
        counts=dict(Counter(task.status for task in tasks)),
        late=sum(situation.overdue(today) for situation in facts.situations.values()),
        total=len(tasks),
        paces=classes(paces),
    )


class Share(Lit, Paced, Protocol):
    """A task as the matrix needs it (份): as stored, or as it was."""

    @property
    def id(self) -> int: ...
    @property
    def item_id(self) -> int: ...
    @property
    def unit_id(self) -> int: ...
    @property
    def returned(self) -> bool: ...


@dataclass(frozen=True)
class _Facts:
    """What every light of the matrix is worked out from (灯据): worked out once, and asked three times."""

    today: date
    rules: LightRules
    situations: dict[int, Situation]
    """By task."""


class _Stored(NamedTuple):
    """A share as its row has it."""

    id: int
    ledger_id: int
    item_id: int
    unit_id: int
    status: Status
    outcome: TaskOutcome
    progress: int | None
    milestones: str
    due: date
    opened_at: datetime
    closed_at: datetime | None
    paused_at: datetime | None
    returned: bool


def _shares(session: Session, ledger_id: int) -> list[_Stored]:
    columns = [getattr(Task, name) for name in _Stored._fields[:-1]]
    mine = (
        select(*columns, came_back())
        .where(Task.ledger_id == ledger_id)
        .order_by(Task.item_id, Task.unit_id, Task.period)
    )
    return [_Stored._make(row) for row in session.execute(mine)]


def _by_item(tasks: Iterable[Share]) -> dict[int, list[Share]]:
    found: dict[int, list[Share]] = {}
    for task in tasks:
        found.setdefault(task.item_id, []).append(task)
    return found


def _matches(task: Share, wish: Wish, facts: _Facts) -> bool:
    if wish.unit_id is not None and task.unit_id != wish.unit_id:
        return False
    if wish.status is not None and task.status is not wish.status:
        return False
    return not wish.late or facts.situations[task.id].overdue(facts.today)


def _row(item: LedgerItem, tasks: Sequence[Share], pace: Pace, facts: _Facts) -> Row:
    by_unit: dict[int, list[Share]] = {}
    for task in tasks:
        by_unit.setdefault(task.unit_id, []).append(task)
    cells = {unit_id: _cell(shares, facts) for unit_id, shares in by_unit.items()}
    return Row(
        item_id=item.id,
        number=item.number,
        section=item.section[0] if item.section else "",
        text=item.text,
        cells=cells,
        done=sum(cell.done for cell in cells.values()),
        total=len(tasks),
        pace=pace,
    )


def _cell(tasks: Sequence[Share], facts: _Facts) -> Cell:
    behind, today = min(tasks, key=lambda task: _ORDER.index(task.status)), facts.today
    situations = [facts.situations[task.id] for task in tasks]
    return Cell(
        task_id=behind.id,
        status=behind.status,
        done=sum(task.status is Status.CLOSED for task in tasks),
        total=len(tasks),
        light=min((light(one, today, facts.rules) for one in situations), key=lambda one: GRAVITY.index(one.colour)),
        late=max(one.days_late(today) if one.overdue(today) else 0 for one in situations),
        returned=behind.returned,
    )
