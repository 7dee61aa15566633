"""Sign-offs and evidence as the trail tells them (签批、证明材料的折算)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from workflow.folding.fold import Fold, Told
from workflow.processes import PROCESSES
from workflow.record.events import TASK
from workflow.record.words import Word
from workflow.tasks.events import EVIDENCE_ADDED, EVIDENCE_NOTED, Act, Piece
from workflow.tasks.models import Evidence, Signoff
from workflow.tasks.words import Action, Decision, EvidenceKind, Gate

RETURNED = frozenset(action.value for action in (Action.SEND_BACK, Action.STEP_BACK))


class Signoffs(Fold):
    """Who decided what, bound to which content, and whether it still stands (签批); each row names its event."""

    model, subject, key = Signoff, "签批", ("event_seq",)
    codes: ClassVar[Mapping[str, type[Word]]] = {"gate": Gate, "decision": Decision}
    words: ClassVar[Mapping[str, str]] = {
        "task_id": "任务", "round": "轮次", "gate": "环节", "decision": "结果", "user_id": "签批人", "user_name": "签批人姓名",
        "unit_id": "签批单位", "opinion": "意见", "content_digest": "内容摘要", "at": "时间", "principal_id": "授权人",
        "principal_name": "授权人姓名", "deputy_until": "授权止期", "paper_sha256": "纸面扫描件", "paper_signer": "纸面签批人",
        "void_at": "失效时间",
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._standing: dict[int | None, list[tuple[Gate, int]]] = {}

    def hear(self, told: Told) -> None:
        data = told.data
        if not isinstance(data, Act) or data.acted_in_round is None:
            return
        matter, _, action = told.kind.name.partition(".")
        process = PROCESSES[matter]
        if data.acted_in_round != data.round:
            self._void(told, process.gate_at(data.to))
        if data.gate is not None:
            self._standing.setdefault(told.task_id, []).append((data.gate, told.seq))
            self._signed(told, data, data.gate, Decision.PASSED)
        elif action in RETURNED:
            self._signed(told, data, process.gate_at(data.before), Decision.RETURNED)

    def _signed(self, told: Told, data: Act, gate: Gate | None, decision: Decision) -> None:
        line, given, paper = self.line(told.seq), data.standing_in, data.paper
        line.tell(
            told.seq,
            task_id=told.task_id,
            round=data.acted_in_round,
            gate=gate,
            decision=decision,
            user_id=told.actor_id,
            user_name=told.actor_name,
            opinion=data.opinion,
            content_digest=data.content_digest,
            at=told.at,
            principal_name=given.name if given else "",
            deputy_until=given.until if given else None,
            paper_sha256=paper.sha256 if paper else None,
            paper_signer=paper.signer if paper else "",
            void_at=None,
        )
        if data.said("unit_id"):
            line.tell(told.seq, unit_id=data.unit_id, principal_id=given.user_id if given else None)

    def _void(self, told: Told, again: Gate | None) -> None:
        """A step back voids what was signed at the gate that the matter waits at again, or later."""
        gates = list(Gate)
        kept = gates[: gates.index(again)] if again else []
        standing = self._standing.get(told.task_id, [])
        for gate, seq in standing:
            if gate not in kept:
                self.lines[seq].tell(told.seq, void_at=told.at)
        self._standing[told.task_id] = [one for one in standing if one[0] in kept]

    def name(self, key: Any) -> str:
        task_id = self.lines[key].values.get("task_id") if key in self.lines else None
        return f"任务 {task_id} 由留痕第 {key} 条记下的签批" if task_id else f"写明依据留痕第 {key} 条的签批"


class Pieces(Fold):
    """Files and links that were laid before the signers (证明材料)."""

    model, subject = Evidence, "证明材料"
    codes: ClassVar[Mapping[str, type[Word]]] = {"kind": EvidenceKind}
    words: ClassVar[Mapping[str, str]] = {
        "task_id": "任务", "round": "轮次", "kind": "形式", "name": "名称", "note": "说明", "sha256": "文件", "size": "大小",
        "media_type": "文件类型", "uploaded_by_id": "上传人", "uploaded_at": "上传时间", "removed_by_id": "移除人",
        "removed_at": "移除时间",
    }  # fmt: skip

    def hear(self, told: Told) -> None:
        data = told.data
        if not isinstance(data, Piece):
            return
        line = self.line(data.evidence_id)
        like = told.kind.of(TASK.code)
        if like is EVIDENCE_ADDED:
            line.tell(told.seq, task_id=told.task_id, round=data.round, uploaded_by_id=told.actor_id)
            line.tell(told.seq, uploaded_at=told.at, removed_by_id=None, removed_at=None)
            line.tell(told.seq, kind=data.form or (EvidenceKind.FILE if data.sha256 else EvidenceKind.LINK))
            line.tell(told.seq, **data.said("name", "note", "sha256", "size", "media_type"))
        elif like is EVIDENCE_NOTED:
            line.tell(told.seq, note=data.note)
        else:
            line.tell(told.seq, removed_by_id=told.actor_id, removed_at=told.at)
