"""Whether a ledger's units say how far their own work has come (自报进度设置)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflow.ledgers.events import PROGRESS_SET, ProgressSet
from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import runs
from workflow.ledgers.words import ProgressBy
from workflow.office.models import User
from workflow.record import audit
from workflow.record.errors import Forbidden


def set_progress_by(session: Session, ledger: Ledger, way: ProgressBy, *, by: User, at: datetime) -> None:
    """Let the units of a published ledger state their progress from now on, or no longer. Raises Forbidden."""
    if not runs(ledger, by) or ledger.published_at is None:
        raise Forbidden("自报进度由发布台账的办公室设置，且台账须已发布。")
    if ledger.progress_by is way:
        return
    ledger.progress_by = way
    session.flush()
    told = ProgressSet(ledger_id=ledger.id, progress_by=way)
    audit.record(session, PROGRESS_SET, told, subject=ledger.id, by=by, at=at)
