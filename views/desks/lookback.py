"""The desk of look-backs (回头看): started on an earlier year's ledger, sent out, drawn, watched, taken away as papers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from forms.checks import ChooseForm, DrawForm, StartForm
from reports.check_tables import item_table, look_back_paper, scope_table
from views.desks import checking, self_checks
from views.desks.downloads import named, table_file
from views.door import installation, load_ledger, me, permit, reading, today, writing
from views.typed import taken
from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import looks_over, runs
from workflow.office.models import User
from workflow.office.permissions import Permission, may
from workflow.record.calendar import day_of
from workflow.record.errors import NotFound
from workflow.record.events import LEDGER_EXPORTED
from workflow.year.drawing import published
from workflow.year.look_backs.link_checks import progress_of
from workflow.year.look_backs.models import LookBackRound, SelfCheck
from workflow.year.look_backs.self_checks import SELF_CHECK
from workflow.year.look_backs.starting import candidates, choose_lines, draw_lines, send_sheets, start_look_back
from workflow.year.models import Paper
from workflow.year.registering import request_paper

blueprint = Blueprint("lookback", __name__)
blueprint.register_blueprint(checking.blueprint)
blueprint.register_blueprint(self_checks.blueprint)


@blueprint.get("/look-backs")
@permit(Permission.WORK)
def index() -> str:
    """The office's look-backs and what may be looked back on; a unit's own sheets."""
    begun = reading().scalars(select(LookBackRound).order_by(LookBackRound.id.desc())).all()
    mine = [one for one in begun if _looks(one, me())]
    known = {one.ledger_id for one in begun}
    earlier = select(Ledger).where(Ledger.office_id == me().unit_id, Ledger.year < today().year)
    ledgers = [
        led
        for led in reading().scalars(earlier.order_by(Ledger.year.desc()))
        if runs(led, me()) and led.id not in known
    ]
    sheets = reading().scalars(select(SelfCheck).where(SelfCheck.unit_id == me().unit_id).order_by(SelfCheck.id.desc()))
    return render_template(
        "lookback/index.html", begun=mine, ledgers=ledgers, sheets=sheets.all(), word=SELF_CHECK.word, form=StartForm(),
        reads_in=may(me(), Permission.OFFICE),
    )  # fmt: skip


@blueprint.post("/ledgers/<int:ledger_id>/look-back")
@permit(Permission.OFFICE)
def start(ledger_id: int) -> AnyResponse:
    """Begin to look back on a ledger; a draft is frozen as it was read in."""
    form = taken(StartForm)
    with writing() as (session, by):
        ledger = load_ledger(session, ledger_id, by, running=True)
        at = installation().clock()
        due = form.due.data or day_of(at)
        begun = start_look_back(session, ledger, basis=form.basis.data, due=due, by=by, at=at)
        number = begun.id
    return _to(number, "已发起回头看：请核对范围，选定 B、C 类条目后下发自查表。")


@blueprint.get("/look-backs/<int:look_back_id>")
@permit(Permission.WORK)
def show(look_back_id: int) -> str:
    """The board: scope, sheets, draw, verdicts, and what stands out."""
    begun = _found(reading(), look_back_id, me())
    facts = look_back_paper(reading(), begun.ledger_id, as_of=installation().clock())
    wanted = [e for e in begun.entries if e.chosen and (e.drawn or begun.drawn_at is None)]
    made = select(Paper).where(Paper.ledger_id == begun.ledger_id, Paper.kind == "look_back").order_by(Paper.id.desc())
    return render_template(
        "lookback/show.html", begun=begun, facts=facts, office=runs(begun.ledger, me()), draw=DrawForm(),
        wanted=len(wanted), judged=sum(e.verdict is not None for e in wanted), word=SELF_CHECK.word,
        papers=reading().scalars(made.limit(5)).all(), objections=[e for e in begun.entries if e.objection and not e.answer],
        fetches=installation().settings.link_check, fetched=progress_of(begun.entries),
    )  # fmt: skip


@blueprint.post("/look-backs/<int:look_back_id>/choose")
@permit(Permission.OFFICE)
def choose(look_back_id: int) -> AnyResponse:
    """Look back on rows of scope B and C as well."""
    form = taken(ChooseForm)
    with writing() as (session, by):
        begun = _found(session, look_back_id, by)
        choose_lines(session, begun, form.row.data, reason=form.reason.data, by=by, at=installation().clock())
    return _to(look_back_id, f"已选定 B、C 类条目 {len(form.row.data)} 条。")


@blueprint.post("/look-backs/<int:look_back_id>/send")
@permit(Permission.OFFICE)
def send(look_back_id: int) -> AnyResponse:
    """Ask every unit for its sheet; how the office's sample is drawn is said now."""
    form = taken(DrawForm)
    with writing() as (session, by):
        begun, at = _found(session, look_back_id, by), installation().clock()
        count = send_sheets(session, begun, share=form.share.data or 0, rule=form.rule.data, by=by, at=at)
    return _to(look_back_id, f"已向 {count} 个单位下发自查表。")


@blueprint.post("/look-backs/<int:look_back_id>/draw")
@permit(Permission.OFFICE)
def draw(look_back_id: int) -> AnyResponse:
    """Draw what the office checks itself, once."""
    with writing() as (session, by):
        count = draw_lines(session, _found(session, look_back_id, by), by=by, at=installation().clock())
    return _to(look_back_id, f"已抽取 {count} 项，名单、种子和规则已留痕，任何人可以复算。")


@blueprint.post("/look-backs/<int:look_back_id>/paper")
@permit(Permission.OFFICE)
def paper(look_back_id: int) -> AnyResponse:
    """Have the sealed paper made as of now."""
    with writing() as (session, by):
        begun = _found(session, look_back_id, by)
        made = request_paper(session, begun.ledger, "look_back", by=by, at=installation().clock())
        number = made.id
    return redirect(url_for("dossiers.show", paper_id=number), 303)


@blueprint.get("/look-backs/<int:look_back_id>/<any(scope, items):table>.xlsx")
@permit(Permission.WORK, noted=LEDGER_EXPORTED)
def workbook(look_back_id: int, table: str) -> Response:
    """The scope sheet or the item table as a workbook."""
    begun = _found(reading(), look_back_id, me())
    facts = look_back_paper(reading(), begun.ledger_id, as_of=installation().clock())
    made, word = (scope_table(facts), "范围表") if table == "scope" else (item_table(facts), "核查表")
    return table_file(made, "xlsx", f"回头看{word}")


@blueprint.get("/look-backs/<int:look_back_id>/links")
@permit(Permission.WORK)
def links(look_back_id: int) -> dict[str, Any]:
    """How far the check of all links is."""
    begun = _found(reading(), look_back_id, me())
    return checking.asked_links(begun.entries, url_for("lookback.show", look_back_id=look_back_id))


@blueprint.get("/look-backs/<int:look_back_id>/population.txt")
@permit(Permission.WORK)
def population(look_back_id: int) -> Response:
    """The list that is drawn from, byte for byte as its digest was taken."""
    begun = _found(reading(), look_back_id, me())
    listed = published(candidates(reading(), begun))
    return named(Response(listed.encode(), mimetype="text/plain"), "抽取名单.txt")


def _looks(begun: LookBackRound, person: User) -> bool:
    return looks_over(begun.ledger, person)


def _found(session: Session, look_back_id: int, person: User) -> LookBackRound:
    begun = session.get(LookBackRound, look_back_id)
    if begun is None or not _looks(begun, person):
        raise NotFound
    return begun


def _to(look_back_id: int, said: str) -> AnyResponse:
    flash(said, "success")
    return redirect(url_for("lookback.show", look_back_id=look_back_id), 303)
