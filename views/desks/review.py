"""From a document to a published ledger (读入与发布): uploaded, laid beside its source, published all or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from io import BytesIO

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from forms.ledgers import HeadForm
from forms.pointing import UnreadForm
from intake import formats, programs
from views.desks import pointing, rows, scans, settling, source_pages, unread
from views.door import installation, load_ledger, me, pause_reading, permit, reading, wants_fragment, writing
from views.noting import shows_columns
from views.reading_in import File
from views.typed import asked
from workflow.ledgers.deadlines import effective
from workflow.ledgers.drafting import start_draft
from workflow.ledgers.models import Ledger, LedgerItem, RememberedPointing, SourceDocument
from workflow.ledgers.pairing import other_version
from workflow.ledgers.pointing import kept_by
from workflow.ledgers.reading import load_draft
from workflow.ledgers.relaying import at_stake
from workflow.ledgers.scanning import being_recognised, recognised_as
from workflow.ledgers.settling import edit_head, resolve_again
from workflow.ledgers.words import Part
from workflow.office.directory import known_names
from workflow.office.permissions import Permission
from workflow.office.reading import named_units
from workflow.record.errors import Invalid, NotFound, Refused, TooLarge, Unreadable
from workflow.record.published import PublishedLedger
from workflow.record.showing import spoken_size
from workflow.record.store import Blob
from workflow.record.text import file_name
from workflow.tasks import cutting, publishing
from workflow.tasks.levels import within_of
from workflow.tasks.opening import AT_ONCE
from workflow.tasks.sight import upper_seen

blueprint = Blueprint("review", __name__)
blueprint.register_blueprint(settling.blueprint)
blueprint.register_blueprint(rows.blueprint)
blueprint.register_blueprint(pointing.blueprint)
blueprint.register_blueprint(unread.blueprint)
blueprint.register_blueprint(scans.blueprint)
blueprint.register_blueprint(source_pages.blueprint)
ACCEPT = ",".join(ending for endings in formats.ENDINGS.values() for ending in endings)
SOURCE_LINES = 20_000
"""Lines of the source shown beside the rows; whoever needs more opens the file itself."""


@blueprint.route("/review/new", methods=["GET", "POST"])
@permit(Permission.OFFICE)
def upload() -> Response | tuple[str, int]:
    """Take a published document, read it and lay it before the office."""
    if request.method == "GET":
        token = asked(UnreadForm).unread.data
        kept = unread.waiting(token)
        return _upload_page(Unreadable(kept["said"]) if kept else None, token=token if kept else "")
    file = File("", b"")
    try:
        file = _received(request.files.get("file"))
        published, remembered = _published(file)
        blob = _stored(file)
        with writing() as (session, by):
            pointing = session.get(RememberedPointing, remembered.id) if remembered else None
            at = installation().clock()
            ledger = start_draft(session, published, blob, name=file.name, pointing=pointing, by=by, at=at)
            ledger_id, rows, doubts = ledger.id, len(ledger.items), len(ledger.problems)
    except programs.Needs as needs:
        return _go(scans.begin(_stored(file), file.name, needs))
    except Refused as refused:
        token = unread.keep(file, refused)
        if wants_fragment():
            if token:
                return unread.lead_on(refused, token)
            raise
        return _upload_page(refused, _known(file.data), token=token)
    flash(f"已读入 {rows} 条任务，{doubts} 处待核实；请核对后发布。", "success")
    return _go(url_for("review.settle", ledger_id=ledger_id))


@blueprint.get("/review/<int:ledger_id>")
@permit(Permission.OFFICE)
def settle(ledger_id: int) -> Response | tuple[str, int]:
    """The settling page: problems first, the source to the left, rows to the right."""
    ledger = load_ledger(reading(), ledger_id, me(), running=True)
    if ledger.published_at is not None:
        return redirect(url_for("ledgers.overview", ledger_id=ledger.id))
    return _settle_page(ledger, HeadForm(formdata=None, obj=ledger))


@blueprint.post("/review/<int:ledger_id>/head")
@permit(Permission.OFFICE)
def head(ledger_id: int) -> Response | tuple[str, int]:
    """Set title, year, number, report date, and whether leads get a task of their own."""
    form = HeadForm()
    refused: Refused | None = None
    if form.validate_on_submit():
        try:
            with writing() as (session, by):
                ledger = load_ledger(session, ledger_id, by, running=True)
                edit_head(session, ledger, form.edit(), by=by, at=installation().clock())
        except Invalid as invalid:
            refused = invalid
        else:
            flash("已保存台账信息。", "success")
            return redirect(url_for("review.settle", ledger_id=ledger_id), 303)
    return _settle_page(load_ledger(reading(), ledger_id, me(), running=True), form, refused, status=422)


@blueprint.post("/review/<int:ledger_id>/resolve")
@permit(Permission.OFFICE)
def resolve(ledger_id: int) -> Response:
    """Hold the open names against the directory once more, e.g. after an import."""
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        settled = resolve_again(session, ledger, by=by, at=installation().clock())
    flash(f"已按现在的单位名录重新对照，新认定 {settled} 处。", "success" if settled else "info")
    return redirect(url_for("review.settle", ledger_id=ledger_id), 303)


@blueprint.post("/review/<int:ledger_id>/publish")
@permit(Permission.OFFICE)
def publish(ledger_id: int) -> Response | tuple[str, int]:
    """Freeze the rows and open their tasks; a second click finds it done and is answered alike."""
    try:
        with writing() as (session, by):
            ledger = load_ledger(session, ledger_id, by, running=True)
            title, mine = ledger.title, ledger.published_by_id == by.id
            if not mine:
                done = publishing.publish(
                    session,
                    ledger,
                    by=by,
                    at=installation().clock(),
                    seen=request.form.get("seen", ""),
                    at_most=AT_ONCE,
                )
    except NotFound:
        raise
    except Refused as refused:
        ledger = load_ledger(reading(), ledger_id, me(), running=True)
        if wants_fragment() or ledger.published_at is not None:
            raise
        return _settle_page(ledger, HeadForm(formdata=None, obj=ledger), refused, status=refused.status)
    if mine:
        flash(f"《{title}》已经发布，无需重复操作。", "info")
    else:
        told = "正在后台交办，交办完成后向各单位发送消息" if done.goes_on else "已发送消息"
        flash(f"《{title}》已发布：{done.items} 条任务向 {done.units} 个单位交办 {done.tasks} 项，{told}。", "success")
    return redirect(url_for("ledgers.overview", ledger_id=ledger_id), 303)


@blueprint.post("/review/<int:ledger_id>/discard")
@permit(Permission.OFFICE)
def discard(ledger_id: int) -> Response:
    """Throw a draft away."""
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        title = ledger.title
        cutting.discard(session, ledger, by=by, at=installation().clock())
    flash(f"已作废草稿《{title}》；同一份文件可以重新读入。", "success")
    return redirect(url_for("ledgers.index"), 303)


def _published(file: File) -> tuple[PublishedLedger, RememberedPointing | None]:
    """What a file is read as, and by which remembered pointing. Raises Unreadable, and Needs for what takes long."""
    remembered = kept_by(reading(), me().unit_id)
    result = recognised_as(reading(), hashlib.sha256(file.data).hexdigest())
    data = installation().store.read(result) if result else file.data
    file = replace(file, data=data, known=known_names(reading()), patient=False)
    pause_reading()
    return file.read_as(remembered)


def _stored(file: File) -> Blob:
    return installation().store.add(BytesIO(file.data), limit=installation().settings.max_document_bytes)


def _received(file: FileStorage | None) -> File:
    if file is None or not file.filename:
        raise Invalid("没有选择文件，请先选择要读入的任务表。")
    name, limit = file_name(file.filename), installation().settings.max_document_bytes
    data = file.stream.read(limit + 1)
    if len(data) > limit:
        raise TooLarge(f"《{name}》超过 {spoken_size(limit)} 的上限，请只保留任务表部分后再读入。")
    if not data:
        raise Invalid(f"《{name}》是空的（0 字节），请检查后重新选择。")
    return File(name, data)


def _known(data: bytes) -> tuple[int, str] | None:
    """Id and title of the own ledger that was read from these very bytes."""
    digest = hashlib.sha256(data).hexdigest()
    known = select(Ledger.id, Ledger.title).join(SourceDocument).where(SourceDocument.sha256 == digest)
    row = reading().execute(known.where(Ledger.office_id == me().unit_id)).first()
    return (row.id, row.title) if row else None


def _upload_page(
    refused: Refused | None = None, known: tuple[int, str] | None = None, *, token: str = ""
) -> tuple[str, int]:
    limit = installation().settings.max_document_bytes
    page = render_template(
        "review/upload.html",
        refused=refused,
        known=known,
        token=token,
        scans=being_recognised(reading(), me().unit_id),
        limit=limit,
        accept=ACCEPT,
        formats=formats.ENDINGS,
        can_convert=programs.has("office"),
    )
    return page, refused.status if refused and request.method == "POST" else 200


def _settle_page(
    ledger: Ledger, form: HeadForm, refused: Refused | None = None, *, status: int = 200
) -> tuple[str, int]:
    draft = load_draft(reading(), ledger, at=installation().clock(), within=within_of(reading(), ledger))
    lines = ledger.source.text.split("\n")
    shows_columns(name for item in draft.items for name, _ in item.extra)
    page = render_template(
        "review/settle.html",
        ledger=ledger,
        draft=draft,
        upper=upper_seen(reading(), ledger.id, me()),
        form=form,
        refused=refused,
        stake=at_stake(reading(), ledger) if ledger.read_as and ledger.read_as.beside else None,
        version=other_version(reading(), ledger),
        parts=list(Part),
        places=ledger.source.places,
        pictured=source_pages.pictured(ledger),
        lines=lines[:SOURCE_LINES],
        more_lines=max(0, len(lines) - SOURCE_LINES),
        lit=_lit(draft.items),
        starts={item.line: item for item in draft.items if item.line is not None},
        binding={item.id: _bound(ledger, item) for item in draft.items},
        units=named_units(reading()),
    )
    return page, status


def _bound(ledger: Ledger, item: LedgerItem) -> date:
    """The day that binds a row whose deadline is not its own."""
    return effective(own=item.due, report=ledger.report_due, year=ledger.year, said=item.deadline_text).on


def _lit(items: tuple[LedgerItem, ...]) -> range:
    """Source lines of the row that the address asks to light up."""
    wanted = request.args.get("row", "")
    for item in items:
        if str(item.id) == wanted and item.line is not None:
            return range(item.line, (item.line_end or item.line) + 1)
    return range(0)


def _go(url: str) -> Response:
    """Go on to a page, whoever asks: a browser or a script that uploads."""
    if not wants_fragment():
        return redirect(url, 303)
    answer = make_response("", 204)
    answer.headers["HX-Redirect"] = url
    return answer
