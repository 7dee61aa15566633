"""What a form says before anybody writes (预填): text that the unit's head has approved, what is not approved beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, selectinload

from workflow.ledgers.deadlines import spoken_period
from workflow.ledgers.models import ItemParty, LedgerItem
from workflow.ledgers.words import Part
from workflow.tasks.models import Task
from workflow.tasks.words import Status, TaskOutcome

APPROVED = frozenset({Status.UNIT_APPROVED, Status.LEAD_VERIFIED, Status.CLOSED})
"""Where the report that stands has passed the gate of its unit."""
_SAID = (Task.unit_id, Task.period, Task.status, Task.outcome, Task.report)
Place = tuple[int, int]
"""A unit and a row."""


@dataclass
class Draft:
    """One row of a form to be (预填行)."""

    text: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    origin: list[str] = field(default_factory=list)
    not_concerned: bool = False

    def values(self, item_id: int) -> dict[str, Any]:
        """The columns of the row."""
        return {
            "item_id": item_id,
            "text": "\n".join(self.text),
            "pending": "\n".join(self.pending),
            "origin": " ".join(self.origin)[:300],
            "not_concerned": self.not_concerned,
        }


def drafts(session: Session, ledger_id: int, months: int) -> dict[Place, Draft]:
    """A row for every unit that leads or answers for a row of the ledger, in ledger order, in three queries."""
    items = session.scalars(
        select(LedgerItem)
        .where(LedgerItem.ledger_id == ledger_id)
        .options(selectinload(LedgerItem.parties).selectinload(ItemParty.units))
        .order_by(LedgerItem.position)
    ).all()
    found = {(unit.id, item.id): Draft() for item in items for part in Part for unit in item.units(part)}
    for task in _newest_first(session, ledger_id, months):
        _take(found.setdefault((task.unit_id, task.item_id), Draft()), task)
    order = {item.id: n for n, item in enumerate(items)}
    return dict(sorted(found.items(), key=lambda pair: order[pair[0][1]]))


def drafts_below(session: Session, ledger_id: int, unit_id: int, months: int) -> dict[Place, Draft]:
    """What the units below have reported in the ledgers into which a unit has cut its rows, by unit and upper row."""
    upper = aliased(Task)
    rows = select(Task.id, upper.item_id, *_SAID).join(upper, upper.lower_id == Task.ledger_id)
    found: dict[Place, Draft] = {}
    for task in _sorted(session, rows.where(upper.ledger_id == ledger_id, upper.unit_id == unit_id), months):
        _take(found.setdefault((task.unit_id, task.item_id), Draft()), task)
    return found


def starts_in(period: str) -> int:
    """The month in which a period begins: ``2026-03`` → 3, ``2026-Q2`` → 4, ``2026-H2`` → 7; 0 for none."""
    _, _, part = period.partition("-")
    if not part:
        return 0
    return 1 + 3 * (int(part[1]) - 1) if part[0] == "Q" else 1 + 6 * (int(part[1]) - 1) if part[0] == "H" else int(part)


def _newest_first(session: Session, ledger_id: int, months: int) -> Iterable[Any]:
    return _sorted(session, select(Task.id, Task.item_id, *_SAID).where(Task.ledger_id == ledger_id), months)


def _sorted(session: Session, wanted: Any, months: int) -> Iterable[Any]:
    rows = (row for row in session.execute(wanted) if starts_in(row.period) <= months)
    return sorted(rows, key=lambda row: (-starts_in(row.period), -row.id))


def _take(draft: Draft, task: Any) -> None:
    if not task.report.strip():
        return
    when = spoken_period(task.period).partition("年")[2]
    said = f"{when}：{task.report}" if when else task.report
    if task.status not in APPROVED:
        draft.pending.append(said)
        return
    if task.outcome is TaskOutcome.NOT_CONCERNED:
        draft.not_concerned = draft.not_concerned or not draft.text
    elif draft.not_concerned:  # the unit is concerned after all: its words of before are no reason
        draft.text, draft.not_concerned = [], False
    draft.text.append(said)
    draft.origin.append(f"task:{task.id}")
