"""What the office makes of its year (全年工作的留痕事项)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workflow.ledgers.events import LEDGER, OfLedger
from workflow.record.calendar import spoken
from workflow.record.events import Data, Kind, Subject
from workflow.tasks.events import ACTS, ASSIGNED, Act, Assigned, Stands, Urged
from workflow.tasks.words import Action, Status


class PaperTold(OfLedger):
    """A paper about a ledger, and the digests of its files once they are there."""

    dossier_id: int
    """The paper's number, by the name it had when dossiers were the only ones."""
    paper: str = "dossier"
    pdf: str = ""
    bag: str | None = None


PAPER_REQUESTED = Kind("dossier.requested", "申请编制材料", PaperTold, LEDGER)
PAPER_FINISHED = Kind("dossier.finished", "材料编制完成", PaperTold, LEDGER)


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
_FORM_WORDS = {
    Action.SUBMIT: "提交", Action.APPROVE: "单位审核报送", Action.CLOSE: "接收", Action.SEND_BACK: "退回", Action.WITHDRAW: "撤回",
}  # fmt: skip
FORM_ACTS = {
    action: Kind(f"filing.{action.value}", word, Act, FILING, ACTS[action].icon, ACTS[action].say)
    for action, word in _FORM_WORDS.items()
}
