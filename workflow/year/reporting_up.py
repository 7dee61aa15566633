"""Reporting up (年度报送): a unit's form, its evidence list and its look-back sheet go to the office together, by one act of its head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from workflow.ledgers.deadlines import spoken_period
from workflow.ledgers.models import Ledger
from workflow.office.desks import Turn, sits_at
from workflow.office.models import Unit, User
from workflow.office.notices import tell_units
from workflow.office.words import Role
from workflow.record import audit, timekeeping
from workflow.record.audit import digest
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import Forbidden, Incomplete, NotFound
from workflow.record.text import clean_line
from workflow.tasks.holding import hold
from workflow.tasks.models import Matter, Signoff, Task
from workflow.tasks.steps import process_of
from workflow.tasks.words import Decision, Gate, Status
from workflow.year.filings.events import REPORTED_UP, ReportedUp
from workflow.year.filings.models import Filing, FilingRound, Reporting
from workflow.year.filings.prefilling import APPROVED
from workflow.year.filings.process import PAPER
from workflow.year.filings.rounds import FILED
from workflow.year.look_backs.models import LookBackRound, SelfCheck
from workflow.year.models import Paper
from workflow.year.registering import promise_paper

KIND = "reporting"
"""By this code the table of papers knows what a unit reports up."""


@dataclass(frozen=True)
class Ready:
    """What a unit would report up now (报送准备), and what is not ready, in sentences."""

    form: Filing | None
    form_sha256: str | None
    sheet: SelfCheck | None
    sheet_sha256: str | None
    missing: tuple[str, ...]


def readiness(session: Session, ledger: Ledger, unit: Unit) -> Ready:
    """The unit's form of the newest round and its sheet of the look-back on the year before, where one was asked for."""
    form, sheet = newest_form(session, ledger, unit), _sheet(session, ledger, unit)
    sealed = {
        matter: _sealed(session, matter, kind) for matter, kind in ((form, PAPER), (sheet, "self_check")) if matter
    }
    if form is None:
        asked = session.scalars(select(FilingRound.id).where(FilingRound.ledger_id == ledger.id)).first()
        missing = [
            "本单位不在办公室发起的填报范围内。" if asked else "办公室还没有发起填报，没有可以报送的落实情况表。"
        ]
    else:
        missing = [_unready(form, sealed[form], "落实情况表")]
    missing += [_unready(sheet, sealed[sheet], "回头看自查表")] if sheet else []
    return Ready(
        form, sealed[form] if form else None, sheet, sealed[sheet] if sheet else None, tuple(filter(None, missing))
    )


def _unready(matter: Matter, sealed: str | None, name: str) -> str:
    """Why a matter cannot be reported up, None where it can."""
    if matter.status not in FILED:
        now = process_of(matter).word(matter.status)
        return f"{name}{matter.about}现在是「{now}」，须先由本单位负责人审核报送。"
    return "" if sealed else f"{name}{matter.about}正在加盖本单位印章，请稍等几分钟再报送。"


def newest_form(session: Session, ledger: Ledger, unit: Unit) -> Filing | None:
    """The unit's newest edition in the newest round of the ledger in which it was asked."""
    own = (FilingRound.ledger_id == ledger.id, Filing.unit_id == unit.id, Filing.through_id.is_(None))
    mine = select(Filing).join(FilingRound).where(*own)
    return session.scalars(mine.order_by(FilingRound.months.desc(), Filing.edition.desc())).first()


def _sheet(session: Session, ledger: Ledger, unit: Unit) -> SelfCheck | None:
    before = (Ledger.office_id == ledger.office_id, Ledger.year == ledger.year - 1, SelfCheck.unit_id == unit.id)
    asked = select(SelfCheck).join(LookBackRound).join(Ledger, Ledger.id == LookBackRound.ledger_id).where(*before)
    return session.scalars(asked.order_by(SelfCheck.id.desc())).first()


def _sealed(session: Session, matter: Matter, kind: str) -> str | None:
    """The sealed paper of the approval that stands; None while it is being made."""
    passed = (Signoff.gate == Gate.UNIT, Signoff.decision == Decision.PASSED, Signoff.void_at.is_(None))
    at = select(Signoff.at).where(Signoff.task_id == matter.id, *passed).order_by(Signoff.id.desc()).limit(1)
    made = select(Paper.pdf_sha256).where(Paper.matter_id == matter.id, Paper.kind == kind)
    return session.scalars(made.where(Paper.as_of == at.scalar_subquery(), Paper.pdf_sha256.is_not(None))).first()


def report_up(session: Session, ledger: Ledger, *, by: User, at: datetime) -> Reporting:
    """Hand everything to the office, sealed by the background, with a numbered receipt; a second press gets the first one's.

    Raises Forbidden, Incomplete with everything that is not ready.
    """
    if not sits_at(by, Role.UNIT_HEAD, by.unit_id):
        raise Forbidden("年度报送由单位负责人办理。")
    timekeeping.require(session, at)
    session.refresh(ledger, with_for_update={"key_share": True})
    ready = readiness(session, ledger, by.unit)
    for matter in filter(None, (ready.form, ready.sheet)):
        hold(session, matter)
    if ready.missing or ready.form is None or ready.form_sha256 is None:
        raise Incomplete("还不能报送：" + "".join(ready.missing))
    known = (Reporting.filing_id == ready.form.id, Reporting.round == ready.form.round)
    made = session.scalars(select(Reporting).where(*known)).first()
    return made or _made(session, ledger, ready, ready.form, by=by, at=at)


def _made(session: Session, ledger: Ledger, ready: Ready, form: Filing, *, by: User, at: datetime) -> Reporting:
    count = session.scalars(select(func.count()).where(Reporting.ledger_id == ledger.id)).one()
    evidence = list(_evidence(session, ledger, by.unit))
    mine = select(Task.status).where(Task.ledger_id == ledger.id, Task.unit_id == by.unit_id)
    now = session.scalars(mine).all()
    made = Reporting(
        ledger_id=ledger.id, unit_id=by.unit_id, filing_id=form.id, round=form.round, at=at, by_name=by.name,
        sheet_id=ready.sheet.id if ready.sheet else None, form_sha256=ready.form_sha256 or "",
        sheet_sha256=ready.sheet_sha256, evidence=evidence, evidence_digest=digest_of(evidence),
        tasks=len(now), closed=sum(one is Status.CLOSED for one in now), unapproved=sum(one not in APPROVED for one in now),
        number=f"HZ-{ledger.year}-{ledger.id}-{count + 1:04d}",
    )  # fmt: skip
    session.add(made)
    session.flush()
    told = ReportedUp(
        ledger_id=ledger.id, unit=by.unit.name, unit_id=by.unit_id, filing_id=form.id, round=form.round,
        number=made.number, form=made.form_sha256, sheet=made.sheet_sha256, evidence=made.evidence_digest,
        pieces=len(evidence), tasks=made.tasks, closed=made.closed, unapproved=made.unapproved,
    )  # fmt: skip
    audit.record(session, REPORTED_UP, told, subject=made.id, by=by, at=at)
    promise_paper(session, form, KIND, by=by, at=at)
    text = f"{by.unit.name}已年度报送《{ledger.title}》的落实情况，回执 {made.number}。"
    tell_units(session, [Turn(ledger.office_id, Role.OFFICE)], text, by=by, at=at, ledger_id=ledger.id)
    return made


def _evidence(session: Session, ledger: Ledger, unit: Unit) -> Iterator[dict[str, Any]]:
    """Every piece that the unit's head has approved, in the order of the table: what nobody approved stays out."""
    mine = (Task.ledger_id == ledger.id, Task.unit_id == unit.id, Task.status.in_(APPROVED))
    tasks = select(Task).where(*mine).options(joinedload(Task.item), selectinload(Task.evidence))
    for task in sorted(session.scalars(tasks), key=lambda task: (task.item.position, task.period)):
        for piece in task.live_evidence:
            yield {
                "item": task.item.number, "text": clean_line(task.item.text[:80], limit=80), "period": spoken_period(task.period),
                "name": piece.name, "digest": piece.sha256 or "", "size": piece.size,
            }  # fmt: skip


def digest_of(evidence: list[dict[str, Any]]) -> str:
    """SHA-256 of an evidence list."""
    return digest({"evidence": evidence})


def stands(made: Reporting) -> bool:
    """Whether it still holds: its form has not been returned since."""
    return made.form.round == made.round and made.form.status in FILED


def bundle_of(session: Session, made: Reporting) -> Paper | None:
    """The sealed file of what was reported up, or how far it is."""
    wanted = select(Paper).where(Paper.kind == KIND, Paper.matter_id == made.filing_id, Paper.as_of == made.at)
    return session.scalars(wanted).first()


def reportings(session: Session, ledger: Ledger, unit_id: int | None = None) -> list[Reporting]:
    """What was reported up for a ledger, by one unit or by all, the newest first."""
    found = select(Reporting).where(Reporting.ledger_id == ledger.id).options(joinedload(Reporting.form))
    if unit_id is not None:
        found = found.where(Reporting.unit_id == unit_id)
    return list(session.scalars(found.order_by(Reporting.id.desc())))


@dataclass(frozen=True)
class Line:
    """How one unit stands (报送情况)."""

    unit: Unit
    made: Reporting | None
    stands: bool
    late: bool


def reporting_board(session: Session, ledger: Ledger, *, today: date) -> list[Line]:
    """Every unit that the newest round asked, in the directory's order; what was reported up with an earlier form is past."""
    rounds = select(FilingRound.id).where(FilingRound.ledger_id == ledger.id).order_by(FilingRound.months.desc())
    newest = session.scalars(rounds).first()
    asked = (
        select(Unit)
        .join(Filing, Filing.unit_id == Unit.id)
        .where(Filing.round_id == newest, Filing.through_id.is_(None))
        .distinct()
    )
    made = reversed(reportings(session, ledger))
    last = {one.unit_id: one for one in made if one.form.round_id == newest}
    lines = []
    for unit in session.scalars(asked.order_by(Unit.position, Unit.id)):
        found = last.get(unit.id)
        holds = found is not None and stands(found)
        day = day_of(found.at) if found is not None and holds else today
        lines.append(Line(unit, found, holds, bool(ledger.report_due and day > ledger.report_due)))
    return lines


@dataclass(frozen=True)
class ReportingFacts:
    """What the bundle prints (报送清单取数)."""

    title: str
    office: str
    unit: str
    year: int
    as_of: datetime
    head_seq: int
    head_hash: str
    ledger: str
    document_number: str
    receipt: str
    by: str
    due: str
    form: tuple[str, str]
    """The form's name, and the digest of its sealed file."""
    sheet: tuple[str, str] | None
    evidence: tuple[dict[str, Any], ...]
    evidence_digest: str
    tasks: int
    closed: int
    unapproved: int


def reporting_facts(session: Session, filing_id: int, /, *, as_of: datetime) -> ReportingFacts | None:
    """The facts of what was reported up with a form at that moment; None where the form has been returned since."""
    wanted = select(Reporting).where(Reporting.filing_id == filing_id, Reporting.at == as_of)
    made = session.scalars(wanted).first()
    if made is None:
        raise NotFound
    if not stands(made):
        return None
    ledger, head, form = made.form.ledger, audit.head(session), made.form
    return ReportingFacts(
        title=f"{ledger.title}年度报送材料", office=ledger.office.name, unit=form.unit.name, year=ledger.year, as_of=as_of,
        head_seq=head.seq, head_hash=head.hash, ledger=ledger.title, document_number=ledger.document_number or "",
        receipt=made.number, by=made.by_name, due=spoken(ledger.report_due) if ledger.report_due else "",
        form=(form.about, made.form_sha256),
        sheet=(made.sheet.about, made.sheet_sha256 or "") if made.sheet else None,
        evidence=tuple(made.evidence), evidence_digest=made.evidence_digest, tasks=made.tasks,
        closed=made.closed, unapproved=made.unapproved,
    )  # fmt: skip
