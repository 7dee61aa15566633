"""Evidence on its way out (证明材料): served back as it came; looked at in place as pictures that we made; scans of paper."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from forms.lists import ViewQuery
from inspection.showing import WIDTHS, show
from views.desks.downloads import attachment, picture_of_page
from views.door import installation, load_task, me, pause_reading, permit, reading, wants_fragment
from views.typed import asked
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound
from workflow.record.events import EVIDENCE_FETCHED, PAPER_FETCHED
from workflow.tasks.models import Evidence

blueprint = Blueprint("evidence", __name__)
THUMBNAIL = "s"


@blueprint.get("/tasks/<int:task_id>/evidence/<int:evidence_id>")
@permit(Permission.WORK, noted=EVIDENCE_FETCHED)
def download(task_id: int, evidence_id: int) -> Response:
    """The original bytes, checked before the first one leaves."""
    piece = _piece(task_id, evidence_id)
    return attachment(str(piece.sha256), piece.name, piece.size)


@blueprint.get("/tasks/<int:task_id>/evidence/<int:evidence_id>/view")
@permit(Permission.WORK)
def view(task_id: int, evidence_id: int) -> str:
    """One page of a piece with the ways to its other pages, beside the report or on a page of its own."""
    piece, query = _piece(task_id, evidence_id), asked(ViewQuery)
    page = max(query.page.data or 1, 1)
    pause_reading()
    shown = show(installation().store, installation().settings, str(piece.sha256), piece.name, page=page)
    facts = {
        "piece": piece,
        "task_id": task_id,
        "shown": shown,
        "page": min(page, max(shown.pages, 1)),
        "large": query.large.data,
    }
    return render_template("desk/_view.html" if wants_fragment() else "desk/view.html", **facts)


@blueprint.get(f"/tasks/<int:task_id>/evidence/<int:evidence_id>/pages/<int:page>/<any({','.join(WIDTHS)}):size>.jpg")
@permit(Permission.WORK)
def picture(task_id: int, evidence_id: int, page: int, size: str) -> Answer:
    """A picture of one page, made on this machine; who looks at more than a thumbnail is noted."""
    piece = _piece(task_id, evidence_id)
    pause_reading()
    shown = show(
        installation().store, installation().settings, str(piece.sha256), piece.name, page=max(page, 1), size=size
    )
    if not shown.picture:
        return redirect(url_for("static", filename="no-preview.svg"))
    if size != THUMBNAIL:
        g.noted = EVIDENCE_FETCHED
    return picture_of_page(shown.picture, keep=size == THUMBNAIL)


@blueprint.get("/tasks/<int:task_id>/paper/<int:signoff_id>")
@permit(Permission.WORK, noted=PAPER_FETCHED)
def scan(task_id: int, signoff_id: int) -> Response:
    """The scan of one sign-off on paper."""
    case = load_task(reading(), task_id, me())
    signoff = next((one for one in case.task.signoffs if one.id == signoff_id and one.paper_sha256), None)
    if signoff is None or signoff.paper_sha256 is None:
        raise NotFound
    return attachment(signoff.paper_sha256, signoff.paper_name)


def _piece(task_id: int, evidence_id: int) -> Evidence:
    """A file on the list of a task that this person may look at. Raises NotFound."""
    case = load_task(reading(), task_id, me())
    piece = next((e for e in case.task.live_evidence if e.id == evidence_id and e.sha256), None)
    if piece is None:
        raise NotFound
    return piece
