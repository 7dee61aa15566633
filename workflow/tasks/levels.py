"""The level below (第二级): the ledger into which a unit has cut its task, and what the level above may know of it.

Whoever may look at the upper task sees this much, and nothing else of the lower ledger: where each task stands, what is
late, the words of what was closed. Drafts, notes, opinions and evidence stay below (ADR 50).
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from workflow.ledgers.deadlines import more_to_come, spoken_period
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.publishing import Within
from workflow.office.hierarchy import above, parents_of
from workflow.office.models import Unit
from workflow.record.calendar import day_of, spoken_moment
from workflow.record.showing import csv_lines
from workflow.tasks.models import Evidence, Task
from workflow.tasks.progress import settled, struck
from workflow.tasks.registering import packet_number
from workflow.tasks.words import Status, TaskOutcome

LIST = "下级办结清单.csv"
"""The file that the upper task is submitted with: every lower task with the number and digest of its packet."""
_HEAD = ("序号", "工作任务", "承办单位", "周期", "办理结果", "办结时间", "证据包编号", "内容摘要（SHA-256）")


@dataclass(frozen=True)
class LowerTask:
    """One task of a lower ledger (下级任务), as the level above sees it."""

    item_id: int
    number: str
    text: str
    unit: str
    period: str
    status: Status
    outcome: TaskOutcome
    due: date
    paused_at: datetime | None
    closed_at: datetime | None
    report: str
    """Empty until it is closed."""
    packet: str
    """The number of its packet; empty until it is settled."""
    digest: str

    def late(self, today: date) -> bool:
        """Whether its day is gone by and it still holds its row up."""
        return self.due < today and self.paused_at is None and not settled(self)


@dataclass(frozen=True)
class Lower:
    """A lower ledger (下级台账) as it stands."""

    ledger_id: int
    title: str
    published: bool
    rows: int
    done: int
    """Rows that are 销号, by the rule of every ledger."""
    tasks: tuple[LowerTask, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing of it is left to be done."""
        return self.published and 0 < self.rows == self.done

    @property
    def waiting(self) -> list[str]:
        """Units whose tasks are open, each once."""
        return list(dict.fromkeys(task.unit for task in self.tasks if not settled(task)))

    def late(self, today: date) -> int:
        """Tasks that are late."""
        return sum(task.late(today) for task in self.tasks)

    def after(self, bound: date) -> int:
        """Tasks that are due after the one above."""
        return sum(task.due > bound for task in self.tasks)

    @property
    def listed(self) -> bytes:
        """:data:`LIST` of what is settled: the same for the same facts."""
        rows = [
            (
                task.number, task.text, task.unit, spoken_period(task.period), task.outcome.word,
                spoken_moment(task.closed_at) if task.closed_at else "", task.packet, task.digest,
            )
            for task in self.tasks
        ]  # fmt: skip
        return "".join(csv_lines([_HEAD, *rows])).encode()

    @property
    def list_sha256(self) -> str:
        """Digest of :attr:`listed`."""
        return hashlib.sha256(self.listed).hexdigest()

    def is_listed(self, pieces: Iterable[Evidence]) -> bool:
        """Whether the current list is among these pieces of evidence."""
        return self.list_sha256 in {piece.sha256 for piece in pieces}


def told_in_list(data: bytes) -> list[list[str]]:
    """The lines of a :data:`LIST` below its head, as they are printed; none where the file is another one of that name."""
    try:
        head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    except (UnicodeDecodeError, ValueError, csv.Error):
        return []
    told = [[cell.removeprefix("'") for cell in row] for row in rows if len(row) == len(_HEAD)]
    return told if tuple(head) == _HEAD and len(told) == len(rows) else []


def lower_of(session: Session, task: Any, at: datetime) -> Lower | None:
    """The ledger into which a task was cut, as it stands; None where it was not."""
    if not isinstance(task, Task) or task.lower_id is None:
        return None
    ledger = session.get_one(Ledger, task.lower_id)
    tasks = tuple(_tasks(session, ledger))
    done, rows = struck_of(session, [ledger], tasks, at)[ledger.id]
    return Lower(ledger.id, ledger.title, ledger.published_at is not None, rows, done, tasks)


def struck_of(session: Session, books: Sequence[Any], tasks: Iterable[Any], at: datetime) -> dict[int, tuple[int, int]]:
    """(rows that are 销号, all rows) of ledgers, by ledger, as ``tasks``, theirs at that moment, tell: the rule of every ledger.

    Of a book its ``id``, ``year`` and ``closed_on`` are read.
    """
    shares: dict[int, list[Any]] = defaultdict(list)
    for one in tasks:
        shares[one.item_id].append(one)
    known, today = {book.id: book for book in books}, day_of(at)
    counted = dict.fromkeys(known, (0, 0))
    wanted = select(LedgerItem.id, LedgerItem.ledger_id, LedgerItem.recurrence, LedgerItem.due)
    for item in session.execute(wanted.where(LedgerItem.ledger_id.in_(known))):
        book = known[item.ledger_id]
        more = more_to_come(item.recurrence, item.due, book.year, min(today, book.closed_on or today))
        done, rows = counted[book.id]
        counted[book.id] = (done + struck(shares.get(item.id, ()), more=more), rows + 1)
    return counted


def counts_below(session: Session, which: ColumnElement[bool], at: datetime) -> dict[int, tuple[int, int]]:
    """(rows that are 销号, all rows) of the published ledgers into which these tasks were cut, by task: three queries in all."""
    cut = select(Task.id.label("upper"), Ledger.id, Ledger.year, Ledger.closed_on).join(
        Ledger, Ledger.id == Task.lower_id
    )
    found = session.execute(cut.where(which, Ledger.published_at.is_not(None))).all()
    if not found:
        return {}
    states = select(Task.item_id, Task.status, Task.outcome, Task.paused_at)
    tasks = session.execute(states.where(Task.ledger_id.in_([one.id for one in found])))
    counted = struck_of(session, found, tasks, at)
    return {one.upper: counted[one.id] for one in found}


def lowers_of(session: Session, item_id: int, unit_id: int, at: datetime) -> list[Lower]:
    """The ledgers into which a unit has cut its tasks of a row, as they stand."""
    cut = select(Task).where(Task.item_id == item_id, Task.unit_id == unit_id, Task.lower_id.is_not(None))
    found = (lower_of(session, task, at) for task in session.scalars(cut.order_by(Task.period)))
    return [lower for lower in found if lower is not None]


def upper_of(session: Session, ledger_id: int) -> Task | None:
    """The task that a ledger carries out for the level above."""
    return session.scalars(select(Task).where(Task.lower_id == ledger_id)).first()


def within_of(session: Session, ledger: Ledger) -> Within | None:
    """By what a ledger of a lower level is bound: the day of its upper task, and the units below.

    One that was not cut from a task may be its own unit's as well. None for the office of a unit that stands under nobody.
    """
    upper = upper_of(session, ledger.id)
    if upper is None and ledger.office.parent_id is None:
        return None
    parents = parents_of(session)
    under = {unit_id for unit_id in parents if ledger.office_id in above(parents, unit_id)}
    own = {ledger.office_id} if upper is None else set()
    return Within(upper.due if upper else None, ledger.office_id, frozenset(under | own))


def _tasks(session: Session, ledger: Ledger) -> list[LowerTask]:
    text = func.coalesce(LedgerItem.title, LedgerItem.requirement, "")
    wanted = (
        select(
            Task.id, Task.item_id, LedgerItem.number, text.label("text"), Unit.name.label("unit"), Task.period,
            Task.status, Task.outcome, Task.due, Task.paused_at, Task.closed_at, Task.report, Task.content_digest,
            Task.round,
        )
        .join(LedgerItem, LedgerItem.id == Task.item_id)
        .join(Unit, Unit.id == Task.unit_id)
        .where(Task.ledger_id == ledger.id)
        .order_by(LedgerItem.position, Unit.position, Unit.id, Task.period)
    )  # fmt: skip
    return [_task(row, ledger.year) for row in session.execute(wanted)]


def _task(row: Any, year: int) -> LowerTask:
    done = settled(row)
    return LowerTask(
        item_id=row.item_id, number=row.number, text=row.text, unit=row.unit, period=row.period, status=row.status,
        outcome=row.outcome, due=row.due, paused_at=row.paused_at, closed_at=row.closed_at,
        report=row.report if row.status is Status.CLOSED else "",
        packet=packet_number(year, row.id, row.round) if done else "", digest=row.content_digest if done else "",
    )  # fmt: skip
