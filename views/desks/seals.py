"""The page of seals (印章): whose there are, with what key, until when, which may not seal now and why; and what was sealed (用印登记)."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from forms.lists import ListQuery
from packets import seals
from views.desks.downloads import table_file
from views.door import installation, me, pause_reading, permit, reading, today
from views.typed import asked
from workflow.office.permissions import Permission, may
from workflow.record.errors import PacketFailed
from workflow.record.events import LEDGER_EXPORTED
from workflow.year.seal_register import register_table, seals_used

blueprint = Blueprint("seals", __name__)
SHOWN = 200
"""Of a year's seals the page shows the newest; the workbook has all."""


@blueprint.get("/seals")
@permit(Permission.SEALS)
def index() -> tuple[str, int]:
    """Every unit's seal as it stands now; damaged anchors are said in its place."""
    pause_reading()
    try:
        found, strays, refused = seals.seals_of(installation()), seals.strays(installation()), None
    except PacketFailed as damaged:
        found, strays, refused = [], [], damaged
    return render_template(
        "seals/index.html", seals=found, strays=strays, refused=refused, registers=may(me(), Permission.OFFICE)
    ), 200


@blueprint.get("/seals/used")
@permit(Permission.OFFICE)
def used() -> str:
    """What the office has had sealed in a year."""
    year = _year()
    return render_template(
        "seals/used.html", year=year, uses=seals_used(reading(), year, me().unit.name, most=SHOWN), most=SHOWN
    )


@blueprint.get("/seals/used.xlsx")
@permit(Permission.OFFICE, noted=LEDGER_EXPORTED)
def workbook() -> Response:
    """用印登记表 of a year, whole."""
    year, office = _year(), me().unit.name
    return table_file(register_table(seals_used(reading(), year, office), year, office), "xlsx")


def _year() -> int:
    return min(max(asked(ListQuery).year.data or today().year, 2000), 9998)
