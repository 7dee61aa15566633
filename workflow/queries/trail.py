"""Reading the trail (留痕查询): what each kind of event is called, and the events in pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow.audit import ChainCheck, Head, verify_chain
from workflow.db import Database
from workflow.models import AuditEvent
from workflow.vocabulary import Action, RequestKind

PAGE = 100
BATCH = 2000
LARGEST = 2**63 - 1

KINDS: dict[str, str] = {
    "task.assigned": "交办",
    **{f"task.{action.value}": action.word for action in Action},
    "task.report": "保存落实情况",
    "task.evidence_added": "添加证明材料",
    "task.evidence_noted": "补充材料说明",
    "task.evidence_removed": "移除证明材料",
    **{f"task.{kind.value}_asked": f"申请{kind.word}" for kind in RequestKind},
    **{f"task.{kind.value}_granted": f"同意{kind.word}" for kind in RequestKind},
    **{f"task.{kind.value}_refused": f"不同意{kind.word}" for kind in RequestKind},
    "task.resumed": "恢复办理",
    "task.copied": "抄送",
    "task.received": "签收",
    "task.urged": "催办",
    "task.seat_added": "加签",
    "task.seat_taken_back": "收回加签",
    "task.seat_transferred": "转办",
    "task.seat_handed_over": "签批移交",
    "task.share_added": "安排科室分工",
    "task.share_done": "科室分工完成",
    "task.share_reopened": "科室分工重新办理",
    "task.share_dropped": "撤销科室分工",
    "packet.sealed": "证据包签章",
    "ledger.read": "读入任务表",
    "ledger.head_edited": "修改台账抬头",
    "ledger.item_edited": "修改条目",
    "ledger.item_deleted": "删除条目",
    "ledger.item_added": "补充条目",
    "ledger.item_split": "拆分条目",
    "ledger.item_merged": "合并条目",
    "ledger.item_follows": "对应往年条目",
    "ledger.party_added": "添加责任主体",
    "ledger.party_settled": "认定单位",
    "ledger.party_dropped": "移除责任主体",
    "ledger.problem_settled": "处理待核实事项",
    "ledger.resolved_again": "重新对照单位名录",
    "ledger.discarded": "作废草稿",
    "ledger.lights_set": "设置预警规则",
    "ledger.published": "发布台账",
    "dossier.requested": "申请年度卷宗",
    "dossier.finished": "年度卷宗完成",
    "units.imported": "导入单位名录",
    "units.saved": "保存单位",
    "units.active": "启用或停用单位",
    "units.group_saved": "保存单位组",
    "policy.set": "审批设置",
    "policy.dropped": "取消审批设置",
    "delegation.given": "授权代理",
    "delegation.ended": "结束代理",
    "account.handed_over": "人员移交",
    "address.saved": "设置消息送达",
    "address.dropped": "取消消息送达",
    "token.created": "创建接口令牌",
    "token.revoked": "停用接口令牌",
    "account.created": "开设账号",
    "account.granted": "授予岗位",
    "account.started": "启用账号",
    "account.stopped": "停用账号",
    "account.password_reset": "重置口令",
    "account.password_changed": "修改口令",
    "login.succeeded": "登录",
    "login.failed": "登录失败",
    "login.ended": "退出登录",
}
"""Every kind of event with its Chinese name; a test holds it against what the operations record."""


@dataclass(frozen=True)
class Asked:
    """Which events an auditor wants to see (筛选)."""

    task_id: int | None = None
    person: str = ""
    kind: str = ""


def kind_word(kind: str) -> str:
    """The Chinese name of a kind of event."""
    return KINDS.get(kind, "其他事项")


def page_events(session: Session, asked: Asked, *, before: int | None) -> list[AuditEvent]:
    """Events, newest first; one more than a page tells that there are older ones."""
    wanted = _wanted(asked).order_by(AuditEvent.seq.desc()).limit(PAGE + 1)
    return list(session.scalars(wanted if before is None else wanted.where(AuditEvent.seq < before)))


def all_events(database: Database, asked: Asked) -> Iterator[AuditEvent]:
    """Every event asked for, oldest first, in short reads: a long one would keep writers waiting."""
    after = 0
    while True:
        with database.reading() as session:
            batch = list(
                session.scalars(_wanted(asked).where(AuditEvent.seq > after).order_by(AuditEvent.seq).limit(BATCH))
            )
        yield from batch
        if len(batch) < BATCH:
            return
        after = batch[-1].seq


def check_trail(database: Database, expected: Head | None) -> ChainCheck:
    """Walk the whole chain; ``expected`` is a head printed in a packet or noted elsewhere."""
    return verify_chain(all_events(database, Asked()), expected=expected)


def _wanted(asked: Asked) -> Select[AuditEvent]:
    wanted = select(AuditEvent)
    if asked.task_id is not None:
        wanted = wanted.where(AuditEvent.task_id == min(asked.task_id, LARGEST))
    if asked.person:
        wanted = wanted.where(AuditEvent.actor_name.contains(asked.person, autoescape=True))
    if asked.kind:
        wanted = wanted.where(AuditEvent.kind == asked.kind)
    return wanted
