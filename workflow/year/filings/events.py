"""What happens to rounds, forms and what is reported up (填报的留痕事项)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workflow.ledgers.events import OfLedger
from workflow.record.calendar import spoken
from workflow.record.events import Data, Kind, Subject
from workflow.tasks.events import (
    ACTS,
    ASSIGNED,
    SEAT_HANDED_OVER,
    Act,
    Assigned,
    Seated,
    Stands,
    Urged,
)
from workflow.tasks.words import Action, Status

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
