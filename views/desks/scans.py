"""Files that are read in the background (后台读入): how far each is, to be stopped, and to be gone on with."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from intake.programs import Needs
from views.desks import unread
from views.door import installation, me, permit, reading, writing
from workflow.ledgers import scanning
from workflow.ledgers.models import Ledger, Scan, SourceDocument
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound
from workflow.record.store import Blob

blueprint = Blueprint("scans", __name__)


def begin(blob: Blob, name: str, needs: Needs) -> str:
    """Have a stored file read in the background; the address of the page that says how far it is. Raises Refused."""
    with writing() as (session, by):
        total = None if needs.program == "ocr" else 0
        scan_id = scanning.ask(session, blob, name=name, total=total, by=by, at=installation().clock()).id
    return url_for("review.scans.show", scan_id=scan_id)


@blueprint.get("/review/scans/<int:scan_id>")
@permit(Permission.OFFICE)
def show(scan_id: int) -> Response | str:
    """How far it is; its draft where that is laid."""
    scan = _mine(reading(), scan_id, me())
    laid = _laid(scan)
    if laid is not None:
        return redirect(url_for("review.settle", ledger_id=laid))
    refused = scan.error and scan.finished_at and scan.result_sha256
    token = unread.token_of(Blob(scan.sha256, scan.size), scan.name, scan.error) if refused else ""
    return render_template("review/scan.html", scan=scan, how=_how(scan), token=token)


@blueprint.get("/review/scans/<int:scan_id>/progress")
@permit(Permission.OFFICE)
def progress(scan_id: int) -> dict[str, Any]:
    """The progress bar's question, answered as JSON."""
    return _how(_mine(reading(), scan_id, me()))


@blueprint.post("/review/scans/<int:scan_id>/stop")
@permit(Permission.OFFICE)
def stop(scan_id: int) -> Response:
    """Recognise no further; a second click finds it stopped and is answered alike."""
    with writing() as (session, by):
        scanning.stop(_mine(session, scan_id, by), at=installation().clock())
    flash("已取消读入；已经识别的页还在，可以随时继续。", "info")
    return redirect(url_for("review.scans.show", scan_id=scan_id), 303)


@blueprint.post("/review/scans/<int:scan_id>/again")
@permit(Permission.OFFICE)
def again(scan_id: int) -> Response:
    """Go on with what was stopped or failed."""
    with writing() as (session, by):
        scan = _mine(session, scan_id, by)
        scanning.ask(session, Blob(scan.sha256, scan.size), name=scan.name, by=by, at=installation().clock())
    return redirect(url_for("review.scans.show", scan_id=scan_id), 303)


def _mine(session: Session, scan_id: int, person: User) -> Scan:
    """A file that somebody of the person's office has brought. Raises NotFound."""
    scan = session.get(Scan, scan_id)
    if scan is None or scan.asked_by.unit_id != person.unit_id:
        raise NotFound
    return scan


def _laid(scan: Scan) -> int | None:
    """The draft or ledger of its bytes, of this office."""
    laid = select(Ledger.id).join(SourceDocument).where(SourceDocument.sha256 == scan.sha256)
    return reading().scalars(laid.where(Ledger.office_id == me().unit_id)).first()


def _how(scan: Scan) -> dict[str, Any]:
    laid, done = _laid(scan), scanning.pages_done(reading(), scan)
    here = url_for("review.scans.show", scan_id=scan.id)
    if laid is not None:
        url = url_for("review.settle", ledger_id=laid)
        return {"done": 1, "total": 1, "state": "done", "message": "已读入", "url": url}
    if not scan.running:
        return {"done": done, "total": scan.total or 0, "state": "done", "message": _ended(scan), "url": here}
    return {"done": done, "total": scan.total or 0, "state": "running", "message": _told(scan, done), "url": here}


def _ended(scan: Scan) -> str:
    return scan.error or "已取消读入。"


def _told(scan: Scan, done: int) -> str:
    """What the background is at, in words."""
    if scan.result_sha256 or scan.total == 0 or (scan.total and done >= scan.total):
        return "正在读入任务表"
    return "正在逐页识别文字，已识别" if scan.total else "正在排队，轮到后逐页识别文字"
