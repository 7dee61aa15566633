"""The pages of a source beside its rows (原件图像): pictures that we made, the value that is touched lit up on a scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from flask import Blueprint, Response, render_template

from forms.rows import PictureQuery
from inspection.showing import WIDTHS, show
from intake.blocks import Box
from intake.formats import recognised
from intake.pictured import lit, page_of
from views.desks.downloads import picture_of_page
from views.door import installation, load_ledger, me, pause_reading, permit, reading
from views.typed import asked
from workflow.ledgers.models import Ledger, SourceDocument
from workflow.ledgers.scanning import recognised_as
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound
from workflow.record.store import Store

blueprint = Blueprint("source_pages", __name__)


def pictured(ledger: Ledger) -> bool:
    """Whether the source has pages that can be shown: a PDF or a scan, not a text or a workbook."""
    return any(page_of(place) for place in ledger.source.places.values())


@blueprint.get("/review/<int:ledger_id>/page")
@permit(Permission.OFFICE)
def page(ledger_id: int) -> str:
    """One page of the source: the one that is asked for, else the one where a value stands, which is marked on it."""
    source, query = _source(ledger_id), asked(PictureQuery)
    result = recognised_as(reading(), source.sha256)
    boxes = _boxes(installation().store, result) if result else {}
    found, marked = lit(query.at.data, source.text.split("\n"), source.places, boxes)
    number = max(query.page.data or found or 1, 1)
    pause_reading()
    shown = show(installation().store, installation().settings, source.sha256, source.name, page=number)
    number = min(number, max(shown.pages, 1))
    facts = {"ledger_id": ledger_id, "shown": shown, "page": number, "boxes": marked if number == found else []}
    return render_template("review/_picture.html", **facts)


@blueprint.get(f"/review/<int:ledger_id>/pages/<int:page>/<any({','.join(WIDTHS)}):size>.jpg")
@permit(Permission.OFFICE)
def picture(ledger_id: int, page: int, size: str) -> Response:
    """The picture of one page."""
    source = _source(ledger_id)
    pause_reading()
    shown = show(
        installation().store, installation().settings, source.sha256, source.name, page=max(page, 1), size=size
    )
    if not shown.picture:
        raise NotFound
    return picture_of_page(shown.picture, keep=True)


def _source(ledger_id: int) -> SourceDocument:
    """The source of a draft or ledger that the person runs. Raises NotFound where it has no pages."""
    ledger = load_ledger(reading(), ledger_id, me(), running=True)
    if not pictured(ledger):
        raise NotFound
    return ledger.source


@lru_cache(maxsize=8)
def _boxes(store: Store, result: str) -> Mapping[str, Sequence[Box]]:
    """Where recognition found each cell, by the place of its row."""
    return recognised.read(store.read(result), "").boxes
