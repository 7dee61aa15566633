"""Asking for the year's dossier and registering it (年度卷宗登记)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import runs
from workflow.office.models import User
from workflow.record import audit, outbox
from workflow.record.errors import Forbidden
from workflow.record.store import Blob
from workflow.tasks.opening import all_opened
from workflow.year.events import DOSSIER_FINISHED, DOSSIER_REQUESTED, DossierTold
from workflow.year.models import Dossier


def request_dossier(session: Session, ledger: Ledger, *, by: User, at: datetime) -> Dossier:
    """Ask for the look-back dossier of a published ledger as of now; the background builds it."""
    if not runs(ledger, by) or ledger.published_at is None:
        raise Forbidden("只有发布台账的办公室可以生成年度卷宗，且台账须已发布。")
    all_opened(session, ledger.id)
    unfinished = select(Dossier).where(
        Dossier.ledger_id == ledger.id, Dossier.finished_at.is_(None), Dossier.error == ""
    )
    running = session.scalars(unfinished).first()
    if running is not None:
        return running
    dossier = Dossier(ledger_id=ledger.id, requested_by_id=by.id, as_of=at)
    session.add(dossier)
    session.flush()
    told = DossierTold(ledger_id=ledger.id, dossier_id=dossier.id)
    audit.record(session, DOSSIER_REQUESTED, told, subject=ledger.id, by=by, at=at)
    outbox.promise(session, "dossier", f"dossier:{dossier.id}", {"dossier_id": dossier.id}, at=at)
    return dossier


def finish_dossier(session: Session, dossier: Dossier, *, pdf: Blob, bag: Blob, at: datetime) -> None:
    """Register the built dossier once; a second building of the same request changes nothing."""
    session.refresh(dossier)
    if dossier.finished_at is not None:
        return
    dossier.pdf_sha256, dossier.zip_sha256, dossier.finished_at = pdf.sha256, bag.sha256, at
    dossier.done, dossier.step, dossier.error = dossier.total, "已完成", ""
    told = DossierTold(ledger_id=dossier.ledger_id, dossier_id=dossier.id, pdf=pdf.sha256, bag=bag.sha256)
    audit.record(session, DOSSIER_FINISHED, told, subject=dossier.ledger_id, by=None, at=at)
