"""What happens to a third party's lists, and to what is re-checked of a rectification (外部清单、整改复核的留痕事项)."""

from __future__ import annotations

from workflow.ledgers.events import OfLedger
from workflow.record.events import Kind, Subject
from workflow.year.events import CAPTURED, LINK_SEEN, LINKS_ASKED, RECTIFICATION, Captured, LinksAsked, LinkSeen

MENDING_CAPTURED = Kind("rectification.captured", "复核取证", Captured, RECTIFICATION, "camera", CAPTURED.say)
MENDING_LINKS_ASKED = Kind(
    "rectification.links_asked", LINKS_ASKED.word, LinksAsked, RECTIFICATION, LINKS_ASKED.icon, LINKS_ASKED.say
)
MENDING_LINK_SEEN = Kind(
    "rectification.link_seen", LINK_SEEN.word, LinkSeen, RECTIFICATION, LINK_SEEN.icon, LINK_SEEN.say
)


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
