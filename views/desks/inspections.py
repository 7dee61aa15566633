"""The desk of inspections (检查): the plan, what was drawn, each worksheet, and the page that works without a network."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from forms.checks import NoteForm
from views.desks import field
from views.desks.downloads import attachment, named, sealed_file, table_file
from views.desks.field import local
from views.door import installation, load_matter, me, pause_reading, permit, reading, writing
from views.typed import taken
from views.verbs.storing import bring_files, store_files
from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import looks_over, runs
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.office.words import Role
from workflow.record.errors import Forbidden, Invalid, NotFound
from workflow.record.events import DOSSIER_FETCHED, EVIDENCE_FETCHED, LEDGER_EXPORTED
from workflow.tasks.conditions import Attempt
from workflow.tasks.permissions import handles
from workflow.tasks.reporting import remove_evidence
from workflow.tasks.steps import refusals
from workflow.tasks.words import Action, Status
from workflow.year.inspections.facts import inspection_table, rule_of, view_of
from workflow.year.inspections.models import Inspection, Worksheet
from workflow.year.inspections.planning import plan
from workflow.year.inspections.words import Judgement
from workflow.year.inspections.worksheets import WORKSHEET, inspectors
from workflow.year.look_backs.models import Rectification
from workflow.year.registering import sealed_digest
from workflow.year.words import Draw, Method

blueprint = Blueprint("inspections", __name__)
blueprint.register_blueprint(field.blueprint)
SHOWN = (Status.UNIT_APPROVED, Status.LEAD_VERIFIED, Status.CLOSED)
"""In which statuses the unit looked at sees a sheet."""


@blueprint.get("/inspections")
@permit(Permission.WORK)
def index() -> str:
    """The plan of the office's ledgers and what has been begun; the sheets about the own unit."""
    person = me()
    found = select(Ledger).where(Ledger.published_at.is_not(None), ~Ledger.past).order_by(Ledger.id.desc())
    ledgers = [one for one in reading().scalars(found) if looks_over(one, person)]
    own: Sequence[Worksheet] = []
    if {Role.HANDLER, Role.UNIT_HEAD} & person.roles:
        mine = select(Worksheet).where(Worksheet.checked_id == person.unit_id, Worksheet.status.in_(SHOWN))
        own = reading().scalars(mine.order_by(Worksheet.id.desc())).all()
    return render_template(
        "inspections/index.html", plans=[(one, plan(reading(), one), runs(one, person)) for one in ledgers], own=own,
        word=WORKSHEET.word, methods=Method, rules=Draw,
    )  # fmt: skip


@blueprint.get("/inspections/<int:inspection_id>")
@permit(Permission.WORK)
def show(inspection_id: int) -> str:
    """What was drawn of one inspection, and how far each sheet is."""
    begun = _found(reading(), inspection_id, me())
    return render_template(
        "inspections/show.html", begun=begun, word=WORKSHEET.word, rule=rule_of(begun), mine=runs(begun.ledger, me()),
        done=sum(one.status is Status.CLOSED for one in begun.sheets), judgements=Judgement,
    )  # fmt: skip


@blueprint.get("/inspections/<int:inspection_id>/population.txt")
@permit(Permission.WORK)
def population(inspection_id: int) -> Response:
    """The list that was drawn from, byte for byte as its digest was taken."""
    begun = _found(reading(), inspection_id, me())
    return named(Response(begun.population.encode(), mimetype="text/plain"), "抽取名单.txt")


@blueprint.get("/inspections/<int:inspection_id>/sheets.xlsx")
@permit(Permission.WORK, noted=LEDGER_EXPORTED)
def workbook(inspection_id: int) -> Response:
    """All sheets of an inspection as a workbook."""
    begun = _found(reading(), inspection_id, me())
    return table_file(inspection_table(begun), "xlsx", f"检查底稿汇总表（{begun.title}）")


@blueprint.get("/inspections/sheets/<int:sheet_id>")
@permit(Permission.WORK)
def sheet(sheet_id: int) -> str:
    """One worksheet for its inspectors, for the unit that signs it, and for those who look at everything."""
    case, person = load_matter(reading(), Worksheet, sheet_id, me()), me()
    found = case.task
    attempt = Attempt(case, person, "…", at=installation().clock())
    offers = [one for one in WORKSHEET.actions_for(case, person) if one.action is not Action.SUBMIT]
    missing = [said for one in offers if one.action is not Action.CLOSE and (said := refusals(one, attempt))]
    return render_template(
        "inspections/sheet.html", sheet=found, process=WORKSHEET, editing=handles(found, person) and found.status is Status.ASSIGNED,
        steps=[(one, url_for("verbs.step_worksheet", sheet_id=sheet_id, action=one.action.value)) for one in offers],
        missing=missing, others=inspectors(reading(), found, person), methods=Method, judgements=Judgement,
        view=view_of(found), local=local, sealed=sealed_digest(reading(), found) is not None, mending=_mending(found),
    )  # fmt: skip


@blueprint.post("/inspections/sheets/<int:sheet_id>/evidence")
@permit(Permission.OFFICE)
def upload(sheet_id: int) -> AnyResponse:
    """Bring photographs and captures: bytes first, then the rows."""
    form = taken(NoteForm)
    if not handles(load_matter(reading(), Worksheet, sheet_id, me()).task, me()):
        raise Forbidden("只有办公室的检查人可以上传取证材料。")
    pause_reading()
    stored = store_files([file for file in request.files.getlist("file") if file.filename])
    if not stored:
        raise Invalid("没有选择文件，请先选择照片或截图。")
    with writing() as (session, by):
        found = load_matter(session, Worksheet, sheet_id, by).task
        said, _ = bring_files(session, found, stored, by=by, at=installation().clock(), note=form.note.data)
    return _back(sheet_id, said)


@blueprint.post("/inspections/sheets/<int:sheet_id>/evidence/<int:evidence_id>/remove")
@permit(Permission.OFFICE)
def remove(sheet_id: int, evidence_id: int) -> AnyResponse:
    """Take a piece off the list; the record of it stays."""
    with writing() as (session, by):
        found = load_matter(session, Worksheet, sheet_id, by).task
        remove_evidence(session, found, evidence_id, by=by, at=installation().clock())
    return _back(sheet_id, "已移除；移除的记录留在办理过程中。")


@blueprint.get("/inspections/sheets/<int:sheet_id>/evidence/<int:evidence_id>")
@permit(Permission.WORK, noted=EVIDENCE_FETCHED)
def download(sheet_id: int, evidence_id: int) -> Response:
    """The original bytes, checked before the first one leaves."""
    found = load_matter(reading(), Worksheet, sheet_id, me()).task
    piece = next((e for e in found.live_evidence if e.id == evidence_id and e.sha256), None)
    if piece is None or piece.sha256 is None:
        raise NotFound
    return attachment(piece.sha256, piece.name, piece.size)


@blueprint.get("/inspections/sheets/<int:sheet_id>/<any(pdf, registration):what>")
@permit(Permission.WORK, noted=DOSSIER_FETCHED)
def paper(sheet_id: int, what: str) -> Response:
    """The sealed sheet, or what is vouched for beside it."""
    found = load_matter(reading(), Worksheet, sheet_id, me()).task
    digest = sealed_digest(reading(), found)
    if digest is None:
        raise NotFound("检查底稿还没有盖章，定稿后自动生成，请稍后再来下载。")
    return sealed_file(digest, f"检查底稿（{found.checked.name}）.pdf", registration=what == "registration")


def _mending(found: Worksheet) -> Rectification | None:
    return reading().scalars(select(Rectification).where(Rectification.worksheet_id == found.id)).first()


def _found(session: Session, inspection_id: int, person: User) -> Inspection:
    begun = session.get(Inspection, inspection_id)
    if begun is None or not (looks_over(begun.ledger, person)):
        raise NotFound
    return begun


def _back(sheet_id: int, said: str) -> AnyResponse:
    flash(said, "success")
    return redirect(url_for("inspections.sheet", sheet_id=sheet_id), 303)
