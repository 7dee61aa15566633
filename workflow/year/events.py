"""What the office makes of its year (全年工作的留痕事项)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from workflow.ledgers.events import LEDGER, OfLedger
from workflow.record.calendar import spoken
from workflow.record.events import Kind, Subject
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
)
from workflow.tasks.words import Action


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
    """One of the office's own duties: added, done, or moved to another day, and why."""

    key: str
    what: str
    planned: date
    on: date | None = None
    note: str = ""


class CadenceSet(OfLedger):
    """How often rows that go on are reported on, from now on."""

    cadence: Recurrence


DUTY_ADDED = Kind(
    "duty.added",
    "日程事项增列",
    DutyTold,
    LEDGER,
    "calendar-plus",
    lambda told: f"{told.what}（{spoken(told.planned)}）",
)
DUTY_DONE = Kind(
    "duty.done", "日程事项办结", DutyTold, LEDGER, "calendar-check", lambda told: f"{told.what}：{told.note}"
)
DUTY_MOVED = Kind(
    "duty.moved", "日程事项改期", DutyTold, LEDGER, "calendar-event",
    lambda told: f"{told.what}，{spoken(told.planned)} → {spoken(told.on or told.planned)}：{told.note}",
)  # fmt: skip
CADENCE_SET = Kind("ledger.cadence_set", "设置填报周期", CadenceSet, LEDGER, say=lambda told: told.cadence.word)


# — reporting up —


# — look-back, self-check, rectification —


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


# — filings —
