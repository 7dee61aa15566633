"""Lights by the ledgers' own rules (预警): of a task now, of a day gone by, and what a list of them is narrowed by."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import AliasedClass

from workflow.ledgers.events import YEAR_CLOSED, YEAR_REOPENED, YearClosed
from workflow.ledgers.models import Ledger
from workflow.record.asof import last_by
from workflow.record.calendar import day_of, end_of
from workflow.record.events import kind_of
from workflow.record.models import AuditEvent
from workflow.tasks.lists.lights import DEFAULT, Light, LightRules, Situation, light
from workflow.tasks.models import LightRule, Task
from workflow.tasks.past.asof import tasks_at
from workflow.tasks.words import Status

Tasks = type[Task] | AliasedClass[Task]


class Lit(Protocol):
    """What a light is worked out from as it stands (有灯之件): a task now or then, a line of a list, a share in a matrix."""

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
    @property
    def progress(self) -> int | None: ...
    @property
    def milestones(self) -> str: ...


@dataclass(frozen=True)
class Rulebook:
    """Every ledger's rules by the day they hold from (预警规则集)."""

    rules: dict[int, list[tuple[date, LightRules]]] = field(default_factory=dict)
    closed: dict[int, date] = field(default_factory=dict)
    """Ledgers whose year was closed (年结), and the day on which their clocks stopped."""

    def on(self, ledger_id: int, day: date) -> LightRules:
        """The rules of a ledger on a day."""
        held = [rules for since, rules in self.rules.get(ledger_id, []) if since <= day]
        return held[-1] if held else DEFAULT

    def clock(self, ledger_id: int, today: date) -> date:
        """The day that lateness in a ledger is counted to: today, or when its year was closed."""
        return min(today, self.closed.get(ledger_id, today))

    def latest_near(self, today: date) -> date:
        """The last deadline that any ledger calls 临近 today."""
        return max(rules.near_until(today) for rules in (DEFAULT, *(self.on(each, today) for each in self.rules)))


def rulebook(session: Session, at: datetime | None = None) -> Rulebook:
    """Every rule there is, or was by a moment, and every year that was closed."""
    rules: dict[int, list[tuple[date, LightRules]]] = defaultdict(list)
    closed: dict[int, date] = {}
    held = and_(LightRule.ledger_id == Ledger.id, true() if at is None else LightRule.set_at <= at)
    wanted = select(Ledger.id, Ledger.closed_on, LightRule).outerjoin(LightRule, held)
    wanted = wanted.where(or_(Ledger.closed_on.is_not(None), LightRule.id.is_not(None)))
    for ledger_id, day, row in session.execute(wanted.order_by(LightRule.valid_from, LightRule.id)):
        if day is not None:
            closed[ledger_id] = day
        if row is not None:
            shown = LightRules(row.near_days, row.notice_days, row.grave_days, row.behind, row.far_behind)
            rules[ledger_id].append((row.valid_from, shown))
    return Rulebook(dict(rules), closed if at is None else closings(session, at))


def closings(session: Session, at: datetime) -> dict[int, date]:
    """The ledgers whose year was closed by a moment, with the day on which their clocks stopped."""
    kinds = AuditEvent.kind.in_((YEAR_CLOSED.name, YEAR_REOPENED.name))
    told = select(AuditEvent.kind, AuditEvent.data).where(kinds).where(AuditEvent.seq <= last_by(session, at))
    found: dict[int, date] = {}
    for kind, text in session.execute(told.order_by(AuditEvent.seq)):
        data = kind_of(kind).read(text)
        found.pop(data.ledger_id, None)
        if isinstance(data, YearClosed):
            found[data.ledger_id] = data.closed_on
    return found


def situation_of(book: Rulebook, task: Lit) -> Situation:
    """The days a light is worked out from, as the task stands."""
    began, closed, paused = (_day(moment) for moment in (task.opened_at, task.closed_at, task.paused_at))
    stopped = book.closed.get(task.ledger_id)
    return Situation(task.due, task.status, began, closed, paused, task.progress, stopped, task.milestones)


def light_now(book: Rulebook, task: Lit, today: date) -> Light:
    """The light of a task as it stands: what every screen, list, message, paper and program is told."""
    return light(situation_of(book, task), today, book.on(task.ledger_id, today))


def overdue(task: Tasks, today: date) -> ColumnElement[bool]:
    """What :meth:`Situation.overdue` says, asked of the database: open, past its deadline, its clock not stopped before."""
    stopped = select(Ledger.closed_on).where(Ledger.id == task.ledger_id).scalar_subquery()
    open_then = and_(task.status != Status.CLOSED, task.paused_at.is_(None))
    return and_(task.due < today, open_then, task.due < func.coalesce(stopped, today))


def running(task: Tasks) -> ColumnElement[bool]:
    """Open, its clock not stopped, neither by 挂账 nor by 年结, asked of the database."""
    closed = exists().where(Ledger.id == task.ledger_id, Ledger.closed_on.is_not(None))
    return and_(task.status != Status.CLOSED, task.paused_at.is_(None), ~closed)


def near(book: Rulebook, task: Tasks, today: date) -> ColumnElement[bool]:
    """What is 临近 by the rules of its own ledger, asked of the database: every ledger has its own last day."""
    ends = {each: literal(book.on(each, today).near_until(today)) for each in book.rules}
    other = literal(DEFAULT.near_until(today))
    until = case(ends, value=task.ledger_id, else_=other) if ends else other
    return and_(task.due >= today, task.due <= until, running(task))


def light_on(session: Session, task: Task, day: date) -> Light | None:
    """The light of a task at the end of a day gone by; None before it was assigned."""
    then = tasks_at(session, end_of(day), Task.id == task.id)
    return light_now(rulebook(session, end_of(day)), then[0], day) if then else None


def _day(at: datetime | None) -> date | None:
    return day_of(at) if at else None
