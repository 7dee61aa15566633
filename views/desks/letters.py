"""Letters to one unit at the desk of issued papers (提醒函、督办函、整改通知): each rung is a person's decision."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms.missives import LetterForm
from views.door import installation, load_ledger, load_matter, permit, writing
from views.typed import taken
from workflow.office.models import Unit, User
from workflow.office.permissions import Permission
from workflow.record.errors import Invalid
from workflow.year.look_backs.models import Rectification
from workflow.year.missives.letters import draft_letter
from workflow.year.missives.models import Letter

blueprint = Blueprint("letters", __name__)


@blueprint.post("/ledgers/<int:ledger_id>/letters")
@permit(Permission.OFFICE)
def draft(ledger_id: int) -> AnyResponse:
    """Draft a letter; without facts those of the unit's tasks and forms as of now."""
    form = taken(LetterForm)
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        unit, signer = session.get(Unit, form.unit.data), session.get(User, form.signer.data)
        if unit is None or signer is None:
            raise Invalid("请选择主送单位和签发人。")
        after = load_matter(session, Letter, form.after.data, by).task if form.after.data else None
        origin = load_matter(session, Rectification, form.origin.data, by).task if form.origin.data else None
        number = draft_letter(
            session, ledger, form.kind.data, unit, signer, by=by, at=installation().clock(), source=form.source.data,
            facts=form.facts.data, after=after, origin=origin,
        ).id  # fmt: skip
    flash("已拟出草稿，请核对文字，填写机关代字后送审核。", "success")
    return redirect(url_for("bulletins.show", missive_id=number), 303)
