"""The page of seals (印章): whose there are, with what key, until when, and which may not seal now and why."""

from __future__ import annotations

from flask import Blueprint, render_template

from packets import seals
from views.door import installation, pause_reading, permit
from workflow.office.permissions import Permission
from workflow.record.errors import PacketFailed

blueprint = Blueprint("seals", __name__)


@blueprint.get("/seals")
@permit(Permission.SEALS)
def index() -> tuple[str, int]:
    """Every unit's seal as it stands now; damaged anchors are said in its place."""
    pause_reading()
    try:
        found, strays, refused = seals.seals_of(installation()), seals.strays(installation()), None
    except PacketFailed as damaged:
        found, strays, refused = [], [], damaged
    return render_template("seals/index.html", seals=found, strays=strays, refused=refused), 200
