"""The only road to a new status (办理): ``act``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.office.desks import Turn
from workflow.office.models import User
from workflow.office.notices import tell_units
from workflow.office.words import Role
from workflow.record import audit, outbox, timekeeping
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotFound
from workflow.record.jobs import PACKET, OfRound
from workflow.record.models import AuditEvent
from workflow.record.text import clean_line, clean_text
from workflow.tasks.case import awaited, case_of, chair_of, signed_anew
from workflow.tasks.conditions import OPINION_LIMIT, Attempt, EvidenceCheck
from workflow.tasks.holding import hold, swap, too_late
from workflow.tasks.models import Packet, Task
from workflow.tasks.process import Step, gate_at, gate_satisfied, refusals, step_for
from workflow.tasks.requesting import settle_request
from workflow.tasks.rulings import Ruling
from workflow.tasks.seating import await_next, take_seats
from workflow.tasks.signing_off import Doing, Paper, paper_chair, sign
from workflow.tasks.words import Action, Defect, Gate, PacketState, RequestKind, Status


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
    task: Task,
    action: Action,
    *,
    by: User,
    at: datetime,
    seen_version: int,
    opinion: str = "",
    checked: EvidenceCheck | None = None,
    paper: Paper | None = None,
    defects: Mapping[int, Defect] | None = None,
) -> Outcome:
    """Take one step for one task, in the caller's transaction, which the caller commits.

    Always in this order: stale? → may you? → is it complete? → sign-off → is the gate satisfied? → new status →
    audit event → outbox; none of it while the clock is behind (ClockBehind). ``paper`` registers what somebody signed on paper; ``defects`` says of pieces of evidence what
    is wrong with them, on a return. Raises Stale, NotInState, Forbidden, Incomplete or Invalid; then nothing has happened.
    """
    hold(session, task)
    if task.version != seen_version:
        return _replay_or_refuse(session, task, action, by=by, seen_version=seen_version)
    timekeeping.require(session, at)
    case = case_of(session, task, at)
    step = step_for(task.status, action)
    chair = paper_chair(case, step, paper, by) if paper else chair_of(case, by)
    if not (paper or step.who(case, by)):
        raise Forbidden(f"您不能{action.word}此件：这一步由其他岗位办理。")
    opinion = _clean_opinion(opinion)
    if missing := refusals(step, Attempt(case, by, opinion, checked)):
        raise Incomplete(" ".join(missing))
    passed = gate_satisfied(step, case, chair.seat if chair else None)
    doing = Doing(session, case, step, chair, by, at, opinion, task.status, task.round, paper, defects or {})
    _check_defects(doing)
    if not swap(session, task, by=by, seen_version=seen_version, **_changes(doing, step.to if passed else task.status)):
        # somebody was faster, perhaps this very person's other click
        return _replay_or_refuse(session, task, action, by=by, seen_version=seen_version)
    sign(doing, seq=_record(doing).seq)
    _follow_up(doing)
    return Outcome(task.id, task.status, task.version, _sentence(step, passed))


def _replay_or_refuse(session: Session, task: Task, action: Action, *, by: User, seen_version: int) -> Outcome:
    """A second click of the same person gets the first one's answer; anybody else learns who was faster."""
    last = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.task_id == task.id, AuditEvent.kind.startswith("task."))  # not the packet's own events
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    ).first()
    same = last is not None and last.actor_id == by.id and last.kind == f"task.{action.value}"
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


def _record(doing: Doing) -> AuditEvent:
    task, chair = doing.task, doing.chair
    data: dict[str, Any] = {
        "from": doing.before.value,
        "to": task.status.value,
        "round": task.round,
        "acted_in_round": doing.acted_round,
        "version": task.version,
        "content_digest": task.content_digest,
        "unit": doing.by.unit.name,
        "gate": doing.step.gate.value if doing.step.gate else None,
        "unit_id": chair.seat.unit_id if chair else doing.by.unit_id,
        "opinion": doing.opinion,
    }
    if chair is not None and chair.standing_in is not None:
        given = chair.standing_in
        data["for"] = {
            "name": given.principal.name,
            "until": given.ends.isoformat(),
            "delegation_id": given.id,
            "user_id": given.principal_id,
        }
    if doing.paper is not None:
        data["paper"] = {"signer": clean_line(doing.paper.signer, limit=64), "sha256": doing.paper.sha256}
    if doing.defects:
        pieces = [piece for piece in task.live_evidence if piece.id in doing.defects]
        data["defects"] = [
            {"evidence_id": piece.id, "name": piece.name, "code": doing.defects[piece.id].value} for piece in pieces
        ]
    kind = f"task.{doing.step.action.value}"
    return audit.record(doing.session, kind, by=doing.by, at=doing.at, data=data, task_id=task.id)


def _follow_up(doing: Doing) -> None:
    """What the new status calls for: seats at the next gate, whose turn it is, messages, packets, settled requests."""
    session, task, step, by, at = doing.session, doing.task, doing.step, doing.by, doing.at
    case = take_seats(session, signed_anew(session, doing.case), gate_at(task.status))
    await_next(session, case, at=at)
    name = f"「{task.item.number} {task.item.text[:40]}」（{task.unit.name}）"
    said = f"：{doing.opinion[:120]}" if doing.opinion else ""
    told = awaited(case) or (Turn(task.unit_id, Role.HANDLER), Turn(task.unit_id, Role.UNIT_HEAD))
    tell_units(session, told, f"{by.unit.name} {by.name}{step.action.word}{name}{said}", at=at, task=task)
    if step.starts_round:
        _retire_packet(session, task, superseded=step.action is Action.REOPEN)
    if step.gate is not None and doing.chair is not None:
        _promise_packet(doing, f"{step.gate.value}:{doing.chair.seat.id}")
    if step.starts_round and case.passed(Gate.UNIT):
        _promise_packet(doing, "again")  # the unit's approval stands: its packet is printed anew for this round
    for asked in case.requests:
        if step.action is Action.REOPEN and asked.kind is RequestKind.REOPENING:
            settle_request(session, asked, granted=True, ruling=Ruling(by, at, doing.opinion))


def _promise_packet(doing: Doing, step: str) -> None:
    task = doing.task
    key = f"packet:{task.id}:{task.round}:{step}"
    outbox.promise(doing.session, PACKET, key, OfRound(task.id, task.round), at=doing.at)


def _retire_packet(session: Session, task: Task, *, superseded: bool) -> None:
    state = PacketState.SUPERSEDED if superseded else PacketState.VOID
    standing = (PacketState.OPEN, PacketState.COMPLETE)
    session.execute(update(Packet).where(Packet.task_id == task.id, Packet.state.in_(standing)).values(state=state))


def _sentence(step: Step, passed: bool) -> str:
    if not passed:
        return f"已{step.action.word}，等待其他人签批。"
    done = {
        Action.SUBMIT: "已提交，等待单位负责人审核。",
        Action.APPROVE: "已审核通过，送牵头单位核验。",
        Action.VERIFY: "已核验通过，送办公室办结。",
        Action.CLOSE: "已办结（销号），正在生成证据包。",
        Action.SEND_BACK: "已退回经办人。",
        Action.STEP_BACK: "已退回上一环节。",
        Action.WITHDRAW: "已撤回。",
        Action.REOPEN: "已重启，退回责任单位重新办理；原证据包保留。",
    }
    return done.get(step.action, f"已{step.action.word}。")
