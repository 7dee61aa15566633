"""Asking for a paper and registering it (材料登记)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import runs
from workflow.office.models import Unit, User
from workflow.office.words import Role
from workflow.record import audit, outbox
from workflow.record.errors import Forbidden
from workflow.record.jobs import PAPER, OfPaper
from workflow.record.models import Registration
from workflow.record.registering import registration_of
from workflow.record.store import Blob
from workflow.tasks.models import Matter, Task
from workflow.tasks.opening import all_opened
from workflow.year.events import PAPER_FINISHED, PAPER_REQUESTED, PaperTold
from workflow.year.models import Paper


def request_paper(
    session: Session, ledger: Ledger, kind: str, *, by: User, at: datetime, round_id: int | None = None,
    unit_id: int | None = None,
) -> Paper:  # fmt: skip
    """Ask for a paper of one kind about a published ledger, or about one unit's share, as of now.

    One that is being made already is returned. Raises Forbidden, NotInState where tasks are still being opened.
    """
    if not runs(ledger, by) or ledger.published_at is None:
        raise Forbidden("只有发布台账的办公室可以编制材料，且台账须已发布。")
    all_opened(session, ledger.id)
    session.refresh(ledger, with_for_update={"key_share": True})
    same = (
        Paper.ledger_id == ledger.id, Paper.kind == kind, Paper.round_id == round_id, Paper.unit_id == unit_id,
    )  # fmt: skip
    unfinished = select(Paper).where(*same, Paper.finished_at.is_(None), Paper.error == "")
    running = session.scalars(unfinished).first()
    if running is not None:
        return running
    paper = Paper(kind=kind, ledger_id=ledger.id, round_id=round_id, unit_id=unit_id, as_of=at)
    _promise(session, paper, by=by, at=at)
    return paper


def promise_paper(session: Session, matter: Matter, kind: str, *, by: User, at: datetime) -> None:
    """Have the paper of one matter made, as it stands now."""
    _promise(session, Paper(kind=kind, ledger_id=matter.ledger_id, matter_id=matter.id, as_of=at), by=by, at=at)


def sealed_digest(session: Session, matter: Matter, kind: str | None = None) -> str | None:
    """SHA-256 of the newest sealed paper of one matter, of its own kind unless another is asked for; None while there is none."""
    sealed = (Paper.matter_id == matter.id, Paper.kind == (kind or matter.matter), Paper.pdf_sha256.is_not(None))
    made = select(Paper.pdf_sha256).where(*sealed)
    return session.scalars(made.order_by(Paper.id.desc())).first()


def _promise(session: Session, paper: Paper, *, by: User, at: datetime) -> None:
    paper.requested_by_id = by.id
    session.add(paper)
    session.flush()
    told = PaperTold(ledger_id=paper.ledger_id, dossier_id=paper.id, paper=paper.kind)
    if paper.unit_id is not None:
        told = told.model_copy(update={"unit_id": paper.unit_id})
    audit.record(session, PAPER_REQUESTED, told, subject=paper.ledger_id, by=by, at=at)
    outbox.promise(session, PAPER, f"paper:{paper.id}", OfPaper(paper.id), at=at)


def holders_of(session: Session, ledger_ids: Collection[int]) -> dict[int, list[Unit]]:
    """The units that have tasks of each ledger, in the order of the directory."""
    has = select(Task.ledger_id, Task.unit_id).where(Task.ledger_id.in_(ledger_ids)).distinct().subquery()
    rows = select(has.c.ledger_id, Unit).join(Unit, Unit.id == has.c.unit_id).order_by(Unit.position, Unit.id)
    found: dict[int, list[Unit]] = {}
    for ledger_id, unit in session.execute(rows):
        found.setdefault(ledger_id, []).append(unit)
    return found


def may_take_share(paper: Paper, person: User) -> bool:
    """Whether a finished paper tells of the person's own unit alone, and the person handles or heads there."""
    own = paper.unit_id is not None and paper.unit_id == person.unit_id and paper.finished_at is not None
    return own and person.active and bool({Role.HANDLER, Role.UNIT_HEAD} & person.roles)


def own_shares(session: Session, person: User) -> list[Paper]:
    """Every paper that the office has made of the share of the person's unit, the newest first."""
    made = (
        select(Paper).where(Paper.unit_id == person.unit_id, Paper.finished_at.is_not(None)).order_by(Paper.id.desc())
    )
    return [paper for paper in session.scalars(made) if may_take_share(paper, person)]


def volumes_of(session: Session, paper: Paper) -> list[tuple[int, str, str]]:
    """(number, SHA-256, registration) of every volume of a paper that is finished; a paper of one piece is one."""
    if paper.pdf_sha256 is None:
        return []
    own = registration_of(session, paper.pdf_sha256)
    found = [(1, paper.pdf_sha256, own.text if own else "")]
    if own is not None:
        others = select(Registration).where(Registration.number.like(f"{own.number}-%")).order_by(Registration.number)
        found += [(int(one.number[len(own.number) + 1 :]), one.sha256, one.text) for one in session.scalars(others)]
    return found


def finish_paper(session: Session, paper: Paper, *, pdf: Blob, bag: Blob | None, at: datetime) -> None:
    """Register what was made, once, with its archive where it has one."""
    session.refresh(paper, with_for_update=True)
    if paper.finished_at is not None:
        return
    archive = bag.sha256 if bag else None
    paper.pdf_sha256, paper.zip_sha256, paper.finished_at = pdf.sha256, archive, at
    paper.done, paper.step, paper.error = paper.total, "已完成", ""
    told = PaperTold(ledger_id=paper.ledger_id, dossier_id=paper.id, paper=paper.kind, pdf=pdf.sha256, bag=archive)
    audit.record(session, PAPER_FINISHED, told, subject=paper.ledger_id, by=None, at=at)
