"""Filings (落实情况填报): rounds of a ledger for its office, each unit's form, and files both ways."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from forms.filings import RoundForm
from intake.lists.cells import read_cells
from views.desks.downloads import sealed_file, table_file
from views.door import installation, load_ledger, load_matter, me, permit, reading, today, writing
from views.typed import taken
from views.verbs.storing import received
from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import looks_over, runs
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound
from workflow.record.events import DOSSIER_FETCHED, LEDGER_EXPORTED
from workflow.record.text import safe_name
from workflow.tasks.case import Case, case_of
from workflow.tasks.conditions import Attempt
from workflow.tasks.permissions import handles, sees
from workflow.tasks.steps import refusals
from workflow.tasks.words import Action, Status
from workflow.year.filings import filling, rounds
from workflow.year.filings.board import Standing, board, board_below, line_of
from workflow.year.filings.coming_back import compare
from workflow.year.filings.gathering import unasked
from workflow.year.filings.models import Filing, FilingRound
from workflow.year.filings.process import FILING
from workflow.year.filings.tables import form_table, round_table
from workflow.year.models import Paper
from workflow.year.registering import request_paper, sealed_digest

blueprint = Blueprint("filings", __name__)


@blueprint.get("/filings")
@permit(Permission.WORK)
def index() -> str:
    """The rounds that the office runs, and the forms of the person's own unit."""
    person = me()
    mine = select(Filing).where(Filing.unit_id == person.unit_id).order_by(Filing.round_id.desc(), Filing.edition)
    ledgers = reading().scalars(
        select(Ledger).where(Ledger.published_at.is_not(None)).order_by(Ledger.year.desc(), Ledger.id.desc())
    )
    shown = [ledger for ledger in ledgers if looks_over(ledger, person)]
    kept = select(FilingRound).where(FilingRound.ledger_id.in_([one.id for one in shown]))
    found = reading().scalars(kept.order_by(FilingRound.months.desc())).all()
    now = installation().clock()
    boards = [board(reading(), row, as_of=now) for row in found]
    forms = [form for form in reading().scalars(mine) if sees(case_of(reading(), form, now), person)]
    return render_template(
        "filings/index.html", ledgers=shown, boards=boards, forms=forms, word=FILING.word,
        running={ledger.id for ledger in shown if runs(ledger, person)}, month=today().month,
    )  # fmt: skip


@blueprint.post("/ledgers/<int:ledger_id>/rounds")
@permit(Permission.OFFICE)
def open_round(ledger_id: int) -> AnyResponse:
    """Ask all units of a ledger for their forms."""
    wanted = taken(RoundForm).wanted()
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        row = rounds.open_round(session, ledger, wanted, by=by, at=installation().clock())
        number, given = row.id, [form.through_id for form in row.filings]
    asked, below = given.count(None), len(given) - given.count(None)
    more = f"另有 {below} 个单位报其上级汇总。" if below else ""
    flash(f"已向 {asked} 个单位下发填报表，按各单位审核过的落实情况预填。{more}", "success")
    return redirect(url_for("filings.show_round", round_id=number))


@blueprint.get("/rounds/<int:round_id>")
@permit(Permission.WORK)
def show_round(round_id: int) -> str:
    """How far every unit is."""
    row = _round(round_id)
    state = board(reading(), row, as_of=installation().clock())
    papers = select(Paper).where(Paper.round_id == row.id).order_by(Paper.id.desc())
    return render_template(
        "filings/round.html", row=row, board=state, standings=list(Standing), mine=runs(row.ledger, me()),
        papers=reading().scalars(papers).all(),
    )  # fmt: skip


@blueprint.post("/rounds/<int:round_id>/paper")
@permit(Permission.OFFICE)
def seal_round(round_id: int) -> AnyResponse:
    """Have the table of all units sealed as of now."""
    with writing() as (session, by):
        row = session.get(FilingRound, round_id)
        if row is None or not runs(row.ledger, by):
            raise NotFound
        paper = request_paper(session, row.ledger, "round", by=by, at=installation().clock(), round_id=row.id)
        number = paper.id
    return redirect(url_for("dossiers.show", paper_id=number))


@blueprint.get("/rounds/<int:round_id>/export.<any(docx, xlsx):form>")
@permit(Permission.WORK, noted=LEDGER_EXPORTED)
def export_round(round_id: int, form: str) -> Response:
    """The table of all units as a file."""
    return table_file(round_table(reading(), _round(round_id), as_of=installation().clock()), form)


@blueprint.get("/filings/<int:filing_id>")
@permit(Permission.WORK)
def show(filing_id: int) -> str:
    """One unit's form, to be filled in, signed or looked at."""
    return _page(load_matter(reading(), Filing, filing_id, me()))


@blueprint.post("/filings/<int:filing_id>/supplement")
@permit(Permission.WORK)
def supplement(filing_id: int) -> AnyResponse:
    """Begin a supplement beside what was filed."""
    with writing() as (session, by):
        form = load_matter(session, Filing, filing_id, by).task
        number = filling.supplement(session, form, by=by, at=installation().clock())
    flash("已新建补报，原表保留不变。", "success")
    return redirect(url_for("filings.show", filing_id=number))


@blueprint.get("/filings/<int:filing_id>/export.<any(docx, xlsx):form>")
@permit(Permission.WORK, noted=LEDGER_EXPORTED)
def export(filing_id: int, form: str) -> Response:
    """The form as a file, to be filled in elsewhere or kept."""
    return table_file(form_table(reading(), load_matter(reading(), Filing, filing_id, me()).task), form)


@blueprint.get("/filings/<int:filing_id>/sealed.<any(pdf, json):ending>")
@permit(Permission.WORK, noted=DOSSIER_FETCHED)
def sealed(filing_id: int, ending: str) -> Response:
    """The sealed form, or what is vouched for beside it."""
    form = load_matter(reading(), Filing, filing_id, me()).task
    digest = sealed_digest(reading(), form)
    if digest is None:
        raise NotFound("本表还没有签章，单位负责人审核后自动生成。")
    name = f"{safe_name(form.in_round.title)}-{safe_name(form.unit.name)}{form.edition_word}.pdf"
    return sealed_file(digest, name, registration=ending == "json")


@blueprint.post("/filings/<int:filing_id>/back")
@permit(Permission.WORK)
def back(filing_id: int) -> str:
    """Lay a file that was filled in elsewhere beside the form; nothing is written yet."""
    name, data = _received()
    case = load_matter(reading(), Filing, filing_id, me())
    filling.may_fill(reading(), case.task, me(), case.task.version)
    found = compare(case.task, form_table(reading(), case.task), read_cells(data, filename=name))
    return render_template("filings/back.html", form=case.task, found=found, name=name)


def _received() -> tuple[str, bytes]:
    return received(
        request.files.get("file"),
        limit=installation().settings.max_document_bytes,
        missing="没有选择文件，请先选择填好的 Word 或 Excel 表。",
        too_large="文件超过 {limit} 的上限，请只保留表格后再上传。",
    )


def _page(case: Case[Filing]) -> str:
    form, person = filling.whole(reading(), case.task), me()
    table = form_table(reading(), form)
    offers = [one for one in FILING.actions_for(case, person) if one.action is not Action.SUBMIT]
    missing = {one.action: refusals(one, Attempt(case, person, "…")) for one in offers}
    editing = handles(form, person) and form.status is Status.ASSIGNED
    editions = select(Filing).where(Filing.round_id == form.round_id, Filing.unit_id == form.unit_id)
    now = installation().clock()
    line, parts = line_of(reading(), form, as_of=now), board_below(reading(), form, as_of=now)
    return render_template(
        "filings/show.html", form=form, table=table, rows={row.item_id: row for row in form.rows}, editing=editing,
        offers=[one for one in offers if not missing[one.action]], missing=missing, word=FILING.word, line=line,
        returning=any(one.asks_opinion for one in offers), digest=sealed_digest(reading(), form), limit=filling.ROW_LIMIT,
        editions=reading().scalars(editions.order_by(Filing.edition)).all(), last=editing and filling.last_filed(reading(), form),
        parts=parts, may_ask=editing and bool(unasked(reading(), form)), gathers=handles(form, person), standings=list(Standing),
        below={row.item_id: list(form.of_below(row.item_id)) for row in form.rows},
        blank=sum(item is not None and not cells[-1] for item, cells in zip(table.items, table.rows, strict=True)),
        may_supplement=handles(form, person) and form.takes_supplement, faulty=[row for row in form.rows if row.fault],
    )  # fmt: skip


def _round(round_id: int) -> FilingRound:
    row = reading().get(FilingRound, round_id)
    if row is None or not (looks_over(row.ledger, me())):
        raise NotFound
    return row
