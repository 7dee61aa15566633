"""Two readings of one file side by side (两种读法): how many rows each sees, its first rows, and which the other has not."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from workflow.record.published import PublishedLedger, PublishedTask

FIRST = 10


@dataclass(frozen=True)
class Seen:
    """One row as a reading sees it (读出的一行)."""

    number: str
    text: str
    leads: str
    units: str
    when: str
    alone: bool = False
    """Whether the other reading has no such row."""


def beside(laid: PublishedLedger, *, second: bool) -> dict[str, Any] | None:
    """Both sides as JSON, None where there is no other reading; ``second``: the laid one is the reader's second best."""
    other = laid.alternative
    if other is None:
        return None
    return {"second": second, "laid": _side(laid, other), "other": _side(other, laid)}


def seen(task: PublishedTask) -> Seen:
    """A row in short."""
    when = task.due.isoformat() if task.due else task.recurrence.word if task.recurrence else ""
    return Seen(
        task.number,
        "：".join(text for text in (task.title, task.requirement) if text)[:120],
        "、".join((*task.lead_units, *task.lead_groups))[:80],
        "、".join((*task.responsible_units, *task.responsible_groups))[:80],
        when or (task.deadline_text or "")[:40],
    )


def _side(one: PublishedLedger, other: PublishedLedger) -> dict[str, Any]:
    known = {_words(task) for task in other.tasks}
    first = [asdict(seen(task)) | {"alone": _words(task) not in known} for task in one.tasks[:FIRST]]
    return {"rows": len(one.tasks), "alone": sum(_words(task) not in known for task in one.tasks), "first": first}


def _words(task: PublishedTask) -> tuple[object, ...]:
    who = (task.lead_units, task.lead_groups, task.responsible_units, task.responsible_groups)
    return task.number, task.title, task.requirement, who, task.due, task.recurrence
