"""The dossier desk (年度卷宗): asked for with one click, built in the background, taken away as PDF and bag."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from views.desks.downloads import attachment, registration_beside
from views.door import installation, load_ledger, me, permit, reading, writing
from workflow.ledgers.models import Ledger
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound
from workflow.record.events import DOSSIER_FETCHED
from workflow.year.models import Dossier
from workflow.year.registering import request_dossier

blueprint = Blueprint("dossiers", __name__)


@blueprint.get("/dossiers")
@permit(Permission.OFFICE)
def index() -> str:
    """The office's published ledgers with the dossiers made of them."""
    mine = select(Ledger).where(Ledger.office_id == me().unit_id, Ledger.published_at.is_not(None))
    ledgers = reading().scalars(mine.order_by(Ledger.year.desc(), Ledger.id.desc())).all()
    made = select(Dossier).where(Dossier.ledger_id.in_([ledger.id for ledger in ledgers])).order_by(Dossier.id.desc())
    by_ledger: dict[int, list[Dossier]] = {}
    for dossier in reading().scalars(made):
        by_ledger.setdefault(dossier.ledger_id, []).append(dossier)
    return render_template("dossiers/index.html", ledgers=ledgers, dossiers=by_ledger)


@blueprint.post("/ledgers/<int:ledger_id>/dossiers")
@permit(Permission.OFFICE)
def build(ledger_id: int) -> AnyResponse:
    """Ask for a dossier as of now; one that is being built is shown instead of starting another."""
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        dossier = request_dossier(session, ledger, by=by, at=installation().clock())
    return redirect(url_for("dossiers.show", dossier_id=dossier.id))


@blueprint.get("/dossiers/<int:dossier_id>")
@permit(Permission.OFFICE)
def show(dossier_id: int) -> str:
    """How far it is, and what it says when done."""
    dossier, ledger = _load(dossier_id)
    return render_template("dossiers/show.html", dossier=dossier, ledger=ledger, state=_state(dossier))


@blueprint.get("/dossiers/<int:dossier_id>/progress")
@permit(Permission.OFFICE)
def progress(dossier_id: int) -> dict[str, Any]:
    """The progress bar's question, answered as JSON."""
    dossier, _ = _load(dossier_id)
    return {
        "done": dossier.done,
        "total": dossier.total,
        "state": _state(dossier),
        "message": dossier.error or dossier.step,
        "url": url_for("dossiers.show", dossier_id=dossier.id),
    }


@blueprint.get("/dossiers/<int:dossier_id>/<any(pdf, zip):kind>")
@permit(Permission.OFFICE, noted=DOSSIER_FETCHED)
def download(dossier_id: int, kind: str) -> Response:
    """The sealed PDF or the bag, byte for byte as registered."""
    dossier, _ = _load(dossier_id)
    digest = dossier.pdf_sha256 if kind == "pdf" else dossier.zip_sha256
    if digest is None:
        raise NotFound("年度卷宗还没有编制完成，请稍后再来下载。")
    return attachment(digest, f"年度卷宗.{kind}", media_type=f"application/{kind}")


@blueprint.get("/dossiers/<int:dossier_id>/registration")
@permit(Permission.OFFICE)
def registration(dossier_id: int) -> Response:
    """What this installation vouches for beside the PDF."""
    dossier, _ = _load(dossier_id)
    return registration_beside(dossier.pdf_sha256 or "", "年度卷宗.pdf")


def _load(dossier_id: int) -> tuple[Dossier, Ledger]:
    dossier = reading().get(Dossier, dossier_id)
    if dossier is None:
        raise NotFound
    return dossier, load_ledger(reading(), dossier.ledger_id, me(), running=True)


def _state(dossier: Dossier) -> str:
    if dossier.finished_at is not None:
        return "done"
    if dossier.error:
        return "failed"
    return "running" if dossier.done else "waiting"
