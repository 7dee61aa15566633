"""The interface's view of the office's year (接口：全年工作): what programs have to know before they do anything."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from forms.api_out_year import (
    DutiesOut,
    DutyOut,
    FormOut,
    FormPartOut,
    FormRowOut,
    OpenRowOut,
    RectificationOut,
    ResultOut,
    ResultsOut,
    SheetLineOut,
    SheetOut,
    WaitingOut,
    WaitingsOut,
    YearEndOut,
)
from views.api_frame import ROOT
from views.door import installation, load_ledger, load_matter, me, permit, reading, today
from views.verbs.assessment import find_assessment
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound
from workflow.tasks.lists.inbox import others_waiting
from workflow.tasks.models import Matter
from workflow.year.assessments.assessing import shown as results_shown
from workflow.year.assessments.sheets import results, said
from workflow.year.duties import office_calendar
from workflow.year.filings.filling import whole
from workflow.year.filings.gathering import parts_asked
from workflow.year.filings.models import Filing
from workflow.year.look_backs.models import Rectification, SelfCheck
from workflow.year.look_backs.rectifying import told_in
from workflow.year.look_backs.self_checks import lines_of
from workflow.year.year_end.carrying import carried_at
from workflow.year.year_end.closing import open_rows, shown

blueprint = APIBlueprint("api_year", __name__, url_prefix=ROOT)


@blueprint.get("/matters")
@permit(Permission.WORK)
@blueprint.output(WaitingsOut)
def matters() -> WaitingsOut:
    """What waits for the caller besides tasks: forms, sheets, rectifications."""
    listed = others_waiting(reading(), me(), today())
    return WaitingsOut(matters=[WaitingOut(kind=one.matter, **_told(one)) for one in listed])


@blueprint.get("/ledgers/<int:ledger_id>/duties")
@permit(Permission.OFFICE)
@blueprint.output(DutiesOut)
def duties(ledger_id: int) -> DutiesOut:
    """The office's own duties of a ledger that it runs, by day."""
    ledger = load_ledger(reading(), ledger_id, me(), running=True)
    if ledger.published_at is None:
        raise NotFound
    listed = [
        DutyOut(
            key=one.key, what=one.what, quote=one.quote, rows=[row.number for row in one.rows], planned=one.planned,
            on=one.on, done_at=one.mark.done_at if one.mark else None, note=one.mark.note if one.mark else "",
        )
        for one in office_calendar(reading(), ledger)
    ]  # fmt: skip
    return DutiesOut(duties=listed)


@blueprint.get("/ledgers/<int:ledger_id>/year")
@permit(Permission.OFFICE)
@blueprint.output(YearEndOut)
def year_end(ledger_id: int) -> YearEndOut:
    """How a ledger's year ends: the day on which its clocks stopped, and the rows that are open with what became of them."""
    ledger, at = load_ledger(reading(), ledger_id, me(), running=True), installation().clock()
    if ledger.published_at is None:
        raise NotFound
    fates = carried_at(reading(), ledger_id, at, drafts=True)
    rows = open_rows(reading(), ledger, at)
    told = [
        OpenRowOut(
            id=row.item_id, number=row.number, text=row.text, done=row.done, total=row.total,
            fate=fates[row.item_id].words if row.item_id in fates else "",
        )
        for row in rows
    ]  # fmt: skip
    return YearEndOut(closed_on=ledger.closed_on, rows=told, seen=shown(ledger, rows, fates))


@blueprint.get("/assessments/<int:assessment_id>")
@permit(Permission.WORK)
@blueprint.output(ResultsOut)
def assessment(assessment_id: int) -> ResultsOut:
    """The results of an assessment as they stand, for those who see it whole."""
    found = results(reading(), find_assessment(reading(), assessment_id, me()), installation().clock())
    units = []
    for one in found.sheets:
        total, grade, _ = said(one)
        row, name = one.row, one.row.unit.name
        units.append(ResultOut(id=row.id, version=row.version, unit=name, total=total, grade=grade, rank=one.rank))
    return ResultsOut(units=units, seen=results_shown(found))


@blueprint.get("/filings/<int:filing_id>")
@permit(Permission.WORK)
@blueprint.output(FormOut)
def form(filing_id: int) -> FormOut:
    """A unit's form with its rows."""
    found = whole(reading(), load_matter(reading(), Filing, filing_id, me()).task)
    rows = [
        FormRowOut(id=r.id, number=r.item.number, text=r.text, not_concerned=r.not_concerned, fault=r.fault)
        for r in found.rows
    ]
    taken = {part.taken_id for part in found.parts}
    parts = [
        FormPartOut(id=one.id, unit=one.unit.name, status=one.status, taken=one.id in taken)
        for one in parts_asked(reading(), found)
    ]
    through = found.through.name if found.through else ""
    return FormOut(
        person=found.person, phone=found.phone, through=through, rows=rows, parts=parts, **_told(found)
    )  # fmt: skip


@blueprint.get("/self-checks/<int:sheet_id>")
@permit(Permission.WORK)
@blueprint.output(SheetOut)
def sheet(sheet_id: int) -> SheetOut:
    """A unit's sheet with its lines."""
    found = load_matter(reading(), SelfCheck, sheet_id, me()).task
    lines = [
        SheetLineOut(
            id=one.id, number=one.item.number, done=one.done, text=one.told, verdict=one.verdict, version=one.version
        )
        for one in lines_of(found)
    ]
    return SheetOut(lines=lines, **_told(found))


@blueprint.get("/rectifications/<int:matter_id>")
@permit(Permission.WORK)
@blueprint.output(RectificationOut)
def rectification(matter_id: int) -> RectificationOut:
    """What has to be put right, and what the unit says of it."""
    found = load_matter(reading(), Rectification, matter_id, me()).task
    said = {name: getattr(found, name) for name in ("problem", "measure", "person", "result")}
    return RectificationOut(report=told_in(found), **said, **_told(found))


def _told(matter: Matter) -> dict[str, Any]:
    said = {name: getattr(matter, name) for name in ("id", "about", "due", "status", "version")}
    return {"unit": matter.unit.name, **said}
