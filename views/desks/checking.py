"""The page of one line of a look-back (核查项): what everybody says of it, the verdict, the unit's objection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms.checks import CaptureForm, VerdictForm
from views.desks.downloads import attachment
from views.door import installation, me, pause_reading, permit, reading, today, writing
from views.typed import taken
from views.verbs.checks import find_line
from views.verbs.storing import store_files
from workflow.ledgers.permissions import runs
from workflow.office.permissions import Permission
from workflow.record.errors import Forbidden, Invalid, NotFound
from workflow.record.events import EVIDENCE_FETCHED
from workflow.tasks.levels import lowers_of
from workflow.tasks.sight import units_in_reach
from workflow.year.look_backs.lines import line_facts
from workflow.year.look_backs.link_checks import Seen, answer_in_words, links_of, progress_of
from workflow.year.look_backs.models import Capture
from workflow.year.look_backs.self_checks import leads_line
from workflow.year.look_backs.starting import next_line
from workflow.year.look_backs.verdicts import add_capture, may_object, objection_ends

blueprint = Blueprint("lines", __name__)


@blueprint.get("/look-backs/lines/<int:entry_id>")
@permit(Permission.WORK)
def show(entry_id: int) -> str:
    """One line as this person sees it."""
    entry, person = find_line(reading(), entry_id, me()), me()
    office = runs(entry.look_back.ledger, person)
    units = [name for _, name in units_in_reach(reading(), [entry.look_back.ledger])] if office else []
    return render_template(
        "lookback/line.html", entry=entry, line=line_facts(reading(), entry, as_of=installation().clock()), office=office, units=units, form=VerdictForm(),
        leads=leads_line(entry, person), objecting=may_object(entry, person, today()),
        ends=objection_ends(entry) if entry.checked_at else None, after=next_line(reading(), entry),
        below=lowers_of(reading(), entry.item_id, entry.unit_id, installation().clock()) if entry.unit_id else [],
        fetches=installation().settings.link_check, known=links_of(reading(), entry), answer=answer_in_words,
    )  # fmt: skip


@blueprint.post("/look-backs/lines/<int:entry_id>/captures")
@permit(Permission.OFFICE)
def capture(entry_id: int) -> AnyResponse:
    """Bring what was seen: bytes first, then the rows."""
    form = taken(CaptureForm)
    if not runs(find_line(reading(), entry_id, me()).look_back.ledger, me()):
        raise Forbidden("核查由台账的办公室办理。")
    pause_reading()
    files = store_files([file for file in request.files.getlist("file") if file.filename])
    if not files:
        raise Invalid("没有选择文件，请先选择网页截图、网页文件或照片。")
    with writing() as (session, by):
        entry = find_line(session, entry_id, by)
        for file in files:
            add_capture(
                session, entry, file.blob, name=file.name, note=form.note.data, by=by, at=installation().clock()
            )
    return _back(entry_id, f"已登记取证 {len(files)} 份。")


@blueprint.get("/look-backs/lines/<int:entry_id>/links")
@permit(Permission.WORK)
def links(entry_id: int) -> dict[str, Any]:
    """How far the check of its links is."""
    entry = find_line(reading(), entry_id, me())
    return asked_links([entry], url_for("lookback.lines.show", entry_id=entry_id, _anchor="links"))


@blueprint.get("/look-backs/lines/<int:entry_id>/captures/<int:capture_id>")
@permit(Permission.WORK, noted=EVIDENCE_FETCHED)
def download(entry_id: int, capture_id: int) -> Response:
    """The bytes of a capture as they came."""
    entry = find_line(reading(), entry_id, me())
    piece = reading().get(Capture, capture_id)
    if piece is None or piece.entry_id != entry.id:
        raise NotFound
    return attachment(piece.sha256, piece.name, piece.size)


def asked_links(lines: Sequence[Seen], page: str) -> dict[str, Any]:
    """The progress bar's question about links, answered as JSON."""
    done, total = progress_of(lines)
    state = "done" if done == total else "running"
    return {"done": done, "total": total, "state": state, "message": f"正在核对链接 {done}/{total}", "url": page}


def _back(entry_id: int, said: str) -> AnyResponse:
    flash(said, "success")
    return redirect(url_for("lookback.lines.show", entry_id=entry_id), 303)
