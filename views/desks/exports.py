"""A list taken along (清单导出): a short one at once, a long one written in the background and fetched by whoever asked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms.lists import ListQuery
from reports.ledger_files import MIME
from views.desks.downloads import named, table_file
from views.desks.lists import address_of, query_of, scope_of, wanted_by
from views.door import installation, me, permit, reading, writing
from views.typed import asked
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound
from workflow.record.events import LEDGER_EXPORTED
from workflow.tasks.lists import exporting
from workflow.tasks.lists.listed import table_of
from workflow.tasks.lists.listing import all_of
from workflow.tasks.models import ListExport

blueprint = Blueprint("exports", __name__)
SHORT = 2000
"""Rows that are handed over at once: a third of a second of work, which is sooner done than a page that says it is being done."""


@blueprint.post("/overview/list.xlsx")
@permit(Permission.WORK, noted=LEDGER_EXPORTED)
def ask() -> AnyResponse:
    """Everything that a wider list shows, as it is filtered: the workbook, or where it is long the page that leads to it."""
    query = asked(ListQuery)
    scope, wanted = scope_of(query), wanted_by(query)
    numbers = list(reading().scalars(all_of(me(), scope, wanted).limit(SHORT + 1)))
    if len(numbers) <= SHORT:
        return table_file(table_of(reading(), numbers, wanted.today), "xlsx")
    address = urlencode(address_of(query), doseq=True)
    with writing() as (session, by):
        made = exporting.ask(session, scope, address, by=by, at=installation().clock())
    return redirect(url_for("exports.show", export_id=made.id), 303)


@blueprint.get("/exports/<int:export_id>")
@permit(Permission.WORK)
def show(export_id: int) -> str:
    """How far it is; the browser fetches it by itself when it is there."""
    one = exporting.of_person(reading(), export_id, me())
    kept = address_of(query_of(one.address))
    return render_template("exports/show.html", one=one, state=_state(one), listed=url_for("inbox.index", **kept))


@blueprint.get("/exports/<int:export_id>/progress")
@permit(Permission.WORK)
def progress(export_id: int) -> dict[str, Any]:
    """The progress bar's question, answered as JSON."""
    one = exporting.of_person(reading(), export_id, me())
    state = _state(one)
    message = one.error or {"done": "已生成", "waiting": "正在排队"}.get(state, "正在逐件写入")
    url = url_for("exports.download", export_id=one.id)
    return {"done": one.done, "total": one.total, "state": state, "message": message, "url": url}


@blueprint.get("/exports/<int:export_id>/list.xlsx")
@permit(Permission.WORK, noted=LEDGER_EXPORTED)
def download(export_id: int) -> Response:
    """The workbook, for whoever asked for it and may still see the list."""
    one = exporting.of_person(reading(), export_id, me())
    path = exporting.file_of(installation().settings, one.id)
    if _state(one) != "done" or not path.is_file():
        raise NotFound("这份清单还没有生成，或已经清理；请回到清单重新导出。")
    g.told_query = one.address
    return named(Response(path.read_bytes(), mimetype=MIME["xlsx"]), "任务清单.xlsx")


def _state(one: ListExport) -> str:
    if one.finished_at is not None:
        return "failed" if one.error else "done"
    return "running" if one.done else "waiting"
