"""The desk of rectifications (整改): the list, one of them with its evidence, and the list as a workbook out and in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import false, or_, select
from werkzeug.wrappers import Response as AnyResponse

from forms.checks import BringForm, CaptureForm, LinkForm
from forms.fields import number_in
from intake.lists.filled_list import read_filled
from reports.check_tables import RECTIFICATIONS, rectification_lines, rectification_table
from views.desks import outside_lists
from views.desks.checking import asked_links
from views.desks.downloads import attachment, table_file
from views.door import installation, load_matter, me, pause_reading, permit, reading, today, writing
from views.typed import taken
from views.verbs.storing import bring_files, received, store_files
from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import of_level, runs
from workflow.office.permissions import Permission, looks_on
from workflow.office.words import Role
from workflow.record.errors import Forbidden, Invalid, NotFound
from workflow.record.events import EVIDENCE_FETCHED, LEDGER_EXPORTED
from workflow.tasks.permissions import handles
from workflow.tasks.reporting import add_link, remove_evidence
from workflow.tasks.sight import units_in_reach
from workflow.tasks.words import Action, Status
from workflow.year.look_backs.link_checks import add_proof, answer_in_words
from workflow.year.look_backs.models import Rectification
from workflow.year.look_backs.rectified_list import FIXED, proposals
from workflow.year.look_backs.rectifying import RECTIFICATION, RULINGS, save_rectification, told_in
from workflow.year.missives.drafting import leaders
from workflow.year.missives.events import LETTER_WORDS
from workflow.year.words import Result

blueprint = Blueprint("rectification", __name__)
blueprint.register_blueprint(outside_lists.blueprint)
NAMES = tuple(name for name, _ in RECTIFICATIONS)
IN = ("序号", *FIXED, "责任人", "整改结果")
MOST = 8 << 20
"""Bytes of a list that is read back."""


@blueprint.get("/rectifications")
@permit(Permission.WORK)
def index() -> str:
    """Every rectification this person may look at, by the order of units."""
    listed = _listed()
    closed = sum(one.status is Status.CLOSED for one in listed)
    late = sum(one.status is not Status.CLOSED and one.due < today() for one in listed)
    return render_template(
        "rectification/index.html",
        listed=listed,
        closed=closed,
        late=late,
        word=RECTIFICATION.word,
        office=Role.OFFICE in me().roles,
    )


@blueprint.get("/rectifications.xlsx")
@permit(Permission.WORK, noted=LEDGER_EXPORTED)
def workbook() -> Response:
    """整改台账 as a workbook."""
    return table_file(rectification_table(_listed()), "xlsx", "整改台账")


@blueprint.post("/rectifications/import")
@permit(Permission.WORK)
def bring() -> str:
    """The list filled in outside: old and new are shown, nothing is overwritten yet."""
    name, data = received(
        request.files.get("file"),
        limit=MOST,
        missing="没有选择文件，请先选择填好的整改台账（xlsx）。",
        too_large="《{name}》超过 {limit} 的上限，请只保留整改台账后再上传。",
    )
    lines = read_filled(data, columns=IN, filename=name)
    listed = _listed()
    printed = {cells[0]: (one, dict(zip(NAMES, cells, strict=True))) for one, cells in rectification_lines(listed)}
    found, left = proposals(lines, printed, me())
    return render_template("rectification/bring.html", found=found, left=left)


@blueprint.post("/rectifications/import/keep")
@permit(Permission.WORK)
def keep() -> AnyResponse:
    """Keep what was ticked of a list that came back."""
    form = taken(BringForm)
    with writing() as (session, by):
        for number in form.row.data:
            matter = load_matter(session, Rectification, number, by).task
            result = next((one for one in Result if one.value == form.result.data.get(number)), matter.result)
            save_rectification(
                session, matter, form.report.data.get(number, ""), result=result,
                person=form.person.data.get(number, ""), by=by, at=installation().clock(),
                seen_version=number_in(form.version.data.get(number, "")) or 0,
            )  # fmt: skip
    flash(f"已导入 {len(form.row.data)} 项，请逐项补充佐证后报审。", "success")
    return redirect(url_for("rectification.index"), 303)


@blueprint.get("/rectifications/<int:matter_id>")
@permit(Permission.WORK)
def show(matter_id: int) -> str:
    """One rectification as this person sees it."""
    case = load_matter(reading(), Rectification, matter_id, me())
    matter = case.task
    closing = matter.status is Status.ASSIGNED
    steps = [
        s for s in RECTIFICATION.actions_for(case, me()) if not (closing and s.action in (Action.CLOSE, Action.SUBMIT))
    ]
    return render_template(
        "rectification/show.html", matter=matter, told=told_in(matter), process=RECTIFICATION, steps=steps,
        editing=closing and handles(matter, me()), results=Result, limit=installation().settings.max_upload_bytes,
        history=[s for s in matter.signoffs if s.void_at is None], office=runs(matter.ledger, me()),
        rungs=LETTER_WORDS, leaders=leaders(reading(), matter.ledger.office),
        ruling=_ruling(matter), units=_units(matter),
        proving=runs(matter.ledger, me()) and matter.status in (Status.DRAFTED, Status.UNIT_APPROVED),
        fetches=installation().settings.link_check, answer=answer_in_words,
    )  # fmt: skip


@blueprint.post("/rectifications/<int:matter_id>/evidence")
@permit(Permission.WORK)
def upload(matter_id: int) -> AnyResponse:
    """Bring files that show it: bytes first, then the rows."""
    if not handles(load_matter(reading(), Rectification, matter_id, me()).task, me()):
        raise Forbidden("只有整改单位的经办人可以上传佐证。")
    pause_reading()
    stored = store_files([file for file in request.files.getlist("file") if file.filename])
    if not stored:
        raise Invalid("没有选择文件，请先选择佐证材料。")
    with writing() as (session, by):
        matter = load_matter(session, Rectification, matter_id, by).task
        said, _ = bring_files(session, matter, stored, by=by, at=installation().clock())
    return _back(matter_id, said)


@blueprint.post("/rectifications/<int:matter_id>/links")
@permit(Permission.WORK)
def link(matter_id: int) -> AnyResponse:
    """Register a published page's address; nothing is fetched."""
    form = taken(LinkForm)
    with writing() as (session, by):
        matter = load_matter(session, Rectification, matter_id, by).task
        add_link(session, matter, form.address.data, note=form.note.data, by=by, at=installation().clock())
    return _back(matter_id, "已登记网页链接。")


@blueprint.post("/rectifications/<int:matter_id>/evidence/<int:evidence_id>/remove")
@permit(Permission.WORK)
def remove(matter_id: int, evidence_id: int) -> AnyResponse:
    """Take a piece off the list; the record of it stays."""
    with writing() as (session, by):
        matter = load_matter(session, Rectification, matter_id, by).task
        remove_evidence(session, matter, evidence_id, by=by, at=installation().clock())
    return _back(matter_id, "已移除；移除的记录留在办理过程中。")


@blueprint.get("/rectifications/<int:matter_id>/evidence/<int:evidence_id>")
@permit(Permission.WORK, noted=EVIDENCE_FETCHED)
def download(matter_id: int, evidence_id: int) -> Response:
    """The original bytes, checked before the first one leaves."""
    matter = load_matter(reading(), Rectification, matter_id, me()).task
    piece = next((e for e in matter.live_evidence if e.id == evidence_id and e.sha256), None)
    if piece is None or piece.sha256 is None:
        raise NotFound
    return attachment(piece.sha256, piece.name, piece.size)


@blueprint.post("/rectifications/<int:matter_id>/proof")
@permit(Permission.OFFICE)
def prove(matter_id: int) -> AnyResponse:
    """Bring what the office saw when it re-checked: bytes first, then the rows."""
    form = taken(CaptureForm)
    if not runs(load_matter(reading(), Rectification, matter_id, me()).task.ledger, me()):
        raise Forbidden("复核由台账的办公室办理。")
    pause_reading()
    stored = store_files([file for file in request.files.getlist("file") if file.filename])
    if not stored:
        raise Invalid("没有选择文件，请先选择网页截图、网页文件或照片。")
    with writing() as (session, by):
        matter = load_matter(session, Rectification, matter_id, by).task
        for one in stored:
            add_proof(session, matter, one.blob, name=one.name, note=form.note.data, by=by, at=installation().clock())
    return _back(matter_id, f"已登记取证 {len(stored)} 份。")


@blueprint.get("/rectifications/<int:matter_id>/links")
@permit(Permission.WORK)
def links(matter_id: int) -> dict[str, Any]:
    """How far the check of its links is."""
    matter = load_matter(reading(), Rectification, matter_id, me()).task
    return asked_links([matter], url_for("rectification.show", matter_id=matter_id, _anchor="links"))


@blueprint.get("/rectifications/<int:matter_id>/proof/<int:capture_id>")
@permit(Permission.WORK, noted=EVIDENCE_FETCHED)
def proof(matter_id: int, capture_id: int) -> Response:
    """The bytes of what the office saw."""
    matter = load_matter(reading(), Rectification, matter_id, me()).task
    piece = next((one for one in matter.captures if one.id == capture_id), None)
    if piece is None:
        raise NotFound
    return attachment(piece.sha256, piece.name, piece.size)


def _ruling(matter: Rectification) -> str:
    """What the person has to rule on; nothing where it is not theirs, or not its turn."""
    mine = runs(matter.ledger, me()) and me().unit_id != matter.unit_id and matter.status is Status.UNIT_APPROVED
    return RULINGS.get(matter.result, "") if mine else ""


def _units(matter: Rectification) -> Sequence[str]:
    """The names of units that it may go to."""
    if matter.result is not Result.NOT_OURS or not _ruling(matter):
        return ()
    return [name for number, name in units_in_reach(reading(), [matter.ledger]) if number != matter.unit_id]


def _listed() -> Sequence[Rectification]:
    """Those of the own unit, and of the ledgers that the own office runs."""
    person, found = me(), select(Rectification).order_by(Rectification.due, Rectification.id)
    near = {Role.HANDLER, Role.UNIT_HEAD, Role.LEADER, Role.AUDITOR} & person.roles
    own = Rectification.unit_id == person.unit_id if near else false()
    if looks_on(person):
        wide = of_level(person)
    else:
        wide = Ledger.office_id == person.unit_id if Role.OFFICE in person.roles else false()
    run = select(Ledger.id).where(wide)
    return reading().scalars(found.where(or_(own, Rectification.ledger_id.in_(run)))).all()


def _back(matter_id: int, said: str) -> AnyResponse:
    flash(said, "success")
    return redirect(url_for("rectification.show", matter_id=matter_id), 303)
