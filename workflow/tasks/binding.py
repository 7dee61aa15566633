"""What an approval is bound to (内容绑定): the digest of report and evidence list."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from workflow.record.audit import canonical
from workflow.tasks.models import Evidence
from workflow.tasks.words import TaskOutcome


def content_digest(report: str, evidence: Iterable[Evidence], outcome: TaskOutcome = TaskOutcome.DONE) -> str:
    """SHA-256 of the report, the evidence that stands, in order, and the outcome; any change changes it.

    The ordinary outcome is not spelt out, so that approvals given before there was another keep their digest.
    """
    pieces = [
        {"kind": e.kind.value, "name": e.name, "note": e.note, "sha256": e.sha256, "size": e.size} for e in evidence
    ]
    content: dict[str, Any] = {"report": report, "evidence": pieces}
    if outcome is not TaskOutcome.DONE:
        content["outcome"] = outcome.value
    return hashlib.sha256(canonical(content).encode()).hexdigest()
