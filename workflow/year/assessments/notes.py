"""What the office notes of a unit by hand (登记考核事项), takes back, and after the lock corrects (更正)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.office.models import Unit, User
from workflow.office.notices import tell_each_unit
from workflow.record import audit
from workflow.record.errors import Incomplete, Invalid, Stale
from workflow.record.events import Kind
from workflow.record.swapping import wins
from workflow.record.text import clean_line
from workflow.year.assessments import events
from workflow.year.assessments.assessing import POINTS, held_by
from workflow.year.assessments.models import Assessment, AssessmentEntry
from workflow.year.assessments.scheme import DAILY, Scheme, read_scheme
from workflow.year.assessments.scoring import MANUAL, Grades, Present


@dataclass(frozen=True)
class Note:
    """Something to be noted of a unit (登记事项)."""

    unit_id: int
    code: str
    what: str
    evidence: str
    value: str = ""
    number: str = ""
    """The row of the ledger that it is about, where it is about one."""


def note(session: Session, assessment: Assessment, wanted: Note, *, by: User, at: datetime) -> AssessmentEntry:
    """Note something of a unit with its evidence, or, after the lock, correct; the very same counts once. Raises Forbidden, Incomplete, Invalid."""
    held_by(assessment, by)
    scheme = read_scheme(assessment.scheme)
    what, evidence = clean_line(wanted.what, limit=500), clean_line(wanted.evidence, limit=500)
    if not what or not evidence:
        raise Incomplete("登记考核事项须写明事实和依据（网址、文号或材料名称）。")
    row = next((row for row in assessment.units if row.unit_id == wanted.unit_id), None)
    if row is None:
        raise Invalid("所选单位不在这次考核里。")
    value = _valued(scheme, wanted)
    item = _item(session, assessment.ledger, wanted.number)
    said: dict[str, Any] = {"unit_id": wanted.unit_id, "code": wanted.code, "what": what, "value": value, "evidence": evidence}  # fmt: skip
    said |= {"item_id": item.id if item else None, "correction": assessment.locked_at is not None}
    known = select(AssessmentEntry).filter_by(assessment_id=assessment.id, void_at=None, **said)
    if (same := session.scalars(known).first()) is not None:
        return same
    made = AssessmentEntry(assessment=assessment, **said, noted_by=by.name, noted_at=at)
    session.add(made)
    session.flush()
    _tell(session, events.CORRECTED if made.correction else events.NOTED, made, row.unit, by=by, at=at)
    if made.correction:
        text = f"{assessment.ledger.year} 年度考核结果有更正：{what}。请查看本单位计分表。"
        tell_each_unit(session, {row.unit_id: text}, by=by, at=at, ledger_id=assessment.ledger_id)
    return made


def _valued(scheme: Scheme, wanted: Note) -> str:
    """What its value has to be: a grade, the points of a part, or nothing."""
    value = wanted.value.strip()
    if wanted.code in dict(scheme.mix) and wanted.code != DAILY:
        if not POINTS.fullmatch(value) or Fraction(value) > 100:
            raise Invalid(f"「{wanted.code}」的得分应在 0 到 100 之间，最多两位小数，「{value[:20]}」不是。")
        return value
    leaf = scheme.leaf(wanted.code)
    if leaf is None or leaf.rule is None or MANUAL not in leaf.rule.asks:
        raise Invalid("所选指标由系统从留痕中取数，不能登记；请选择规则中写有「登记」或「等级」的指标。")
    if isinstance(leaf.rule, Grades):
        if value not in dict(leaf.rule.words):
            raise Invalid(f"「{leaf.name}」的等级只能是{'、'.join(word for word, _ in leaf.rule.words)}。")
        return value
    return "有" if isinstance(leaf.rule, Present) else ""


def _item(session: Session, ledger: Ledger, number: str) -> LedgerItem | None:
    if not number.strip():
        return None
    named = select(LedgerItem).where(LedgerItem.ledger_id == ledger.id, LedgerItem.number == number.strip())
    found = session.scalars(named).first()
    if found is None:
        raise Invalid(f"台账里没有序号为「{number[:40]}」的条目。")
    return found


def take_back(session: Session, entry: AssessmentEntry, reason: str, *, by: User, at: datetime) -> None:
    """Take back what was noted; it stays listed with the reason. Raises Forbidden, Incomplete, Stale."""
    held_by(entry.assessment, by)
    reason = clean_line(reason, limit=300)
    if not reason:
        raise Incomplete("撤销考核事项须写明理由。")
    seen = (AssessmentEntry.id == entry.id, AssessmentEntry.void_at.is_(None))
    if not wins(session, AssessmentEntry, *seen, void_at=at, void_by=by.name, void_reason=reason):
        raise Stale("这一事项已经撤销，请刷新页面。")
    session.refresh(entry)
    kind = events.CORRECTED if entry.assessment.locked_at else events.TAKEN_BACK
    _tell(session, kind, entry, entry.unit, by=by, at=at, reason=f"撤销：{reason}")


def _tell(
    session: Session, kind: Kind[events.Noted], entry: AssessmentEntry, unit: Unit, *, by: User, at: datetime, reason: str = ""
) -> None:  # fmt: skip
    told = events.Noted(
        entry_id=entry.id, unit_id=entry.unit_id, unit=unit.name, code=entry.code, what=entry.what, value=entry.value,
        evidence=entry.evidence, reason=reason,
    )  # fmt: skip
    audit.record(session, kind, told, subject=entry.assessment_id, by=by, at=at)
