"""What happens in an assessment (考核的留痕事项)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from workflow.ledgers.events import OfLedger
from workflow.record.calendar import spoken
from workflow.record.events import Data, Kind, Subject

ASSESSMENT = Subject("assessment", "考核")


class AssessmentStarted(OfLedger):
    """By which scheme, for how many units, and until when they assess themselves."""

    kind: str
    scheme: str
    """SHA-256 of its text."""
    units: int
    due: date


class OwnScores(Data):
    """What a unit says of itself: indicator → [points, basis]."""

    row_id: int
    unit_id: int
    unit: str
    version: int
    own: Mapping[str, Any] = {}


class Noted(Data):
    """What the office notes of a unit, or takes back."""

    entry_id: int
    unit_id: int
    unit: str
    code: str
    what: str
    value: str = ""
    evidence: str = ""
    reason: str = ""


class FirstScores(Data):
    """Until when units may appeal, and how many had assessed themselves."""

    until: date
    confirmed: int
    units: int


class Appealed(Data):
    """A unit's appeal, or the answer to it."""

    row_id: int
    unit_id: int
    unit: str
    text: str


class Locked(Data):
    """The totals as they were locked: unit → [total, grade, rank]."""

    results: dict[str, list[str]]


def _of_entry(told: Noted) -> str:
    return f"{told.unit}，指标 {told.code}：{told.what}{f'（{told.reason}）' if told.reason else ''}"


STARTED = Kind(
    "assessment.started", "发起考核", AssessmentStarted, ASSESSMENT, "clipboard-check",
    lambda told: f"{told.kind}，{told.units} 个单位，自评截止{spoken(told.due)}",
)  # fmt: skip
OWN_SAVED = Kind("assessment.own_saved", "填写自评", OwnScores, ASSESSMENT, "pencil", lambda told: told.unit)
OWN_CONFIRMED = Kind("assessment.own_confirmed", "确认自评", OwnScores, ASSESSMENT, "check2", lambda told: told.unit)
NOTED = Kind("assessment.noted", "登记考核事项", Noted, ASSESSMENT, "journal-plus", _of_entry)
CORRECTED = Kind("assessment.corrected", "考核更正", Noted, ASSESSMENT, "eraser", _of_entry)
TAKEN_BACK = Kind("assessment.taken_back", "撤销考核事项", Noted, ASSESSMENT, "x-circle", _of_entry)
FIRST = Kind(
    "assessment.first", "公布初评", FirstScores, ASSESSMENT, "megaphone",
    lambda told: f"自评 {told.confirmed}/{told.units}，申诉截止{spoken(told.until)}",
)  # fmt: skip
APPEALED = Kind(
    "assessment.appealed", "申诉", Appealed, ASSESSMENT, "chat-left-quote", lambda told: f"{told.unit}：{told.text}"
)
APPEAL_ANSWERED = Kind(
    "assessment.answered", "答复申诉", Appealed, ASSESSMENT, "reply", lambda told: f"{told.unit}：{told.text}"
)
LOCKED = Kind(
    "assessment.locked", "锁定考核结果", Locked, ASSESSMENT, "lock", lambda told: f"{len(told.results)} 个单位"
)
