"""What is done on the pages (办理): every verb's door for people."""

from __future__ import annotations

from flask import Blueprint, request

from views.desks import comments
from views.desks.desk import after
from views.desks.task_page import evidence_fragment, task_again
from views.verbs.screen import on_screen
from views.verbs.table import VERBS

blueprint = Blueprint("verbs", __name__)


def _piece(task_id: int, said: str) -> str:
    """What htmx puts into the page: beside the list what comes next, on a task's own page its evidence."""
    target = request.headers.get("HX-Target")
    if target == "comments":
        return comments.show(task_id)
    return after(task_id, said) if target == "pane" else evidence_fragment(task_id, said)


for verb in VERBS:
    on_screen(blueprint, verb, again=task_again, piece=_piece)
