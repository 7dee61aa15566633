"""A person's own phrases (常用语), kept and dropped from the task's page."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from forms.notices import PhraseForm
from views.door import permit, writing
from views.typed import taken
from workflow.office.permissions import Permission
from workflow.office.phrases import drop_phrase, keep_phrase

blueprint = Blueprint("phrases", __name__)


@blueprint.post("/tasks/<int:task_id>/phrases")
@permit(Permission.WORK)
def keep(task_id: int) -> Response:
    """Keep one more."""
    text = taken(PhraseForm).text.data
    with writing() as (session, by):
        keep_phrase(session, text, by=by)
    flash("已保存常用语。", "success")
    return redirect(url_for("tasks.show", task_id=task_id, _anchor="signing-title"), 303)


@blueprint.post("/tasks/<int:task_id>/phrases/<int:phrase_id>/drop")
@permit(Permission.WORK)
def drop(task_id: int, phrase_id: int) -> Response:
    """Forget one."""
    with writing() as (session, by):
        drop_phrase(session, phrase_id, by=by)
    flash("已删去常用语。", "success")
    return redirect(url_for("tasks.show", task_id=task_id, _anchor="signing-title"), 303)
