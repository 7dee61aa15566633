"""The words of ledgers and their rows (台账词汇)."""

from __future__ import annotations

from workflow.record.words import Word


class Part(Word):
    """The part a unit plays in a row (职责)."""

    LEAD = "lead", "牵头单位"
    RESPONSIBLE = "responsible", "责任单位"


class ProgressBy(Word):
    """How units say how far their own work has come (自报进度方式)."""

    NONE = "none", "不填报"
    PERCENT = "percent", "百分比"
    MILESTONES = "milestones", "节点"


class TaskKind(Word):
    """Why a unit has a task (任务类别)."""

    RESPONSIBLE = "responsible", "承办"
    SUMMARY = "summary", "牵头汇总"


_WHO = {
    "lead_units": "牵头单位",
    "lead_groups": "牵头单位",
    "responsible_units": "责任单位",
    "responsible_groups": "责任单位",
}
FIELDS = {
    "number": "编号",
    "section": "章节",
    "title": "工作任务",
    "requirement": "工作要求",
    "text": "任务文字",
    **_WHO,
    "responsibility_text": "责任分工",
    "deadline_text": "时限",
    "due": "时限",
    "recurrence": "频次",
    "inspection": "检查",
    "inspection_on": "检查",
    "extra": "其他栏目",
}
"""What the fields of a row are called."""
HEAD_FIELDS = {
    "title": "台账名称",
    "year": "年度",
    "issuer": "发布机关",
    "document_number": "文号",
    "issued_on": "成文日期",
    "report_due": "报送日期",
    "tasks": "条目有无错漏",
}
"""What the fields of the head are called."""

ROLES = {
    "number": "序号",
    "text": "任务文字（章节、任务、要求）",
    "lead": "牵头单位",
    "responsible": "责任单位",
    "deadline": "时限",
    "other": "照原文保留（备注等）",
    "skip": "不读",
}
"""What a column may be for, by :data:`workflow.record.published.Role`."""
