"""The desk of papers (年度卷宗等材料): asked for with one click, made in the background, taken away as PDF and archive."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from forms.dossiers import ShareForm
from reports.papers import PAPERS
from views.desks.downloads import attachment, registration_beside, sealed_file
from views.door import installation, load_ledger, me, permit, reading, writing
from views.typed import taken
from workflow.ledgers.models import Ledger
from workflow.office.permissions import Permission
from workflow.office.words import Role
from workflow.record.errors import NotFound
from workflow.record.events import DOSSIER_FETCHED
from workflow.year.models import Paper
from workflow.year.registering import holders_of, may_take_share, own_shares, request_paper, volumes_of

blueprint = Blueprint("dossiers", __name__)
OF_LEDGERS = {code: kind for code, kind in PAPERS.items() if kind.about == "ledger"}
OFFERED = [code for code, kind in OF_LEDGERS.items() if not kind.elsewhere]


@blueprint.get("/dossiers")
@permit(Permission.WORK)
def index() -> str:
    """The office's published ledgers with the papers made of them; a unit's own share of what was made."""
    if Role.OFFICE not in me().roles:
        shares = own_shares(reading(), me())
        return render_template(
            "dossiers/own.html", shares=shares, kinds=OF_LEDGERS, volumes=partial(volumes_of, reading())
        )
    mine = select(Ledger).where(Ledger.office_id == me().unit_id, Ledger.published_at.is_not(None))
    ledgers = reading().scalars(mine.order_by(Ledger.year.desc(), Ledger.id.desc())).all()
    made = (
        select(Paper)
        .where(Paper.ledger_id.in_([ledger.id for ledger in ledgers]), Paper.kind.in_(OF_LEDGERS))
        .order_by(Paper.id.desc())
    )
    by_ledger: dict[int, list[Paper]] = {}
    for paper in reading().scalars(made):
        by_ledger.setdefault(paper.ledger_id, []).append(paper)
    units = holders_of(reading(), [ledger.id for ledger in ledgers])
    return render_template(
        "dossiers/index.html", ledgers=ledgers, made=by_ledger, kinds=OF_LEDGERS, offered=OFFERED, units=units
    )


@blueprint.post("/ledgers/<int:ledger_id>/papers/<kind>")
@permit(Permission.OFFICE)
def build(ledger_id: int, kind: str) -> AnyResponse:
    """Ask for a paper as of now, of all or of one unit's share; one that is being made is shown instead of another."""
    if kind not in OF_LEDGERS:
        raise NotFound
    unit_id = taken(ShareForm).unit.data if OF_LEDGERS[kind].shares else None
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        if unit_id is not None and unit_id not in [
            unit.id for unit in holders_of(session, [ledger.id]).get(ledger.id, [])
        ]:
            raise NotFound
        paper = request_paper(session, ledger, kind, by=by, at=installation().clock(), unit_id=unit_id)
    return redirect(url_for("dossiers.show", paper_id=paper.id))


@blueprint.get("/dossiers/<int:paper_id>")
@permit(Permission.OFFICE)
def show(paper_id: int) -> str:
    """How far it is, and what it says when done."""
    paper, ledger = _load(paper_id)
    return render_template(
        "dossiers/show.html", paper=paper, kind=PAPERS[paper.kind], ledger=ledger, state=_state(paper),
        volumes=volumes_of(reading(), paper)[1:],
    )  # fmt: skip


@blueprint.get("/dossiers/<int:paper_id>/progress")
@permit(Permission.OFFICE)
def progress(paper_id: int) -> dict[str, Any]:
    """The progress bar's question, answered as JSON."""
    paper, _ = _load(paper_id)
    return {
        "done": paper.done,
        "total": paper.total,
        "state": _state(paper),
        "message": paper.error or paper.step,
        "url": url_for("dossiers.show", paper_id=paper.id),
    }


@blueprint.get("/dossiers/<int:paper_id>/<any(pdf, zip):ending>")
@permit(Permission.WORK, noted=DOSSIER_FETCHED)
def download(paper_id: int, ending: str) -> Response:
    """The sealed PDF or the archive, byte for byte as registered."""
    paper = _taken(paper_id)
    digest = paper.pdf_sha256 if ending == "pdf" else paper.zip_sha256
    name = PAPERS[paper.kind].word
    if digest is None:
        raise NotFound(f"{name}还没有编制完成，请稍后再来下载。")
    return attachment(digest, f"{name}.{ending}", media_type=f"application/{ending}")


@blueprint.get("/dossiers/<int:paper_id>/registration")
@permit(Permission.WORK)
def registration(paper_id: int) -> Response:
    """What this installation vouches for beside the PDF."""
    paper = _taken(paper_id)
    return registration_beside(paper.pdf_sha256 or "", f"{PAPERS[paper.kind].word}.pdf")


@blueprint.get("/dossiers/<int:paper_id>/volumes/<int:number>/<any(pdf, registration):what>")
@permit(Permission.WORK, noted=DOSSIER_FETCHED)
def volume(paper_id: int, number: int, what: str) -> Response:
    """One volume of a paper that has several, or what is vouched for beside it."""
    paper = _taken(paper_id)
    sha256 = next((sha256 for n, sha256, _ in volumes_of(reading(), paper) if n == number), None)
    if sha256 is None:
        raise NotFound
    return sealed_file(sha256, f"{PAPERS[paper.kind].word}-{number:02d}.pdf", registration=what == "registration")


def _taken(paper_id: int) -> Paper:
    """A paper that this person may take away: one of the own office's ledgers, or the own unit's finished share."""
    paper = reading().get(Paper, paper_id)
    if paper is not None and may_take_share(paper, me()):
        return paper
    return _load(paper_id)[0]


def _load(paper_id: int) -> tuple[Paper, Ledger]:
    paper = reading().get(Paper, paper_id)
    if paper is None:
        raise NotFound
    return paper, load_ledger(reading(), paper.ledger_id, me(), running=True)


def _state(paper: Paper) -> str:
    if paper.finished_at is not None:
        return "done"
    if paper.error:
        return "failed"
    return "running" if paper.done else "waiting"
