"""The dictionary (词汇): every enumerated word of the domain with its Chinese name, once."""

from __future__ import annotations

from enum import StrEnum

from workflow.office.words import Role
from workflow.record.words import Word


class Status(Word):
    """What has happened to a task (状态)."""

    icon: str
    tint: str
    """Its colour on screens and in charts, by a name of the palette."""
    come: int
    """How far a task has come in per cent, for 序时进度, where its unit has not said."""

    def describe(self, icon: str, tint: str, come: int) -> None:
        """Icon, tint and progress of a row."""
        self.icon, self.tint, self.come = icon, tint, come

    ASSIGNED = "ASSIGNED", "已交办", "circle", "plain", 0
    DRAFTED = "DRAFTED", "已填报", "pencil-square", "blue", 50
    UNIT_APPROVED = "UNIT_APPROVED", "单位已审", "building-check", "violet", 70
    LEAD_VERIFIED = "LEAD_VERIFIED", "牵头已核", "shield-check", "teal", 90
    CLOSED = "CLOSED", "已办结", "check-circle-fill", "green", 100


class Action(Word):
    """What somebody may do to a task (办理动作)."""

    press: str
    """What stands on its button."""
    icon: str
    warning: str
    """What whoever presses it has to know before."""

    def describe(self, press: str, icon: str, warning: str) -> None:
        """The button of a row."""
        self.press, self.icon, self.warning = press, icon, warning

    SUBMIT = "submit", "填报", "保存并提交", "send", "提交后内容锁定，等待单位负责人审核。"
    APPROVE = "approve", "审核", "审核通过", "building-check", "通过后将加盖本单位电子印章。"
    VERIFY = "verify", "核验", "核验通过", "shield-check", "通过后将加盖本单位电子印章。"
    CLOSE = "close", "办结", "办结（销号）", "check-circle", "办结前系统会重新核对全部证明材料。"
    SEND_BACK = "send_back", "退回", "退回", "arrow-return-left", "退回后由经办人重新办理，本轮签批全部失效。"
    STEP_BACK = (
        "step_back",
        "退回上一环节",
        "退回上一环节",
        "arrow-90deg-left",
        "退回后由上一环节重新签批，其签批失效。",
    )
    WITHDRAW = "withdraw", "撤回", "撤回", "arrow-counterclockwise", "撤回后需要重新提交或重新审核。"
    REOPEN = "reopen", "重启", "重启", "arrow-repeat", "重启后退回责任单位重新办理，原证据包保留。"


class Side(StrEnum):
    """Whose people sign at a gate (签批方): those of the task's own unit, of its lead units, or the ledger's office."""

    OWN = "own"
    LEADS = "leads"
    OFFICE = "office"


class Gate(Word):
    """A place where somebody must sign (审批环节), in the order of the chain."""

    side: Side
    desk: Role
    """The desk that signs where no policy says otherwise."""

    def describe(self, side: Side, desk: Role) -> None:
        """Whose people sign, and at which desk."""
        self.side, self.desk = side, desk

    UNIT = "unit", "单位审核", Side.OWN, Role.UNIT_HEAD
    LEAD = "lead", "牵头核验", Side.LEADS, Role.LEAD_REVIEWER
    OFFICE = "office", "办公室办结", Side.OFFICE, Role.OFFICE

    @property
    def closes(self) -> bool:
        """Whether it is the last one: its seal locks the packet."""
        return self is list(type(self))[-1]


class Mode(Word):
    """How several people sign together at one gate (签批方式)."""

    ALL = "all", "会签"
    ANY = "any", "或签"
    IN_ORDER = "in_order", "依次"


class RequestKind(Word):
    """What somebody may ask the office for (申请事项)."""

    EXTENSION = "extension", "延期"
    OBJECTION = "objection", "责任异议"
    SUSPENSION = "suspension", "挂账"
    COORDINATION = "coordination", "协调"
    REOPENING = "reopening", "重启"


class TaskOutcome(Word):
    """What came of a task (办理结果), proposed by the unit and confirmed by the lead."""

    DONE = "done", "已落实"
    NOT_CONCERNED = "not_concerned", "不涉及本单位"


class Defect(Word):
    """What is wrong with a piece of evidence (材料问题)."""

    UNREADABLE = "unreadable", "打不开或看不清"
    UNRELATED = "unrelated", "与任务无关"
    INCOMPLETE = "incomplete", "内容不全"
    OUTDATED = "outdated", "时间不符"
    UNSEALED = "unsealed", "未盖章或未签字"
    SECRET = "secret", "疑似不宜公开"
    OTHER = "other", "其他问题"


class Decision(Word):
    """What a signer decided (签批结果)."""

    PASSED = "passed", "同意"
    RETURNED = "returned", "退回"


class EvidenceKind(Word):
    """What a piece of evidence is (证明材料形式)."""

    FILE = "file", "文件"
    LINK = "link", "网页链接"


class PacketState(Word):
    """What a packet is good for (证据包状态)."""

    OPEN = "open", "签章中"
    COMPLETE = "complete", "已完成"
    VOID = "void", "已作废"
    SUPERSEDED = "superseded", "已被取代"
