"""Packets, their seals and the papers as the trail tells them (证据包、材料的折算)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.folding.fold import Fold, Told
from workflow.record.words import Word
from workflow.tasks.models import Packet, PacketRevision
from workflow.tasks.words import PacketState
from workflow.year.models import Paper

_GOOD = (PacketState.OPEN.value, PacketState.COMPLETE.value)


class Packets(Fold):
    """What a packet is good for (证据包): complete with the office's seal, retired when its task goes back."""

    model, subject, key = Packet, "证据包", ("number",)
    codes: ClassVar[Mapping[str, type[Word]]] = {"state": PacketState}
    words: ClassVar[Mapping[str, str]] = {"task_id": "任务", "round": "轮次", "state": "状态"}

    def __init__(self) -> None:
        super().__init__()
        self._of: dict[int | None, set[str]] = {}

    def hear(self, told: Told) -> None:
        data = told.data
        if told.kind == "packet.sealed":
            state = PacketState.COMPLETE if data["complete"] else PacketState.OPEN
            self.line(data["packet"]).tell(told.seq, task_id=told.task_id, round=data["round"], state=state.value)
            self._of.setdefault(told.task_id, set()).add(data["packet"])
        elif "acted_in_round" in data and data["acted_in_round"] != data["round"]:
            state = PacketState.SUPERSEDED if told.kind == "task.reopen" else PacketState.VOID
            for number in self._of.get(told.task_id, ()):
                if self.lines[number].values["state"] in _GOOD:
                    self.lines[number].tell(told.seq, state=state.value)

    def must_be_told(self, row: Mapping[str, Any]) -> bool:
        return bool(row["state"] == PacketState.COMPLETE)  # one that waits for its first seal has no event yet


class Seals(Fold):
    """The packet after each seal (签章版本): which file it is."""

    model, subject = PacketRevision, "证据包"
    words: ClassVar[Mapping[str, str]] = {
        "signoff_id": "签批",
        "sha256": "文件",
        "size": "大小",
        "created_at": "签章时间",
    }

    def hear(self, told: Told) -> None:
        if told.kind == "packet.sealed":
            data = told.data
            line = self.line((data["packet"], data["field"]))
            known = {name: data[name] for name in ("signoff_id", "sha256", "size") if name in data}
            line.tell(told.seq, created_at=told.at, **known)

    def stored(self, session: Session) -> Iterator[tuple[Any, Mapping[str, Any]]]:
        """Every sealed version by its packet's number and the box."""
        places = select(PacketRevision.id, Packet.number, PacketRevision.field).join(Packet)
        names = {row.id: (row.number, row.field) for row in session.execute(places)}
        for row_id, row in super().stored(session):
            yield names.get(row_id, ("?", row_id)), row

    def name(self, key: Any) -> str:
        return f"证据包 {key[0]} 的签章位 {key[1]}"


class Papers(Fold):
    """Which kind of paper was asked for, and which files it is once made (材料)."""

    model, subject = Paper, "材料"
    words: ClassVar[Mapping[str, str]] = {
        "kind": "种类",
        "ledger_id": "台账",
        "pdf_sha256": "文件",
        "zip_sha256": "归档包",
        "finished_at": "完成时间",
    }

    def hear(self, told: Told) -> None:
        data = told.data
        if told.kind == "dossier.requested":
            line = self.line(data["dossier_id"])
            kind = data.get("paper", "dossier")  # the only one there was before events said which
            line.tell(
                told.seq, kind=kind, ledger_id=data["ledger_id"], pdf_sha256=None, zip_sha256=None, finished_at=None
            )
        elif told.kind == "dossier.finished":
            line = self.line(data["dossier_id"])
            line.tell(told.seq, pdf_sha256=data["pdf"], zip_sha256=data["bag"], finished_at=told.at)
