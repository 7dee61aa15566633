"""Scans that are being recognised (识别): a few pages a promise, kept page by page, so that nothing is recognised twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger, Scan, ScanPage, SourceDocument
from workflow.office.models import User
from workflow.office.permissions import Permission, may
from workflow.record import outbox
from workflow.record.errors import Duplicate, Forbidden
from workflow.record.jobs import SCAN, OfScan
from workflow.record.store import Blob
from workflow.record.text import file_name


def ask(session: Session, blob: Blob, *, name: str, total: int | None = None, by: User, at: datetime) -> Scan:
    """Have a stored file read in the background: once, however often it is asked for; a stopped one goes on.

    ``total`` is 0 for a file without pictures. Raises Duplicate where another office has brought the same bytes.
    """
    if not may(by, Permission.OFFICE):
        raise Forbidden("只有办公室可以读入任务表。")
    scan = session.scalars(select(Scan).where(Scan.sha256 == blob.sha256)).first()
    if scan is not None and scan.running and scan.asked_by.unit_id != by.unit_id:
        raise Duplicate(f"这份文件正由{scan.asked_by.unit.name}读入，无需重复上传。")
    if scan is None:
        scan = Scan(sha256=blob.sha256, total=total)
        session.add(scan)
    elif scan.running:
        return scan
    scan.name, scan.size, scan.error, scan.stopped_at, scan.finished_at = file_name(name), blob.size, "", None, None
    scan.asked_by, scan.asked_at = by, at
    session.flush()
    _promise(session, scan, at=at)
    return scan


def stop(scan: Scan, *, at: datetime) -> None:
    """Recognise no further; the pages that are done are kept. Nothing where it has come to its end."""
    if scan.running:
        scan.stopped_at = at


def keep(session: Session, scan: Scan, pages: Sequence[str], *, total: int, behind: int, at: datetime) -> None:
    """Keep pages that were recognised ``behind`` so many others, and promise what comes next; none is kept twice."""
    scan.total = total
    if behind == pages_done(session, scan):
        session.add_all(
            ScanPage(scan_id=scan.id, number=behind + n, said=said) for n, said in enumerate(pages, start=1)
        )
        session.flush()
    if scan.running:
        _promise(session, scan, at=at)


def finish(session: Session, scan: Scan, *, at: datetime, error: str = "") -> None:
    """It is laid, or cannot be: its pages are in the result, or worth nothing."""
    scan.finished_at, scan.error = at, error[:500]
    session.execute(delete(ScanPage).where(ScanPage.scan_id == scan.id))


def fail(session: Session, scan_id: int, *, reason: str, at: datetime) -> None:
    """Say on its page that it is not tried any more."""
    session.get_one(Scan, scan_id).error = reason


def pages_done(session: Session, scan: Scan) -> int:
    """How many pages are recognised."""
    counted = session.scalars(select(func.count()).select_from(ScanPage).where(ScanPage.scan_id == scan.id)).one()
    return scan.total or 0 if scan.result_sha256 else counted


def said_on(session: Session, scan: Scan) -> list[str]:
    """What the pages say that are recognised, in order."""
    return list(session.scalars(select(ScanPage.said).where(ScanPage.scan_id == scan.id).order_by(ScanPage.number)))


def recognised_as(session: Session, sha256: str) -> str | None:
    """The digest of what was recognised of a file; None where nothing is kept."""
    return session.scalars(select(Scan.result_sha256).where(Scan.sha256 == sha256)).first()


def is_laid(session: Session, scan: Scan) -> bool:
    """Whether there is a draft or a ledger of these bytes."""
    laid = select(Ledger.id).join(SourceDocument).where(SourceDocument.sha256 == scan.sha256)
    return session.scalars(laid).first() is not None


def being_recognised(session: Session, office_id: int) -> list[Scan]:
    """The office's files that have not become a draft: in work, stopped or refused; the latest first."""
    drafts = select(SourceDocument.sha256).join(Ledger, Ledger.source_id == SourceDocument.id)
    mine = select(Scan).join(User, User.id == Scan.asked_by_id).where(User.unit_id == office_id)
    return list(session.scalars(mine.where(Scan.sha256.not_in(drafts)).order_by(Scan.asked_at.desc()).limit(10)))


def _promise(session: Session, scan: Scan, *, at: datetime) -> None:
    done = pages_done(session, scan)
    outbox.promise(
        session, SCAN, f"{SCAN.kind}:{scan.id}:{scan.asked_at:%Y%m%d%H%M%S%f}:{done}", OfScan(scan.id), at=at
    )
