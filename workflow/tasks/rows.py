"""Every row that bears on a matter, read by one statement (一次读取).

Each kind of row is a branch of its own, so that none multiplies another; the statement is built once, so that asking it
costs what the rows cost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, and_, bindparam, literal_column, or_, select, union_all
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.attributes import set_committed_value

from workflow.ledgers.models import ItemParty, Ledger, LedgerItem, PartyUnit
from workflow.office.models import Unit, User
from workflow.record.models import ClockMark
from workflow.tasks.models import (
    Awaiting,
    Delegation,
    Evidence,
    GatePolicy,
    Matter,
    ReportRevision,
    Request,
    Seat,
    Signoff,
    Task,
    TaskCopy,
)


@dataclass
class Rows:
    """What one matter's rows are (办件各行), each kind in its order; those of the matter itself are put into it."""

    clock: datetime
    """The latest time that the installation has seen."""
    seats: list[Seat] = field(default_factory=list)
    """Of the present round."""
    requests: list[Request] = field(default_factory=list)
    policies: list[GatePolicy] = field(default_factory=list)
    """Of every gate, wherever they bear on this matter."""
    delegations: list[Delegation] = field(default_factory=list)
    """In force on the day, of people in the seats' units."""
    authors: set[int] = field(default_factory=set)
    """Everybody who ever had a hand in the content."""
    copied: set[int] = field(default_factory=set)


def rows_of(session: Session, task: Matter, today: date | None) -> Rows:
    """Read everything about a matter in hand; ``today`` says on which day people may stand in for others, None for never."""
    asked = {
        "task": task.id,
        "round": task.round,
        "ledger": task.ledger_id,
        "item": task.item_id if isinstance(task, Task) else None,
        "unit": task.unit_id,
        "today": today,
    }
    return _sorted(task, list(session.execute(_EVERYTHING, asked)))


def in_force(today: ColumnElement[date] | date) -> tuple[ColumnElement[bool], ...]:
    """What a delegation that holds on a day fulfils."""
    return (Delegation.ended_at.is_(None), Delegation.starts <= today, Delegation.ends >= today)


# The statement ----------------------------------------------------------------------------------------------------------

_branch = union_all(*(select(literal_column(str(n), Integer).label("n")) for n in range(11))).subquery("branch")
_own, _office, _lead = (aliased(Unit, name=name) for name in ("own", "office", "party"))
_task, _round, _ledger, _item, _unit = (
    bindparam(n, type_=Integer) for n in ("task", "round", "ledger", "item", "unit")
)
_seated = select(Seat.unit_id).where(Seat.task_id == _task, Seat.round == _round)
_principals = select(User.id).where(User.unit_id.in_(_seated))


def _only(n: int, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(_branch.c.n == n, *conditions)


def _bears(column: Any, number: ColumnElement[int]) -> ColumnElement[bool]:
    return or_(column.is_(None), column == number)


_KEYS = (
    ItemParty.id, Evidence.id, Signoff.id, Seat.id, Request.id, ReportRevision.author_id, TaskCopy.user_id,
    GatePolicy.id, Delegation.id, Awaiting.id,
)  # fmt: skip
"""What a branch has if there is anything in it: an empty one would bring a row of every column, all of them nothing."""

_EVERYTHING = (
    select(
        ClockMark.latest, LedgerItem, Ledger, _own, _office, ItemParty, _lead, Evidence, Signoff, Seat, Request,
        ReportRevision.author_id, TaskCopy.user_id, GatePolicy, Delegation, Awaiting,
    )
    .select_from(_branch)
    .outerjoin(ClockMark, _only(0, ClockMark.id == 1))
    .outerjoin(LedgerItem, _only(0, LedgerItem.id == _item))
    .outerjoin(Ledger, _only(0, Ledger.id == _ledger))
    .outerjoin(_own, _only(0, _own.id == _unit))
    .outerjoin(_office, _office.id == Ledger.office_id)
    .outerjoin(ItemParty, _only(1, ItemParty.item_id == _item))
    .outerjoin(PartyUnit, PartyUnit.party_id == ItemParty.id)
    .outerjoin(_lead, _lead.id == PartyUnit.unit_id)
    .outerjoin(Evidence, _only(2, Evidence.task_id == _task))
    .outerjoin(Signoff, _only(3, Signoff.task_id == _task))
    .outerjoin(Seat, _only(4, Seat.task_id == _task, Seat.round == _round))
    .outerjoin(Request, _only(5, Request.task_id == _task))
    .outerjoin(ReportRevision, _only(6, ReportRevision.task_id == _task))
    .outerjoin(TaskCopy, _only(7, TaskCopy.task_id == _task))
    .outerjoin(GatePolicy, _only(8, _bears(GatePolicy.item_id, _item), _bears(GatePolicy.ledger_id, _ledger)))
    .outerjoin(
        Delegation,
        _only(
            9, *in_force(bindparam("today", type_=Date)), _bears(Delegation.ledger_id, _ledger),
            Delegation.principal_id.in_(_principals),
        ),
    )
    .outerjoin(Awaiting, _only(10, Awaiting.task_id == _task))
    .where(or_(_branch.c.n == 0, *(key.is_not(None) for key in _KEYS)))
)  # fmt: skip


def _sorted(task: Matter, found: list[Any]) -> Rows:
    """The rows by their kinds; what hangs on the matter is put where it would load it from."""
    kinds: dict[str, dict[int, Any]] = {}
    members: dict[int, dict[int, Unit]] = {}
    rows = Rows(clock=next(row[0] for row in found if row[0] is not None))
    for _, item, ledger, own, office, party, lead, piece, signoff, seat, asked, author, copied, *last in found:
        if ledger is not None:
            _hang(task, item, ledger, own, office)
        if lead is not None:
            members.setdefault(party.id, {})[lead.id] = lead
        for one in (party, piece, signoff, seat, asked, *last):
            if one is not None:
                kinds.setdefault(type(one).__name__, {})[one.id] = one
        rows.authors.update([author] if author else [])
        rows.copied.update([copied] if copied else [])
    ordered = {name: [these[number] for number in sorted(these)] for name, these in kinds.items()}
    for name, model in (("evidence", Evidence), ("signoffs", Signoff), ("awaited", Awaiting)):
        set_committed_value(task, name, ordered.get(model.__name__, []))
    if isinstance(task, Task):
        _parties(task.item, ordered.get("ItemParty", []), members)
    for piece in task.evidence:
        rows.authors.update(person for person in (piece.uploaded_by_id, piece.removed_by_id) if person)
    rows.seats, rows.requests = ordered.get("Seat", []), ordered.get("Request", [])
    rows.policies, rows.delegations = ordered.get("GatePolicy", []), ordered.get("Delegation", [])
    return rows


def _hang(task: Matter, item: LedgerItem | None, ledger: Ledger, own: Unit, office: Unit) -> None:
    set_committed_value(task, "ledger", ledger)
    set_committed_value(task, "unit", own)
    set_committed_value(ledger, "office", office)
    if item is not None:
        set_committed_value(task, "item", item)
        set_committed_value(item, "ledger", ledger)


def _parties(item: LedgerItem, parties: list[ItemParty], members: dict[int, dict[int, Unit]]) -> None:
    set_committed_value(item, "parties", parties)
    for party in parties:
        units = sorted(members.get(party.id, {}).values(), key=lambda unit: unit.position)
        set_committed_value(party, "units", units)
