"""Lights by the ledgers' own rules (预警): of a task now, of a day gone by, and what a list of them is narrowed by."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_, case, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import AliasedClass

from workflow.record.calendar import day_of
from workflow.record.events import kind_of
from workflow.record.models import AuditEvent
from workflow.tasks.events import GRANTED, RESUMED, Act, Dated
from workflow.tasks.lights import DEFAULT, Light, LightRules, Situation, light
from workflow.tasks.models import LightRule, Task
from workflow.tasks.words import RequestKind, Status

Tasks = type[Task] | AliasedClass[Task]


class Lit(Protocol):
    """What a light is worked out from as it stands (有灯之件): a task, a line of a list, a share in a matrix."""

    @property
    def ledger_id(self) -> int: ...
    @property
    def due(self) -> date: ...
    @property
    def status(self) -> Status: ...
    @property
    def opened_at(self) -> datetime: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def paused_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Rulebook:
    """Every ledger's rules by the day they hold from (预警规则集)."""

    rules: dict[int, list[tuple[date, LightRules]]] = field(default_factory=dict)

    def on(self, ledger_id: int, day: date) -> LightRules:
        """The rules of a ledger on a day."""
        held = [rules for since, rules in self.rules.get(ledger_id, []) if since <= day]
        return held[-1] if held else DEFAULT

    def latest_near(self, today: date) -> date:
        """The last deadline that any ledger calls 临近 today."""
        return max(rules.near_until(today) for rules in (DEFAULT, *(self.on(each, today) for each in self.rules)))


def rulebook(session: Session) -> Rulebook:
    """Every rule there is: a few rows."""
    rules: dict[int, list[tuple[date, LightRules]]] = defaultdict(list)
    for row in session.scalars(select(LightRule).order_by(LightRule.valid_from, LightRule.id)):
        held = LightRules(row.near_days, row.notice_days, row.grave_days, row.behind, row.far_behind)
        rules[row.ledger_id].append((row.valid_from, held))
    return Rulebook(dict(rules))


def situation_of(task: Lit) -> Situation:
    """The days a light is worked out from, as the task stands."""
    return Situation(task.due, task.status, _day(task.opened_at), _day(task.closed_at), _day(task.paused_at))


def light_now(book: Rulebook, task: Lit, today: date) -> Light:
    """The light of a task as it stands: what every screen, list, message, paper and program is told."""
    return light(situation_of(task), today, book.on(task.ledger_id, today))


def overdue(task: Tasks, today: date) -> ColumnElement[bool]:
    """What :meth:`Situation.overdue` says, asked of the database: open, past its deadline, its clock not stopped."""
    return and_(task.due < today, task.status != Status.CLOSED, task.paused_at.is_(None))


def near(book: Rulebook, task: Tasks, today: date) -> ColumnElement[bool]:
    """What is 临近 by the rules of its own ledger, asked of the database: every ledger has its own last day."""
    ends = {each: literal(book.on(each, today).near_until(today)) for each in book.rules}
    other = literal(DEFAULT.near_until(today))
    until = case(ends, value=task.ledger_id, else_=other) if ends else other
    return and_(task.due >= today, task.due <= until, task.status != Status.CLOSED, task.paused_at.is_(None))


def light_on(session: Session, task: Task, day: date) -> Light | None:
    """The light of a task at the end of a day gone by; None before it was assigned."""
    situation = _situation_on(session, task, day)
    return light(situation, day, rulebook(session).on(task.ledger_id, day)) if situation else None


def _situation_on(session: Session, task: Task, day: date) -> Situation | None:
    """Fold the events up to the end of the day."""
    events = select(AuditEvent).where(AuditEvent.task_id == task.id).order_by(AuditEvent.seq)
    due = began = closed = paused = None
    status = Status.ASSIGNED
    for event in session.scalars(events):
        on, kind = day_of(datetime.fromisoformat(event.at)), kind_of(event.kind)
        if on > day:
            break
        data = kind.read(event.data)
        began = on if began is None or kind is GRANTED[RequestKind.OBJECTION] else began  # another unit begins anew
        if isinstance(data, Dated) and data.due is not None:
            due = data.due
        if isinstance(data, Act):
            status, closed = data.to, on if data.to is Status.CLOSED else None
        paused = on if kind is GRANTED[RequestKind.SUSPENSION] else None if kind is RESUMED else paused
    return Situation(due, status, began, closed, paused) if due and began else None


def _day(at: datetime | None) -> date | None:
    return day_of(at) if at else None
