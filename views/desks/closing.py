"""The desk of a year's end (年结): closed by the office's head, open rows carried over, the next ledger begun from this one."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from forms.rows import CompareQuery
from reports.carried_list import carried_list
from views.desks.downloads import table_file
from views.door import installation, load_ledger, me, permit, reading, today
from views.typed import asked
from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import looks_over, runs
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound
from workflow.record.events import LEDGER_EXPORTED
from workflow.tasks.progress import Pace
from workflow.year.models import Paper
from workflow.year.year_end.carrying import Carried, carried_at, proposals, successors
from workflow.year.year_end.closing import CLOSERS, heads, open_rows, shown, usual_day

blueprint = Blueprint("closing", __name__)


@blueprint.get("/ledgers/<int:ledger_id>/year")
@permit(Permission.WORK)
def show(ledger_id: int) -> str:
    """How the year ends: what is open, and which row of the next ledger carries it on."""
    ledger, at = _found(ledger_id), installation().clock()
    choices = successors(reading(), ledger) if runs(ledger, me()) else []
    wanted = asked(CompareQuery).other.data
    following = next((one for one in choices if one.id == wanted), choices[0] if choices else None)
    rows = open_rows(reading(), ledger, at)
    fates = carried_at(reading(), ledger_id, at, drafts=True)
    made = select(Paper).where(Paper.ledger_id == ledger_id, Paper.kind == "carried").order_by(Paper.id.desc())
    return render_template(
        "ledgers/year.html", ledger=ledger, rows=rows, fates=fates, nothing=Carried(), choices=choices,
        following=following, offered=proposals(reading(), ledger, following) if following else {}, closers=CLOSERS,
        mine=runs(ledger, me()), head=heads(ledger, me()), day=usual_day(ledger, today()), paces=list(Pace)[1:],
        seen=shown(ledger, rows, fates), papers=reading().scalars(made.limit(5)).all(),
        unsettled=sum(not (fate.into or fate.left) for fate in (fates.get(row.item_id, Carried()) for row in rows)),
    )  # fmt: skip


@blueprint.get("/ledgers/<int:ledger_id>/year/start")
@permit(Permission.OFFICE)
def start(ledger_id: int) -> AnyResponse:
    """Where a ledger stands that was begun from another: its own page, or while it is a draft the settling."""
    ledger = load_ledger(reading(), ledger_id, me(), running=True)
    page = "ledgers.overview" if ledger.published_at else "review.settle"
    return redirect(url_for(page, ledger_id=ledger_id))


@blueprint.get("/ledgers/<int:ledger_id>/year/结转清单.<any(xlsx, docx, pdf):form>")
@permit(Permission.WORK, noted=LEDGER_EXPORTED)
def export(ledger_id: int, form: str) -> Response:
    """结转清单 as it stands, unsealed."""
    _found(ledger_id)
    return table_file(carried_list(reading(), ledger_id, as_of=installation().clock()).table(), form)


def _found(ledger_id: int) -> Ledger:
    """A ledger that was published; its office, its head and who sees everything look at its end. Raises NotFound."""
    ledger = load_ledger(reading(), ledger_id, me())
    if ledger.published_at is None or ledger.past or not (looks_over(ledger, me()) or heads(ledger, me())):
        raise NotFound
    return ledger
