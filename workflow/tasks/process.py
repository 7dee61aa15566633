"""The one process table (流程表): every status, action, permission and condition is read off it.

Buttons, the documentation, the test matrix, the rail and the seal boxes of the packet have no table of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from transitions import Machine, MachineError

from workflow.office.models import User
from workflow.record.errors import NotInState
from workflow.tasks import conditions as c
from workflow.tasks import permissions as p
from workflow.tasks.case import Case
from workflow.tasks.conditions import Attempt, Condition
from workflow.tasks.models import Seat
from workflow.tasks.seats import gate_passed
from workflow.tasks.words import Action, Gate, Status

Who = Callable[[Case, User], bool]


@dataclass(frozen=True)
class Step:
    """One row of the table (流程步骤)."""

    action: Action
    sources: tuple[Status, ...]
    to: Status
    who: Who
    needs: tuple[Condition, ...]
    gate: Gate | None = None
    """The gate at which this step is a sign-off; the status moves when the gate is satisfied."""
    asks_opinion: bool = False
    """True where the opinion is mandatory."""
    starts_round: bool = False
    """True where the task goes backwards: earlier sign-offs are void, a new round begins."""


S, A = Status, Action

PROCESS: tuple[Step, ...] = (
    Step(A.SUBMIT, (S.ASSIGNED,), S.DRAFTED, p.is_handler, (c.has_report, c.has_evidence, c.not_paused)),
    Step(
        A.APPROVE,
        (S.DRAFTED,),
        S.UNIT_APPROVED,
        p.is_unit_signer,
        (c.seat_is_open, c.not_own_work, c.signoffs_bind_content),
        gate=Gate.UNIT,
    ),
    Step(
        A.VERIFY,
        (S.UNIT_APPROVED,),
        S.LEAD_VERIFIED,
        p.is_lead_signer,
        (c.seat_is_open, c.not_own_work, c.signoffs_bind_content),
        gate=Gate.LEAD,
    ),
    Step(
        A.CLOSE,
        (S.LEAD_VERIFIED,),
        S.CLOSED,
        p.is_office_signer,
        (c.seat_is_open, c.not_own_work, c.signoffs_bind_content, c.shares_settled, c.evidence_intact),
        gate=Gate.OFFICE,
    ),
    Step(
        A.SEND_BACK,
        (S.DRAFTED, S.UNIT_APPROVED, S.LEAD_VERIFIED),
        S.ASSIGNED,
        p.is_next_signer,
        (c.has_opinion,),
        asks_opinion=True,
        starts_round=True,
    ),
    Step(
        A.STEP_BACK,
        (S.UNIT_APPROVED,),
        S.DRAFTED,
        p.is_next_signer,
        (c.has_opinion,),
        asks_opinion=True,
        starts_round=True,
    ),
    Step(
        A.STEP_BACK,
        (S.LEAD_VERIFIED,),
        S.UNIT_APPROVED,
        p.is_next_signer,
        (c.has_opinion,),
        asks_opinion=True,
        starts_round=True,
    ),
    Step(A.WITHDRAW, (S.DRAFTED,), S.ASSIGNED, p.is_handler, (), starts_round=True),
    Step(A.WITHDRAW, (S.UNIT_APPROVED,), S.DRAFTED, p.is_last_signer, (c.nobody_signed_on,), starts_round=True),
    Step(
        A.REOPEN,
        (S.CLOSED,),
        S.ASSIGNED,
        p.is_office,
        (c.has_reason, c.a_second_person),
        asks_opinion=True,
        starts_round=True,
    ),
)


WORDS: dict[Who | Condition, str] = {
    p.is_handler: "本单位经办人",
    p.is_unit_signer: "本单位负责人（审批设置指定了签批人的，由其签批）",
    p.is_lead_signer: "牵头单位审核人（本单位牵头时由其他牵头单位，没有的由办公室；审批设置指定了签批人的，由其签批）",
    p.is_office_signer: "办公室（审批设置指定了签批人的，由其签批）",
    p.is_office: "办公室",
    p.is_next_signer: "正在等待其签批的人",
    p.is_last_signer: "刚刚审核通过的本单位签批人",
    c.has_report: "已填写落实情况",
    c.has_evidence: "至少一份证明材料",
    c.not_own_work: "不是自己填报的，也没有签过本轮的其他环节",
    c.seat_is_open: "轮到自己签批，且本席位本轮还没有签过",
    c.has_opinion: "写明退回意见",
    c.has_reason: "写明重启理由",
    c.not_paused: "没有挂账",
    c.a_second_person: "办公室另一人已提出重启申请",
    c.nobody_signed_on: "牵头单位还没有核验",
    c.signoffs_bind_content: "签批之后内容没有改动",
    c.shares_settled: "牵头汇总的，其汇总的各单位同期任务均已办结或经核验不涉及",
    c.evidence_intact: "证明材料逐一重新核对 SHA-256 无误",
}
"""Permissions and conditions as screens and papers say them."""


class _Hand:
    """The one task a machine holds; made for one question and thrown away."""

    status: Status


def destination(status: Status, action: Action) -> Status:
    """The status that ``action`` leads to from ``status``; raises NotInState where the table has no such edge."""
    hand = _Hand()
    # auto_transitions would add to_CLOSED(), a road past every approval; callbacks would leave half-done states.
    machine = Machine(hand, states=list(Status), initial=status, model_attribute="status", auto_transitions=False)
    for step in PROCESS:
        machine.add_transition(step.action.value, list(step.sources), step.to)
    try:
        machine.events[action.value].trigger(hand)
    except (MachineError, KeyError):
        raise NotInState(f"此件现在是「{status.word}」，不能{action.word}；请刷新页面查看最新情况。") from None
    return hand.status


def step_for(status: Status, action: Action) -> Step:
    """The row of the table for this action in this status; raises NotInState."""
    to = destination(status, action)
    return next(s for s in PROCESS if s.action is action and status in s.sources and s.to is to)


def refusals(step: Step, attempt: Attempt) -> list[str]:
    """Every sentence that says why the step cannot be taken now; empty when it can."""
    return [sentence for need in step.needs if (sentence := need(attempt))]


def gate_satisfied(step: Step, case: Case, seat: Seat | None) -> bool:
    """Whether the step moves the status once ``seat`` is signed: a gate asks for every seat its policy laid out."""
    return step.gate is None or gate_passed(case.seats, step.gate, also=seat)


def gate_at(status: Status) -> Gate | None:
    """The gate at which a task in this status waits, None where it waits at none."""
    return next((step.gate for step in PROCESS if step.gate is not None and status in step.sources), None)


def actions_for(case: Case, person: User) -> list[Step]:
    """The steps this person could take now, as far as the person goes; conditions are told when they try."""
    return [s for s in PROCESS if case.task.status in s.sources and s.who(case, person)]
