"""Asking the office and being answered (申请与决定), pauses ended, people told (抄送), on the task's page."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from views.door import installation, load_task, number_in, permit, typed_day, writing
from workflow.office.permissions import Permission
from workflow.office.reading import find_person
from workflow.record.errors import Invalid
from workflow.tasks import requesting
from workflow.tasks.copying import copy_to
from workflow.tasks.rulings import Ask
from workflow.tasks.words import RequestKind

blueprint = Blueprint("requests", __name__)


@blueprint.post("/tasks/<int:task_id>/requests")
@permit(Permission.WORK)
def ask(task_id: int) -> Response:
    """Ask for a later date, another unit, a pause, a ruling or a new start."""
    kind, due = request.form.get("kind", ""), typed_day("due")
    if kind not in set(RequestKind):
        raise Invalid("请选择申请事项。")
    wanted = Ask(RequestKind(kind), request.form.get("reason", ""), due, number_in(request.form.get("unit", "")))
    with writing() as (session, by):
        task = load_task(session, task_id, by).task
        requesting.ask(session, task, wanted, by=by, at=installation().clock())
    flash(f"已提出{wanted.kind.word}申请，等待办公室决定；决定之前一切照旧。", "success")
    return _back(task_id)


@blueprint.post("/tasks/<int:task_id>/requests/<int:request_id>")
@permit(Permission.WORK)
def decide(task_id: int, request_id: int) -> Response:
    """Grant or refuse."""
    granted, opinion = request.form.get("granted") == "1", request.form.get("opinion", "")
    unit_id, now = number_in(request.form.get("unit", "")), installation().clock()
    with writing() as (session, by):
        task = load_task(session, task_id, by).task
        requesting.decide(session, task, request_id, granted=granted, opinion=opinion, by=by, at=now, unit_id=unit_id)
    flash("已同意，随即生效。" if granted else "已答复不同意。", "success")
    return _back(task_id)


@blueprint.post("/tasks/<int:task_id>/resume")
@permit(Permission.WORK)
def resume(task_id: int) -> Response:
    """Take a paused task up again."""
    with writing() as (session, by):
        requesting.resume(session, load_task(session, task_id, by).task, by=by, at=installation().clock())
    flash("已恢复办理，时限按挂账的工作日顺延。", "success")
    return _back(task_id)


@blueprint.post("/tasks/<int:task_id>/copies")
@permit(Permission.WORK)
def copy(task_id: int) -> Response:
    """Let somebody know."""
    with writing() as (session, by):
        task = load_task(session, task_id, by).task
        person = find_person(session, request.form.get("person", ""), near=by)
        words = request.form.get("words", "")
        copy_to(session, task, person, words, by=by, at=installation().clock())
        name = person.name
    flash(f"已抄送{name}。", "success")
    return _back(task_id)


def _back(task_id: int) -> Response:
    return redirect(url_for("tasks.show", task_id=task_id, _anchor="requests"), 303)
