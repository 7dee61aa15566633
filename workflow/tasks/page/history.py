"""What happened to a task (办理过程): the events of its trail in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.record.events import Data, Kind, kind_of
from workflow.record.models import AuditEvent
from workflow.tasks.case import Case
from workflow.tasks.events import ASSIGNED, Act, OnTask
from workflow.tasks.models import for_whom


@dataclass(frozen=True)
class Happening:
    """One event of the task's trail (办理过程)."""

    seq: int
    at: datetime
    kind: Kind[Any]
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
    return tuple(_happening(event, kind_of(event.kind), voided) for event in session.scalars(events))


def who_did(event: AuditEvent, data: Data) -> tuple[str, str]:
    """(unit, person) of an event, the unit empty for the system's own; a deputy is named with 「（代 甲，授权至…）」."""
    given = data.standing_in if isinstance(data, Act) else None
    own = event.actor_id is not None and event.kind != ASSIGNED.name
    return data.unit if own and isinstance(data, OnTask) else "", event.actor_name + (
        for_whom(given.name, given.until) if given else ""
    )


def _happening(event: AuditEvent, kind: Kind[Any], voided: dict[int, str]) -> Happening:
    data = kind.read(event.data)
    return Happening(
        seq=event.seq,
        at=datetime.fromisoformat(event.at).astimezone(UTC),
        kind=kind,
        who=" ".join(who_did(event, data)).strip(),
        said=kind.say(data),
        round=data.happened_in if isinstance(data, OnTask) else 1,
        void=voided.get(event.seq, ""),
        defects=tuple((one.evidence_id, one.code.word) for one in data.defects) if isinstance(data, Act) else (),
    )
