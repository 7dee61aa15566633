"""What the interface takes and gives (接口数据): one model a shape; the engine decides, these only carry."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from apiflask.fields import UploadFile
from pydantic import BaseModel, ConfigDict, Field

from workflow.conditions import OPINION_LIMIT, REPORT_LIMIT
from workflow.vocabulary import Action, Defect, Gate, Mode, RequestKind, Role, Status, TaskKind, TaskOutcome

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


class ReportIn(_In):
    """落实情况."""

    report: str = Field(max_length=REPORT_LIMIT)
    outcome: TaskOutcome = TaskOutcome.DONE
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


class DoneOut(BaseModel):
    """What was done, in a sentence (办理结果)."""

    sentence: str
    id: int | None = None
    status: Status | None = None
    version: int | None = None
    replayed: bool = False


class TaskLineOut(BaseModel):
    """One line of a list (任务行)."""

    id: int
    number: str
    text: str
    ledger: str
    unit: str
    kind: TaskKind
    period: str
    due: date
    status: Status
    round: int
    outcome: TaskOutcome
    light: str
    light_reason: str


class TaskListOut(BaseModel):
    """A page of tasks; ``after`` asks for the next one (任务列表)."""

    tasks: list[TaskLineOut]
    after: str | None


class TurnOut(BaseModel):
    """Whose turn it is (轮到谁)."""

    gate: Gate | None
    unit: str
    desk: Role
    people: list[str]


class OfferOut(BaseModel):
    """What the caller may do, and what is missing (可办事项)."""

    action: Action
    missing: list[str]


class EvidenceOut(BaseModel):
    """A piece of evidence (证明材料)."""

    id: int
    name: str
    note: str
    sha256: str | None
    size: int
    uploaded_by: str
    uploaded_at: datetime


class RequestOut(BaseModel):
    """A request and its decision (申请)."""

    id: int
    kind: RequestKind
    reason: str
    new_due: date | None
    unit: str | None
    asked_by: str
    asked_at: datetime
    granted: bool | None
    opinion: str
    decided_by: str


class SignoffOut(BaseModel):
    """A sign-off of any round (签批)."""

    round: int
    gate: Gate
    decision: str
    unit: str
    signer: str
    opinion: str
    at: datetime
    content_digest: str
    void: str
    """Why it no longer stands, empty where it does."""


class PacketOut(BaseModel):
    """A packet (证据包)."""

    id: int
    number: str
    round: int
    state: str
    seals: int
    sha256: str | None


class TaskOut(BaseModel):
    """One task as the caller may see it (任务)."""

    id: int
    ledger_id: int
    number: str
    title: str
    requirement: str
    unit: str
    kind: TaskKind
    period: str
    due: date
    due_reason: str
    light: str
    light_reason: str
    status: Status
    status_word: str
    version: int
    round: int
    outcome: TaskOutcome
    paused_since: datetime | None
    received_at: datetime | None
    closed_at: datetime | None
    report: str
    content_digest: str
    awaited: list[TurnOut]
    offers: list[OfferOut]
    may_ask: list[RequestKind]
    evidence: list[EvidenceOut]
    requests: list[RequestOut]
    signoffs: list[SignoffOut]
    packets: list[PacketOut]


class EventOut(BaseModel):
    """One event of the task's trail (办理过程)."""

    seq: int
    at: datetime
    kind: str
    word: str
    who: str
    said: str
    round: int
    void: str


class EventsOut(BaseModel):
    """The history of a task, newest first (办理过程)."""

    events: list[EventOut]


class MeOut(BaseModel):
    """Who the token is (令牌身份)."""

    login: str
    name: str
    unit: str
    unit_id: int
    roles: list[Role]
    scope: str
    expires: date


class ProblemOut(BaseModel):
    """A refusal (RFC 9457): ``code`` for programs, ``detail`` one Chinese sentence for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
