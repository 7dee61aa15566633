"""Who signs, and who signs for whom (签批安排): policies of one's own unit and ledgers, and delegations."""

from __future__ import annotations

from flask import Blueprint, render_template

from views.door import installation, me, permit, reading
from workflow.office.permissions import Permission
from workflow.tasks.people.arrangements import signing_desk
from workflow.tasks.words import Gate, Mode

blueprint = Blueprint("signing", __name__)


@blueprint.get("/signing")
@permit(Permission.WORK)
def index() -> str:
    """The delegations and policies that concern the signed-in person."""
    desk = signing_desk(reading(), me(), at=installation().clock())
    return render_template("signing/index.html", desk=desk, gates=list(Gate), modes=list(Mode))
