"""Talk about a task (留言): what was said beside its papers, who has looked, and who may be named."""

from __future__ import annotations

from flask import Blueprint, render_template

from views.door import installation, load_task, marking, me, permit, reading, wants_fragment
from workflow.office.notices import any_about, read_about
from workflow.office.permissions import Permission
from workflow.record.finding import spellings
from workflow.tasks.at_hand import at_hand, note_opened
from workflow.tasks.commenting import around, comments_of, handles_of, may_take_back

blueprint = Blueprint("comments", __name__)


@blueprint.get("/tasks/<int:task_id>/comments")
@permit(Permission.WORK)
def show(task_id: int) -> str:
    """What was said about a task: a part of its page, which fetches it, or a page of its own; my messages about it are read."""
    task = load_task(reading(), task_id, me()).task
    hand, comments = at_hand(reading(), task, me()), comments_of(reading(), task_id)
    unread = any_about(reading(), me().id, task_id)
    name = "desk/_comments.html" if wants_fragment() else "tasks/comments.html"
    now = installation().clock()
    mine = [one.id for one in comments if may_take_back(one, hand, by=me(), at=now)]
    page = render_template(name, task=task, hand=hand, comments=comments, mine=mine)
    last = max((one.said_at for one in comments), default=None)
    if unread or (last is not None and (hand.opened_at is None or last > hand.opened_at)):
        number, version = me().id, task.version
        with marking() as session:
            note_opened(session, task_id, number, version, known=hand.opened is not None, at=now)
            read_about(session, number, task_id, at=now)
    return page


@blueprint.get("/tasks/<int:task_id>/around")
@permit(Permission.WORK)
def people(task_id: int) -> str:
    """Who may be named in what is said about a task, as the choices of a field."""
    case = load_task(reading(), task_id, me())
    found = handles_of(one for one in around(reading(), case) if one.id != me().id)
    also = {handle: [one.login, *spellings([one.name], whole=False)] for handle, one in found.items()}
    return render_template("desk/_around.html", people=found, also=also)
