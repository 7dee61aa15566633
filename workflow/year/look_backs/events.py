"""What happens in a look-back, on its sheets and to what it calls for (回头看、整改的留痕事项)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from workflow.ledgers.events import OfLedger
from workflow.record.calendar import spoken
from workflow.record.events import Data, Kind, Subject
from workflow.tasks.events import Dated
from workflow.tasks.words import Action
from workflow.year.events import matter_rows
from workflow.year.words import Draw, Method, Scope, Verdict

LOOK_BACK = Subject("look_back", "回头看")
SELF_CHECK = Subject("self_check", "自查表", matter=True)
RECTIFICATION = Subject("rectification", "整改", matter=True)


class LookBackStarted(OfLedger):
    """On what basis, by when, and how many lines there are of each scope."""

    basis: str
    due: date
    scope: dict[Scope, int]


class LinesChosen(Data):
    """Which lines are looked back on, and why those that need not be."""

    entries: Sequence[int]
    reason: str = ""


class LookBackSent(LinesChosen):
    """What is looked back on, and how large a share is drawn by which rule."""

    share: int = 100
    rule: Draw = Draw.LAYERED


class Drawn(LookBackSent):
    """What was drawn from what, by which rule."""

    population: str
    seed: str


class OnEntry(Data):
    """A line, and what was said of it."""

    entry_id: int = 0
    """0 for a rectification that no line of a look-back has called for."""
    about: str = ""
    opinion: str = ""
    version: int | None = None


class Captured(OnEntry):
    """A file with what an inspector saw."""

    name: str
    sha256: str
    size: int


class LinksAsked(OnEntry):
    """Which links are to be fetched as they are now."""

    links: Sequence[str]


class LinkSeen(OnEntry):
    """A link as it was then."""

    check_id: int
    url: str
    words: str = ""
    status: int | None = None
    led_to: str = ""
    title: str = ""
    digest: str = ""
    size: int = 0
    found: bool | None = None
    trouble: str = ""


class Checked(OnEntry):
    """What the check found."""

    verdict: Verdict
    method: Method
    facts: str
    papers: str = ""
    problem: str = ""
    measure: str = ""
    owner_id: int | None = None
    due: date | None = None


def _said_of_line(told: OnEntry) -> str:
    """Line and words; earlier programs wrote the colon into the words."""
    return "：".join(part for part in (told.about, told.opinion.removeprefix("：")) if part)


def _on_line(name: str, word: str, data: type[OnEntry] = OnEntry, icon: str = "dot") -> Kind[Any]:
    return Kind(f"look_back.{name}", word, data, LOOK_BACK, icon, _said_of_line)


LOOK_BACK_STARTED = Kind(
    "look_back.started", "发起回头看", LookBackStarted, LOOK_BACK, "arrow-counterclockwise",
    lambda told: "，".join(f"{scope.value} 类 {count} 项" for scope, count in told.scope.items()),
)  # fmt: skip
LINES_CHOSEN = Kind("look_back.chosen", "选定回头看条目", LinesChosen, LOOK_BACK, say=lambda told: told.reason)
LOOK_BACK_SENT = Kind("look_back.sent", "下发自查", LookBackSent, LOOK_BACK, "send")
_DRAWN = "{0.rule.word} {0.share}%，抽中 {1} 项，种子 {0.seed}"
LINES_DRAWN = Kind("look_back.drawn", "抽取核查项", Drawn, LOOK_BACK, "shuffle", lambda told: _DRAWN.format(told, len(told.entries)))  # fmt: skip
LEAD_VIEWED = _on_line("lead_viewed", "牵头意见")
CAPTURED = _on_line("captured", "核查取证", Captured, "camera")
LINKS_ASKED = _on_line("links_asked", "申请核对链接", LinksAsked, "link-45deg")
LINK_SEEN = _on_line("link_seen", "链接现状", LinkSeen, "link-45deg")
CHECKED = _on_line("checked", "核查结论", Checked, "clipboard-check")
OBJECTED = _on_line("objected", "对结论提出异议", icon="chat-left-quote")
ANSWERED = _on_line("answered", "答复异议", icon="reply")

_CLIMB = {
    Action.SUBMIT: "报审", Action.APPROVE: "单位审核", Action.SEND_BACK: "退回", Action.WITHDRAW: "撤回",
}  # fmt: skip
SELF_CHECKS = matter_rows(SELF_CHECK, {**_CLIMB, Action.CLOSE: "接收"})
RECTIFICATIONS = matter_rows(RECTIFICATION, {**_CLIMB, Action.CLOSE: "销号", Action.REOPEN: "重新整改"})


class Ruled(Dated):
    """What the office ruled on something that was not put right: another day, or another unit; and how it stood before."""

    unit_id: int
    to_unit: str
    before_due: date
    before_unit_id: int


RULED = Kind(
    "rectification.ruled", "裁定", Ruled, RECTIFICATION, "signpost",
    lambda told: f"{told.to_unit}，{spoken(told.due) if told.due else ''}前整改：{told.opinion}",
)  # fmt: skip
MENDING_CAPTURED = Kind("rectification.captured", "复核取证", Captured, RECTIFICATION, "camera", CAPTURED.say)
MENDING_LINKS_ASKED = Kind(
    "rectification.links_asked", LINKS_ASKED.word, LinksAsked, RECTIFICATION, LINKS_ASKED.icon, LINKS_ASKED.say
)
MENDING_LINK_SEEN = Kind(
    "rectification.link_seen", LINK_SEEN.word, LinkSeen, RECTIFICATION, LINK_SEEN.icon, LINK_SEEN.say
)
