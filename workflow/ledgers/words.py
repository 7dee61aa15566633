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


class TaskKind(Word):
    """Why a unit has a task (任务类别)."""

    RESPONSIBLE = "responsible", "承办"
    SUMMARY = "summary", "牵头汇总"
