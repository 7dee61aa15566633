"""Lights on any day (某日预警): the rules in force then, and the facts of then, from the events."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.lights import DEFAULT, Light, LightRules, Standing, light
from workflow.models import AuditEvent, LightRule, Task
from workflow.queries.listing import TaskRow
from workflow.settings import ZONE
from workflow.vocabulary import Status


@dataclass(frozen=True)
class Rulebook:
    """Every ledger's rules by the day they hold from (预警规则集)."""

    rules: dict[int, list[tuple[date, LightRules]]]

    def on(self, ledger_id: int, day: date) -> LightRules:
        """The rules of a ledger on a day."""
        held = [rules for since, rules in self.rules.get(ledger_id, []) if since <= day]
        return held[-1] if held else DEFAULT


def rulebook(session: Session) -> Rulebook:
    """Every rule there is: a few rows."""
    rules: dict[int, list[tuple[date, LightRules]]] = defaultdict(list)
    for row in session.scalars(select(LightRule).order_by(LightRule.valid_from, LightRule.id)):
        held = LightRules(row.near_days, row.notice_days, row.grave_days, row.behind, row.far_behind)
        rules[row.ledger_id].append((row.valid_from, held))
    return Rulebook(dict(rules))


def light_now(book: Rulebook, task: Task | TaskRow, today: date) -> Light:
    """The light of a task, or of a line of a list, as it stands."""
    standing = Standing(task.due, task.status, _day(task.opened_at), _day(task.closed_at), _day(task.paused_at))
    return light(standing, today, book.on(task.ledger_id, today))


def light_on(session: Session, task: Task, day: date) -> Light | None:
    """The light of a task at the end of a day gone by; None before it was assigned."""
    standing = _standing_on(session, task, day)
    return light(standing, day, rulebook(session).on(task.ledger_id, day)) if standing else None


def _standing_on(session: Session, task: Task, day: date) -> Standing | None:
    """Fold the events up to the end of the day."""
    events = select(AuditEvent).where(AuditEvent.task_id == task.id).order_by(AuditEvent.seq)
    due = began = closed = paused = None
    status = Status.ASSIGNED
    for event in session.scalars(events):
        on, data = _day(datetime.fromisoformat(event.at)), json.loads(event.data)
        if on is None or on > day:
            break
        began = began or on
        due = date.fromisoformat(data["due"]) if "due" in data else due
        status = Status(data["to"]) if "from" in data else status
        closed = on if status is Status.CLOSED and "from" in data else closed if status is Status.CLOSED else None
        paused = on if event.kind == "task.suspension_granted" else None if event.kind == "task.resumed" else paused
    return Standing(due, status, began, closed, paused) if due and began else None


def _day(at: datetime | None) -> date | None:
    return at.astimezone(ZONE).date() if at else None
