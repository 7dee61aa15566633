"""Tasks that were picked from a list, as a table to take along (清单导出)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workflow.ledgers.deadlines import spoken_period
from workflow.ledgers.export import LedgerTable, TableColumn
from workflow.ledgers.models import LedgerItem
from workflow.office.models import Unit
from workflow.record.calendar import day_of, spoken
from workflow.tasks.lists.lighting import rulebook, situation_of
from workflow.tasks.models import Packet, Signoff, Task
from workflow.tasks.words import Decision

COLUMNS = (
    TableColumn("number", "编号", 1),
    TableColumn("text", "任务", 6),
    TableColumn("unit", "单位", 3),
    TableColumn("kind", "承办/牵头", 2),
    TableColumn("due", "时限", 2),
    TableColumn("status", "状态", 2),
    TableColumn("closed", "办结日期", 2),
    TableColumn("late", "逾期天数", 1),
    TableColumn("returns", "退回次数", 1),
    TableColumn("report", "落实情况", 6),
    TableColumn("packet", "证据包编号", 3),
)


def table_of(session: Session, numbers: Collection[int] | Select[int], today: date) -> LedgerTable:
    """The tasks of these numbers, or those that a question finds, by deadline; days late as of today."""
    returned = select(func.count()).where(Signoff.task_id == Task.id, Signoff.decision == Decision.RETURNED)
    packet = select(Packet.number).where(Packet.task_id == Task.id).order_by(Packet.round.desc()).limit(1)
    wanted = (
        select(Task, LedgerItem, Unit, returned.scalar_subquery(), packet.scalar_subquery())
        .join(LedgerItem, LedgerItem.id == Task.item_id)
        .join(Unit, Unit.id == Task.unit_id)
        .where(Task.id.in_(numbers))
        .order_by(Task.due, Task.id)
    )
    book = rulebook(session)
    found = session.execute(wanted).all()
    rows = tuple(
        _row(task, item, unit, returns, number, situation_of(book, task).days_late(today))
        for task, item, unit, returns, number in found
    )
    return LedgerTable("任务清单", "", "", "", "", COLUMNS, rows)


def _row(task: Task, item: LedgerItem, unit: Unit, returns: int, packet: str | None, late: int) -> tuple[str, ...]:
    closed = spoken(day_of(task.closed_at)) if task.closed_at else ""
    text = (item.title or item.requirement or "") + (f"（{spoken_period(task.period)}）" if task.period else "")
    return (
        item.number, text, unit.name, task.kind.word, spoken(task.due), task.status.word, closed,
        str(late or ""), str(returns or ""), task.report, packet or "",
    )  # fmt: skip
