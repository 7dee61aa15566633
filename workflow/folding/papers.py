"""Packets, their seals and the papers as the trail tells them (证据包、材料的折算)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.folding.fold import Fold, Told
from workflow.record.words import Word
from workflow.tasks.events import ACTS, Act, Sealed
from workflow.tasks.models import Packet, PacketRevision
from workflow.tasks.words import Action, PacketState
from workflow.year.events import PAPER_REQUESTED, PaperTold
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
        if isinstance(data, Sealed):
            state = PacketState.COMPLETE if data.complete else PacketState.OPEN
            self.line(data.packet).tell(told.seq, task_id=told.task_id, round=data.round, state=state)
            self._of.setdefault(told.task_id, set()).add(data.packet)
        elif isinstance(data, Act) and data.happened_in != data.round:
            state = PacketState.SUPERSEDED if told.kind is ACTS[Action.REOPEN] else PacketState.VOID
            for number in self._of.get(told.task_id, ()):
                if self.lines[number].values["state"] in _GOOD:
                    self.lines[number].tell(told.seq, state=state)

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
        if isinstance(told.data, Sealed):
            line = self.line((told.data.packet, told.data.field))
            line.tell(told.seq, created_at=told.at, **told.data.said("signoff_id", "sha256", "size"))

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
        "unit_id": "单位",
        "pdf_sha256": "文件",
        "zip_sha256": "归档包",
        "finished_at": "完成时间",
    }

    def hear(self, told: Told) -> None:
        data = told.data
        if not isinstance(data, PaperTold):
            return
        line = self.line(data.dossier_id)
        if told.kind is PAPER_REQUESTED:
            line.tell(
                told.seq,
                kind=data.paper,
                ledger_id=data.ledger_id,
                unit_id=data.unit_id,
                pdf_sha256=None,
                zip_sha256=None,
                finished_at=None,
            )
        else:
            line.tell(told.seq, pdf_sha256=data.pdf, zip_sha256=data.bag, finished_at=told.at)
