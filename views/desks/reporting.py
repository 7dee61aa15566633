"""Reporting up (年度报送): who has and when for the office, what is ready and the receipt for a unit."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from views.desks.downloads import sealed_file
from views.door import load_ledger, me, permit, reading, today
from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import looks_over
from workflow.office.desks import sits_at
from workflow.office.models import Unit, User
from workflow.office.permissions import Permission
from workflow.office.words import Role
from workflow.record.errors import NotFound
from workflow.record.events import DOSSIER_FETCHED
from workflow.record.text import safe_name
from workflow.year.filings.models import Reporting
from workflow.year.reporting_up import bundle_of, readiness, reporting_board, reportings, stands

blueprint = Blueprint("reporting", __name__)


@blueprint.get("/ledgers/<int:ledger_id>/reporting")
@permit(Permission.WORK)
def index(ledger_id: int) -> str | AnyResponse:
    """Who has reported up, for the office; a unit's people go on to their own page."""
    ledger = _published(reading(), ledger_id)
    if not _watches(ledger, me()):
        return redirect(url_for("reporting.show", ledger_id=ledger_id, unit_id=me().unit_id), 303)
    board = reporting_board(reading(), ledger, today=today())
    return render_template("reporting/index.html", ledger=ledger, board=board)


@blueprint.get("/ledgers/<int:ledger_id>/reporting/<int:unit_id>")
@permit(Permission.WORK)
def show(ledger_id: int, unit_id: int) -> str:
    """One unit's page: what is ready and what is not, and the receipts."""
    ledger, unit = _published(reading(), ledger_id), reading().get(Unit, unit_id)
    if unit is None or not _sees(ledger, unit.id, me()):
        raise NotFound
    made, ready = reportings(reading(), ledger, unit.id), readiness(reading(), ledger, unit)
    last, form = (made[0] if made and stands(made[0]) else None), ready.form
    standing = last is not None and form is not None and last.form.round_id == form.round_id
    anew = last is None or form is None or last.filing_id != form.id
    return render_template(
        "reporting/show.html", ledger=ledger, unit=unit, ready=ready, standing=standing,
        made=[(one, bundle_of(reading(), one), stands(one)) for one in made],
        head=sits_at(me(), Role.UNIT_HEAD, unit.id), anew=anew and not ready.missing,
    )  # fmt: skip


@blueprint.get("/reportings/<int:reporting_id>/sealed.<any(pdf, json):ending>")
@permit(Permission.WORK, noted=DOSSIER_FETCHED)
def sealed(reporting_id: int, ending: str) -> Response:
    """The sealed bundle, or what is vouched for beside it."""
    made = reading().get(Reporting, reporting_id)
    if made is None or not _sees(made.form.ledger, made.unit_id, me()):
        raise NotFound
    paper = bundle_of(reading(), made)
    if paper is None or paper.pdf_sha256 is None:
        raise NotFound("报送材料还没有签章，请稍等几分钟再来下载。")
    name = f"年度报送-{safe_name(made.form.unit.name)}-{made.number}.pdf"
    return sealed_file(paper.pdf_sha256, name, registration=ending == "json")


def _published(session: Session, ledger_id: int) -> Ledger:
    ledger = load_ledger(session, ledger_id, me())
    if ledger.published_at is None or ledger.past:
        raise NotFound
    return ledger


def _watches(ledger: Ledger, person: User) -> bool:
    return looks_over(ledger, person)


def _sees(ledger: Ledger, unit_id: int, person: User) -> bool:
    own = any(sits_at(person, role, unit_id) for role in (Role.HANDLER, Role.UNIT_HEAD))
    return own or _watches(ledger, person)
