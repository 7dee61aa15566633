"""The dictionary (词汇): every enumerated word of the domain with its Chinese name, once."""

from __future__ import annotations

from workflow.record.words import Word


class Status(Word):
    """What has happened to a task (状态)."""

    ASSIGNED = "ASSIGNED", "已交办"
    DRAFTED = "DRAFTED", "已填报"
    UNIT_APPROVED = "UNIT_APPROVED", "单位已审"
    LEAD_VERIFIED = "LEAD_VERIFIED", "牵头已核"
    CLOSED = "CLOSED", "已办结"


class Action(Word):
    """What somebody may do to a task (办理动作)."""

    SUBMIT = "submit", "填报"
    APPROVE = "approve", "审核"
    VERIFY = "verify", "核验"
    CLOSE = "close", "办结"
    SEND_BACK = "send_back", "退回"
    STEP_BACK = "step_back", "退回上一环节"
    WITHDRAW = "withdraw", "撤回"
    REOPEN = "reopen", "重启"


class Gate(Word):
    """A place where somebody must sign (审批环节)."""

    UNIT = "unit", "单位审核"
    LEAD = "lead", "牵头核验"
    OFFICE = "office", "办公室办结"


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
