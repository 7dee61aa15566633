"""What the office makes of its year (全年工作的留痕事项)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from workflow.ledgers.events import LEDGER, OfLedger
from workflow.record.calendar import spoken
from workflow.record.events import Data, Kind, Subject
from workflow.record.published import Recurrence
from workflow.tasks.events import (
    ACTS,
    ASSIGNED,
    EVIDENCE_ADDED,
    EVIDENCE_NOTED,
    EVIDENCE_REMOVED,
    REPORTED,
    SEAT_HANDED_OVER,
    URGED,
    Act,
    Assigned,
    Seated,
    Stands,
    Urged,
)
from workflow.tasks.words import Action, Status
from workflow.year.check_words import Draw, Method, Scope, Verdict


class PaperTold(OfLedger):
    """A paper about a ledger, and the digests of its files once they are there."""

    dossier_id: int
    """The paper's number, by the name it had when dossiers were the only ones."""
    paper: str = "dossier"
    unit_id: int | None = None
    """The unit whose share it tells of; None for all."""
    pdf: str = ""
    bag: str | None = None


PAPER_REQUESTED = Kind("dossier.requested", "申请编制材料", PaperTold, LEDGER)
PAPER_FINISHED = Kind("dossier.finished", "材料编制完成", PaperTold, LEDGER)


# — the office's own duties —


class DutyTold(OfLedger):
    """One of the office's own duties: done, or moved to another day, and why."""

    key: str
    what: str
    planned: date
    on: date | None = None
    note: str = ""


class CadenceSet(OfLedger):
    """How often rows that go on are reported on, from now on."""

    cadence: Recurrence


DUTY_DONE = Kind(
    "duty.done", "日程事项办结", DutyTold, LEDGER, "calendar-check", lambda told: f"{told.what}：{told.note}"
)
DUTY_MOVED = Kind(
    "duty.moved", "日程事项改期", DutyTold, LEDGER, "calendar-event",
    lambda told: f"{told.what}，{spoken(told.planned)} → {spoken(told.on or told.planned)}：{told.note}",
)  # fmt: skip
CADENCE_SET = Kind("ledger.cadence_set", "设置填报周期", CadenceSet, LEDGER, say=lambda told: told.cadence.word)


# — reporting up —

REPORTING = Subject("reporting", "年度报送")


class ReportedUp(OfLedger):
    """What a unit has reported up: the digests of its parts, and the number of the receipt."""

    unit: str
    unit_id: int
    filing_id: int
    round: int
    number: str
    form: str
    sheet: str | None
    evidence: str
    pieces: int
    tasks: int
    closed: int
    unapproved: int


REPORTED_UP = Kind(
    "reporting.made", "年度报送", ReportedUp, REPORTING, "send-check",
    lambda told: f"{told.unit}，证明材料 {told.pieces} 份，回执 {told.number}",
)  # fmt: skip

# — look-back, self-check, rectification —

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


def matter_rows(about: Subject, actions: Mapping[Action, str]) -> dict[str, Kind[Any]]:
    """The rows of a matter by what happened, as those of tasks are."""
    likes: dict[str, Kind[Any]] = {
        "assigned": ASSIGNED, "report": REPORTED, "urged": URGED, "seat_handed_over": SEAT_HANDED_OVER,
    }  # fmt: skip
    likes |= {one.name.partition(".")[2]: one for one in (EVIDENCE_ADDED, EVIDENCE_NOTED, EVIDENCE_REMOVED)}
    likes |= {action.value: ACTS[action] for action in actions}
    words = {"assigned": f"下发{about.word}", **{action.value: word for action, word in actions.items()}}
    return {
        name: Kind(f"{about.code}.{name}", words.get(name, like.word), like.data, about, like.icon, like.say)
        for name, like in likes.items()
    }


_CLIMB = {
    Action.SUBMIT: "报审", Action.APPROVE: "单位审核", Action.SEND_BACK: "退回", Action.WITHDRAW: "撤回",
}  # fmt: skip
SELF_CHECKS = matter_rows(SELF_CHECK, {**_CLIMB, Action.CLOSE: "接收"})
RECTIFICATIONS = matter_rows(RECTIFICATION, {**_CLIMB, Action.CLOSE: "销号", Action.REOPEN: "重新整改"})


# — filings —

ROUND = Subject("round", "填报期")
FILING = Subject("filing", "填报表", matter=True)


class RoundOpened(OfLedger):
    """Which months a round covers, by when it is due, and how many units are asked."""

    title: str
    months: int
    opens: date
    due: date
    units: int


class RoundClosed(Data):
    """How many units had filed when a round was closed."""

    filed: int
    asked: int


class Filled(Stands):
    """Which rows of a form were changed, and how."""

    to: Status
    rows: Sequence[str] = ()
    how: str = ""


class FormGiven(Assigned):
    """The birth of a form: in which round, and which edition it is."""

    round_id: int
    edition: int = 1
    through_id: int | None = None
    """The unit above whose form takes it in; None where the office does."""


ROUND_OPENED = Kind(
    "round.opened", "发起填报", RoundOpened, ROUND, "send",
    lambda told: f"《{told.title}》，{told.units} 个单位，{spoken(told.due)}前报送",
)  # fmt: skip
ROUND_CLOSED = Kind(
    "round.closed", "填报截止归档", RoundClosed, ROUND, "archive", lambda told: f"已报送 {told.filed}/{told.asked}"
)
FORM_GIVEN = Kind("filing.assigned", "下发填报表", FormGiven, FILING, "send", ASSIGNED.say)
FILLED = Kind(
    "filing.filled", "填写", Filled, FILING, "pencil",
    lambda told: f"{told.how}{'、'.join(f'第 {number} 条' for number in told.rows)}",
)  # fmt: skip
FORM_URGED = Kind("filing.urged", "催报", Urged, FILING, "megaphone", lambda told: f"第 {told.count} 次")
FORM_SEAT_HANDED_OVER = Kind(
    "filing.seat_handed_over", SEAT_HANDED_OVER.word, Seated, FILING, SEAT_HANDED_OVER.icon, SEAT_HANDED_OVER.say
)
_FORM_WORDS = {
    Action.SUBMIT: "提交", Action.APPROVE: "单位审核报送", Action.CLOSE: "接收", Action.SEND_BACK: "退回", Action.WITHDRAW: "撤回",
}  # fmt: skip
FORM_ACTS = {
    action: Kind(f"filing.{action.value}", word, Act, FILING, ACTS[action].icon, ACTS[action].say)
    for action, word in _FORM_WORDS.items()
}
