"""What carries on what from year to year (承接): rows of earlier and of later ledgers, as of a moment."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.tasks.models import Task
from workflow.tasks.past.asof import TaskThen, tasks_at
from workflow.tasks.words import Status
from workflow.year.year_end.carrying import carried_at


def earlier_rows(session: Session, ledger_id: int, as_of: datetime) -> dict[int | None, str]:
    """How far the rows had come that this ledger's rows carry on, by their ids."""
    followed = select(LedgerItem.follows_id).where(LedgerItem.ledger_id == ledger_id)
    tasks: dict[int, list[TaskThen]] = defaultdict(list)
    for task in tasks_at(session, as_of, Task.item_id.in_(followed)):
        tasks[task.item_id].append(task)
    rows = session.execute(
        select(LedgerItem.id, LedgerItem.number, Ledger.year)
        .join(Ledger, Ledger.id == LedgerItem.ledger_id)
        .where(LedgerItem.id.in_(followed))
    )
    return {
        item_id: f"承接 {year} 年第 {number} 条（当年办结 {sum(task.status is Status.CLOSED for task in tasks[item_id])}/{len(tasks[item_id])}）"
        for item_id, number, year in rows
    }


def later_rows(session: Session, ledger_id: int, as_of: datetime) -> dict[int | None, str]:
    """Which rows of published ledgers carry on this ledger's rows, or why none does, by their ids."""
    return {item_id: one.words for item_id, one in carried_at(session, ledger_id, as_of).items()}
