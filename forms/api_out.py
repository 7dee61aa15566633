"""What the interface gives (接口返回): one model a shape."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from workflow.ledgers.words import TaskKind
from workflow.office.words import Role
from workflow.tasks.words import Action, Gate, RequestKind, Status, TaskOutcome


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
    light_word: str
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


class SeatOut(BaseModel):
    """A sign-off that the present round asks for (签批席位): ``open`` once it is its turn."""

    id: int
    gate: Gate
    unit: str
    desk: Role
    person: str | None
    asked_by: str | None
    """Who asked for it on the way; None where the policy did."""
    signed: bool
    open: bool


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
    remarks: list[str]
    apart: bool
    scanned: bool
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


class StopOut(BaseModel):
    """One place of the chain (审批链节点): ``done``, ``now``, ``ahead``, or ``back`` for a return."""

    label: str
    unit: str
    state: str
    person: str
    at: datetime | None
    waiting: list[str]
    said: str


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
    light_word: str
    light_reason: str
    status: Status
    status_word: str
    version: int
    round: int
    outcome: TaskOutcome
    progress: int | None
    milestones: str
    paused_since: datetime | None
    received_at: datetime | None
    closed_at: datetime | None
    report: str
    content_digest: str
    awaited: list[TurnOut]
    seats: list[SeatOut]
    chain: list[StopOut]
    offers: list[OfferOut]
    may_ask: list[RequestKind]
    evidence: list[EvidenceOut]
    requests: list[RequestOut]
    signoffs: list[SignoffOut]
    packets: list[PacketOut]


class LightOut(BaseModel):
    """The light of a task on a day (某日预警)."""

    on: date
    light: str
    word: str
    reason: str


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
