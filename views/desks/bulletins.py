"""The desk of issued papers (通报与函件): drafted, checked, signed, issued by the office; looked at and received by units."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from forms.missives import CorrectionForm, DraftForm
from reports import ledger_files
from reports.bulletin_paper import annexes
from reports.official import missing_faces, official, official_pdf
from reports.official_docx import official_docx
from views.desks import letters, talks
from views.desks.downloads import named, sealed_file
from views.door import installation, load_ledger, load_matter, me, pause_reading, permit, reading, writing
from views.typed import taken
from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import looks_over, runs
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.office.words import Role
from workflow.record.errors import Invalid, NotFound
from workflow.record.events import DOSSIER_FETCHED, LEDGER_EXPORTED
from workflow.record.text import safe_name
from workflow.tasks.conditions import Attempt
from workflow.tasks.permissions import handles
from workflow.tasks.sight import units_in_reach
from workflow.tasks.steps import process_of, refusals
from workflow.tasks.words import Action, Status
from workflow.year.missives import drafting, receiving
from workflow.year.missives.bulletin_facts import moment_of
from workflow.year.missives.events import LETTER_WORDS
from workflow.year.missives.letters import LADDER, grounds, next_rung
from workflow.year.missives.models import Letter, Missive, MissiveUnit
from workflow.year.registering import sealed_digest

blueprint = Blueprint("bulletins", __name__)
blueprint.register_blueprint(letters.blueprint)
blueprint.register_blueprint(talks.blueprint)


@blueprint.get("/bulletins")
@permit(Permission.WORK)
def index() -> str:
    """What the office has drafted and issued; what the person's own unit is asked about and has got."""
    person, ledgers = me(), _ledgers()
    mine = select(Missive).where(Missive.ledger_id.in_([ledger.id for ledger in ledgers])).order_by(Missive.id.desc())
    rows = select(MissiveUnit).join(Missive).where(
        MissiveUnit.unit_id == person.unit_id, or_(Missive.issued_at.is_not(None), MissiveUnit.told != "")
    )  # fmt: skip
    got = [row for row in reading().scalars(rows.order_by(Missive.id.desc())) if _visible(row, person)]
    own = [one for one in ledgers if runs(one, person)]
    return render_template(
        "bulletins/index.html", ledgers=own, papers=reading().scalars(mine).all(),
        rows=got, leaders=drafting.leaders(reading(), person.unit), least=drafting.LEAST, process=process_of,
        units=units_in_reach(reading(), own), rungs=LETTER_WORDS,
    )  # fmt: skip


@blueprint.post("/ledgers/<int:ledger_id>/bulletins")
@permit(Permission.OFFICE)
def draft(ledger_id: int) -> AnyResponse:
    """Draft a bulletin from a snapshot."""
    form = taken(DraftForm)
    with writing() as (session, by):
        ledger, at = load_ledger(session, ledger_id, by, running=True), installation().clock()
        born = drafting.draft_bulletin(
            session, ledger, _person(session, form.signer.data), as_of=moment_of(form.as_of.data, at),
            least=form.least.data or drafting.LEAST, by=by, at=at,
        )  # fmt: skip
        number = born.id
    return _to(number, "已取数并拟出草稿，请核对文字，填写机关代字后送核对、审核。")


@blueprint.get("/bulletins/<int:missive_id>")
@permit(Permission.WORK)
def show(missive_id: int) -> str:
    """One paper for its office, its signers and those who look at everything."""
    case, person = load_matter(reading(), Missive, missive_id, me()), me()
    missive, process = case.task, process_of(case.task)
    editing = handles(missive, person) and missive.status is Status.ASSIGNED
    offers = [one for one in process.actions_for(case, person) if one.action is not Action.SUBMIT]
    attempt = Attempt(case, person, "…", at=installation().clock())
    missing = {one.action: said for one in offers if (said := refusals(one, attempt))}
    facts = drafting.figures_of(missive)
    return render_template(
        "bulletins/show.html", missive=missive, process=process, submit=Action.SUBMIT, editing=editing, facts=facts, mine=handles(missive, person),
        steps=[(one, url_for("verbs.step_missive", missive_id=missive.id, action=one.action.value)) for one in offers if one.action not in missing],
        missing=missing, tables=annexes(facts, missive) if facts else [], digest=sealed_digest(reading(), missive),
        blocks=official(reading(), missive.id, as_of=installation().clock()).blocks, leaders=drafting.leaders(reading(), missive.ledger.office),
        faces=missing_faces(installation().settings), rungs=LETTER_WORDS, **_ladder(missive),
    )  # fmt: skip


@blueprint.post("/bulletins/<int:missive_id>/correct")
@permit(Permission.OFFICE)
def correct(missive_id: int) -> AnyResponse:
    """Draft the paper that puts it right."""
    form = taken(CorrectionForm)
    with writing() as (session, by):
        old, signer = load_matter(session, Missive, missive_id, by).task, _person(session, form.signer.data)
        born = drafting.draft_correction(
            session, old, form.text.data, signer, revokes=form.revokes.data, by=by, at=installation().clock()
        )
        number, what = born.id, born.puts_right
    return _to(number, f"已拟出{what}件，请核对后送审核；原件保留，{what}件印发后标为已{what}。")


@blueprint.get("/bulletins/<int:missive_id>/draft.pdf")
@permit(Permission.WORK, noted=LEDGER_EXPORTED)
def preview(missive_id: int) -> Response:
    """The paper as it would be printed now, without number and seal."""
    missive = load_matter(reading(), Missive, missive_id, me()).task
    facts, name = official(reading(), missive.id, as_of=installation().clock()), safe_name(missive.title)
    pause_reading()
    return named(
        Response(official_pdf(installation().settings, facts)[0], mimetype="application/pdf"), f"{name}（草稿）.pdf"
    )


@blueprint.get("/bulletins/<int:missive_id>/paper.docx")
@permit(Permission.WORK, noted=LEDGER_EXPORTED)
def word(missive_id: int) -> Response:
    """The same paper as a Word document."""
    missive = load_matter(reading(), Missive, missive_id, me()).task
    data = official_docx(official(reading(), missive.id, as_of=installation().clock()))
    return named(Response(data, mimetype=ledger_files.MIME["docx"]), f"{missive.number}{safe_name(missive.title)}.docx")


@blueprint.get("/bulletins/<int:missive_id>/sealed.<any(pdf, json):ending>")
@permit(Permission.WORK, noted=DOSSIER_FETCHED)
def sealed(missive_id: int, ending: str) -> Response:
    """The sealed paper, or what is vouched for beside it; for its units as well."""
    missive = _readable(missive_id)
    digest = sealed_digest(reading(), missive)
    if digest is None:
        raise NotFound("还没有盖章，印发后自动生成，请稍后再来下载。")
    return sealed_file(digest, f"{missive.number}{safe_name(missive.title)}.pdf", registration=ending == "json")


@blueprint.get("/bulletins/<int:missive_id>/unit")
@permit(Permission.WORK)
def unit(missive_id: int) -> str:
    """What a unit sees: its own lines, what it says of them, and its receipt."""
    row = _row(reading(), missive_id, me())
    missive = row.missive
    return render_template("bulletins/unit.html", row=row, missive=missive, digest=sealed_digest(reading(), missive))


def _ledgers() -> Sequence[Ledger]:
    """Published ledgers of the own office; all of them for those who look at everything."""
    found = select(Ledger).where(Ledger.published_at.is_not(None)).order_by(Ledger.year.desc(), Ledger.id.desc())
    person = me()
    return [ledger for ledger in reading().scalars(found) if looks_over(ledger, person)]


def _ladder(missive: Missive) -> dict[str, str]:
    """What speaks for the next rung, and which it would be; nothing of what is no letter."""
    if not isinstance(missive, Letter):
        return {"why": "", "rung": next(iter(LADDER))}
    return {"why": grounds(missive, installation().clock()), "rung": next_rung(missive)}


def _person(session: Session, number: int) -> User:
    person = session.get(User, number)
    if person is None or Role.LEADER not in person.roles:
        raise Invalid("请选择一位领导作签发人。")
    return person


def _row(session: Session, missive_id: int, person: User) -> MissiveUnit:
    missive = session.get(Missive, missive_id)
    if missive is None:
        raise NotFound
    return receiving.row_of(missive, person)


def _visible(row: MissiveUnit, person: User) -> bool:
    if row.unit_id != person.unit_id:
        return False
    try:
        return receiving.row_of(row.missive, person) is row
    except NotFound:
        return False


def _readable(missive_id: int) -> Missive:
    """An issued paper for its units; else for whoever may look at the matter."""
    missive = reading().get(Missive, missive_id)
    if missive is not None and missive.issued_at is not None and any(_visible(row, me()) for row in missive.units):
        return missive
    return load_matter(reading(), Missive, missive_id, me()).task


def _to(missive_id: int, said: str) -> AnyResponse:
    flash(said, "success")
    return redirect(url_for("bulletins.show", missive_id=missive_id), 303)
