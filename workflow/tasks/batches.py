"""Opening a large ledger in the background (后台交办): batch by batch, each one short transaction, told once at the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflow.ledgers.drafting import with_rows
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.record.installation import Installation
from workflow.tasks.opening import missing, open_batch, tell_opened

BATCH = 250
"""Tasks a transaction: SQLite has one writer, who must not keep the others waiting."""


def open_in_batches(here: Installation, payload: Mapping[str, Any]) -> None:
    """Keep a promise of :func:`workflow.tasks.opening.open_tasks`; killed half-way, the next try does the rest.

    Whoever opens the last task tells the units, in the same transaction: they hear of it once, whatever happens.
    """
    with here.database.reading() as session:
        waiting = missing(session, with_rows(session, payload["ledger_id"]), at=here.clock())
    since = datetime.fromisoformat(payload["since"])
    for start in range(0, len(waiting), BATCH):
        batch, last = waiting[start : start + BATCH], start + BATCH >= len(waiting)
        with here.database.writing() as session:
            ledger = session.get_one(Ledger, payload["ledger_id"])
            by = session.get_one(User, payload["by"]) if payload["by"] is not None else None
            at = here.clock()
            if open_batch(session, ledger.id, batch, by=by, at=at) and last:
                tell_opened(session, ledger, since=since, at=at)
