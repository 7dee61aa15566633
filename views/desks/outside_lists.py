"""The desk of third parties' lists (外部问题清单): read in, handed out line by line, given back with results in the same file."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from forms.outside import OutsideForm
from intake.lists.outside_back import put_back
from intake.lists.outside_list import read_outside
from views.desks.downloads import named
from views.door import installation, load_ledger, me, pause_reading, permit, reading, writing
from views.typed import taken
from views.verbs.outside import find_list
from views.verbs.storing import received, store_files
from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import runs
from workflow.office.directory import load_directory
from workflow.office.models import Unit
from workflow.office.permissions import Permission
from workflow.record.errors import Invalid
from workflow.record.events import LEDGER_EXPORTED
from workflow.record.text import safe_name
from workflow.tasks.sight import units_in_reach
from workflow.tasks.words import Status
from workflow.year.look_backs.rectifying import RECTIFICATION
from workflow.year.outside.lists import MEASURE, meant_by, receive_list, results_of
from workflow.year.outside.models import OutsideList

blueprint = Blueprint("lists", __name__)
MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@blueprint.get("/outside-lists")
@permit(Permission.OFFICE)
def index() -> str:
    """Every list of the office's ledgers, and the box to read another one in."""
    found = select(Ledger).where(Ledger.published_at.is_not(None), ~Ledger.past).order_by(Ledger.id.desc())
    ledgers = [one for one in reading().scalars(found) if runs(one, me())]
    mine = select(OutsideList).join(Ledger).where(Ledger.office_id == me().unit_id).order_by(OutsideList.id.desc())
    return render_template("rectification/lists.html", ledgers=ledgers, lists=reading().scalars(mine).all())


@blueprint.post("/ledgers/<int:ledger_id>/outside-lists")
@permit(Permission.OFFICE)
def receive(ledger_id: int) -> AnyResponse:
    """Read a list in: nothing of one without lines is kept; then bytes first, its rows after them."""
    form = taken(OutsideForm)
    load_ledger(reading(), ledger_id, me(), running=True)
    pause_reading()
    name, data = received(
        request.files.get("file"), limit=installation().settings.max_document_bytes, missing="没有选择文件，请先选择问题清单（xlsx 或 docx）。",
        too_large="《{name}》超过 {limit}，请拆成几份分别读入。",
    )  # fmt: skip
    lines, left = read_outside(data, filename=name)
    stored = store_files([FileStorage(BytesIO(data), name)])
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        kept = receive_list(
            session, ledger, form.source.data, stored[0].blob, stored[0].name, lines, left, by=by, at=installation().clock()
        )  # fmt: skip
        number, count = kept.id, len(kept.lines)
    flash(f"已读入 {count} 个问题，请逐行核对责任单位后下发整改。", "success")
    return redirect(url_for("rectification.lists.show", outside_id=number), 303)


@blueprint.get("/outside-lists/<int:outside_id>")
@permit(Permission.OFFICE)
def show(outside_id: int) -> str:
    """Its lines: who is meant, what came of each."""
    found = find_list(reading(), outside_id, me())
    units = [name for _, name in units_in_reach(reading(), [found.ledger])]
    matters = [matter for line in found.lines for matter in line.rectifications]
    told: dict[str, Any] = {
        "given": len(matters), "closed": sum(one.status is Status.CLOSED for one in matters), "filled": len(results_of(found)),
        "left": sum(not line.rectifications for line in found.lines), "proposed": _proposed(found),
    }  # fmt: skip
    return render_template(
        "rectification/list.html", found=found, units=units, word=RECTIFICATION.word, measure=MEASURE, **told
    )


def _proposed(found: OutsideList) -> dict[int, str]:
    """Line → the units that its cell names, for those that the directory is certain of."""
    names = load_directory(reading())
    meant = {line.id: (line.unit_id,) if line.unit_id else meant_by(names, line.unit_text) for line in found.lines}
    wanted = {one for units in meant.values() for one in units}
    called = {unit.id: unit.name for unit in reading().execute(select(Unit.id, Unit.name).where(Unit.id.in_(wanted)))}
    return {number: "、".join(called[one] for one in units) for number, units in meant.items() if units}


@blueprint.get("/outside-lists/<int:outside_id>/<any(original, filled):which>")
@permit(Permission.OFFICE, noted=LEDGER_EXPORTED)
def file(outside_id: int, which: str) -> Response:
    """The list as it came, or the same file with the results of what is closed."""
    found = find_list(reading(), outside_id, me())
    digest, name, results = found.sha256, found.name, results_of(found)
    pause_reading()
    data = installation().store.read(digest)
    ending = name.rsplit(".", 1)[-1].lower()
    stem = safe_name(name.rsplit(".", 1)[0])
    if which == "filled":
        if not results:
            raise Invalid("还没有销号的整改，没有可以填回的结果；销号后再导出。")
        data, stem = put_back(data, results, filename=name), f"{stem}（整改结果）"
    answer = Response(data, mimetype=MIME.get(ending, "application/octet-stream"))
    return named(answer, f"{stem}.{ending}")
