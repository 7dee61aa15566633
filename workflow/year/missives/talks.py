"""Talks with a unit (约谈): called by a person's decision after a letter, recorded, signed by the unit's head, sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow.ledgers.permissions import runs
from workflow.office.models import User
from workflow.record import audit, timekeeping
from workflow.record.asof import last_by
from workflow.record.calendar import after_working_days, day_of, spoken, spoken_moment
from workflow.record.errors import Forbidden, Invalid, NotInState
from workflow.record.models import AuditEvent
from workflow.record.text import clean_line, clean_text
from workflow.tasks import conditions as c
from workflow.tasks import permissions as p
from workflow.tasks.binding import content_digest
from workflow.tasks.case import case_of
from workflow.tasks.conditions import Attempt
from workflow.tasks.holding import hold
from workflow.tasks.reporting import save_report
from workflow.tasks.seating import await_next
from workflow.tasks.steps import Doing, Process, Step
from workflow.tasks.words import Action, Gate, Status
from workflow.year.countersigning import Countersigning, ask_to_sign, why_unsigned
from workflow.year.inspections.facts import WorksheetFacts
from workflow.year.look_backs.starting import born
from workflow.year.missives.events import TALKS
from workflow.year.missives.letters import grounds
from workflow.year.missives.models import Letter
from workflow.year.missives.talk_models import Talk
from workflow.year.registering import promise_paper

S, A = Status, Action
TEXT_LIMIT, DAYS = 4000, 5
SIGNED = Countersigning("被约谈单位")
LINES = {"place": 200, "convener": 200, "attendees": 500}
WORDS = {
    "held_at": "约谈时间", "place": "约谈地点", "convener": "约谈人", "attendees": "被约谈人和参加人员", "grounds": "约谈事由和依据",
    "minutes": "约谈纪要", "demand": "整改要求", "mend_by": "整改时限",
}  # fmt: skip
"""What a record says, in the order of the paper; the last two are not asked of every talk."""
MUST = tuple(WORDS)[:-2]


@dataclass(frozen=True)
class Said:
    """What the office writes of a talk (约谈内容)."""

    held_at: datetime | None
    place: str
    convener: str
    attendees: str
    grounds: str
    minutes: str
    demand: str = ""
    mend_by: date | None = None


def begin_talk(session: Session, letter: Letter, *, by: User, at: datetime) -> Talk:
    """Lay out the record of a talk that a person has decided on, after an issued letter; one that is still open is the talk. Raises Forbidden, NotInState."""
    hold(session, letter)
    if not runs(letter.ledger, by):
        raise Forbidden("约谈由印发函件的办公室组织。")
    timekeeping.require(session, at)
    if letter.issued_at is None or letter.revoked:
        raise NotInState("函件印发后、没有撤回的，才能据此约谈。")
    if begun := next((one for one in letter.talks if one.status is not S.CLOSED), None):
        return begun
    unit, due = letter.units[0].unit, after_working_days(day_of(at), DAYS)
    why = grounds(letter, at)
    talk = Talk(
        letter=letter, talked=unit, ledger_id=letter.ledger_id, ledger=letter.ledger, unit_id=by.unit_id, unit=by.unit,
        due=due, due_reason=f"约谈和记录的完成日期：{spoken(due)}。", content_digest=content_digest("", []), opened_at=at,
        grounds=f"我办已印发{letter.about}。{why}",
    )  # fmt: skip
    session.add(talk)
    session.flush()
    audit.record(session, TALKS["assigned"], born(talk), subject=talk.id, by=by, at=at)
    await_next(session, case_of(session, talk, at), at=at)
    return talk


def save_talk(session: Session, talk: Talk, said: Said, *, by: User, at: datetime, seen_version: int) -> None:
    """Keep what the office writes; the signatures are bound to all of it. Raises Forbidden, NotInState, Stale, Invalid."""
    kept = {name: clean_line(getattr(said, name), limit=limit) for name, limit in LINES.items()}
    kept |= {name: clean_text(getattr(said, name)) for name in ("grounds", "minutes", "demand")}
    long = next((name for name, text in kept.items() if len(text) > TEXT_LIMIT), None)
    if long:
        raise Invalid(f"{WORDS[long]}超过 {TEXT_LIMIT} 字的上限，请精简。")
    if said.held_at is not None and said.held_at > at:
        raise Invalid("约谈时间不能晚于现在：约谈之后再写记录。")
    values = vars(said) | kept
    words = "\n".join(f"{word}：{text}" for word, text in _texts(values) if text)
    save_report(session, talk, words, by=by, at=at, seen_version=seen_version)
    for name, value in values.items():
        setattr(talk, name, value)


def _texts(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    shown: dict[str, Callable[[Any], str]] = {"held_at": spoken_moment, "mend_by": spoken}
    return [(word, shown.get(name, str)(values[name]) if values[name] else "") for name, word in WORDS.items()]


def is_whole(attempt: Attempt) -> str:
    """A record says when, where, who with whom, why, and what was said; what is demanded has its day."""
    talk = attempt.case.task
    if not isinstance(talk, Talk):
        return ""
    missing = [WORDS[name] for name in MUST if not getattr(talk, name)]
    if talk.demand and talk.mend_by is None:
        missing.append(WORDS["mend_by"])
    return f"还没有填写{'、'.join(missing)}，请补全后再送复核。" if missing else ""


def _follow(doing: Doing) -> None:
    """The unit is told when its signature is waited for; a finished record is sealed."""
    talk = doing.task
    if not isinstance(talk, Talk):
        return
    ask_to_sign(doing, talk.talked_id, f"{talk.about}的记录")
    if talk.status is S.CLOSED:
        talk.unsigned = why_unsigned(doing) or talk.unsigned
        promise_paper(doing.session, talk, "talk", by=doing.by, at=doing.at)


TALK = Process(
    "talk",
    (
        Step(A.SUBMIT, (S.ASSIGNED,), S.DRAFTED, p.is_handler, (is_whole,)),
        Step(A.APPROVE, (S.DRAFTED,), S.UNIT_APPROVED, p.is_unit_signer, c.SIGNING, gate=Gate.UNIT),
        Step(A.VERIFY, (S.UNIT_APPROVED,), S.LEAD_VERIFIED, p.is_lead_signer, c.SIGNING, gate=Gate.LEAD),
        Step(A.CLOSE, (S.LEAD_VERIFIED,), S.CLOSED, p.is_handler, (c.signoffs_bind_content,)),
        Step(
            A.CLOSE, (S.UNIT_APPROVED,), S.CLOSED, p.is_handler, (SIGNED.time_to_sign, SIGNED.says_why_unsigned, c.signoffs_bind_content),
            asks_opinion=True,
        ),
        Step(
            A.SEND_BACK, (S.DRAFTED, S.UNIT_APPROVED), S.ASSIGNED, p.is_next_signer, (c.has_opinion,),
            asks_opinion=True, starts_round=True,
        ),
        Step(A.WITHDRAW, (S.DRAFTED,), S.ASSIGNED, p.is_handler, (), starts_round=True),
    ),
    said={
        A.SUBMIT: "已送复核，请办公室另一位人员核对。", A.APPROVE: "已复核，送被约谈单位负责人签认。", A.VERIFY: "已签认，请办公室定稿。",
        A.CLOSE: "已定稿，正在盖章。", A.SEND_BACK: "已退回记录人。", A.WITHDRAW: "已撤回，可以修改。",
    },
    words={
        S.ASSIGNED: "待约谈、记录", S.DRAFTED: "待复核", S.UNIT_APPROVED: "待单位签认", S.LEAD_VERIFIED: "待定稿", S.CLOSED: "已定稿",
        A.SUBMIT: "送复核", A.APPROVE: "复核", A.VERIFY: "签认", A.CLOSE: "定稿", A.SEND_BACK: "退回", A.WITHDRAW: "撤回",
    },
    follows=_follow,
)  # fmt: skip


def view_of(talk: Talk) -> str:
    """What the unit said and who signed, or why nobody did."""
    given = next((s for s in reversed(talk.signoffs) if s.gate is Gate.LEAD and s.void_at is None), None)
    if given is not None:
        return f"{given.opinion or '无不同意见'}（{given.unit_name} {given.signer}，{spoken(day_of(given.at))}）"
    return f"未签认：{talk.unsigned}" if talk.unsigned else ""


def talk_paper(session: Session, talk_id: int, /, *, as_of: datetime) -> WorksheetFacts | None:
    """What the sealed record says; nothing of it changes any more. None before it is finished."""
    talk, last = session.get_one(Talk, talk_id), last_by(session, as_of)
    if talk.status is not S.CLOSED:
        return None
    said = _texts({name: getattr(talk, name) for name in WORDS})
    head = (("被约谈单位", talk.talked.name), ("来源", talk.letter.about))
    return WorksheetFacts(
        title="约谈记录", office=talk.unit.name, year=day_of(as_of).year, as_of=as_of, head_seq=last,
        head_hash=session.get_one(AuditEvent, last).hash, lines=(*head, *said, ("被约谈单位意见与签认", view_of(talk))), files=(),
    )  # fmt: skip
