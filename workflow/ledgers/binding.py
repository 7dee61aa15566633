"""What a published row is (条目摘要): its digest, as the trail keeps it."""

from __future__ import annotations

from datetime import date

from workflow.ledgers.models import LedgerItem
from workflow.record.audit import digest

FROZEN = (
    "position", "number", "section", "title", "requirement", "responsibility_text", "deadline_text", "due", "recurrence",
    "inspection", "inspection_on", "extra",
)  # fmt: skip
"""What a published row says, and nobody changes any more."""


def row_digest(item: LedgerItem) -> str:
    """The first half of the SHA-256 of what a published row says."""
    said = {name: getattr(item, name) for name in FROZEN}
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}
    return digest(plain)[:32]
