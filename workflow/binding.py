"""What an approval is bound to (内容绑定): the digest of report and evidence list."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from workflow.audit import canonical
from workflow.models import Evidence


def content_digest(report: str, evidence: Iterable[Evidence]) -> str:
    """SHA-256 of the report and the evidence that stands, in order; any change of either changes it."""
    pieces = [
        {"kind": e.kind.value, "name": e.name, "note": e.note, "sha256": e.sha256, "size": e.size} for e in evidence
    ]
    return hashlib.sha256(canonical({"report": report, "evidence": pieces}).encode()).hexdigest()
