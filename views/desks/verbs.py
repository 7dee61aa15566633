"""What is done on the pages (办理): every verb's door for people."""

from __future__ import annotations

from flask import Blueprint

from views.desks.task_page import evidence_fragment, task_again
from views.verbs.screen import on_screen
from views.verbs.table import VERBS

blueprint = Blueprint("verbs", __name__)
for verb in VERBS:
    on_screen(blueprint, verb, again=task_again, piece=evidence_fragment)
