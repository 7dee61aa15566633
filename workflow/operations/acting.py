"""The only road to a new status (办理): ``act``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow import audit, outbox
from workflow.conditions import OPINION_LIMIT, Attempt, EvidenceCheck
from workflow.errors import Forbidden, Incomplete, Invalid, NotFound, Stale
from workflow.models import AuditEvent, Packet, Signoff, Task, Unit, User
from workflow.operations.notices import tell_units
from workflow.operations.requesting import settle_request
from workflow.operations.rulings import Ruling
from workflow.operations.seating import await_next, take_seats
from workflow.permissions import registers_paper
from workflow.process import Step, gate_at, gate_satisfied, refusals, step_for
from workflow.roles import Case, Chair, Turn, awaited, case_of, chair_of
from workflow.seats import open_seats
from workflow.text import clean_line, clean_text
from workflow.vocabulary import Action, Decision, Defect, Gate, PacketState, RequestKind, Role, Status


@dataclass(frozen=True)
class Outcome:
    """What an action did (办理结果)."""

    task_id: int
    status: Status
    version: int
    sentence: str
    replayed: bool = False
    """True if the very same action had been taken already: a double click, answered alike."""


@dataclass(frozen=True)
class Paper:
    """A form signed on paper, whose scan lies in the store (线下签批)."""

    seat_id: int
    signer: str
    sha256: str
    name: str
    """Name of the scan's file, as it came."""


@dataclass(frozen=True)
class _Doing:
    """One act under way (办理中): who takes which step from where, with what words."""

    session: Session
    case: Case
    step: Step
    chair: Chair | None
    by: User
    at: datetime
    opinion: str
    before: Status
    acted_round: int
    paper: Paper | None = None
    defects: Mapping[int, Defect] = field(default_factory=dict)

    @property
    def task(self) -> Task:
        """The task acted upon."""
        return self.case.task


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
    audit event → outbox. ``paper`` registers what somebody signed on paper; ``defects`` says of pieces of evidence what
    is wrong with them, on a return. Raises Stale, NotInState, Forbidden, Incomplete or Invalid; then nothing has happened.
    """
    if task.version != seen_version:
        return _replay_or_refuse(session, task, action, by=by, seen_version=seen_version)
    case = case_of(session, task, at)
    step = step_for(task.status, action)
    chair = _paper_chair(case, step, paper, by) if paper else chair_of(case, by)
    if not (paper or step.who(case, by)):
        raise Forbidden(f"您不能{action.word}此件：这一步由其他岗位办理。")
    opinion = _clean_opinion(opinion)
    missing = refusals(step, Attempt(case, by, opinion, checked))
    if missing:
        raise Incomplete(" ".join(missing))
    passed = gate_satisfied(step, case, chair.seat if chair else None)
    doing = _Doing(session, case, step, chair, by, at, opinion, task.status, task.round, paper, defects or {})
    _check_defects(doing)
    _compare_and_swap(doing, step.to if passed else task.status)
    _sign(doing, seq=_record(doing).seq)
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
    raise Stale(f"此件已由{task.last_actor or '他人'}处理，请刷新页面查看最新情况后再办理。")


def _paper_chair(case: Case, step: Step, paper: Paper, by: User) -> Chair:
    """The place that a paper form fills; the office registers it, and never for itself. Raises Forbidden, NotFound."""
    if not registers_paper(case, by):
        raise Forbidden("线下签批由台账的办公室登记。")
    seat = next((one for one in open_seats(case.seats) if one.id == paper.seat_id), None)
    if seat is None or step.gate is not seat.gate:
        raise NotFound
    if seat.gate is Gate.OFFICE or seat.role is Role.OFFICE:
        raise Forbidden("办公室自己的签批须在线办理，不能以纸面代替。")
    signer = clean_line(paper.signer, limit=64)
    if not signer:
        raise Incomplete("请填写纸面签批人的姓名。")
    if seat.user is not None and seat.user.name != signer:
        raise Forbidden(f"这一席位须由{seat.user.name}签批，纸面签批人「{signer}」不是本人。")
    return Chair(seat)


def _clean_opinion(opinion: str) -> str:
    if len(opinion) > OPINION_LIMIT:
        raise Invalid(f"意见共 {len(opinion)} 字，超过 {OPINION_LIMIT} 字的上限，请精简。")
    return clean_text(opinion)


def _check_defects(doing: _Doing) -> None:
    """Only a return finds fault, and only with evidence that lies before the signer."""
    if doing.defects and not (doing.step.starts_round and doing.step.asks_opinion):
        raise Invalid("只有退回时可以标注材料问题。")
    if not set(doing.defects) <= {piece.id for piece in doing.task.live_evidence}:
        raise NotFound


def _compare_and_swap(doing: _Doing, after: Status) -> None:
    """The database decides the winner: one row still in the state that was seen, or Stale."""
    task, step = doing.task, doing.step
    values: dict[str, Any] = {
        "status": after,
        "version": task.version + 1,
        "last_actor": doing.by.name,
        "closed_at": doing.at if after is Status.CLOSED else None,
    }
    if step.starts_round:
        values["round"] = task.round + 1
    if step.action is Action.SUBMIT:
        values["received_at"] = task.received_at or doing.at  # who reports has taken note
    seen = (Task.id == task.id, Task.status == task.status, Task.version == task.version)
    changed = update(Task).where(*seen).values(**values)
    won = doing.session.execute(changed, execution_options={"synchronize_session": False})
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(f"此件已由{task.last_actor or '他人'}处理，请刷新页面查看最新情况后再办理。")
    doing.session.refresh(task)


def _record(doing: _Doing) -> AuditEvent:
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
        "opinion": doing.opinion,
    }
    if chair is not None and chair.standing_in is not None:
        given = chair.standing_in
        data["for"] = {"name": given.principal.name, "until": given.ends.isoformat(), "delegation_id": given.id}
    if doing.paper is not None:
        data["paper"] = {"signer": clean_line(doing.paper.signer, limit=64), "sha256": doing.paper.sha256}
    if doing.defects:
        pieces = [piece for piece in task.live_evidence if piece.id in doing.defects]
        data["defects"] = [
            {"evidence_id": piece.id, "name": piece.name, "code": doing.defects[piece.id].value} for piece in pieces
        ]
    kind = f"task.{doing.step.action.value}"
    return audit.record(doing.session, kind, by=doing.by, at=doing.at, data=data, task_id=task.id)


def _sign(doing: _Doing, *, seq: int) -> None:
    """Write the decision; where the task goes backwards, what was signed beyond that point is void but kept."""
    session, step, chair = doing.session, doing.step, doing.chair
    gate, decision = step.gate, Decision.PASSED
    if step.starts_round:
        _void(doing)
    if step.action in (Action.SEND_BACK, Action.STEP_BACK):
        gate, decision = gate_at(doing.before), Decision.RETURNED
    if gate is not None:
        signoff = _signoff(doing)
        signoff.gate, signoff.decision, signoff.event_seq = gate, decision, seq
        session.add(signoff)
        session.flush()
        if chair is not None and decision is Decision.PASSED:
            chair.seat.signoff_id = signoff.id
    session.flush()
    session.expire(doing.task, ["signoffs"])


def _void(doing: _Doing) -> None:
    """Every approval given at the gate that the task waits at again, or later, is void; earlier ones stand."""
    gates, again = list(Gate), gate_at(doing.step.to)
    kept = gates[: gates.index(again)] if again else []
    for earlier in doing.case.signoffs:
        if earlier.gate not in kept:
            earlier.void_at, earlier.void_reason = doing.at, f"{doing.by.name}{doing.step.action.word}"


def _signoff(doing: _Doing) -> Signoff:
    """Who signs what, bound to the content as it is; gate and decision are the step's."""
    by, chair, paper = doing.by, doing.chair, doing.paper
    given = chair.standing_in if chair else None
    unit = doing.session.get_one(Unit, chair.seat.unit_id) if chair else by.unit
    return Signoff(
        task_id=doing.task.id,
        round=doing.acted_round,
        user_id=by.id,
        user_name=by.name,
        unit_id=unit.id,
        unit_name=unit.name,
        opinion=doing.opinion,
        principal_id=given.principal_id if given else None,
        principal_name=given.principal.name if given else "",
        deputy_until=given.ends if given else None,
        paper_sha256=paper.sha256 if paper else None,
        paper_name=paper.name if paper else "",
        paper_signer=clean_line(paper.signer, limit=64) if paper else "",
        content_digest=doing.task.content_digest,
        at=doing.at,
    )


def _follow_up(doing: _Doing) -> None:
    """What the new status calls for: seats at the next gate, whose turn it is, messages, packets, settled requests."""
    session, task, step, by, at = doing.session, doing.task, doing.step, doing.by, doing.at
    gate = gate_at(task.status)
    if gate is not None:
        take_seats(session, case_of(session, task), gate)
    case = case_of(session, task)
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


def _promise_packet(doing: _Doing, step: str) -> None:
    task = doing.task
    key = f"packet:{task.id}:{task.round}:{step}"
    outbox.promise(doing.session, "packet", key, {"task_id": task.id, "round": task.round}, at=doing.at)


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
    return done[step.action]
