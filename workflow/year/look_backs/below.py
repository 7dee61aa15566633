"""How rows stood at a moment that a unit had cut into a ledger for the level below (下级办理情况)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.office.asof import units_at
from workflow.record.asof import last_by
from workflow.record.models import AuditEvent
from workflow.tasks.events import CUT, UNCUT
from workflow.tasks.levels import struck_of
from workflow.tasks.models import Task
from workflow.tasks.past.asof import tasks_at
from workflow.tasks.progress import settled


@dataclass(frozen=True)
class Below:
    """One upper row and the ledger below that carries it out (分解到下级)."""

    number: str
    unit: str
    title: str
    rows: int
    done: int
    """Rows that were 销号, by the rule of every ledger."""
    waiting: tuple[str, ...]
    """Units whose tasks were open, in the order of the directory."""


def below_at(session: Session, ledger_id: int, as_of: datetime) -> Iterator[Below]:
    """Every row of a ledger that was cut by a moment, in the ledger's order; no more is told than the level above may see."""
    heard = (AuditEvent.kind.in_((CUT.name, UNCUT.name)), AuditEvent.seq <= last_by(session, as_of))
    told = select(AuditEvent.task_id, AuditEvent.kind, AuditEvent.data).join(Task, Task.id == AuditEvent.task_id)
    cut: dict[int, int | None] = {}
    for task_id, kind, data in session.execute(
        told.where(Task.ledger_id == ledger_id, *heard).order_by(AuditEvent.seq)
    ):
        cut[task_id or 0] = (CUT if kind == CUT.name else UNCUT).read(data).lower_id
    into = {task_id: lower for task_id, lower in cut.items() if lower is not None}
    above = select(Task).join(LedgerItem, LedgerItem.id == Task.item_id).where(Task.id.in_(into))
    names = {unit_id: unit.name for unit_id, unit in units_at(session, as_of).items()}
    for task in session.scalars(above.order_by(LedgerItem.position, Task.unit_id, Task.period)).all():
        ledger = session.get(Ledger, into[task.id])
        if ledger is not None and ledger.published_at is not None and ledger.published_at <= as_of:
            yield _stood(session, task, ledger, names, as_of)


def _stood(session: Session, upper: Task, ledger: Ledger, names: dict[int, str], as_of: datetime) -> Below:
    tasks = list(tasks_at(session, as_of, Task.ledger_id == ledger.id))
    done, rows = struck_of(session, [ledger], tasks, as_of)[ledger.id]
    open_at = {one.unit_id for one in tasks if not settled(one)}
    return Below(
        upper.item.number, names.get(upper.unit_id, upper.unit.name), ledger.title, rows, done,
        tuple(name for unit_id, name in names.items() if unit_id in open_at),
    )  # fmt: skip
