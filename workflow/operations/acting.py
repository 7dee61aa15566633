"""The only road to a new status (办理): ``act``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow import audit, outbox
from workflow.conditions import OPINION_LIMIT, Attempt, EvidenceCheck
from workflow.errors import Forbidden, Incomplete, Invalid, Stale
from workflow.models import AuditEvent, Packet, Signoff, Task, User
from workflow.operations.notices import tell_units
from workflow.operations.seating import await_next, take_seats
from workflow.process import Step, gate_at, gate_satisfied, refusals, step_for
from workflow.roles import Case, Chair, Turn, awaited, case_of, chair_of
from workflow.text import clean_text
from workflow.vocabulary import Action, Decision, PacketState, Role, Status


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
) -> Outcome:
    """Take one step for one task, in the caller's transaction, which the caller commits.

    Always in this order: stale? → may you? → is it complete? → sign-off → is the gate satisfied? → new status →
    audit event → outbox. Raises Stale, NotInState, Forbidden, Incomplete or Invalid; then nothing has happened.
    """
    if task.version != seen_version:
        return _replay_or_refuse(session, task, action, by=by, seen_version=seen_version)
    case = case_of(session, task, at)
    step = step_for(task.status, action)
    if not step.who(case, by):
        raise Forbidden(f"您不能{action.word}此件：这一步由其他岗位办理。")
    opinion = _clean_opinion(opinion)
    missing = refusals(step, Attempt(case, by, opinion, checked))
    if missing:
        raise Incomplete(" ".join(missing))
    chair = chair_of(case, by)
    passed = gate_satisfied(step, case, chair.seat if chair else None)
    before, after = task.status, step.to if passed else task.status
    _compare_and_swap(session, task, step, after, by=by, at=at)
    event = _record(session, task, step, before, chair, by=by, at=at, opinion=opinion)
    _sign(session, case, step, before, chair, by=by, at=at, opinion=opinion, seq=event.seq)
    _follow_up(session, task, step, chair, by=by, at=at, opinion=opinion)
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
    raise Stale(f"此件已由{task.last_actor or '他人'}处理，请刷新页面查看最新情况后再办理。")


def _clean_opinion(opinion: str) -> str:
    if len(opinion) > OPINION_LIMIT:
        raise Invalid(f"意见共 {len(opinion)} 字，超过 {OPINION_LIMIT} 字的上限，请精简。")
    return clean_text(opinion)


def _compare_and_swap(session: Session, task: Task, step: Step, after: Status, *, by: User, at: datetime) -> None:
    """The database decides the winner: one row still in the state that was seen, or Stale."""
    values: dict[str, Any] = {
        "status": after,
        "version": task.version + 1,
        "last_actor": by.name,
        "closed_at": at if after is Status.CLOSED else None,
    }
    if step.starts_round:
        values["round"] = task.round + 1
    if step.action is Action.SUBMIT:
        values["received_at"] = task.received_at or at  # who reports has taken note
    seen = (Task.id == task.id, Task.status == task.status, Task.version == task.version)
    won = session.execute(update(Task).where(*seen).values(**values), execution_options={"synchronize_session": False})
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(f"此件已由{task.last_actor or '他人'}处理，请刷新页面查看最新情况后再办理。")


def _record(
    session: Session,
    task: Task,
    step: Step,
    before: Status,
    chair: Chair | None,
    *,
    by: User,
    at: datetime,
    opinion: str,
) -> AuditEvent:
    acted_round = task.round
    session.refresh(task)
    data = {
        "from": before.value,
        "to": task.status.value,
        "round": task.round,
        "acted_in_round": acted_round,
        "version": task.version,
        "content_digest": task.content_digest,
        "unit": by.unit.name,
        "gate": step.gate.value if step.gate else None,
        "opinion": opinion,
    }
    if chair is not None and chair.standing_in is not None:
        data["for"] = {
            "name": chair.standing_in.principal.name,
            "until": chair.standing_in.ends.isoformat(),
            "delegation_id": chair.standing_in.id,
        }
    return audit.record(session, f"task.{step.action.value}", by=by, at=at, data=data, task_id=task.id)


def _sign(
    session: Session,
    case: Case,
    step: Step,
    before: Status,
    chair: Chair | None,
    *,
    by: User,
    at: datetime,
    opinion: str,
    seq: int,
) -> None:
    """Write the decision; where the task goes backwards, mark the round's earlier ones void but keep them."""
    task = case.task
    acted_round = task.round - 1 if step.starts_round else task.round
    gate, decision = step.gate, Decision.PASSED
    if step.action is Action.SEND_BACK:
        gate, decision = gate_at(before), Decision.RETURNED
    if step.starts_round:
        for earlier in case.signoffs:
            earlier.void_at, earlier.void_reason = at, f"{by.name}{step.action.word}"
    if gate is not None:
        signoff = _signoff(task, chair, by, at=at, opinion=opinion)
        signoff.round, signoff.gate, signoff.decision, signoff.event_seq = acted_round, gate, decision, seq
        session.add(signoff)
        session.flush()
        if chair is not None and decision is Decision.PASSED:
            chair.seat.signoff_id = signoff.id
    session.flush()
    session.expire(task, ["signoffs"])


def _signoff(task: Task, chair: Chair | None, by: User, *, at: datetime, opinion: str) -> Signoff:
    """Who signs what, bound to the content as it is; gate, round and decision are the step's."""
    standing_in = chair.standing_in if chair else None
    return Signoff(
        task_id=task.id,
        user_id=by.id,
        user_name=by.name,
        unit_id=chair.seat.unit_id if chair else by.unit_id,
        unit_name=by.unit.name,
        opinion=opinion,
        principal_id=standing_in.principal_id if standing_in else None,
        principal_name=standing_in.principal.name if standing_in else "",
        deputy_until=standing_in.ends if standing_in else None,
        content_digest=task.content_digest,
        at=at,
    )


def _follow_up(
    session: Session, task: Task, step: Step, chair: Chair | None, *, by: User, at: datetime, opinion: str
) -> None:
    gate = gate_at(task.status)
    if gate is not None:
        take_seats(session, case_of(session, task), gate)
    case = case_of(session, task)
    await_next(session, case, at=at)
    name = f"「{task.item.number} {task.item.text[:40]}」（{task.unit.name}）"
    said = f"：{opinion[:120]}" if opinion else ""
    told = awaited(case) or (Turn(task.unit_id, Role.HANDLER), Turn(task.unit_id, Role.UNIT_HEAD))
    tell_units(session, told, f"{by.unit.name} {by.name}{step.action.word}{name}{said}", at=at, task=task)
    if step.starts_round:
        _retire_packet(session, task, superseded=step.action is Action.REOPEN)
    elif step.gate is not None and chair is not None:
        key = f"packet:{task.id}:{task.round}:{step.gate.value}:{chair.seat.id}"
        outbox.promise(session, "packet", key, {"task_id": task.id, "round": task.round}, at=at)


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
        Action.WITHDRAW: "已撤回。",
        Action.REOPEN: "已重启，退回责任单位重新办理；原证据包保留。",
    }
    return done[step.action]
