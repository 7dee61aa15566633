"""Opening a large ledger in the background (后台交办): batch by batch, each one short transaction, told once at the end."""

from __future__ import annotations

from datetime import datetime

from workflow.ledgers.drafting import with_rows
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.record.installation import Installation
from workflow.tasks.opening import missing, open_batch, tell_opened

BATCH = 250
"""Tasks a transaction: SQLite has one writer, who must not keep the others waiting."""


def open_in_batches(here: Installation, ledger_id: int, by: int | None, since: str, total: int) -> None:
    """Keep a promise of :func:`workflow.tasks.opening.open_tasks`; killed half-way, the next try does the rest.

    Whoever opens the last task tells the units, in the same transaction: they hear of it once, whatever happens.
    """
    with here.database.reading() as session:
        waiting = missing(session, with_rows(session, ledger_id), at=here.clock())
    for start in range(0, len(waiting), BATCH):
        batch, last = waiting[start : start + BATCH], start + BATCH >= len(waiting)
        with here.database.writing() as session:
            ledger = session.get_one(Ledger, ledger_id)
            who = session.get_one(User, by) if by is not None else None
            at = here.clock()
            if open_batch(session, ledger.id, batch, by=who, at=at) and last:
                tell_opened(session, ledger, since=datetime.fromisoformat(since), at=at)
