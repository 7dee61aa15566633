"""The only road to a new status (办理): ``act``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.office.desks import Turn
from workflow.office.models import User
from workflow.office.notices import tell_units
from workflow.office.words import Role
from workflow.record import audit, timekeeping
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotFound
from workflow.record.models import AuditEvent
from workflow.record.text import clean_line, clean_text
from workflow.tasks import events
from workflow.tasks.case import Case, awaited, case_of, chair_of, signed_anew
from workflow.tasks.conditions import OPINION_LIMIT, Attempt, EvidenceCheck
from workflow.tasks.holding import hold, standing, swap, too_late
from workflow.tasks.models import Matter
from workflow.tasks.seating import await_next, take_seats
from workflow.tasks.signing_off import paper_chair, sign, write
from workflow.tasks.steps import Doing, Paper, gate_satisfied, process_of, refusals
from workflow.tasks.words import Action, Defect, Status


@dataclass(frozen=True)
class Outcome:
    """What an action did (办理结果)."""

    task_id: int
    status: Status
    version: int
    sentence: str
    replayed: bool = False
    """True if the very same action had been taken already: a double click, answered alike."""


def act(
    session: Session,
    task: Matter,
    action: Action,
    *,
    by: User,
    at: datetime,
    seen_version: int,
    opinion: str = "",
    checked: EvidenceCheck | None = None,
    paper: Paper | None = None,
    defects: Mapping[int, Defect] | None = None,
    known: Case | None = None,
) -> Outcome:
    """Take one step for one matter, in the caller's transaction, which the caller commits.

    Always in this order: stale? → may you? → is it complete? → sign-off → is the gate satisfied? → new status →
    audit event → outbox; none of it while the clock is behind (ClockBehind). ``paper`` registers what somebody signed on paper; ``defects`` says of pieces of evidence what
    is wrong with them, on a return; ``known`` is the case where this transaction has just read it. Raises Stale, NotInState, Forbidden, Incomplete or Invalid; then nothing has happened.
    """
    hold(session, task)
    if task.version != seen_version:
        return _replay_or_refuse(session, task, action, by=by, seen_version=seen_version)
    case = case_of(session, task, at, known=known)
    timekeeping.require(session, at, known=case.clock)
    step = (process := process_of(task)).step_for(task.status, action)
    chair = paper_chair(case, step, paper, by) if paper else chair_of(case, by)
    if not (paper or step.who(case, by)):
        raise Forbidden(f"您不能{process.word(action)}此件：这一步由其他岗位办理。")
    opinion = _clean_opinion(opinion)
    if missing := refusals(step, Attempt(case, by, opinion, checked, at)):
        raise Incomplete(" ".join(missing))
    passed = gate_satisfied(step, case, chair.seat if chair else None)
    doing = Doing(session, process, case, step, chair, by, at, opinion, task.status, task.round, paper, defects or {})
    _check_defects(doing)
    if not swap(session, task, by=by, seen_version=seen_version, **_changes(doing, step.to if passed else task.status)):
        return _replay_or_refuse(session, task, action, by=by, seen_version=seen_version)
    _write(doing)
    return Outcome(task.id, task.status, task.version, _sentence(doing, passed=passed))


def _replay_or_refuse(session: Session, task: Matter, action: Action, *, by: User, seen_version: int) -> Outcome:
    """Somebody was faster: a second click of the same person gets the first one's answer; anybody else learns who it was."""
    kind = process_of(task).event(action)
    steps = {process_of(task).event(one.action).name for one in process_of(task).steps}
    mine = (AuditEvent.subject == kind.numbered(task.id), AuditEvent.kind.in_(steps))  # not what followed from a step
    last = session.scalars(select(AuditEvent).where(*mine).order_by(AuditEvent.seq.desc()).limit(1)).first()
    same = last is not None and last.actor_id == by.id and last.kind == kind.name
    if same and task.version == seen_version + 1:
        return Outcome(task.id, task.status, task.version, "已经办理，无需重复操作。", replayed=True)
    raise too_late(task)


def _clean_opinion(opinion: str) -> str:
    if len(opinion) > OPINION_LIMIT:
        raise Invalid(f"意见共 {len(opinion)} 字，超过 {OPINION_LIMIT} 字的上限，请精简。")
    return clean_text(opinion)


def _check_defects(doing: Doing) -> None:
    """Only a return finds fault, and only with evidence that lies before the signer."""
    if doing.defects and not (doing.step.starts_round and doing.step.asks_opinion):
        raise Invalid("只有退回时可以标注材料问题。")
    if not set(doing.defects) <= {piece.id for piece in doing.task.live_evidence}:
        raise NotFound


def _changes(doing: Doing, after: Status) -> dict[str, Any]:
    """What the step makes of the task's row."""
    task, step = doing.task, doing.step
    values: dict[str, Any] = {"status": after, "closed_at": doing.at if after is Status.CLOSED else None}
    if step.starts_round:
        values["round"] = task.round + 1
    if step.action is Action.SUBMIT:
        values["received_at"] = task.received_at or doing.at  # who reports has taken note
    return values


def _write(doing: Doing) -> None:
    """What was decided and what follows; the event late, since whoever records next waits from there until this is committed."""
    signoff, case = sign(doing), _pass_on(doing)
    event = _record(doing)
    if signoff is not None:
        write(doing, signoff, seq=event.seq)
    doing.process.follows(replace(doing, case=case))


def _record(doing: Doing) -> AuditEvent:
    task, chair = doing.task, doing.chair
    told = events.Act(
        **standing(task),
        before=doing.before,
        to=task.status,
        acted_in_round=doing.acted_round,
        unit=doing.by.unit.name,
        gate=doing.step.gate,
        unit_id=chair.seat.unit_id if chair else doing.by.unit_id,
        opinion=doing.opinion,
        **_besides(doing),
    )
    return audit.record(
        doing.session, doing.process.event(doing.step.action), told, subject=task.id, by=doing.by, at=doing.at,
        after=doing.case.head,
    )  # fmt: skip


def _besides(doing: Doing) -> dict[str, Any]:
    """What only some steps say: for whom, on what paper, what is wrong with which evidence."""
    more: dict[str, Any] = {}
    if doing.chair is not None and doing.chair.standing_in is not None:
        given = doing.chair.standing_in
        more["standing_in"] = events.Proxy(
            name=given.principal.name, until=given.ends, delegation_id=given.id, user_id=given.principal_id
        )
    if doing.paper is not None:
        signer = clean_line(doing.paper.signer, limit=64)
        more["paper"] = events.OnPaper(signer=signer, sha256=doing.paper.sha256)
    if doing.defects:
        pieces = [piece for piece in doing.task.live_evidence if piece.id in doing.defects]
        more["defects"] = [
            events.Flaw(evidence_id=piece.id, name=piece.name, code=doing.defects[piece.id]) for piece in pieces
        ]
    return more


def _pass_on(doing: Doing) -> Case:
    """What the new status calls for: seats at the next gate, whose turn it is, and messages; returns the case with them."""
    session, task, by, at, process = doing.session, doing.task, doing.by, doing.at, doing.process
    case = signed_anew(session, doing.case, round_begun=doing.step.starts_round)
    case = take_seats(session, case, process.gate_at(task.status))
    await_next(session, case, at=at)
    verb = process.word(doing.step.action)
    said = f"：{doing.opinion[:120]}" if doing.opinion else ""
    told = awaited(case) or (Turn(task.unit_id, task.desk), Turn(task.unit_id, Role.UNIT_HEAD))
    tell_units(session, told, f"{by.unit.name} {by.name}{verb}{task.name}{said}", by=by, at=at, task=task)
    return case


def _sentence(doing: Doing, *, passed: bool) -> str:
    word = doing.process.word(doing.step.action)
    return doing.process.said.get(doing.step.action, f"已{word}。") if passed else f"已{word}，等待其他人签批。"
