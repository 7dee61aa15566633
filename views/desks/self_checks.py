"""The page of a unit's sheet (自查表): filled, approved and sealed, received."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms.checks import SheetForm, StepForm
from views.desks.downloads import sealed_file
from views.desks.matters import submitted, take_step
from views.door import installation, load_matter, me, permit, reading, writing
from views.typed import taken
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound
from workflow.record.events import DOSSIER_FETCHED
from workflow.tasks.permissions import handles
from workflow.tasks.words import Action, Status
from workflow.year.models import SelfCheck
from workflow.year.registering import sealed_digest
from workflow.year.self_checks import SELF_CHECK, Answer, lines_of, save_sheet

blueprint = Blueprint("sheets", __name__)
ACTIONS = ",".join(dict.fromkeys(step.action.value for step in SELF_CHECK.steps))
_DONE = {"1": True, "0": False}


@blueprint.get("/self-checks/<int:sheet_id>")
@permit(Permission.WORK)
def show(sheet_id: int) -> str:
    """The sheet as this person sees it."""
    case = load_matter(reading(), SelfCheck, sheet_id, me())
    sheet = case.task
    return render_template(
        "lookback/sheet.html", sheet=sheet, lines=lines_of(sheet), sealed=sealed_digest(reading(), sheet) is not None, process=SELF_CHECK,
        editing=sheet.status is Status.ASSIGNED and handles(sheet, me()), steps=[s for s in SELF_CHECK.actions_for(case, me()) if s.action is not Action.SUBMIT],
    )  # fmt: skip


@blueprint.post("/self-checks/<int:sheet_id>")
@permit(Permission.WORK)
def save(sheet_id: int) -> AnyResponse:
    """Keep what was filled in."""
    form = taken(SheetForm)
    with writing() as (session, by):
        sheet = load_matter(session, SelfCheck, sheet_id, by).task
        done, text = form.done.data, form.text.data
        answers = {e.id: Answer(_DONE.get(done.get(e.id, "")), text.get(e.id, "")) for e in lines_of(sheet)}
        save_sheet(session, sheet, answers, by=by, at=installation().clock(), seen_version=form.seen_version.data)
        said = submitted(session, sheet, form.then.data, by)
    return _back(sheet_id, said)


@blueprint.post(f"/self-checks/<int:sheet_id>/act/<any({ACTIONS}):action>")
@permit(Permission.WORK)
def step(sheet_id: int, action: str) -> AnyResponse:
    """Take one step."""
    form = taken(StepForm)
    said = take_step(
        SelfCheck, sheet_id, Action(action), opinion=form.opinion.data, seen_version=form.seen_version.data
    )
    return _back(sheet_id, said)


@blueprint.get("/self-checks/<int:sheet_id>/<any(pdf, registration):what>")
@permit(Permission.WORK, noted=DOSSIER_FETCHED)
def download(sheet_id: int, what: str) -> Response:
    """The sealed sheet, or what is vouched for beside it."""
    sheet = load_matter(reading(), SelfCheck, sheet_id, me()).task
    digest, name = sealed_digest(reading(), sheet), f"回头看自查表（{sheet.unit.name}）.pdf"
    if digest is None:
        raise NotFound("自查表还没有盖章，请稍后再来下载。")
    return sealed_file(digest, name, registration=what == "registration")


def _back(sheet_id: int, said: str) -> AnyResponse:
    flash(said, "success")
    return redirect(url_for("lookback.sheets.show", sheet_id=sheet_id), 303)
