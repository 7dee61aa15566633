"""What the demonstration seals at once (当场签章): every paper, and packets of some of the tasks that were closed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.record import outbox
from workflow.record.installation import Installation
from workflow.record.jobs import PACKET
from workflow.record.models import OutboxRow
from workflow.tasks.models import Task
from workflow.tasks.words import Status


def wanted(here: Installation, ledger_id: int, packets: int) -> list[int]:
    """The promises to be kept now, oldest first: all papers, and ``packets`` of the packets of a ledger's closed tasks, from all over it."""
    with here.database.reading() as session:
        closed = closed_tasks(session, ledger_id)
        chosen = set(closed[:: max(len(closed) // packets, 1)][:packets] if packets else ())
        waiting = session.scalars(select(OutboxRow).where(*outbox.unkept()).order_by(OutboxRow.id))
        return [row.id for row in waiting if row.kind != PACKET.kind or row.payload["task_id"] in chosen]


def promised(session: Session, tasks: Sequence[int]) -> list[int]:
    """The promises of these tasks' packets, oldest first."""
    waiting = session.scalars(select(OutboxRow).where(*outbox.unkept()).order_by(OutboxRow.id))
    return [row.id for row in waiting if row.kind == PACKET.kind and row.payload["task_id"] in tasks]


def closed_tasks(session: Session, ledger_id: int) -> list[int]:
    """The closed tasks of a ledger, by their numbers."""
    mine = select(Task.id).where(Task.ledger_id == ledger_id, Task.status == Status.CLOSED)
    return list(session.scalars(mine.order_by(Task.id)))
