"""The task page (任务页): what is asked, what was done, who signs; and how far its seals are."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from views.desks import comments, evidence, phrases
from views.desks.desk import opened
from views.desks.lists import beside
from views.desks.task_page import task_facts, task_page
from views.door import load_task, me, permit, reading
from workflow.office.permissions import Permission
from workflow.tasks.page.reading import sealing, seals_held

blueprint = Blueprint("tasks", __name__)
blueprint.register_blueprint(evidence.blueprint)
blueprint.register_blueprint(phrases.blueprint)
blueprint.register_blueprint(comments.blueprint)


@blueprint.get("/tasks/<int:task_id>")
@permit(Permission.WORK)
def show(task_id: int) -> tuple[str, int]:
    """One task as this person sees it."""
    facts = task_facts(task_id)
    page = task_page(facts | {"beside": beside(facts["task"])})
    opened(facts["desk"])
    return page


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
