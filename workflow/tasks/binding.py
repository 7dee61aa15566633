"""What an approval is bound to (内容绑定): the digest of report and evidence list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from workflow.record.audit import digest
from workflow.tasks.words import EvidenceKind, TaskOutcome


class Laid(Protocol):
    """What of a piece of evidence is signed for (签批所及)."""

    @property
    def kind(self) -> EvidenceKind: ...
    @property
    def name(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def sha256(self) -> str | None: ...
    @property
    def size(self) -> int: ...


def content_digest(
    report: str, evidence: Iterable[Laid], outcome: TaskOutcome = TaskOutcome.DONE, progress: int | None = None,
    milestones: str = "",
) -> str:  # fmt: skip
    """SHA-256 of the report, the evidence that stands, in order, the outcome, progress and milestones; any change changes it.

    The ordinary outcome and a progress that was not stated are not spelt out, so that approvals given before there
    was either keep their digest.
    """
    pieces = [
        {"kind": e.kind.value, "name": e.name, "note": e.note, "sha256": e.sha256, "size": e.size} for e in evidence
    ]
    content: dict[str, Any] = {"report": report, "evidence": pieces}
    if outcome is not TaskOutcome.DONE:
        content["outcome"] = outcome.value
    if progress is not None:
        content["progress"] = progress
    if milestones:
        content["milestones"] = milestones
    return digest(content)
