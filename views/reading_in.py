"""Reading in (读入): what a file that an office brings becomes; scans and long files step by step in the background."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from intake import programs
from intake.isolation import grids_isolated, read_isolated
from workflow.ledgers import scanning
from workflow.ledgers.drafting import start_draft
from workflow.ledgers.models import RememberedPointing, Scan
from workflow.ledgers.pointing import kept_by, known_form
from workflow.office.directory import known_names
from workflow.office.notices import tell_people
from workflow.record.errors import Refused, Unavailable, Unreadable
from workflow.record.installation import Installation
from workflow.record.published import Pointing, PublishedLedger, RawGrid
from workflow.record.store import Blob


@dataclass(frozen=True)
class File:
    """A file that is read in (要读入的文件), and how its draft was read."""

    name: str
    data: bytes
    kept: RememberedPointing | None = None
    known: Sequence[str] = ()
    """Names of the office's units, by which names printed together are cut."""
    patient: bool = True
    """Nobody waits at a screen, or somebody who knows: what takes long is read all the same."""

    def grids(self, way: Pointing) -> tuple[RawGrid, ...]:
        """Its tables before anything is understood. Raises Unreadable."""
        return grids_isolated(self.data, filename=self.name, pointed=way, patient=self.patient)

    def read(self, pointed: Pointing) -> PublishedLedger:
        """What it is read as; what is pointed at has no other reading. Raises Unreadable."""
        found = read_isolated(self.data, filename=self.name, pointed=pointed, known=self.known, patient=self.patient)
        return found if pointed == Pointing(second=pointed.second) else replace(found, alternative=None)

    def read_as(self, remembered: Sequence[RememberedPointing]) -> tuple[PublishedLedger, RememberedPointing | None]:
        """What it is read as: as the office has pointed at the last one of its form, and at which; else as ever."""
        known = known_form(remembered, self.name, self.grids) if remembered else None
        if known:
            with suppress(Unreadable):
                published = self.read(known[1])
                if published.tasks:
                    return published, known[0]
        return self.read(Pointing()), None


def content(here: Installation, session: Session, sha256: str) -> bytes:
    """A stored file as it is read: of a scan what was recognised of it."""
    return here.store.read(scanning.recognised_as(session, sha256) or sha256)


def go_on(here: Installation, scan_id: int) -> None:
    """Keep a promise of :mod:`workflow.ledgers.scanning`: the next pages, or the draft where all are recognised."""
    with here.database.reading() as session:
        scan = session.get(Scan, scan_id)
        if scan is None or not scan.running:
            return
        data, pages = content(here, session, scan.sha256), scanning.said_on(session, scan)
        name, total, whole = scan.name, scan.total, scan.result_sha256 is not None
    try:
        if not whole and (total is None or len(pages) < total):
            total, fresh = programs.recognised_pages(data, f"《{name}》", done=len(pages))
            _keep(here, scan_id, fresh, total, behind=len(pages))
            if fresh:
                return
        if pages:
            _keep_whole(here, scan_id, here.store.add_bytes(programs.recognised(data, f"《{name}》", pages)))
        _lay(here, scan_id)
    except Unavailable:
        raise  # it is tried again
    except Refused as refused:
        _refuse(here, scan_id, refused.message)


def _keep(here: Installation, scan_id: int, pages: Sequence[str], total: int, *, behind: int) -> None:
    with here.database.writing() as session:
        scanning.keep(session, session.get_one(Scan, scan_id), pages, total=total, behind=behind, at=here.clock())


def _keep_whole(here: Installation, scan_id: int, result: Blob) -> None:
    with here.database.writing() as session:
        session.get_one(Scan, scan_id).result_sha256 = result.sha256


def _lay(here: Installation, scan_id: int) -> None:
    """Lay the file as a draft in the name of who brought it, and tell them. Raises Refused."""
    with here.database.reading() as session:
        scan = session.get_one(Scan, scan_id)
        if scanning.is_laid(session, scan):
            drafted = None
        else:
            file = File(scan.name, content(here, session, scan.sha256), known=known_names(session))
            drafted = file, kept_by(session, scan.asked_by.unit_id)
    read = drafted[0].read_as(drafted[1]) if drafted else None
    with here.database.writing() as session:
        scan, at = session.get_one(Scan, scan_id), here.clock()
        if read is not None and scan.running:
            published, remembered = read
            pointing = session.get(RememberedPointing, remembered.id) if remembered else None
            blob = Blob(scan.sha256, scan.size)
            ledger = start_draft(session, published, blob, name=scan.name, pointing=pointing, by=scan.asked_by, at=at)
            text = f"《{scan.name}》已读入 {len(ledger.items)} 条任务，{len(ledger.problems)} 处待核实，请核对后发布。"
            tell_people(session, [scan.asked_by_id], text, at=at, ledger_id=ledger.id)
        scanning.finish(session, scan, at=at)


def _refuse(here: Installation, scan_id: int, said: str) -> None:
    with here.database.writing() as session:
        scan = session.get_one(Scan, scan_id)
        scanning.finish(session, scan, at=here.clock(), error=said)
        tell_people(session, [scan.asked_by_id], f"《{scan.name}》没有读入：{said}", at=here.clock())
