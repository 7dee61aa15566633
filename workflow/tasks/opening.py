"""Opening tasks (交办): one a row, unit and period whose time has come; in bulk, so that a batch is one short transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from workflow.ledgers.assigning import Assignment, assignments
from workflow.ledgers.drafting import with_rows
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.office.models import User
from workflow.office.notices import tell_each_unit
from workflow.record import audit, outbox
from workflow.record.audit import Entry
from workflow.record.calendar import day_of
from workflow.record.errors import NotInState
from workflow.record.jobs import OPENING, OfLedger
from workflow.record.models import OutboxRow
from workflow.record.settings import ZONE
from workflow.tasks.binding import content_digest
from workflow.tasks.events import ASSIGNED, Assigned
from workflow.tasks.models import Task
from workflow.tasks.seating import await_newborn
from workflow.tasks.words import Status

AT_ONCE = 200
"""Tasks that a request may open while somebody waits for its answer; more are promised to the background."""


@dataclass(frozen=True)
class Opening:
    """A ledger whose tasks the background is still opening (正在交办)."""

    done: int
    total: int
    fault: str
    """Why it has stopped; empty while it goes on."""


def missing(session: Session, ledger: Ledger, *, at: datetime) -> list[Assignment]:
    """What the ledger asks for today and is not open yet."""
    wanted = assignments(ledger, day_of(at))
    known = _known(session, ledger.id)
    return [one for one in wanted if one.key not in known]


def open_tasks(session: Session, ledger: Ledger, *, by: User | None, at: datetime, at_most: int | None = None) -> int:
    """Open what is missing and tell the units, in the caller's transaction; returns how many were opened.

    More than ``at_most`` are promised to the background instead. Doing it twice opens nothing twice.
    """
    waiting = missing(session, ledger, at=at)
    if at_most is not None and len(waiting) > at_most:
        total = len(waiting) + _count(session, ledger.id)
        who = by.id if by else None
        payload = OfLedger(ledger.id, who, at.isoformat(), total)
        outbox.promise(session, OPENING, f"{_key(ledger.id)}{at.astimezone(ZONE):%Y-%m-%d}", payload, at=at)
        return 0
    opened = open_batch(session, ledger.id, waiting, by=by, at=at)
    if opened:
        tell_opened(session, ledger, since=at, at=at)
    return opened


def open_batch(session: Session, ledger_id: int, batch: Sequence[Assignment], *, by: User | None, at: datetime) -> int:
    """Open those of a batch that nobody has opened meanwhile, with one event and one turn each; returns how many."""
    # one opener of a ledger at a time; SQLite has one writer anyway
    session.execute(select(Ledger.id).where(Ledger.id == ledger_id).with_for_update(key_share=True))
    known = _known(session, ledger_id)
    fresh = [one for one in batch if one.key not in known]
    if not fresh:
        return 0
    digest = content_digest("", [])
    session.execute(insert(Task), [_row(one, ledger_id, digest, at) for one in fresh])
    ids = _known(session, ledger_id)
    events = [Entry(ASSIGNED, _said(one, digest), ids[one.key]) for one in fresh]
    audit.record_many(session, events, by=by, at=at)
    await_newborn(session, [(ids[one.key], one.unit.id, one.deadline.on) for one in fresh], at=at)
    return len(fresh)


def tell_opened(session: Session, ledger: Ledger, *, since: datetime, at: datetime) -> None:
    """Tell every unit once how many tasks of the ledger it was given since then."""
    opened = select(Task.unit_id, func.count()).where(Task.ledger_id == ledger.id, Task.opened_at >= since)
    counts = session.execute(opened.group_by(Task.unit_id))
    texts = {unit_id: f"《{ledger.title}》交办 {count} 项任务，请及时办理。" for unit_id, count in counts}
    tell_each_unit(session, texts, by=None, at=at, ledger_id=ledger.id)


def open_due_periods(session: Session, *, at: datetime, at_most: int | None = None) -> int:
    """Open the period tasks that have come due for opening in every published ledger; returns how many.

    No more than ``at_most`` are opened here; a ledger with more than are left of them is promised to the background.
    """
    recurring = Ledger.items.any(LedgerItem.recurrence.is_not(None))
    published = (
        select(Ledger.id)
        .where(Ledger.published_at.is_not(None), ~Ledger.past, Ledger.closed_on.is_(None), recurring)
        .order_by(Ledger.id)
    )
    opened = 0
    for ledger_id in session.scalars(published).all():
        if being_opened(session, ledger_id) is None:
            left = None if at_most is None else at_most - opened
            opened += open_tasks(session, with_rows(session, ledger_id), by=None, at=at, at_most=left)
    return opened


def being_opened(session: Session, ledger_id: int) -> Opening | None:
    """How far the background is with opening the ledger's tasks; None where it has nothing to open."""
    promised = select(OutboxRow).where(OutboxRow.kind == OPENING.kind, OutboxRow.key.startswith(_key(ledger_id)))
    row = session.scalars(promised.where(OutboxRow.done_at.is_(None)).order_by(OutboxRow.id)).first()
    if row is None:
        return None
    fault = row.last_error if row.attempts >= outbox.MAX_ATTEMPTS else ""
    return Opening(_count(session, ledger_id), row.payload["total"], fault)


def all_opened(session: Session, ledger_id: int) -> None:
    """Refuse what needs every task of a ledger while the background is still opening them. Raises NotInState."""
    opening = being_opened(session, ledger_id)
    if opening is not None:
        raise NotInState(f"任务正在交办（{opening.done}/{opening.total}），请在交办完成后再操作。")


def _key(ledger_id: int) -> str:
    return f"{OPENING.kind}:{ledger_id}:"


def _count(session: Session, ledger_id: int) -> int:
    return session.scalars(select(func.count()).select_from(Task).where(Task.ledger_id == ledger_id)).one()


def _known(session: Session, ledger_id: int) -> dict[tuple[int, int, str], int]:
    """The ids of the tasks that are open, by what there is one task of."""
    keys = select(Task.id, Task.item_id, Task.unit_id, Task.period).where(Task.ledger_id == ledger_id)
    return {(row.item_id, row.unit_id, row.period): row.id for row in session.execute(keys)}


def _row(one: Assignment, ledger_id: int, digest: str, at: datetime) -> dict[str, Any]:
    item_id, unit_id, period = one.key
    return {
        "ledger_id": ledger_id,
        "item_id": item_id,
        "unit_id": unit_id,
        "kind": one.kind,
        "period": period,
        "due": one.deadline.on,
        "due_reason": one.deadline.reason,
        "content_digest": digest,
        "opened_at": at,
    }


def _said(one: Assignment, digest: str) -> Assigned:
    """The event of a task's birth: it stands in its first status, round and version."""
    return Assigned(
        to=Status.ASSIGNED,
        round=1,
        version=1,
        content_digest=digest,
        item=one.item.number,
        ledger_id=one.item.ledger_id,
        item_id=one.item.id,
        unit=one.unit.name,
        unit_id=one.unit.id,
        kind=one.kind,
        period=one.period,
        due=one.deadline.on,
        due_reason=one.deadline.reason,
    )
