"""Forms signed on paper (线下签批): the office registers the scan, which is shown as what it is."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from forms.tasks import SeenForm
from views.desks.downloads import attachment
from views.desks.evidence import Stored, store_files
from views.door import installation, load_task, me, number_in, pause_reading, permit, reading, writing
from views.typed_words import keep_draft
from workflow.office.permissions import Permission
from workflow.record.errors import Forbidden, Invalid, NotFound
from workflow.record.events import PAPER_FETCHED
from workflow.record.text import file_name
from workflow.tasks.acting import act
from workflow.tasks.permissions import registers_paper
from workflow.tasks.process import PROCESS
from workflow.tasks.steps import Paper
from workflow.tasks.words import Action

blueprint = Blueprint("paper", __name__)
ENDINGS = (".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff")


@blueprint.post("/tasks/<int:task_id>/paper")
@permit(Permission.WORK)
def register(task_id: int) -> Answer:
    """Take the scan, then let it fill the place it was signed for."""
    seat_id, signer = number_in(request.form.get("seat", "")), request.form.get("signer", "")
    action, paper = scanned(task_id, seat_id, signer)
    opinion, seen, now = request.form.get("opinion", ""), SeenForm().seen, installation().clock()
    with writing() as (session, by):
        task = load_task(session, task_id, by).task
        outcome = act(session, task, action, by=by, at=now, seen_version=seen, opinion=opinion, paper=paper)
    if outcome.replayed:
        keep_draft()
    flash(f"已登记线下签批。{outcome.sentence}", "success")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


def scanned(task_id: int, seat_id: int | None, signer: str) -> tuple[Action, Paper]:
    """The step that the paper takes, and the paper, whose scan is on disk by then; nobody's bytes but the office's.

    Raises Forbidden, NotFound, Invalid.
    """
    case = load_task(reading(), task_id, me())
    if not registers_paper(case, me()):
        raise Forbidden("线下签批由台账的办公室登记。")
    seat = next((one for one in case.seats if one.id == seat_id), None)
    if seat is None:
        raise NotFound
    step = next(step for step in PROCESS if step.gate is seat.gate)
    pause_reading()
    scan = _stored()
    return step.action, Paper(seat.id, signer, scan.blob.sha256, scan.blob.size, scan.name)


@blueprint.get("/tasks/<int:task_id>/paper/<int:signoff_id>")
@permit(Permission.WORK, noted=PAPER_FETCHED)
def download(task_id: int, signoff_id: int) -> Response:
    """The scan of one paper sign-off."""
    case = load_task(reading(), task_id, me())
    signoff = next((one for one in case.task.signoffs if one.id == signoff_id and one.paper_sha256), None)
    if signoff is None or signoff.paper_sha256 is None:
        raise NotFound
    return attachment(signoff.paper_sha256, signoff.paper_name)


def _stored() -> Stored:
    file = request.files.get("file")
    if file is None or not file_name(file.filename or "").lower().endswith(ENDINGS):
        raise Invalid("请选择审批单的扫描件，PDF 或图片（JPG、PNG、TIFF）。")
    scan = store_files([file])[0]
    if scan.looked.apart:
        raise Invalid(
            f"扫描件里不应有这些内容：{'、'.join(scan.looked.remarks)}；请重新扫描，或导出为普通 PDF 后登记。"
        )
    return scan
