"""What happened to a task (办理过程): the events of its trail in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.record.calendar import spoken
from workflow.record.models import AuditEvent
from workflow.tasks.case import Case
from workflow.tasks.kinds import kind_word
from workflow.tasks.models import for_whom
from workflow.tasks.words import Defect, RequestKind, TaskOutcome


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
    defects: tuple[tuple[int, str], ...] = ()
    """(evidence id, what is wrong with it) that a return named."""


def happenings_of(session: Session, case: Case) -> tuple[Happening, ...]:
    """Every event of the task, newest first; a decision that no longer stands says why."""
    voided = {s.event_seq: f"已失效：{s.void_reason}" for s in case.task.signoffs if s.void_at is not None}
    events = select(AuditEvent).where(AuditEvent.task_id == case.task.id).order_by(AuditEvent.seq.desc())
    return tuple(_happening(event, json.loads(event.data), voided) for event in session.scalars(events))


def proxy(data: dict[str, Any]) -> str:
    """For whom an event's actor acted: 「（代 甲，授权至…）」, empty where for themselves."""
    given = data.get("for")
    return for_whom(given["name"], date.fromisoformat(given["until"])) if given else ""


def _day(iso: str) -> str:
    return spoken(date.fromisoformat(iso))


def _happening(event: AuditEvent, data: dict[str, Any], voided: dict[int, str]) -> Happening:
    unit = data.get("unit", "") if event.actor_id is not None and event.kind != "task.assigned" else ""
    return Happening(
        seq=event.seq,
        at=datetime.fromisoformat(event.at).astimezone(UTC),
        kind=event.kind,
        what=kind_word(event.kind),
        who=f"{unit} {event.actor_name}{proxy(data)}".strip(),
        said=said_of(event.kind, data),
        round=data.get("acted_in_round", data.get("round", 1)),
        void=voided.get(event.seq, ""),
        defects=tuple((one["evidence_id"], Defect(one["code"]).word) for one in data.get("defects", [])),
    )


def said_of(kind: str, data: dict[str, Any]) -> str:
    """What an event says in one line; each kind of event has its own way of saying it."""
    for begins, say in _SAYING.items():
        if kind.startswith(begins):
            return say(data)
    if "paper" in data:
        paper = data["paper"]
        return f"线下签批：{paper['signer']}，扫描件 SHA-256 {paper['sha256'][:12]}…。{data['opinion']}"
    marks = "".join(f"\n「{one['name']}」{Defect(one['code']).word}" for one in data.get("defects", []))
    return str(data.get("opinion", "")) + marks


def _of_report(data: dict[str, Any]) -> str:
    not_concerned = data.get("outcome") == TaskOutcome.NOT_CONCERNED
    stated = f"，自报进度 {data['progress']}%" if data.get("progress") is not None else ""
    return f"共 {data['characters']} 字{stated}{'，提出不涉及本单位' if not_concerned else ''}"


def _of_request(data: dict[str, Any]) -> str:
    dates = f"{_day(data['old_due'])} → {_day(data['new_due'])}：" if data.get("new_due") else ""
    unit = f"改由{data['proposed']}承办：" if data.get("proposed") else ""
    return f"{dates}{unit}{data['opinion']}"


def _of_seat(data: dict[str, Any]) -> str:
    place = {True: "（前加签）", False: "（后加签）"}.get(data.get("before", ""), "")
    return _named(f"{data['person']}{place}", data)


def _named(name: str, data: dict[str, Any]) -> str:
    return "：".join(part for part in (name, data["opinion"]) if part)


_SAYING: dict[str, Callable[[dict[str, Any]], str]] = {
    "task.report": _of_report,
    "task.evidence_": lambda data: str(data["name"]),
    "task.assigned": lambda data: f"交办给{data['unit']}。{data['due_reason']}",
    **{f"task.{kind.value}_": _of_request for kind in RequestKind},
    "task.copied": lambda data: _named(data["person"], data),
    "task.seat_": _of_seat,
    "task.urged": lambda data: f"第 {data['count']} 次，通知{'、'.join(data['told'])}。{data['opinion']}",
    "task.share_": lambda data: f"{data['section']}：{data['work']}",
    "packet.sealed": lambda data: f"{data['unit']}在证据包 {data['packet']} 上签章",
}
"""How the events say what they say, by the beginning of their kind."""
