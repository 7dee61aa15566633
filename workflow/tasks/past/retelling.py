"""One task told event by event (逐条折算): which words of which event change what; the only reader of their data for as-of answers.

Events of an older version of the program say less: what they leave out stays as it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from workflow.record.events import Data, Kind
from workflow.tasks import events
from workflow.tasks.events import ACTS, GRANTED
from workflow.tasks.words import Action, EvidenceKind, RequestKind, Status, TaskOutcome

RETURNS = frozenset({ACTS[Action.SEND_BACK], ACTS[Action.STEP_BACK]})
RECEIVES = frozenset({events.RECEIVED, ACTS[Action.SUBMIT]})


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence as it stood (某时证明材料)."""

    id: int
    kind: EvidenceKind
    name: str
    note: str
    sha256: str | None
    size: int


@dataclass(frozen=True, slots=True)
class PacketThen:
    """A complete packet as it stood (某时证据包)."""

    number: str
    sha256: str
    size: int


class Telling:
    """A task while its events are heard (折算中)."""

    def __init__(self, task_id: int) -> None:
        self.task_id = task_id
        self.values: dict[str, Any] = {}
        self.pieces: dict[int, Piece] = {}
        self.packet: PacketThen | None = None

    @property
    def born(self) -> bool:
        """Whether its assignment has been heard."""
        return bool(self.values)

    def hear(self, kind: Kind[Any], at: datetime, data: Data) -> None:
        """Take in one event of the task."""
        if isinstance(data, events.Assigned):
            self.values = _newborn(at, data)
            return
        if isinstance(data, events.Stands) and data.version is not None:
            self.values |= {"version": data.version, "round": data.round, "content_digest": data.content_digest}
        if isinstance(data, events.Act):
            self._moved(kind, at, data)
        elif isinstance(data, events.Dated):
            self._ruled(kind, at, data)
        elif isinstance(data, events.Reported):
            said = {"progress": data.progress, "milestones": data.milestones}
            self.values |= {"outcome": data.outcome or TaskOutcome.DONE, **said}
        elif isinstance(data, events.Piece):
            self._piece(kind, data)
        elif isinstance(data, events.Sealed):
            self._sealed(data)
        elif isinstance(data, events.Urged):
            self.values["urgings"] += 1
        if kind in RECEIVES:
            self.values["received_at"] = self.values["received_at"] or at

    def _moved(self, kind: Kind[Any], at: datetime, data: events.Act) -> None:
        """A step was taken; one backwards begins a round and retires the packet."""
        self.values |= {"status": data.to, "closed_at": at if data.to is Status.CLOSED else None}
        self.values["returns"] += kind in RETURNS
        if data.to is Status.CLOSED:
            self.values["returned"] = False
        elif data.happened_in != data.round:
            self.values["returned"], self.packet = kind in RETURNS, None

    def _ruled(self, kind: Kind[Any], at: datetime, data: events.Dated) -> None:
        """Dates move, tasks change hands, clocks stop and go on."""
        if data.due is not None:
            self.values |= {"due": data.due, **data.said("due_reason")}
        self.values["extensions"] += kind is GRANTED[RequestKind.EXTENSION]
        if kind is GRANTED[RequestKind.OBJECTION] and isinstance(data, events.Asked):
            self.values |= {
                "unit_id": data.unit_id,
                "opened_at": at,
                "received_at": None,
                "progress": None,
                "milestones": "",
            }
        elif kind is GRANTED[RequestKind.SUSPENSION]:
            self.values["paused_at"] = at
        elif kind is events.RESUMED:
            self.values["paused_at"] = None

    def _piece(self, kind: Kind[Any], data: events.Piece) -> None:
        """Evidence comes, is explained, and goes."""
        if kind is events.EVIDENCE_ADDED:
            form = EvidenceKind.FILE if data.sha256 else EvidenceKind.LINK
            piece = Piece(data.evidence_id, form, data.name, data.note, data.sha256, data.size or 0)
            self.pieces[data.evidence_id] = piece
        elif kind is events.EVIDENCE_NOTED:
            self.pieces[data.evidence_id] = replace(self.pieces[data.evidence_id], note=data.note)
        else:
            del self.pieces[data.evidence_id]

    def _sealed(self, data: events.Sealed) -> None:
        """A packet got a seal; the office's completes it."""
        if data.complete:
            self.packet = PacketThen(data.packet, data.sha256, data.size or 0)


def _newborn(at: datetime, data: events.Assigned) -> dict[str, Any]:
    """A task as it was assigned."""
    return {
        "unit_id": data.unit_id,
        "due": data.due,
        "due_reason": data.due_reason,
        "status": data.to,
        "outcome": TaskOutcome.DONE,
        "version": data.version,
        "round": data.round,
        "content_digest": data.content_digest,
        "progress": None,
        "milestones": "",
        "opened_at": at,
        "received_at": None,
        "closed_at": None,
        "paused_at": None,
        "returns": 0,
        "returned": False,
        "urgings": 0,
        "extensions": 0,
    }
