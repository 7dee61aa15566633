"""Tasks that were picked from a list, as a table to take along (清单导出)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.deadlines import spoken_period
from workflow.ledgers.export import LedgerTable, TableColumn
from workflow.ledgers.models import LedgerItem
from workflow.office.models import Unit
from workflow.record.calendar import day_of, spoken
from workflow.tasks.models import Task

COLUMNS = (
    TableColumn("number", "编号", 1),
    TableColumn("text", "任务", 6),
    TableColumn("period", "期次", 2),
    TableColumn("unit", "单位", 3),
    TableColumn("kind", "承办/牵头", 2),
    TableColumn("due", "时限", 2),
    TableColumn("status", "状态", 2),
    TableColumn("closed", "办结日期", 2),
    TableColumn("report", "落实情况", 6),
)


def table_of(session: Session, numbers: Collection[int]) -> LedgerTable:
    """The tasks of these numbers, by deadline."""
    wanted = (
        select(Task, LedgerItem, Unit)
        .join(LedgerItem, LedgerItem.id == Task.item_id)
        .join(Unit, Unit.id == Task.unit_id)
        .where(Task.id.in_(numbers))
        .order_by(Task.due, Task.id)
    )
    rows = tuple(_row(*found) for found in session.execute(wanted).all())
    return LedgerTable("任务清单", "", "", "", "", COLUMNS, rows)


def _row(task: Task, item: LedgerItem, unit: Unit) -> tuple[str, ...]:
    closed = spoken(day_of(task.closed_at)) if task.closed_at else ""
    text, period = item.title or item.requirement or "", spoken_period(task.period)
    return (
        item.number, text, period, unit.name, task.kind.word, spoken(task.due), task.status.word, closed, task.report,
    )  # fmt: skip
