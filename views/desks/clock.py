"""Receipts and pressing (签收与催办), on the task's page and for a whole ledger."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from views.door import installation, load_ledger, load_task, permit, writing
from workflow.office.permissions import Permission
from workflow.tasks import receiving, urging

blueprint = Blueprint("clock", __name__)


@blueprint.post("/tasks/<int:task_id>/receive")
@permit(Permission.WORK)
def receive(task_id: int) -> Response:
    """Take note of a task."""
    with writing() as (session, by):
        fresh = receiving.receive(session, load_task(session, task_id, by).task, by=by, at=installation().clock())
    flash("已签收。" if fresh else "此件已经签收过，无需重复操作。", "success" if fresh else "info")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@blueprint.post("/tasks/<int:task_id>/urge")
@permit(Permission.WORK)
def urge(task_id: int) -> Response:
    """Press whoever the task waits for."""
    words = request.form.get("words", "")
    with writing() as (session, by):
        task = load_task(session, task_id, by).task
        count = urging.urge(session, task, words, by=by, at=installation().clock())
    flash(f"已催办（第 {count} 次），正在等待的人员已收到消息。", "success")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@blueprint.post("/ledgers/<int:ledger_id>/urge")
@permit(Permission.OFFICE)
def urge_late(ledger_id: int) -> Response:
    """Press everybody who is late in one ledger."""
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        count = urging.urge_late(session, ledger.id, by=by, at=installation().clock())
    flash(
        f"已催办 {count} 项逾期任务。" if count else "没有需要催办的逾期任务，或今天都已催办过。",
        "success" if count else "info",
    )
    return redirect(url_for("ledgers.overview", ledger_id=ledger_id), 303)
