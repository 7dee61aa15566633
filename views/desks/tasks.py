"""The task page (任务页): what is asked, what was done, who signs; every action goes through ``act``."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from forms.tasks import ReportForm, SignForm
from views.desks import clock, evidence, paper, phrases, requests, sharing, signers
from views.desks.task_page import Typed, task_page
from views.door import installation, load_task, me, number_in, permit, reading, writing
from views.typed_words import keep_draft
from workflow.office.permissions import Permission
from workflow.record.errors import Invalid, NotFound, Refused
from workflow.tasks import acting
from workflow.tasks.reading import sealing, seals_held
from workflow.tasks.reporting import save_report
from workflow.tasks.submitting import submit_report
from workflow.tasks.words import Action, Defect, TaskOutcome

blueprint = Blueprint("tasks", __name__)
blueprint.register_blueprint(evidence.blueprint)
blueprint.register_blueprint(sharing.blueprint)
blueprint.register_blueprint(clock.blueprint)
blueprint.register_blueprint(phrases.blueprint)
blueprint.register_blueprint(signers.blueprint)
blueprint.register_blueprint(requests.blueprint)
blueprint.register_blueprint(paper.blueprint)


@blueprint.get("/tasks/<int:task_id>")
@permit(Permission.WORK)
def show(task_id: int) -> tuple[str, int]:
    """One task as this person sees it."""
    return task_page(task_id)


@blueprint.post("/tasks/<int:task_id>/report")
@permit(Permission.WORK)
def report(task_id: int) -> Response | tuple[str, int]:
    """Save the report; with ``then=submit`` lay it before the signers in the same transaction."""
    form = ReportForm()
    text = form.report.data or ""
    concerned = request.form.get("outcome") != TaskOutcome.NOT_CONCERNED.value
    outcome = TaskOutcome.DONE if concerned else TaskOutcome.NOT_CONCERNED
    submits = request.form.get("then") == Action.SUBMIT.value
    try:
        with writing() as (session, by):
            task = load_task(session, task_id, by).task
            now = installation().clock()
            save = submit_report if submits else save_report
            done = save(
                session, task, text, by=by, at=now, seen_version=form.seen, outcome=outcome, progress=form.stated
            )
    except NotFound:
        raise
    except Refused as refused:
        return task_page(task_id, Typed(report=text, outcome=outcome, progress=form.progress.data), refused)
    flash(done.sentence if done else "已保存。", "success")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@blueprint.post("/tasks/<int:task_id>/act/<action>")
@permit(Permission.WORK)
def act(task_id: int, action: str) -> Response | tuple[str, int]:
    """Take one step: approve, verify, close, send back, step back, withdraw or reopen."""
    if action not in set(Action):
        raise NotFound
    form = SignForm()
    opinion = form.opinion.data or ""
    try:
        checked = evidence.checked(task_id) if action == Action.CLOSE else None
        with writing() as (session, by):
            task = load_task(session, task_id, by).task
            outcome = acting.act(
                session,
                task,
                Action(action),
                by=by,
                at=installation().clock(),
                seen_version=form.seen,
                opinion=opinion,
                checked=checked,
                defects=_defects() if action in (Action.SEND_BACK, Action.STEP_BACK) else None,
            )
    except NotFound:
        raise
    except Refused as refused:
        return task_page(task_id, Typed(opinion=opinion), refused)
    if outcome.replayed:
        keep_draft()
    flash(outcome.sentence, "success")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@blueprint.get("/tasks/<int:task_id>/sealing")
@permit(Permission.WORK)
def seals(task_id: int) -> dict[str, Any]:
    """How far the background is with this round's seals."""
    case = load_task(reading(), task_id, me())
    made, wanted = sealing(reading(), case)
    held = seals_held(reading(), case) if made < wanted else ""
    state = "done" if made >= wanted else "failed" if held else "running"
    message = held or ("证据包签章已完成" if state == "done" else "正在生成证据包并签章")
    return {
        "done": made,
        "total": wanted,
        "state": state,
        "message": message,
        "url": url_for("tasks.show", task_id=task_id),
    }


def _defects() -> dict[int, Defect]:
    """What the signer found wrong with which piece of evidence."""
    marked = {name: code for name, code in request.form.items() if name.startswith("defect-") and code}
    if not set(marked.values()) <= {defect.value for defect in Defect}:
        raise Invalid("请从列出的材料问题中选择。")
    return {number_in(name.removeprefix("defect-")) or 0: Defect(code) for name, code in marked.items()}
