"""What happens to a third party's lists (外部清单的留痕事项)."""

from __future__ import annotations

from workflow.ledgers.events import OfLedger
from workflow.record.events import Kind, Subject


class OutsideReceived(OfLedger):
    """A third party's list: whose, which file, and SHA-256 of what was read of it."""

    outside_id: int
    source: str
    name: str
    sha256: str
    digest: str
    lines: int


OUTSIDE_RECEIVED = Kind(
    "outside.received", "读入外部问题清单", OutsideReceived, Subject("outside", "外部问题清单"), "inbox",
    lambda told: f"{told.source}：《{told.name}》{told.lines} 个问题",
)  # fmt: skip
