"""What was true of tasks at a moment (某时任务情况): folded from the trail alone, so that it is the same whenever it is asked.

A fixed number of queries for any number of tasks; each task is folded by itself and let go (docs/decisions/0029).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workflow.ledgers.words import TaskKind
from workflow.record.asof import last_by
from workflow.record.events import kind_of
from workflow.record.models import AuditEvent
from workflow.tasks.models import Task
from workflow.tasks.past.retelling import PacketThen, Piece, Telling
from workflow.tasks.words import Status, TaskOutcome

BATCH = 2000


@dataclass(frozen=True, slots=True)
class TaskThen:
    """A task at a moment (某时任务)."""

    id: int
    ledger_id: int
    item_id: int
    kind: TaskKind
    period: str
    unit_id: int
    """Who had it then: a ruling on an objection moves it."""
    due: date
    due_reason: str
    status: Status
    outcome: TaskOutcome
    version: int
    round: int
    content_digest: str
    progress: int | None
    """What the unit itself had last said of its work, in per cent."""
    milestones: str
    opened_at: datetime
    received_at: datetime | None
    closed_at: datetime | None
    paused_at: datetime | None
    returns: int
    """How often signers had returned it."""
    returned: bool
    """Whether somebody returned it into the round it was in (被退回)."""
    urgings: int
    extensions: int
    """How many later dates had been granted."""
    evidence: tuple[Piece, ...]
    """The files and links that stood, oldest first."""
    packet: PacketThen | None
    """The packet that was complete and in force."""


def tasks_at(session: Session, at: datetime, *which: ColumnElement[bool]) -> list[TaskThen]:
    """Every task that had been assigned by a moment, of those that ``which`` leaves over, in the order of their ids.

    ``which`` may ask of a task only what never changes: its id, its ledger, its row.
    """
    places = {row.id: row for row in session.execute(_PLACES.where(*which))}
    events = (
        select(AuditEvent.task_id, AuditEvent.at, AuditEvent.kind, AuditEvent.data)
        .join(Task, Task.id == AuditEvent.task_id)
        .where(AuditEvent.seq <= last_by(session, at), *which)
        .order_by(AuditEvent.task_id, AuditEvent.seq)
        .execution_options(yield_per=BATCH)
    )
    told = (_task(places[one.task_id], one) for one in _retold(session.execute(events)))
    return [task for task in told if task is not None]


_PLACES = select(Task.id, Task.ledger_id, Task.item_id, Task.kind, Task.period, Task.unit_id)
"""What a task is for good, and its unit for events that do not name it."""


def _retold(events: Any) -> Iterator[Telling]:
    """Every task with all its events heard, one after the other."""
    telling: Telling | None = None
    for task_id, at, kind, data in events:
        if telling is None or telling.task_id != task_id:
            if telling is not None:
                yield telling
            telling = Telling(task_id)
        row = kind_of(kind)
        telling.hear(row, datetime.fromisoformat(at), row.read(data))
    if telling is not None:
        yield telling


def _task(place: Any, telling: Telling) -> TaskThen | None:
    """The task as told; None where only its packet was spoken of."""
    if not telling.born:
        return None
    return TaskThen(
        id=place.id,
        ledger_id=place.ledger_id,
        item_id=place.item_id,
        kind=place.kind,
        period=place.period,
        evidence=tuple(telling.pieces.values()),
        packet=telling.packet,
        **telling.values | {"unit_id": telling.values["unit_id"] or place.unit_id},
    )
