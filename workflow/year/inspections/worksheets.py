"""The worksheet of an inspection (检查底稿): what was seen, confirmed by a second inspector, signed by the unit looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.office.models import User
from workflow.office.words import Role
from workflow.record.calendar import day_of, spoken, spoken_moment
from workflow.record.errors import Invalid
from workflow.record.text import clean_line, clean_text
from workflow.tasks import conditions as c
from workflow.tasks import permissions as p
from workflow.tasks.binding import content_digest
from workflow.tasks.conditions import Attempt
from workflow.tasks.reporting import save_report
from workflow.tasks.steps import Doing, Process, Step
from workflow.tasks.words import Action, Gate, Status
from workflow.year.countersigning import Countersigning, ask_to_sign, why_unsigned
from workflow.year.duties import finish_duty, office_calendar
from workflow.year.inspections.models import Inspection, Worksheet
from workflow.year.inspections.words import Judgement
from workflow.year.look_backs.models import Rectification
from workflow.year.look_backs.rectifying import hand_out
from workflow.year.registering import promise_paper
from workflow.year.words import Method

S, A = Status, Action
TEXT_LIMIT = 2000
LINES = {"place": 300, "category": 60, "clause": 300}
SIGNED = Countersigning("被检查单位")
TOGETHER = frozenset({Method.ON_SITE, Method.UNANNOUNCED})
"""How something is looked at by two people at least."""


@dataclass(frozen=True)
class Seen:
    """What an inspector notes (检查记录)."""

    seen_at: datetime | None
    place: str
    method: Method
    companion_id: int | None
    facts: str
    judgement: Judgement | None
    category: str = ""
    clause: str = ""
    demand: str = ""
    mend_by: date | None = None


def inspectors(session: Session, sheet: Worksheet, person: User) -> list[User]:
    """Who may be the second inspector: others at the desk of the office."""
    seated = select(User).where(User.unit_id == sheet.unit_id, User.active, User.id != person.id).order_by(User.id)
    return [one for one in session.scalars(seated) if Role.OFFICE in one.roles]


def save_worksheet(
    session: Session, sheet: Worksheet, seen: Seen, *, by: User, at: datetime, seen_version: int, key: str = ""
) -> bool:
    """Keep what was seen; approvals are bound to all of it. False where the same was sent before and has been kept.

    Raises Forbidden, NotInState, Stale, Invalid.
    """
    if key and key == sheet.key:
        return False
    kept = _cleaned(session, sheet, seen, by, at)
    save_report(session, sheet, _words(session, sheet, kept), by=by, at=at, seen_version=seen_version)
    for name, value in vars(kept).items():
        setattr(sheet, name, value)
    sheet.key, sheet.inspector = key or sheet.key, by.name
    return True


def _cleaned(session: Session, sheet: Worksheet, seen: Seen, by: User, at: datetime) -> Seen:
    said = {name: clean_line(getattr(seen, name), limit=limit) for name, limit in LINES.items()}
    for name, word in (("facts", "检查事实"), ("demand", "整改要求")):
        said[name] = clean_text(getattr(seen, name))
        if len(said[name]) > TEXT_LIMIT:
            raise Invalid(f"{word}共 {len(said[name])} 字，超过 {TEXT_LIMIT} 字的上限，请精简。")
    if seen.seen_at is not None and not sheet.inspection.started_at <= seen.seen_at <= at:
        raise Invalid("检查时间应在发起检查之后、现在之前，请改正后再保存。")
    others = [one.id for one in inspectors(session, sheet, by)]
    if seen.companion_id is not None and seen.companion_id not in (*others, sheet.companion_id):
        raise Invalid("同行检查人请选择本办公室的另一位人员。")
    return Seen(**{**vars(seen), **said})


def _words(session: Session, sheet: Worksheet, seen: Seen) -> str:
    """Everything that the sheet says, a line each: what the signers are bound to."""
    companion = session.get(User, seen.companion_id) if seen.companion_id else None
    said = {
        "检查时间": spoken_moment(seen.seen_at) if seen.seen_at else "", "地点或网址": seen.place, "检查方法": seen.method.word,
        "同行检查人": companion.name if companion else "", "事实": seen.facts,
        "判断": seen.judgement.word if seen.judgement else "", "问题类别": seen.category, "依据条款": seen.clause,
        "整改要求": seen.demand, "整改时限": spoken(seen.mend_by) if seen.mend_by else "",
    }  # fmt: skip
    return "\n".join(f"{word}：{text}" for word, text in said.items() if text)


def is_whole(attempt: Attempt) -> str:
    """A sheet says when, where, by whom and what was seen; what is wanting says what has to be put right by when."""
    sheet = attempt.case.task
    if not isinstance(sheet, Worksheet):
        return ""
    wanted: dict[str, object] = {
        "检查时间": sheet.seen_at,
        "地点或网址": sheet.place,
        "检查事实": sheet.facts,
        "判断": sheet.judgement,
    }
    if sheet.method in TOGETHER:
        wanted["同行检查人（现场检查、暗访不少于两人）"] = sheet.companion_id
    if sheet.judgement is not None and sheet.judgement.fails:
        wanted |= {
            "问题类别": sheet.category,
            "依据条款": sheet.clause,
            "整改要求": sheet.demand,
            "整改时限": sheet.mend_by,
        }
    missing = [word for word, said in wanted.items() if not said]
    if missing:
        return f"还没有填写{'、'.join(missing)}，请补全后再送复核。"
    late = sheet.mend_by is not None and attempt.at is not None and sheet.mend_by < day_of(attempt.at)
    return "整改时限不能早于今天，请改正后再送复核。" if late else ""


def _follow(doing: Doing) -> None:
    """The unit is told when its signature is waited for; a finished sheet is sealed, and what it found is handed out."""
    sheet, status = doing.task, doing.task.status
    if not isinstance(sheet, Worksheet):
        return
    ask_to_sign(doing, sheet.checked_id, sheet.about)
    if status is not S.CLOSED:
        return
    sheet.unsigned = why_unsigned(doing) or sheet.unsigned
    promise_paper(doing.session, sheet, "worksheet", by=doing.by, at=doing.at)
    if sheet.judgement is not None and sheet.judgement.fails:
        _call_for(doing, sheet)
    _carried_out(doing, sheet.inspection)


def _carried_out(doing: Doing, begun: Inspection) -> None:
    """With its last sheet an inspection has done its duty of the office's calendar."""
    if any(one.status is not S.CLOSED for one in begun.sheets):
        return
    open_still = [one for one in office_calendar(doing.session, begun.ledger) if one.key == begun.duty and not one.done]
    failing = sum(one.judgement is not None and one.judgement.fails for one in begun.sheets)
    note = f"检查底稿 {len(begun.sheets)} 份全部定稿，发现问题 {failing} 项。"
    if open_still:
        finish_duty(doing.session, begun.ledger, begun.duty, note, by=doing.by, at=doing.at)


def _call_for(doing: Doing, sheet: Worksheet) -> None:
    due = max(sheet.mend_by or day_of(doing.at), day_of(doing.at))
    matter = Rectification(
        worksheet=sheet, problem=sheet.facts, measure=sheet.demand, ledger_id=sheet.ledger_id, ledger=sheet.ledger,
        unit_id=sheet.checked_id, unit=sheet.checked, due=due, due_reason="检查底稿确定的整改时限",
        content_digest=content_digest("", []), opened_at=doing.at,
    )  # fmt: skip
    hand_out(doing.session, matter, f"检查发现{sheet.category or '问题'}", by=doing.by, at=doing.at)


WORKSHEET = Process(
    "worksheet",
    (
        Step(A.SUBMIT, (S.ASSIGNED,), S.DRAFTED, p.is_handler, (is_whole,)),
        Step(A.APPROVE, (S.DRAFTED,), S.UNIT_APPROVED, p.is_unit_signer, c.SIGNING, gate=Gate.UNIT),
        Step(A.VERIFY, (S.UNIT_APPROVED,), S.LEAD_VERIFIED, p.is_lead_signer, c.SIGNING, gate=Gate.LEAD),
        Step(
            A.CLOSE, (S.LEAD_VERIFIED,), S.CLOSED, p.is_handler, (c.signoffs_bind_content, c.evidence_intact),
        ),
        Step(
            A.CLOSE, (S.UNIT_APPROVED,), S.CLOSED, p.is_handler,
            (SIGNED.time_to_sign, SIGNED.says_why_unsigned, c.signoffs_bind_content, c.evidence_intact), asks_opinion=True,
        ),
        Step(
            A.SEND_BACK, (S.DRAFTED, S.UNIT_APPROVED), S.ASSIGNED, p.is_next_signer, (c.has_opinion,),
            asks_opinion=True, starts_round=True,
        ),
        Step(A.WITHDRAW, (S.DRAFTED,), S.ASSIGNED, p.is_handler, (), starts_round=True),
    ),
    said={
        A.SUBMIT: "已送复核，请另一位检查人核对。", A.APPROVE: "已复核，送被检查单位负责人签认。",
        A.VERIFY: "已签认，请办公室定稿。", A.CLOSE: "已定稿，正在盖章；发现的问题已下发整改。", A.SEND_BACK: "已退回检查人。",
        A.WITHDRAW: "已撤回，可以修改。",
    },
    words={
        S.ASSIGNED: "待检查", S.DRAFTED: "待复核", S.UNIT_APPROVED: "待单位签认", S.LEAD_VERIFIED: "待定稿", S.CLOSED: "已定稿",
        A.SUBMIT: "送复核", A.APPROVE: "复核", A.VERIFY: "签认", A.CLOSE: "定稿", A.SEND_BACK: "退回", A.WITHDRAW: "撤回",
    },
    follows=_follow,
)  # fmt: skip
