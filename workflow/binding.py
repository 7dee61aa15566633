"""What an approval is bound to (内容绑定): the digest of report and evidence list."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from workflow.audit import canonical
from workflow.models import Evidence, LedgerItem
from workflow.vocabulary import TaskOutcome

FROZEN = (
    "position", "number", "section", "title", "requirement", "responsibility_text", "deadline_text", "due", "recurrence",
    "inspection", "inspection_on", "extra",
)  # fmt: skip
"""What a published row says, and nobody changes any more."""


def row_digest(item: LedgerItem) -> str:
    """The first half of the SHA-256 of what a published row says."""
    said = {name: getattr(item, name) for name in FROZEN}
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}
    return hashlib.sha256(canonical(plain).encode()).hexdigest()[:32]


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
