"""The one process table (流程表) of tasks: every status, action, permission and condition is read off it.

Buttons, the documentation, the test matrix, the rail and the seal boxes of the packet have no table of their own.
"""

from __future__ import annotations

from workflow.tasks import conditions as c
from workflow.tasks import permissions as p
from workflow.tasks.conditions import Condition
from workflow.tasks.following import follow
from workflow.tasks.steps import Process, Step, Who
from workflow.tasks.words import Action, Gate, Status

S, A = Status, Action

PROCESS: tuple[Step, ...] = (
    Step(
        A.SUBMIT, (S.ASSIGNED,), S.DRAFTED, p.is_handler, (c.has_report, c.has_evidence, c.not_paused, c.levels_settled)
    ),
    Step(
        A.APPROVE,
        (S.DRAFTED,),
        S.UNIT_APPROVED,
        p.is_unit_signer,
        c.SIGNING,
        gate=Gate.UNIT,
    ),
    Step(
        A.VERIFY,
        (S.UNIT_APPROVED,),
        S.LEAD_VERIFIED,
        p.is_lead_signer,
        c.SIGNING,
        gate=Gate.LEAD,
    ),
    Step(
        A.CLOSE,
        (S.LEAD_VERIFIED,),
        S.CLOSED,
        p.is_office_signer,
        (*c.SIGNING, c.shares_settled, c.levels_settled, c.evidence_intact),
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
    c.levels_settled: "分解到下级的，下级台账各条均已销号，且附有最新的下级办结清单",
    c.evidence_intact: "证明材料逐一重新核对 SHA-256 无误",
}
"""Permissions and conditions as screens and papers say them."""

TASK = Process(
    "task",
    PROCESS,
    said={
        A.SUBMIT: "已提交，等待单位负责人审核。",
        A.APPROVE: "已审核通过，送牵头单位核验。",
        A.VERIFY: "已核验通过，送办公室办结。",
        A.CLOSE: "已办结（销号），正在生成证据包。",
        A.SEND_BACK: "已退回经办人。",
        A.STEP_BACK: "已退回上一环节。",
        A.WITHDRAW: "已撤回。",
        A.REOPEN: "已重启，退回责任单位重新办理；原证据包保留。",
    },
    follows=follow,
)
