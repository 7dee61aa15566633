"""The page of one line of a look-back (核查项): what everybody says of it, the verdict, the unit's objection."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from forms.checks import CaptureForm, TextForm, VerdictForm
from packets.reviewing import review
from views.desks.downloads import attachment
from views.door import installation, me, pause_reading, permit, reading, today, writing
from views.typed import taken
from views.verbs.storing import store_files
from workflow.ledgers.permissions import runs
from workflow.office.models import Unit, User
from workflow.office.permissions import Permission
from workflow.record.errors import Forbidden, Invalid, NotFound
from workflow.record.events import EVIDENCE_FETCHED
from workflow.year.check_lines import line_facts
from workflow.year.look_backs import next_line
from workflow.year.models import Capture, LookBackEntry
from workflow.year.self_checks import give_lead_view, leads_line
from workflow.year.verdicts import (
    Finding,
    add_capture,
    answer_objection,
    may_object,
    object_to,
    objection_ends,
    sees_line,
    set_verdict,
)

blueprint = Blueprint("lines", __name__)


@blueprint.get("/look-backs/lines/<int:entry_id>")
@permit(Permission.WORK)
def show(entry_id: int) -> str:
    """One line as this person sees it."""
    entry, person = _found(reading(), entry_id, me()), me()
    office = runs(entry.look_back.ledger, person)
    units = reading().scalars(select(Unit.name).where(Unit.active).order_by(Unit.position)).all() if office else []
    return render_template(
        "lookback/line.html", entry=entry, line=line_facts(reading(), entry, as_of=installation().clock()), office=office, units=units, form=VerdictForm(),
        leads=leads_line(entry, person), objecting=may_object(entry, person, today()),
        ends=objection_ends(entry) if entry.checked_at else None, after=next_line(reading(), entry),
    )  # fmt: skip


@blueprint.post("/look-backs/lines/<int:entry_id>/verdict")
@permit(Permission.OFFICE)
def verdict(entry_id: int) -> AnyResponse:
    """Keep what was found; packets and files are verified anew before."""
    form = taken(VerdictForm)
    entry = _found(reading(), entry_id, me())
    if not runs(entry.look_back.ledger, me()):
        raise Forbidden("核查由台账的办公室办理。")
    place = entry.item_id, entry.unit_id
    pause_reading()
    papers = review(installation(), *place)
    with writing() as (session, by):
        found = Finding(
            form.verdict.data, form.method.data, form.facts.data, form.problem.data, form.measure.data,
            _unit(session, form.owner.data), form.due.data, papers,
        )  # fmt: skip
        line = _found(session, entry_id, by)
        set_verdict(session, line, found, by=by, at=installation().clock(), seen_version=form.seen_version.data)
    return _back(entry_id, f"已保存核查结论：{form.verdict.data.word}，已反馈责任单位。")


@blueprint.post("/look-backs/lines/<int:entry_id>/<any(lead, object, answer):what>")
@permit(Permission.WORK)
def say(entry_id: int, what: str) -> AnyResponse:
    """A lead's view, the unit's objection, or the office's answer."""
    form = taken(TextForm)
    words, seen, at = form.text.data, form.seen_version.data, installation().clock()
    with writing() as (session, by):
        entry = _found(session, entry_id, by)
        if what == "lead":
            give_lead_view(session, entry, words, by=by, at=at)
        elif what == "object":
            object_to(session, entry, words, by=by, at=at, seen_version=seen)
        else:
            answer_objection(session, entry, words, by=by, at=at, seen_version=seen)
    return _back(entry_id, {"lead": "已保存牵头意见。", "object": "已提出异议。", "answer": "已答复。"}[what])


@blueprint.post("/look-backs/lines/<int:entry_id>/captures")
@permit(Permission.OFFICE)
def capture(entry_id: int) -> AnyResponse:
    """Bring what was seen: bytes first, then the rows."""
    form = taken(CaptureForm)
    if not runs(_found(reading(), entry_id, me()).look_back.ledger, me()):
        raise Forbidden("核查由台账的办公室办理。")
    pause_reading()
    files = store_files([file for file in request.files.getlist("file") if file.filename])
    if not files:
        raise Invalid("没有选择文件，请先选择网页截图、网页文件或照片。")
    with writing() as (session, by):
        entry = _found(session, entry_id, by)
        for file in files:
            add_capture(
                session, entry, file.blob, name=file.name, note=form.note.data, by=by, at=installation().clock()
            )
    return _back(entry_id, f"已登记取证 {len(files)} 份。")


@blueprint.get("/look-backs/lines/<int:entry_id>/captures/<int:capture_id>")
@permit(Permission.WORK, noted=EVIDENCE_FETCHED)
def download(entry_id: int, capture_id: int) -> Response:
    """The bytes of a capture as they came."""
    entry = _found(reading(), entry_id, me())
    piece = reading().get(Capture, capture_id)
    if piece is None or piece.entry_id != entry.id:
        raise NotFound
    return attachment(piece.sha256, piece.name, piece.size)


def _found(session: Session, entry_id: int, person: User) -> LookBackEntry:
    entry = session.get(LookBackEntry, entry_id)
    if entry is None or not sees_line(entry, person):
        raise NotFound
    return entry


def _unit(session: Session, name: str) -> int | None:
    if not name:
        return None
    found = session.scalars(select(Unit.id).where(Unit.name == name)).first()
    if found is None:
        raise Invalid(f"单位名录里没有「{name[:60]}」，整改责任主体请从列表中选择。")
    return found


def _back(entry_id: int, said: str) -> AnyResponse:
    flash(said, "success")
    return redirect(url_for("lookback.lines.show", entry_id=entry_id), 303)
