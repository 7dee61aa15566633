"""What the interface takes (接口请求): one model a shape; the engine decides, these only carry."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from apiflask.fields import UploadFile
from pydantic import BaseModel, ConfigDict, Field

from workflow.tasks.conditions import OPINION_LIMIT, REPORT_LIMIT
from workflow.tasks.words import Action, Defect, Gate, Mode, RequestKind, Status, TaskOutcome

Number = Annotated[int, Field(ge=1, le=2**53)]
Version = Annotated[
    int, Field(ge=1, le=10**9, description="The version that the program has seen; another one is 409.")
]
Reason = Annotated[str, Field(max_length=200)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ListIn(_In):
    """Which tasks to list (任务列表条件)."""

    scope: Literal["inbox", "unit", "leading", "office", "everything"] = "inbox"
    q: str = Field("", max_length=50)
    status: Status | None = None
    ledger: Number | None = None
    after: str = Field("", max_length=60)


class DayIn(_In):
    """A day (日期)."""

    on: date


class ReportIn(_In):
    """落实情况."""

    report: str = Field(max_length=REPORT_LIMIT)
    outcome: TaskOutcome = TaskOutcome.DONE
    progress: int | None = Field(None, ge=0, le=100, description="Per cent, where the ledger asks; null leaves it.")
    seen_version: Version


class ActIn(_In):
    """One step (办理)."""

    action: Action
    opinion: str = Field("", max_length=OPINION_LIMIT)
    seen_version: Version
    defects: dict[str, Defect] = Field(default_factory=dict, description="Evidence id → what is wrong with it.")


class EvidenceIn(_In):
    """A file as evidence (文件)."""

    file: UploadFile
    note: str = Field("", max_length=500)


class LinkIn(_In):
    """A published page as evidence (网页链接)."""

    address: str = Field(max_length=500)
    note: str = Field("", max_length=500)


class AskIn(_In):
    """A request to the office (申请)."""

    kind: RequestKind
    reason: Reason
    new_due: date | None = None
    unit_id: Number | None = None


class DecideIn(_In):
    """A decision on a request (决定)."""

    granted: bool
    opinion: Reason = ""
    unit_id: Number | None = None


class SeatIn(_In):
    """Somebody to sign before, after or in one's own place (加签、转办)."""

    how: Literal["before", "after", "transfer"]
    person: str = Field(max_length=64, description="Login name, or a name that only one person has.")
    reason: Reason
    seen_version: Version


class SeenIn(_In):
    """A version alone."""

    seen_version: Version


class WordsIn(_In):
    """A few words (催办的话)."""

    words: str = Field("", max_length=120)


class CopyIn(WordsIn):
    """Somebody to tell (抄送)."""

    person: str = Field(max_length=64)


class DelegateIn(_In):
    """Somebody to sign in one's place for a while (授权代理)."""

    person: str = Field(max_length=64)
    starts: date
    ends: date
    ledger_id: Number | None = None
    reason: Reason


class PolicyIn(_In):
    """Who signs from now on (审批设置)."""

    gate: Gate
    mode: Mode
    people: list[Number] = Field(default_factory=list, max_length=9)
    unit_id: Number | None = None
    ledger_id: Number | None = None
    item_id: Number | None = None


class PaperIn(_In):
    """A form signed on paper, with its scan (线下签批)."""

    file: UploadFile
    seat: Number
    signer: str = Field(max_length=64)
    opinion: str = Field("", max_length=OPINION_LIMIT)
    seen_version: Version


class LightRulesIn(_In):
    """Which lights a ledger shows from today on (预警规则), in working days and percentage points; 0 for none."""

    near_days: int = Field(ge=0, le=999)
    notice_days: int = Field(0, ge=0, le=999)
    grave_days: int = Field(0, ge=0, le=999)
    behind: int = Field(0, ge=0, le=100)
    far_behind: int = Field(0, ge=0, le=100)


class BeforeIn(_In):
    """Where the last page of messages ended."""

    before: Number | None = None
