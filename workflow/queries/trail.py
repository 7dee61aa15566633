"""Reading the trail (留痕查询): what each kind of event is called, and the events in pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow.audit import ChainCheck, Head, KnownHeads, anchored, verify_chain
from workflow.db import Database
from workflow.models import AccessEvent, AuditEvent, Link
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
    "account.reset_asked": "申请发放口令",
    "account.reset_refused": "未同意发放口令",
    "account.password_reset": "发放新口令",
    "account.password_changed": "修改口令",
    "trail.checkpoints_begun": "开始留痕检查点",
    "login.succeeded": "登录",
    "login.failed": "登录失败",
    "login.ended": "退出登录",
    "login.expired": "登录超时",
    "clock.accepted": "确认系统时钟",
    "access.anchored": "访问记录链头",
}
"""Every kind of event with its Chinese name; a test holds it against what the operations record."""

ACCESS_KINDS: dict[str, str] = {
    "refused.forbidden": "越权被拒",
    "refused.not_found": "打开不存在或无权的内容",
    "refused.forged": "页面凭据不符被拒",
    "refused.token": "无效令牌被拒",
    "download.evidence": "下载证明材料",
    "download.paper": "下载线下签批扫描件",
    "download.packet": "下载证据包",
    "download.dossier": "下载年度卷宗",
    "download.source": "下载任务表原件",
    "download.other": "下载其他文件",
    "export.ledger": "导出台账",
    "export.units": "导出单位名录",
    "export.trail": "导出留痕",
    "look.people": "查看人员名单",
    "look.contacts": "查看联系方式",
    "look.trail": "查看留痕",
}
"""Every kind of entry of the access log."""
CHAINS: dict[str, type[Link]] = {"": AuditEvent, "access": AccessEvent}
"""What the address says → the chain that is looked at."""


@dataclass(frozen=True)
class Asked:
    """Which events an auditor wants to see (筛选)."""

    task_id: int | None = None
    person: str = ""
    kind: str = ""
    ip: str = ""
    """The whole address, or how it begins."""
    log: str = ""
    """Which chain: a key of :data:`CHAINS`."""

    @property
    def chain(self) -> type[Link]:
        """The table asked."""
        return CHAINS[self.log]


def kind_word(kind: str) -> str:
    """The Chinese name of a kind of event or entry."""
    return KINDS.get(kind) or ACCESS_KINDS.get(kind, "其他事项")


def page_events(session: Session, asked: Asked, *, before: int | None) -> list[Link]:
    """Events, newest first; one more than a page tells that there are older ones."""
    wanted = _wanted(asked).order_by(asked.chain.seq.desc()).limit(PAGE + 1)
    return list(session.scalars(wanted if before is None else wanted.where(asked.chain.seq < before)))


def all_events(database: Database, asked: Asked) -> Iterator[Link]:
    """Every event asked for, oldest first, in short reads: a long one would keep writers waiting."""
    after = 0
    while True:
        with database.reading() as session:
            batch = list(
                session.scalars(_wanted(asked).where(asked.chain.seq > after).order_by(asked.chain.seq).limit(BATCH))
            )
        yield from batch
        if len(batch) < BATCH:
            return
        after = batch[-1].seq


def check_trail(database: Database, expected: Head | None, known: KnownHeads | None = None) -> ChainCheck:
    """Walk the whole chain; ``expected`` is a head that somebody typed in, ``known`` hears every link on the way."""
    events = all_events(database, Asked())
    return verify_chain(known.heard(events) if known else events, expected=expected)


def check_access(database: Database) -> ChainCheck:
    """Walk the access log, against its head as the trail has noted it."""
    with database.reading() as session:
        expected = anchored(session)
    return verify_chain(all_events(database, Asked(log="access")), expected=expected)


def _wanted(asked: Asked) -> Select[Link]:
    chain = asked.chain
    wanted = select(chain)
    if asked.task_id is not None:
        wanted = wanted.where(chain.task_id == min(asked.task_id, LARGEST))
    if asked.person:
        wanted = wanted.where(chain.actor_name.contains(asked.person, autoescape=True))
    if asked.kind:
        wanted = wanted.where(chain.kind == asked.kind)
    if asked.ip:
        wanted = wanted.where(chain.data.contains(f'"ip":"{asked.ip}', autoescape=True))
    return wanted
