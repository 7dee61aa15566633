"""The overview of a ledger (台账总览): rows × units with the state of each, in a constant number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.office.models import Unit, UnitAlias, User
from workflow.office.permissions import Permission, may
from workflow.tasks.lighting import Rulebook, light_now, rulebook, situation_of
from workflow.tasks.lights import GRAVITY, Light
from workflow.tasks.listing import came_back
from workflow.tasks.models import Task
from workflow.tasks.words import Status


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


@dataclass(frozen=True)
class Overview:
    """The whole matrix with its figures (总览)."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    counts: dict[Status, int]
    late: int
    total: int


@dataclass(frozen=True)
class Wish:
    """What to show of the matrix (筛选)."""

    section: str = ""
    unit_id: int | None = None
    status: Status | None = None
    late: bool = False


def list_ledgers(session: Session, person: User) -> list[tuple[Ledger, int, int]]:
    """(ledger, closed tasks, all tasks): every published ledger, and the drafts of the person's own office."""
    counted = select(Task.ledger_id, Task.status, func.count()).group_by(Task.ledger_id, Task.status)
    done: Counter[int] = Counter()
    total: Counter[int] = Counter()
    for ledger_id, status, count in session.execute(counted):
        total[ledger_id] += count
        done[ledger_id] += count if status is Status.CLOSED else 0
    visible: ColumnElement[bool] = Ledger.published_at.is_not(None)
    if may(person, Permission.OFFICE):
        visible |= Ledger.office_id == person.unit_id
    ledgers = session.scalars(select(Ledger).where(visible).order_by(Ledger.year.desc(), Ledger.id.desc()))
    return [(ledger, done[ledger.id], total[ledger.id]) for ledger in ledgers]


def sections_of(session: Session, ledger_id: int) -> list[str]:
    """The first-level sections in the order of print."""
    rows = session.scalars(
        select(LedgerItem.section).where(LedgerItem.ledger_id == ledger_id).order_by(LedgerItem.position)
    )
    return list(dict.fromkeys(section[0] for section in rows if section))


def overview(session: Session, ledger_id: int, wish: Wish, today: date) -> Overview:
    """Read the matrix: items once, tasks once, units and their short names once."""
    tasks, book = _shares(session, ledger_id), rulebook(session)
    wanted = [task for task in tasks if _matches(task, wish, today)]
    narrowed = wish.unit_id is not None or wish.status is not None or wish.late
    by_item: dict[int, dict[int, list[_Share]]] = {}
    for task in wanted:
        by_item.setdefault(task.item_id, {}).setdefault(task.unit_id, []).append(task)
    items = session.execute(
        select(LedgerItem.id, LedgerItem.number, LedgerItem.section, LedgerItem.title, LedgerItem.requirement)
        .where(LedgerItem.ledger_id == ledger_id)
        .order_by(LedgerItem.position)
    )
    rows = [
        _row(
            item.id,
            item.number,
            item.section,
            item.title or item.requirement or "",
            {unit: _cell(shares, book, today) for unit, shares in by_item.get(item.id, {}).items()},
        )
        for item in items
        if (not wish.section or (item.section and item.section[0] == wish.section))
        and (not narrowed or item.id in by_item)
    ]
    shown = {unit_id for row in rows for unit_id in row.cells}
    late = sum(situation_of(task).overdue(today) for task in tasks)
    counts = Counter(task.status for task in tasks)
    return Overview(tuple(_columns(session, shown)), tuple(rows), dict(counts), late, len(tasks))


class _Share(NamedTuple):
    """A task as the matrix needs it (份)."""

    id: int
    ledger_id: int
    item_id: int
    unit_id: int
    status: Status
    due: date
    round: int
    opened_at: datetime
    closed_at: datetime | None
    paused_at: datetime | None
    returned: bool


def _shares(session: Session, ledger_id: int) -> list[_Share]:
    columns = [getattr(Task, name) for name in _Share._fields[:-1]]
    mine = (
        select(*columns, came_back())
        .where(Task.ledger_id == ledger_id)
        .order_by(Task.item_id, Task.unit_id, Task.period)
    )
    return [_Share(*row) for row in session.execute(mine)]


def _matches(task: _Share, wish: Wish, today: date) -> bool:
    if wish.unit_id is not None and task.unit_id != wish.unit_id:
        return False
    if wish.status is not None and task.status is not wish.status:
        return False
    return not wish.late or situation_of(task).overdue(today)


def _row(item_id: int, number: str, section: Sequence[str], text: str, cells: dict[int, Cell]) -> Row:
    done, total = sum(c.done for c in cells.values()), sum(c.total for c in cells.values())
    return Row(item_id, number, section[0] if section else "", text, cells, done, total)


def _cell(tasks: list[_Share], book: Rulebook, today: date) -> Cell:
    order = list(Status)
    behind = min(tasks, key=lambda task: order.index(task.status))
    return Cell(
        task_id=behind.id,
        status=behind.status,
        done=sum(task.status is Status.CLOSED for task in tasks),
        total=len(tasks),
        light=min((light_now(book, task, today) for task in tasks), key=lambda light: GRAVITY.index(light.colour)),
        late=max(
            situation.days_late(today) if situation.overdue(today) else 0 for situation in map(situation_of, tasks)
        ),
        returned=behind.returned,
    )


def _columns(session: Session, shown: set[int]) -> list[Column]:
    """Units in directory order under the shortest of their names; the printed one where none is shorter."""
    aliases: dict[int, list[str]] = {}
    for unit_id, alias in session.execute(select(UnitAlias.unit_id, UnitAlias.name)):
        aliases.setdefault(unit_id, []).append(alias)
    units = session.execute(select(Unit.id, Unit.name).order_by(Unit.position, Unit.id)).all()
    return [
        Column(unit.id, unit.name, min([unit.name, *aliases.get(unit.id, [])], key=len))
        for unit in units
        if unit.id in shown
    ]
