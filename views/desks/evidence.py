"""Evidence on its way out (证明材料): served back as it came, never shown in our own pages; scans of paper as well."""

from __future__ import annotations

from flask import Blueprint, Response

from views.desks.downloads import attachment
from views.door import load_task, me, permit, reading
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound
from workflow.record.events import EVIDENCE_FETCHED, PAPER_FETCHED

blueprint = Blueprint("evidence", __name__)


@blueprint.get("/tasks/<int:task_id>/evidence/<int:evidence_id>")
@permit(Permission.WORK, noted=EVIDENCE_FETCHED)
def download(task_id: int, evidence_id: int) -> Response:
    """The original bytes, checked before the first one leaves."""
    case = load_task(reading(), task_id, me())
    piece = next((e for e in case.task.live_evidence if e.id == evidence_id and e.sha256), None)
    if piece is None or piece.sha256 is None:
        raise NotFound
    return attachment(piece.sha256, piece.name, piece.size)


@blueprint.get("/tasks/<int:task_id>/paper/<int:signoff_id>")
@permit(Permission.WORK, noted=PAPER_FETCHED)
def scan(task_id: int, signoff_id: int) -> Response:
    """The scan of one sign-off on paper."""
    case = load_task(reading(), task_id, me())
    signoff = next((one for one in case.task.signoffs if one.id == signoff_id and one.paper_sha256), None)
    if signoff is None or signoff.paper_sha256 is None:
        raise NotFound
    return attachment(signoff.paper_sha256, signoff.paper_name)
