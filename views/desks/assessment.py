"""The desk of assessments (考核): begun with a scheme, watched all year, score sheets of units, taken away as workbooks."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from forms.assessment import StartForm
from reports.assessment_tables import all_sheets_table, ranking_table, sheet_table
from views.desks.downloads import table_file
from views.door import installation, load_ledger, me, permit, reading, today, writing
from views.typed import taken
from views.verbs.assessment import find_assessment, find_sheet
from views.verbs.storing import received
from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import runs
from workflow.office.desks import sits_at
from workflow.office.permissions import Permission
from workflow.office.words import Role
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import Invalid
from workflow.record.events import LEDGER_EXPORTED
from workflow.year.assessments.assessing import row_of, sees_assessment, shown, start_assessment
from workflow.year.assessments.models import Assessment
from workflow.year.assessments.scheme import DAILY
from workflow.year.assessments.scoring import MANUAL
from workflow.year.assessments.sheets import Results, results
from workflow.year.year_end.closing import heads

blueprint = Blueprint("assessment", __name__)
MOST = 256 << 10
"""Bytes of a scheme."""
PAGES = {
    "task": ("tasks.show", "task_id"), "filing": ("filings.show", "filing_id"), "missive": ("bulletins.show", "missive_id"),
    "rectification": ("rectification.show", "matter_id"), "line": ("lookback.lines.show", "entry_id"),
    "talk": ("bulletins.talks.show", "talk_id"),
}  # fmt: skip
"""Where the row behind a point is shown."""


@blueprint.get("/assessments")
@permit(Permission.WORK)
def index() -> str:
    """Assessments that the person sees, whole or the own unit's sheet; the office begins one."""
    listed = reading().scalars(select(Assessment).order_by(Assessment.id.desc())).all()
    whole = [one for one in listed if sees_assessment(one, me())]
    own = [row for one in listed if (row := row_of(one, me()))]
    mine = select(Ledger).where(Ledger.office_id == me().unit_id, Ledger.published_at.is_not(None), ~Ledger.past)
    ledgers = [one for one in reading().scalars(mine.order_by(Ledger.year.desc(), Ledger.id.desc())) if runs(one, me())]
    return render_template("assessment/index.html", whole=whole, own=own, ledgers=ledgers, state=state_of)


@blueprint.post("/assessments")
@permit(Permission.OFFICE)
def start() -> AnyResponse:
    """Begin with a scheme; what is wrong with it is said with its line, and nothing is begun."""
    form = taken(StartForm)
    _, data = received(
        request.files.get("file"), limit=MOST, missing="没有选择文件，请先选择考核办法（txt）。",
        too_large="《{name}》超过 {limit} 的上限，考核办法应是纯文本。",
    )  # fmt: skip
    with writing() as (session, by):
        at = installation().clock()
        ledger = load_ledger(session, form.ledger.data, by, running=True)
        number = start_assessment(session, ledger, _text(data), due=form.due.data or day_of(at), by=by, at=at).id
    flash("已发起考核，各单位随时可以看到得分和依据。", "success")
    return redirect(url_for("assessment.show", assessment_id=number), 303)


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("考核办法应是纯文本文件（UTF-8 或 GB18030），这个文件读不出文字。")


@blueprint.get("/assessments/<int:assessment_id>")
@permit(Permission.WORK)
def show(assessment_id: int) -> str:
    """The ranking as it stands, what is noted, and what is to be done."""
    found = find_assessment(reading(), assessment_id, me())
    counted = _results(found)
    by_hand = [leaf for leaf in counted.scheme.leaves if leaf.rule and MANUAL in leaf.rule.asks]
    outside = [name for name, _ in counted.scheme.mix if name != DAILY]
    return render_template(
        "assessment/show.html", found=found, results=counted, state=state_of(found), mine=runs(found.ledger, me()),
        head=heads(found.ledger, me()), by_hand=by_hand, outside=outside, today=today(),
        table=ranking_table(_title(found, "排名表"), counted, state_of(found)),
        locked=_locked(found), seen=shown(counted), unanswered=[row for row in found.units if row.appealed_at and not row.answered_at],
    )  # fmt: skip


@blueprint.get("/assessments/<int:assessment_id>/<any(ranking, sheets):what>.xlsx")
@permit(Permission.WORK, noted=LEDGER_EXPORTED)
def workbook(assessment_id: int, what: str) -> Response:
    """The ranking, or every unit's lines, for 绩效考评."""
    found = find_assessment(reading(), assessment_id, me())
    made, word = (ranking_table, "排名表") if what == "ranking" else (all_sheets_table, "计分明细")
    return table_file(made(_title(found, word), _results(found), state_of(found)), "xlsx")


@blueprint.get("/assessments/sheets/<int:sheet_id>")
@permit(Permission.WORK)
def sheet(sheet_id: int) -> str:
    """A unit's score sheet: every point with its clause, event, row and evidence."""
    row = find_sheet(reading(), sheet_id, me())
    found = row.assessment
    counted = _results(found).of(row.unit_id)
    own = row_of(found, me()) is row
    return render_template(
        "assessment/sheet.html", row=row, found=found, sheet=counted, state=state_of(found), pages=PAGES, own=own,
        editable=own and found.published_at is None and row.confirmed_at is None, mine=runs(found.ledger, me()),
        head=own and sits_at(me(), Role.UNIT_HEAD, row.unit_id), whole=sees_assessment(found, me()),
        appealing=found.appeal_until is not None and today() <= found.appeal_until and found.locked_at is None,
        entries=[entry for entry in found.entries if entry.unit_id == row.unit_id],
    )  # fmt: skip


@blueprint.get("/assessments/sheets/<int:sheet_id>/计分表.xlsx")
@permit(Permission.WORK, noted=LEDGER_EXPORTED)
def sheet_file(sheet_id: int) -> Response:
    """A unit's score sheet as a workbook."""
    row = find_sheet(reading(), sheet_id, me())
    counted = _results(row.assessment).of(row.unit_id)
    if counted is None:
        raise Invalid("本单位不在这次考核里。")
    table = sheet_table(_title(row.assessment, "计分表"), counted, state_of(row.assessment))
    return table_file(table, "xlsx", f"{row.unit.name}计分表")


def _results(found: Assessment) -> Results:
    return results(reading(), found, installation().clock())


def _locked(found: Assessment) -> Results | None:
    """The locked result itself, where corrections have come since."""
    if found.locked_at is None or not any(entry.correction or _after(entry.void_at, found) for entry in found.entries):
        return None
    return results(reading(), found, installation().clock(), corrected=False)


def _after(moment: object, found: Assessment) -> bool:
    return moment is not None and found.locked_at is not None and moment > found.locked_at  # type: ignore[operator]


def _title(found: Assessment, word: str) -> str:
    return f"{found.ledger.year} 年度政务公开考核{'县（区）' if found.local else '市直单位'}{word}"


def state_of(found: Assessment) -> str:
    """How far it is, in words."""
    if found.locked_at is not None:
        return f"已锁定（{spoken(day_of(found.locked_at))}，{found.locked_by}），以后只能更正"
    if found.appeal_until is not None:
        return f"初评已公布，申诉截止{spoken(found.appeal_until)}"
    return f"平时记分，自评截止{spoken(found.due)}"
