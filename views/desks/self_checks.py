"""The page of a unit's sheet (自查表): filled, approved and sealed, received."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from views.desks.downloads import sealed_file
from views.door import load_matter, me, permit, reading
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound
from workflow.record.events import DOSSIER_FETCHED
from workflow.tasks.permissions import handles
from workflow.tasks.words import Action, Status
from workflow.year.look_backs.models import SelfCheck
from workflow.year.look_backs.self_checks import SELF_CHECK, lines_of
from workflow.year.registering import sealed_digest

blueprint = Blueprint("sheets", __name__)


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


@blueprint.get("/self-checks/<int:sheet_id>/<any(pdf, registration):what>")
@permit(Permission.WORK, noted=DOSSIER_FETCHED)
def download(sheet_id: int, what: str) -> Response:
    """The sealed sheet, or what is vouched for beside it."""
    sheet = load_matter(reading(), SelfCheck, sheet_id, me()).task
    digest, name = sealed_digest(reading(), sheet), f"回头看自查表（{sheet.unit.name}）.pdf"
    if digest is None:
        raise NotFound("自查表还没有盖章，请稍后再来下载。")
    return sealed_file(digest, name, registration=what == "registration")
