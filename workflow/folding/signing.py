"""Sign-offs and evidence as the trail tells them (签批、证明材料的折算)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from workflow.folding.fold import Fold, Told
from workflow.record.words import Word
from workflow.tasks.models import Evidence, Signoff
from workflow.tasks.process import TASK
from workflow.tasks.words import Decision, EvidenceKind, Gate, Status

PASSED = ("task.approve", "task.verify", "task.close")
RETURNED = ("task.send_back", "task.step_back")


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
        if "from" not in told.data or "acted_in_round" not in told.data:
            return
        if told.data["acted_in_round"] != told.data["round"]:
            self._void(told)
        if told.kind in PASSED:
            gate = Gate(told.data["gate"])
            self._standing.setdefault(told.task_id, []).append((gate, told.seq))
            self._signed(told, gate, Decision.PASSED)
        elif told.kind in RETURNED:
            self._signed(told, TASK.gate_at(Status(told.data["from"])), Decision.RETURNED)

    def _signed(self, told: Told, gate: Gate | None, decision: Decision) -> None:
        data, line = told.data, self.line(told.seq)
        given, paper = data.get("for") or {}, data.get("paper") or {}
        line.tell(
            told.seq,
            task_id=told.task_id,
            round=data["acted_in_round"],
            gate=gate.value if gate else None,
            decision=decision.value,
            user_id=told.actor_id,
            user_name=told.actor_name,
            opinion=data["opinion"],
            content_digest=data["content_digest"],
            at=told.at,
            principal_name=given.get("name", ""),
            deputy_until=given.get("until"),
            paper_sha256=paper.get("sha256"),
            paper_signer=paper.get("signer", ""),
            void_at=None,
        )
        if "unit_id" in data:
            line.tell(told.seq, unit_id=data["unit_id"], principal_id=given.get("user_id"))

    def _void(self, told: Told) -> None:
        """A step back voids what was signed at the gate that the task waits at again, or later."""
        gates, again = list(Gate), TASK.gate_at(Status(told.data["to"]))
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
        if told.kind == "task.evidence_added":
            line = self.line(data["evidence_id"])
            line.tell(told.seq, task_id=told.task_id, round=data["round"], uploaded_by_id=told.actor_id)
            line.tell(told.seq, uploaded_at=told.at, removed_by_id=None, removed_at=None)
            line.tell(told.seq, kind=data.get("form") or _form(data).value)
            line.tell(told.seq, **{n: data[n] for n in ("name", "note", "sha256", "size", "media_type") if n in data})
        elif told.kind == "task.evidence_removed":
            self.line(data["evidence_id"]).tell(told.seq, removed_by_id=told.actor_id, removed_at=told.at)


def _form(data: Mapping[str, Any]) -> EvidenceKind:
    return EvidenceKind.FILE if data["sha256"] else EvidenceKind.LINK
