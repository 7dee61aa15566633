"""A unit cuts its task by section (科室分工), on the task's page."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from views.door import installation, load_task, permit, typed_day, writing
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.tasks.models import Task
from workflow.tasks.sharing import add_share, drop_share, finish_share

blueprint = Blueprint("sharing", __name__)


@blueprint.post("/tasks/<int:task_id>/shares")
@permit(Permission.WORK)
def add(task_id: int) -> Response:
    """Give a part to a section."""
    section, work, due = request.form.get("section", ""), request.form.get("work", ""), typed_day("due")

    def give(session: Session, task: Task, by: User) -> None:
        add_share(session, task, section=section, work=work, due=due, by=by, at=installation().clock())

    return _done(task_id, give, "已分工。")


@blueprint.post("/tasks/<int:task_id>/shares/<int:share_id>")
@permit(Permission.WORK)
def finish(task_id: int, share_id: int) -> Response:
    """Mark a part as done, or as open again."""
    done = request.form.get("done") == "1"

    def mark(session: Session, task: Task, by: User) -> None:
        finish_share(session, task, share_id, done=done, by=by, at=installation().clock())

    return _done(task_id, mark, "已记为完成。" if done else "已重新打开。")


@blueprint.post("/tasks/<int:task_id>/shares/<int:share_id>/drop")
@permit(Permission.WORK)
def drop(task_id: int, share_id: int) -> Response:
    """Take a part back."""

    def take(session: Session, task: Task, by: User) -> None:
        drop_share(session, task, share_id, by=by, at=installation().clock())

    return _done(task_id, take, "已撤销这项分工。")


def _done(task_id: int, work: Callable[[Session, Task, User], None], sentence: str) -> Response:
    with writing() as (session, by):
        work(session, load_task(session, task_id, by).task, by)
    flash(sentence, "success")
    return redirect(url_for("tasks.show", task_id=task_id, _anchor="shares"), 303)
