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
