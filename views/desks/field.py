"""Worksheets filled in where there is no network (现场填写): a page kept on the telephone, and one door where each sheet comes in once."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, current_app, render_template, request
from sqlalchemy.orm import Session

from forms.of_model import form_of, judged
from forms.verbs_inspections import WorksheetIn
from views.door import installation, load_matter, me, pause_reading, permit, reading, writing
from views.typed import taken
from views.verbs.inspections import seen_in
from views.verbs.storing import bring_files, store_files
from workflow.ledgers.permissions import runs
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.record.errors import Forbidden, Invalid, NotFound
from workflow.record.settings import ZONE
from workflow.tasks.permissions import handles
from workflow.tasks.words import Status
from workflow.year.inspections.models import Inspection, Worksheet
from workflow.year.inspections.words import Judgement
from workflow.year.inspections.worksheets import inspectors, save_worksheet
from workflow.year.words import Method

blueprint = Blueprint("field", __name__)


def local(at: datetime | None) -> str:
    """A moment as it is typed, in China's time."""
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if at else ""


@blueprint.get("/inspections/<int:inspection_id>/field")
@permit(Permission.OFFICE)
def show(inspection_id: int) -> str:
    """Every sheet that is still to be filled in, on one page that the telephone keeps."""
    begun = _run(reading(), inspection_id, me())
    waiting = [one for one in begun.sheets if one.status is Status.ASSIGNED]
    others = inspectors(reading(), waiting[0], me()) if waiting else []
    return render_template(
        "inspections/field.html", begun=begun, sheets=waiting, others=others, methods=Method, judgements=Judgement, local=local,
    )  # fmt: skip


@blueprint.get("/inspections/worker.js")
@permit(Permission.OFFICE)
def worker() -> Response:
    """The service worker, from an address above the pages that it keeps."""
    return current_app.send_static_file("js/field-worker.js")


@blueprint.post("/inspections/sheets/<int:sheet_id>/field")
@permit(Permission.OFFICE)
def take(sheet_id: int) -> dict[str, str | int]:
    """Take in what a telephone kept, words and photographs together, once however often it is sent. Raises Invalid."""
    given = judged(WorksheetIn, taken(form_of(WorksheetIn)).data)
    if not given.key:
        raise Invalid("本机记录没有编号，请重新打开现场填写页面。")
    found = load_matter(reading(), Worksheet, sheet_id, me()).task
    if not handles(found, me()):
        raise Forbidden("检查底稿由组织检查的办公室填写。")
    pause_reading()
    stored = store_files([file for file in request.files.getlist("file") if file.filename])
    with writing() as (session, by):
        sheet, at = load_matter(session, Worksheet, sheet_id, by).task, installation().clock()
        new = save_worksheet(
            session, sheet, seen_in(given), by=by, at=at, seen_version=given.seen_version, key=given.key
        )  # fmt: skip
        if new and stored:
            bring_files(session, sheet, stored, by=by, at=at, note=given.place)
        said = f"已收到，照片 {len(stored)} 张。" if new else "这一份已经收到，没有重复登记。"
        return {"sentence": said, "version": sheet.version}


def _run(session: Session, inspection_id: int, person: User) -> Inspection:
    begun = session.get(Inspection, inspection_id)
    if begun is None or not runs(begun.ledger, person):
        raise NotFound
    return begun
