"""What the interface gives beside tasks (接口返回): ledgers, lights, messages, policies and delegations."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from workflow.office.words import NoticeKind, UnitKind
from workflow.tasks.words import Gate, Mode


class UnitOut(BaseModel):
    """A unit of the directory; ``parent_id`` is the unit that it belongs to (单位)."""

    id: int
    name: str
    kind: UnitKind
    aliases: list[str]
    active: bool
    parent_id: int | None


class UnitsOut(BaseModel):
    """A page of the directory in its order; ``after`` asks for the next one (单位名录)."""

    units: list[UnitOut]
    after: int | None


class LedgerOut(BaseModel):
    """A ledger with how many of its tasks are closed (台账)."""

    id: int
    title: str
    year: int
    published_at: datetime | None
    tasks: int
    closed: int


class LedgersOut(BaseModel):
    """A page of published ledgers, and of the drafts of the caller's office, newest first; ``before`` asks for the next one (台账列表)."""

    ledgers: list[LedgerOut]
    before: int | None


class LightRulesOut(BaseModel):
    """Which lights a ledger shows today (预警规则)."""

    near_days: int
    notice_days: int
    grave_days: int
    behind: int
    far_behind: int


class NoticeOut(BaseModel):
    """A message (消息)."""

    id: int
    kind: NoticeKind
    text: str
    task_id: int | None
    ledger_id: int | None
    created_at: datetime
    read_at: datetime | None


class NoticesOut(BaseModel):
    """A page of messages, newest first; ``before`` asks for the next one (消息列表)."""

    notices: list[NoticeOut]
    before: int | None


class PolicyOut(BaseModel):
    """Who signs at a gate from now on (审批设置); ``mine`` where the caller may take it back."""

    id: int
    gate: Gate
    mode: Mode
    people: list[str]
    unit: str
    ledger: str
    item: str
    mine: bool


class PoliciesOut(BaseModel):
    """Policies of the caller's unit and of the ledgers it runs (审批设置列表)."""

    policies: list[PolicyOut]


class DelegationOut(BaseModel):
    """Who signs for whom (授权代理); ``given`` by the caller, or held."""

    id: int
    principal: str
    deputy: str
    starts: date
    ends: date
    ledger_id: int | None
    reason: str
    given: bool


class DelegationsOut(BaseModel):
    """Delegations that stand (授权代理列表)."""

    delegations: list[DelegationOut]
