"""Drafting (填报草稿): the words of a report are kept every few seconds, and colleagues who write at it see each other."""

from __future__ import annotations

from flask import Blueprint, render_template

from forms.drafting import DraftForm
from views.door import installation, load_task, me, permit, reading, writing
from views.typed import taken
from views.typed_words import keep_draft
from workflow.office.permissions import Permission
from workflow.tasks.at_hand import at_hand, keep_words

blueprint = Blueprint("drafting", __name__)


@blueprint.post("/tasks/<int:task_id>/draft")
@permit(Permission.WORK)
def keep(task_id: int) -> str:
    """Keep what is written so far; nothing of the task changes, and nobody's page is out of date by it."""
    form = taken(DraftForm)
    with writing() as (session, by):
        task = load_task(session, task_id, by).task
        keep_words(session, task, form.report.data, form.base.data, by=by, at=installation().clock())
    keep_draft()  # kept beside the task, not saved: the machine's own draft stands
    task = load_task(reading(), task_id, me()).task
    return render_template("desk/_saved.html", hand=at_hand(reading(), task, me()), task=task)
