"""Asking somebody to sign before or after oneself, or in one's own place (加签、转办), on the task's page."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from forms.tasks import SeenForm
from views.door import installation, load_task, permit, writing
from workflow.office.permissions import Permission
from workflow.office.reading import find_person
from workflow.record.errors import Invalid
from workflow.tasks.signers import add_signer, take_back_signer, transfer_seat

blueprint = Blueprint("signers", __name__)


@blueprint.post("/tasks/<int:task_id>/signers")
@permit(Permission.WORK)
def seat(task_id: int) -> Response:
    """Put somebody before, after or in the place of the signed-in person."""
    how, reason, seen = request.form.get("how", ""), request.form.get("reason", ""), SeenForm().seen
    if how not in ("before", "after", "transfer"):
        raise Invalid("请选择前加签、后加签或转办。")
    with writing() as (session, by):
        task, now = load_task(session, task_id, by).task, installation().clock()
        person = find_person(session, request.form.get("person", ""), near=by)
        if how == "transfer":
            transfer_seat(session, task, person, reason=reason, by=by, at=now, seen_version=seen)
        else:
            before = how == "before"
            add_signer(session, task, person, before=before, reason=reason, by=by, at=now, seen_version=seen)
        name = person.name
    done = {"before": "已请{}先签批。", "after": "已请{}在您之后签批。", "transfer": "已转办给{}。"}
    flash(done[how].format(name), "success")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@blueprint.post("/tasks/<int:task_id>/signers/<int:seat_id>/drop")
@permit(Permission.WORK)
def drop(task_id: int, seat_id: int) -> Response:
    """Do without somebody asked before."""
    seen = SeenForm().seen
    with writing() as (session, by):
        task, now = load_task(session, task_id, by).task, installation().clock()
        take_back_signer(session, task, seat_id, by=by, at=now, seen_version=seen)
    flash("已收回加签。", "success")
    return redirect(url_for("tasks.show", task_id=task_id), 303)
