"""The dictionary (词汇): every enumerated word of the domain with its Chinese name, once."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A code with its Chinese word; screens and papers print ``.word``, never the code."""

    word: str

    def __new__(cls, code: str, word: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.word = word
        return member


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


class Channel(Word):
    """How a message reaches somebody outside the system (送达方式)."""

    MAIL = "mail", "邮件"
    WECOM = "wecom", "企业微信群"
    DINGTALK = "dingtalk", "钉钉群"
    FEISHU = "feishu", "飞书群"


class Rhythm(Word):
    """How often messages are sent (发送频率)."""

    DIGEST = "digest", "每天一封汇总"
    AT_ONCE = "at_once", "有消息就发"


class DeliveryState(Word):
    """How a message fared (送达状态)."""

    WAITING = "waiting", "等待发送"
    SENT = "sent", "已送达"
    FAILED = "failed", "发送失败"


class NoticeKind(Word):
    """What sort of message it is (消息类别)."""

    NEWS = "news", "办理动态"
    URGING = "urging", "催办"
    REMINDER = "reminder", "今日提醒"
    SEAL = "seal", "印章提醒"


class TokenScope(Word):
    """What a program may do with a person's token (令牌范围)."""

    READ = "read", "只读"
    ACT = "act", "读取和办理"


class Decision(Word):
    """What a signer decided (签批结果)."""

    PASSED = "passed", "同意"
    RETURNED = "returned", "退回"


class Role(Word):
    """A desk somebody sits at (岗位)."""

    HANDLER = "handler", "经办人"
    UNIT_HEAD = "unit_head", "单位负责人"
    LEAD_REVIEWER = "lead_reviewer", "牵头单位审核人"
    OFFICE = "office", "办公室"
    LEADER = "leader", "领导"
    AUDITOR = "auditor", "审计员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


class UnitKind(Word):
    """What sort of body a unit is (单位类别)."""

    DEPARTMENT = "department", "部门"
    COUNTY = "county", "县区"
    TOWN = "town", "街道乡镇"
    ZONE = "zone", "开发区"
    VERTICAL = "vertical", "中省直"
    OTHER = "other", "其他"


class Part(Word):
    """The part a unit plays in a row (职责)."""

    LEAD = "lead", "牵头单位"
    RESPONSIBLE = "responsible", "责任单位"


class TaskKind(Word):
    """Why a unit has a task (任务类别)."""

    RESPONSIBLE = "responsible", "承办"
    SUMMARY = "summary", "牵头汇总"


class Resolution(Word):
    """How a printed name was settled (认定方式)."""

    EXACT = "exact", "名称一致"
    ALIAS = "alias", "按简称"
    GROUP = "group", "按单位组"
    NEAR = "near", "近似，待确认"
    UNKNOWN = "unknown", "未识别"
    CHOSEN = "chosen", "人工选定"


class Recurrence(Word):
    """How often a row asks for work (频次)."""

    DAILY = "daily", "每日"
    WEEKLY = "weekly", "每周"
    MONTHLY = "monthly", "每月"
    QUARTERLY = "quarterly", "每季度"
    HALF_YEARLY = "half-yearly", "每半年"
    YEARLY = "yearly", "每年"
    CONTINUOUS = "continuous", "持续推进"


class Inspection(Word):
    """How the office itself checks a row (办公室检查)."""

    MONTHLY = "monthly", "每月检查"
    QUARTERLY = "quarterly", "每季度检查"
    IRREGULAR = "irregular", "不定期检查"
    DATED = "dated", "定期检查"


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
