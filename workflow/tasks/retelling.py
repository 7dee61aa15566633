"""One task told event by event (逐条折算): which words of which event change what; the only reader of their data for as-of answers.

Events of an older version of the program say less: what they leave out stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from workflow.tasks.words import EvidenceKind, RequestKind, Status, TaskOutcome

RETURNS = frozenset({"task.send_back", "task.step_back"})
_GRANTED = {f"task.{kind.value}_granted": kind for kind in RequestKind}
_RULED = {*_GRANTED, *(f"task.{kind.value}_refused" for kind in RequestKind), "task.resumed"}


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

    def hear(self, kind: str, at: datetime, data: Mapping[str, Any]) -> None:
        """Take in one event of the task."""
        if kind == "task.assigned":
            self.values = _newborn(at, data)
        elif kind == "packet.sealed":
            self._sealed(data)
        elif kind.startswith("task.evidence_"):
            self._piece(kind, data)
        elif kind == "task.report":
            self.values |= {"outcome": TaskOutcome(data.get("outcome", "done")), "progress": data.get("progress")}
        elif kind in _RULED:
            self._ruled(kind, at, data)
        elif kind == "task.urged":
            self.values["urgings"] += 1
        if "version" in data and kind != "task.assigned":
            self.values |= {name: data[name] for name in ("version", "round", "content_digest")}
        if "from" in data:
            self._moved(kind, at, data)
        if kind in ("task.received", "task.submit"):
            self.values["received_at"] = self.values["received_at"] or at

    def _moved(self, kind: str, at: datetime, data: Mapping[str, Any]) -> None:
        """A step was taken; one backwards begins a round and retires the packet."""
        status = Status(data["to"])
        self.values |= {"status": status, "closed_at": at if status is Status.CLOSED else None}
        self.values["returns"] += kind in RETURNS
        if status is Status.CLOSED:
            self.values["returned"] = False
        elif data["acted_in_round"] != data["round"]:
            self.values["returned"], self.packet = kind in RETURNS, None

    def _ruled(self, kind: str, at: datetime, data: Mapping[str, Any]) -> None:
        """Dates move, tasks change hands, clocks stop and go on."""
        if "due" in data:
            reason = data.get("due_reason", self.values["due_reason"])
            self.values |= {"due": date.fromisoformat(data["due"]), "due_reason": reason}
        granted = _GRANTED.get(kind)
        self.values["extensions"] += granted is RequestKind.EXTENSION
        if granted is RequestKind.OBJECTION:
            self.values |= {"unit_id": data.get("unit_id"), "opened_at": at, "received_at": None}
        elif granted is RequestKind.SUSPENSION:
            self.values["paused_at"] = at
        elif kind == "task.resumed":
            self.values["paused_at"] = None

    def _piece(self, kind: str, data: Mapping[str, Any]) -> None:
        """Evidence comes, is explained, and goes."""
        piece_id = data["evidence_id"]
        if kind == "task.evidence_added":
            form = EvidenceKind.FILE if data["sha256"] else EvidenceKind.LINK
            note, size = data.get("note", ""), data.get("size", 0)
            self.pieces[piece_id] = Piece(piece_id, form, data["name"], note, data["sha256"], size)
        elif kind == "task.evidence_noted":
            self.pieces[piece_id] = replace(self.pieces[piece_id], note=data["note"])
        else:
            del self.pieces[piece_id]

    def _sealed(self, data: Mapping[str, Any]) -> None:
        """A packet got a seal; the office's completes it."""
        if data["complete"]:
            self.packet = PacketThen(data["packet"], data["sha256"], data.get("size", 0))


def _newborn(at: datetime, data: Mapping[str, Any]) -> dict[str, Any]:
    """A task as it was assigned."""
    return {
        "unit_id": data.get("unit_id"),
        "due": date.fromisoformat(data["due"]),
        "due_reason": data["due_reason"],
        "status": Status(data["to"]),
        "outcome": TaskOutcome.DONE,
        "version": data["version"],
        "round": data["round"],
        "content_digest": data["content_digest"],
        "progress": None,
        "opened_at": at,
        "received_at": None,
        "closed_at": None,
        "paused_at": None,
        "returns": 0,
        "returned": False,
        "urgings": 0,
        "extensions": 0,
    }
