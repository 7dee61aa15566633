"""What happened to a task (办理过程): the events of its trail in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.deadlines import spoken
from workflow.models import AuditEvent
from workflow.queries.trail import kind_word
from workflow.roles import Case


@dataclass(frozen=True)
class Happening:
    """One event of the task's trail (办理过程)."""

    seq: int
    at: datetime
    kind: str
    what: str
    who: str
    said: str
    round: int
    void: str


def happenings_of(session: Session, case: Case) -> tuple[Happening, ...]:
    """Every event of the task, newest first; a decision that no longer stands says why."""
    voided = {s.event_seq: f"已失效：{s.void_reason}" for s in case.task.signoffs if s.void_at is not None}
    events = select(AuditEvent).where(AuditEvent.task_id == case.task.id).order_by(AuditEvent.seq.desc())
    return tuple(_happening(event, json.loads(event.data), voided) for event in session.scalars(events))


def _happening(event: AuditEvent, data: dict[str, Any], voided: dict[int, str]) -> Happening:
    unit = data.get("unit", "") if event.actor_id is not None and event.kind != "task.assigned" else ""
    standing_in = data.get("for")
    proxy = (
        f"（代 {standing_in['name']}，授权至{spoken(date.fromisoformat(standing_in['until']))}）" if standing_in else ""
    )
    return Happening(
        seq=event.seq,
        at=datetime.fromisoformat(event.at).astimezone(UTC),
        kind=event.kind,
        what=kind_word(event.kind),
        who=f"{unit} {event.actor_name}{proxy}".strip(),
        said=_said(event.kind, data),
        round=data.get("acted_in_round", data.get("round", 1)),
        void=voided.get(event.seq, ""),
    )


def _said(kind: str, data: dict[str, Any]) -> str:
    if kind == "task.report":
        return f"共 {data['characters']} 字"
    if kind in ("task.evidence_added", "task.evidence_removed"):
        return str(data["name"])
    if kind == "task.assigned":
        return f"交办给{data['unit']}。{data['due_reason']}"
    if kind.startswith("task.extension_"):
        return f"{data['old_due']} → {data['new_due']}：{data['opinion']}"
    if kind == "task.urged":
        return f"第 {data['count']} 次，通知{'、'.join(data['told'])}。{data['opinion']}"
    if kind.startswith("task.seat_"):
        place = {True: "（前加签）", False: "（后加签）"}.get(data.get("before", ""), "")
        return "：".join(part for part in (f"{data['person']}{place}", data["opinion"]) if part)
    if kind.startswith("task.share_"):
        return f"{data['section']}：{data['work']}"
    if kind == "packet.sealed":
        return f"{data['unit']}在证据包 {data['packet']} 上签章"
    return str(data.get("opinion", ""))
