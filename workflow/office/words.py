"""The words of offices and people (机构与人员词汇)."""

from __future__ import annotations

from workflow.record.words import Word


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


class Resolution(Word):
    """How a printed name was settled (认定方式)."""

    EXACT = "exact", "名称一致"
    ALIAS = "alias", "按简称"
    GROUP = "group", "按单位组"
    NEAR = "near", "近似，待确认"
    UNKNOWN = "unknown", "未识别"
    CHOSEN = "chosen", "人工选定"
