"""An assessment from its scheme to the lock (考核): 自评 locks before 初评, appeals are answered with reasons, then only corrections."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import looks_over, runs
from workflow.office.asof import units_at
from workflow.office.desks import sits_at
from workflow.office.models import User
from workflow.office.notices import tell_each_unit
from workflow.office.words import Role
from workflow.record import audit, timekeeping
from workflow.record.audit import digest
from workflow.record.calendar import after_working_days, day_of, spoken
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotFound, NotInState, Stale
from workflow.record.events import Kind
from workflow.record.swapping import wins
from workflow.record.text import clean_text
from workflow.tasks.models import Task
from workflow.year.assessments import events
from workflow.year.assessments.models import AssessedUnit, Assessment
from workflow.year.assessments.scheme import SchemeFault, read_scheme
from workflow.year.assessments.sheets import Results, results, said
from workflow.year.look_backs.of_ledger import LOCAL
from workflow.year.year_end.closing import heads

TEXT_LIMIT = 2_000
POINTS = re.compile(r"\d{1,3}(?:\.\d{1,2})?")


def sees_assessment(assessment: Assessment, person: User) -> bool:
    """The office and who sees everything look at all of it."""
    return looks_over(assessment.ledger, person) or heads(assessment.ledger, person)


def row_of(assessment: Assessment, person: User) -> AssessedUnit | None:
    """The person's own unit in it."""
    mine = person.roles & {Role.HANDLER, Role.UNIT_HEAD}
    return next((row for row in assessment.units if row.unit_id == person.unit_id and mine), None)


def start_assessment(
    session: Session, ledger: Ledger, text: str, *, due: date, by: User, at: datetime
) -> Assessment:  # fmt: skip
    """Begin to assess the units of a ledger that a scheme is for. Raises SchemeFault for what is wrong with it, Forbidden, Invalid, NotInState."""
    if not runs(ledger, by) or ledger.published_at is None:
        raise Forbidden("考核由发布台账的办公室发起，且台账须已发布。")
    timekeeping.require(session, at)
    scheme = read_scheme(text)
    if scheme.year != ledger.year:
        raise SchemeFault(0, f"写的是 {scheme.year} 年度，所选台账是 {ledger.year} 年度；每个年度用自己的办法。")
    if due < day_of(at):
        raise Invalid("自评截止日期不能早于今天。")
    held = select(Assessment.id).where(Assessment.ledger_id == ledger.id, Assessment.local == scheme.local)
    if session.scalars(held).first() is not None:
        raise NotInState(f"这份台账已经发起过{scheme.kind}的考核，请直接打开。")
    then = units_at(session, at)
    having = session.scalars(select(Task.unit_id).where(Task.ledger_id == ledger.id).distinct()).all()
    chosen = [one.id for one in then.values() if one.id in set(having) and (one.kind in LOCAL) is scheme.local]
    if not chosen:
        raise Invalid(f"这份台账没有承办任务的{scheme.kind}。")
    made = Assessment(ledger=ledger, local=scheme.local, scheme=text, due=due, started_at=at)
    made.units = [AssessedUnit(unit_id=unit_id, own={}) for unit_id in chosen]
    session.add(made)
    session.flush()
    told = events.AssessmentStarted(
        ledger_id=ledger.id, kind=scheme.kind, scheme=hashlib.sha256(text.encode()).hexdigest(), units=len(chosen), due=due
    )  # fmt: skip
    audit.record(session, events.STARTED, told, subject=made.id, by=by, at=at)
    words = f"{ledger.year} 年度政务公开考核已开始，请于{spoken(due)}前自评并由单位负责人确认；得分和依据随时可以查看。"
    tell_each_unit(session, dict.fromkeys(chosen, words), by=by, at=at, ledger_id=ledger.id)
    return made


def save_own(
    session: Session, row: AssessedUnit, own: Mapping[str, str], basis: Mapping[str, str], *, confirm: bool, by: User,
    at: datetime, seen_version: int,
) -> None:  # fmt: skip
    """Keep a unit's own scores; ``confirm`` by a head who did not write them locks them. Raises Forbidden, Invalid, NotInState, Stale."""
    if not {Role.HANDLER, Role.UNIT_HEAD} & by.roles or by.unit_id != row.unit_id:
        raise Forbidden("自评由被考核单位的经办人填写、单位负责人确认。")
    _open_own(row)
    scheme = read_scheme(row.assessment.scheme)
    scored = {leaf.code: leaf for top in scheme.indicators for leaf in top.leaves}
    kept = dict(row.own)
    for code, typed in own.items():
        if code not in scored:
            raise Invalid("自评中有不属于本办法的指标，请刷新页面。")
        points = typed.strip()
        if points and (not POINTS.fullmatch(points) or Fraction(points) > scored[code].full):
            most = f"{float(scored[code].full):g}"
            raise Invalid(
                f"「{scored[code].name}」的自评分应在 0 到 {most} 之间，最多两位小数，「{points[:20]}」不是。"
            )
        kept[code] = [points, clean_text(basis.get(code, kept.get(code, ["", ""])[1]))[:TEXT_LIMIT]]
    changed = kept != row.own
    if confirm and not sits_at(by, Role.UNIT_HEAD, row.unit_id):
        raise Forbidden("自评由单位负责人确认。")
    if confirm and (changed or row.own_by_id in (None, by.id)):
        raise Incomplete("自评须由经办人填写并保存后，再由没有填写过的单位负责人确认。")
    values = (
        {"confirmed_by": by.name, "confirmed_at": at}
        if confirm
        else {"own": kept, "own_by": by.name, "own_by_id": by.id}
    )
    _swap(session, row, seen_version, **values)
    told = events.OwnScores(row_id=row.id, unit_id=row.unit_id, unit=row.unit.name, version=row.version, own=kept)
    kind = events.OWN_CONFIRMED if confirm else events.OWN_SAVED
    audit.record(session, kind, told, subject=row.assessment_id, by=by, at=at)


def _open_own(row: AssessedUnit) -> None:
    if row.confirmed_at is not None:
        raise NotInState(f"自评已由{row.confirmed_by}确认，不能再改。")
    if row.assessment.published_at is not None:
        raise NotInState("初评已经公布，自评不能再改；对初评有意见的，请在期限内申诉。")


def publish_first(session: Session, assessment: Assessment, *, by: User, at: datetime) -> date:
    """Show the first scores; own ones are locked, and appeals may come until the day that is returned. Raises Forbidden, NotInState, Stale."""
    held_by(assessment, by)
    timekeeping.require(session, at)
    waiting = [row for row in assessment.units if row.confirmed_at is None]
    if waiting and day_of(at) <= assessment.due:
        raise NotInState(f"还有 {len(waiting)} 个单位没有确认自评，{spoken(assessment.due)}截止后才能公布初评。")
    until = after_working_days(day_of(at), read_scheme(assessment.scheme).appeal_days)
    fresh = (Assessment.id == assessment.id, Assessment.published_at.is_(None))
    if not wins(session, Assessment, *fresh, published_at=at, appeal_until=until):
        raise Stale("初评已经公布，请刷新页面。")
    session.refresh(assessment, ["published_at", "appeal_until"])
    count = len(assessment.units)
    told = events.FirstScores(until=until, confirmed=count - len(waiting), units=count)
    audit.record(session, events.FIRST, told, subject=assessment.id, by=by, at=at)
    text = f"{assessment.ledger.year} 年度考核初评已公布，有异议的请于{spoken(until)}前申诉。"
    tell_each_unit(
        session,
        dict.fromkeys((r.unit_id for r in assessment.units), text),
        by=by,
        at=at,
        ledger_id=assessment.ledger_id,
    )
    return until


def appeal(session: Session, row: AssessedUnit, text: str, *, by: User, at: datetime, seen_version: int) -> None:
    """Say what is not right about a unit's scores, once, within the days. Raises Forbidden, Invalid, NotInState, Stale."""
    whole = row.assessment
    if not sits_at(by, Role.UNIT_HEAD, row.unit_id):
        raise Forbidden("申诉由被考核单位的负责人提出。")
    until = whole.appeal_until
    if until is None or day_of(at) > until or whole.locked_at is not None:
        raise NotInState("现在不在申诉期内：初评公布后、截止日期前可以申诉。")
    if row.appealed_at is not None:
        raise NotInState("本单位已经申诉过，请等待答复。")
    _swap(session, row, seen_version, appeal=_text(text, "申诉理由"), appealed_by=by.name, appealed_at=at)
    _appealed(session, events.APPEALED, row, row.appeal, by=by, at=at)


def answer_appeal(session: Session, row: AssessedUnit, text: str, *, by: User, at: datetime, seen_version: int) -> None:
    """Answer an appeal with reasons; what is to change is noted beside. Raises Forbidden, Invalid, NotInState, Stale."""
    held_by(row.assessment, by)
    if row.appealed_at is None or row.answered_at is not None:
        raise NotInState("没有待答复的申诉。")
    _swap(session, row, seen_version, answer=_text(text, "答复及理由"), answered_by=by.name, answered_at=at)
    _appealed(session, events.APPEAL_ANSWERED, row, row.answer, by=by, at=at)
    tell_each_unit(
        session,
        {row.unit_id: f"本单位的考核申诉已答复：{row.answer[:120]}"},
        by=by,
        at=at,
        ledger_id=row.assessment.ledger_id,
    )


def shown(found: Results) -> str:
    """What a page of the results shows, as a digest."""
    return digest({sheet.row.unit.name: said(sheet) for sheet in found.sheets})


def require_shown(session: Session, assessment: Assessment, seen: str, *, at: datetime) -> None:
    """Refuse what is decided from results that are no more. Raises Stale."""
    if shown(results(session, assessment, at)) != seen:
        raise Stale("考核得分刚刚有变动，请刷新页面，看过现在的结果再办理。")


def lock(session: Session, assessment: Assessment, *, by: User, at: datetime) -> int:
    """Lock the results, by the head of the office; from then on there are only corrections. Raises Forbidden, NotInState, Incomplete, Stale."""
    may_lock(assessment, by)
    timekeeping.require(session, at)
    if assessment.appeal_until is None or day_of(at) <= assessment.appeal_until:
        raise NotInState("申诉期还没有结束，不能锁定。")
    if left := [row.unit.name for row in assessment.units if row.appealed_at and not row.answered_at]:
        raise NotInState(f"还有申诉没有答复：{'、'.join(left[:8])}。")
    found = results(session, assessment, at)
    missing = [sheet.row.unit.name for sheet in found.sheets if sheet.total is None]
    if missing:
        raise Incomplete(f"还有 {len(missing)} 个单位的得分不完整：{'、'.join(missing[:8])}，请先登记缺少的部分。")
    if not wins(session, Assessment, Assessment.id == assessment.id, Assessment.locked_at.is_(None), locked_at=at, locked_by=by.name):  # fmt: skip
        raise Stale("考核结果已经锁定，请刷新页面。")
    session.refresh(assessment, ["locked_at", "locked_by"])
    told = events.Locked(results={sheet.row.unit.name: said(sheet) for sheet in found.sheets})
    audit.record(session, events.LOCKED, told, subject=assessment.id, by=by, at=at)
    return len(found.sheets)


def may_lock(assessment: Assessment, by: User) -> None:
    """Refuse everybody but the head of the office. Raises Forbidden."""
    if not heads(assessment.ledger, by):
        raise Forbidden("考核结果由台账所属办公室的负责人（该单位的单位负责人或领导岗位）锁定。")


def _text(text: str, what: str) -> str:
    text = clean_text(text)
    if not text or len(text) > TEXT_LIMIT:
        raise Invalid(f"请写明{what}，最多 {TEXT_LIMIT} 字。")
    return text


def _swap(session: Session, row: AssessedUnit, seen_version: int, **values: object) -> None:
    seen = (AssessedUnit.id == row.id, AssessedUnit.version == seen_version)
    if not wins(session, AssessedUnit, *seen, version=seen_version + 1, **values):
        raise Stale("本单位的考核内容刚刚有人改动，请刷新页面后再办理。")
    session.refresh(row)


def _appealed(
    session: Session, kind: Kind[events.Appealed], row: AssessedUnit, text: str, *, by: User, at: datetime
) -> None:
    told = events.Appealed(row_id=row.id, unit_id=row.unit_id, unit=row.unit.name, text=text)
    audit.record(session, kind, told, subject=row.assessment_id, by=by, at=at)


def held_by(assessment: Assessment, by: User) -> None:
    """Only its office goes on. Raises NotFound."""
    if not runs(assessment.ledger, by):
        raise NotFound
