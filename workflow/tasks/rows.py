"""Every row that bears on a matter, read by one statement (一次读取), the matter itself among them.

Each kind of row is a branch of its own, so that none multiplies another; the statement is built once, so that asking it
costs what the rows cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Row,
    Table,
    and_,
    bindparam,
    func,
    inspect,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from workflow.ledgers.models import ItemParty, Ledger, LedgerItem, PartyUnit
from workflow.office.models import Unit, User
from workflow.record import audit
from workflow.record.audit import Head
from workflow.record.dialects import dialect_of
from workflow.record.held import Kind, wide
from workflow.record.models import AuditEvent, Base, ClockMark
from workflow.record.storing import run
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

    task: Matter
    clock: datetime
    """The latest time that the installation has seen."""
    head: Head
    """The newest link of the trail."""
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


def rows_of(session: Session, task_id: int, today: date | None) -> Rows | None:
    """Read a matter and everything about it; ``today`` says on which day people may stand in for others, None for never.

    None where there is no such matter. What the session holds of it already stays as it holds it.
    """
    session.flush()
    found = run(session, _EVERYTHING, {"task": task_id, "today": today}).all()
    return _sorted(session, found) if found else None


HELD = "held"
"""Which rows a transaction holds already (``session.info``)."""


def seize(session: Session, kind: type[Matter], task_id: int) -> bool:
    """Keep others from changing a matter until this transaction ends, before it is read.

    False where the session holds it already, as it may have been before.
    """
    if dialect_of(session).one_writer:
        return True
    fresh = inspect(kind).identity_key_from_primary_key((task_id,)) not in session.identity_map
    run(session, _SEIZE, {"task": task_id})
    return fresh


def in_force(today: ColumnElement[date] | date, of: Any = Delegation) -> tuple[ColumnElement[bool], ...]:
    """What a delegation that holds on a day fulfils."""
    return (of.ended_at.is_(None), of.starts <= today, of.ends >= today)


# The statement ----------------------------------------------------------------------------------------------------------

_branch = union_all(*(select(literal_column(str(n), Integer).label("n")) for n in range(11))).subquery("branch")
_task = bindparam("task", type_=Integer)
_own, _office, _party = (cast(Table, Unit.__table__).alias(name) for name in ("own", "office", "party"))
_MATTER, _ITEM, _LEDGER = Kind(Matter), Kind(LedgerItem), Kind(Ledger)
_OWN, _OFFICE = Kind(Unit, _own), Kind(Unit, _office)
_PARTY, _LEAD, _PIECE, _UPLOADER = Kind(ItemParty), Kind(Unit, _party), Kind(Evidence), Kind(User)
_SIGNOFF, _SEAT, _REQUEST = Kind(Signoff), Kind(Seat), Kind(Request)
_POLICY, _DELEGATION, _AWAITING = Kind(GatePolicy), Kind(Delegation), Kind(Awaiting)
_HANGING = (_SIGNOFF, _SEAT, _REQUEST, _POLICY, _DELEGATION, _AWAITING)
_CLOCK, _LINK, _MEMBER, _WROTE, _COPY = (
    cast(Table, one.__table__) for one in (ClockMark, AuditEvent, PartyUnit, ReportRevision, TaskCopy)
)
_principal = cast(Table, User.__table__).alias("principal")
_SEIZE = select(_MATTER.c.id).where(_MATTER.c.id == _task).with_for_update()
_seated = select(_SEAT.c.unit_id).where(_SEAT.c.task_id == _task, _SEAT.c.round == _MATTER.c.round)
_principals = select(_principal.c.id).where(_principal.c.unit_id.in_(_seated.correlate(_MATTER.source)))


def _only(n: int, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(_branch.c.n == n, *conditions)


def _bears(column: Any, number: ColumnElement[int]) -> ColumnElement[bool]:
    return or_(column.is_(None), column == number)


_KEYS = (_PARTY.c.id, *(kind.c.id for kind in (_PIECE, *_HANGING)), _WROTE.c.author_id, _COPY.c.user_id)
"""What a branch has if there is anything in it: an empty one would bring a row of every column, all of them nothing."""
_BEFORE = [_branch.c.n, _CLOCK.c.latest, _WROTE.c.author_id, _COPY.c.user_id, _LINK.c.seq, _LINK.c.hash]

_EVERYTHING = (
    select(
        *_BEFORE,
        *wide(
            _MATTER, _ITEM, _LEDGER, _OWN, _OFFICE, _PARTY, _LEAD, _PIECE, _UPLOADER, *_HANGING, after=len(_BEFORE),
        ),
    )
    .select_from(_MATTER.source)
    .outerjoin(_CLOCK, _CLOCK.c.id == 1)
    .outerjoin(_LINK, _LINK.c.seq == select(func.max(_LINK.c.seq)).scalar_subquery())
    .outerjoin(_ITEM.source, _ITEM.c.id == _MATTER.c.item_id)
    .outerjoin(_LEDGER.source, _LEDGER.c.id == _MATTER.c.ledger_id)
    .outerjoin(_own, _own.c.id == _MATTER.c.unit_id)
    .outerjoin(_office, _office.c.id == _LEDGER.c.office_id)
    .join(_branch, true())  # after what is there once: a join of branches is gone through for each of them
    .outerjoin(_PARTY.source, _only(1, _PARTY.c.item_id == _MATTER.c.item_id))
    .outerjoin(_MEMBER, _MEMBER.c.party_id == _PARTY.c.id)
    .outerjoin(_party, _party.c.id == _MEMBER.c.unit_id)
    .outerjoin(_PIECE.source, _only(2, _PIECE.c.task_id == _task))
    .outerjoin(_UPLOADER.source, _UPLOADER.c.id == _PIECE.c.uploaded_by_id)
    .outerjoin(_SIGNOFF.source, _only(3, _SIGNOFF.c.task_id == _task))
    .outerjoin(_SEAT.source, _only(4, _SEAT.c.task_id == _task, _SEAT.c.round == _MATTER.c.round))
    .outerjoin(_REQUEST.source, _only(5, _REQUEST.c.task_id == _task))
    .outerjoin(_WROTE, _only(6, _WROTE.c.task_id == _task))
    .outerjoin(_COPY, _only(7, _COPY.c.task_id == _task))
    .outerjoin(
        _POLICY.source,
        _only(8, _bears(_POLICY.c.item_id, _MATTER.c.item_id), _bears(_POLICY.c.ledger_id, _MATTER.c.ledger_id)),
    )
    .outerjoin(
        _DELEGATION.source,
        _only(
            9, *in_force(bindparam("today", type_=Date), _DELEGATION.c),
            _bears(_DELEGATION.c.ledger_id, _MATTER.c.ledger_id), _DELEGATION.c.principal_id.in_(_principals),
        ),
    )
    .outerjoin(_AWAITING.source, _only(10, _AWAITING.c.task_id == _task))
    .where(_MATTER.c.id == _task, or_(_branch.c.n == 0, *(key.is_not(None) for key in _KEYS)))
)  # fmt: skip


_BRANCHES: dict[int, Kind[Any]] = {
    1: _PARTY, 2: _PIECE, 3: _SIGNOFF, 4: _SEAT, 5: _REQUEST, 8: _POLICY, 9: _DELEGATION, 10: _AWAITING,
}  # fmt: skip
"""Which kind of row a branch brings, where it brings whole ones."""


def _sorted(session: Session, found: Sequence[Row[*tuple[Any, ...]]]) -> Rows:
    """The rows by their kinds; what hangs on the matter is put where it would load it from."""
    first = next(row for row in found if row[0] == 0)
    rows = Rows(_hung(session, first), first[1], Head(first[4], first[5]) if first[4] else audit.START)
    kinds: dict[type[Base], dict[int, Any]] = defaultdict(dict)
    members: dict[int, dict[int, Unit]] = defaultdict(dict)
    for row in found:
        n, _, author, copied = row[:4]
        rows.authors.update([author] if author else [])
        rows.copied.update([copied] if copied else [])
        if n in _BRANCHES:
            one = _BRANCHES[n].one(session, row)
            kinds[type(one)][one.id] = one
            if n == 1 and (unit := _LEAD.read(session, row)) is not None:
                members[one.id][unit.id] = unit
            if n == 2:
                set_committed_value(one, "uploaded_by", _UPLOADER.one(session, row))
    ordered = {model: [these[number] for number in sorted(these)] for model, these in kinds.items()}
    _hang(rows.task, ordered, members)
    rows.authors.update(p for one in rows.task.evidence for p in (one.uploaded_by_id, one.removed_by_id) if p)
    signed = {one.seat_id: one.id for one in rows.task.signoffs}
    for seat in ordered.get(Seat, []):
        set_committed_value(seat, "signoff_id", signed.get(seat.id))
    rows.seats, rows.requests = ordered.get(Seat, []), ordered.get(Request, [])
    rows.policies, rows.delegations = ordered.get(GatePolicy, []), ordered.get(Delegation, [])
    return rows


def _hung(session: Session, row: Row[*tuple[Any, ...]]) -> Matter:
    """The matter, with what stands around it."""
    task, ledger, item = _MATTER.one(session, row), _LEDGER.one(session, row), _ITEM.read(session, row)
    set_committed_value(task, "ledger", ledger)
    set_committed_value(task, "unit", _OWN.one(session, row))
    set_committed_value(ledger, "office", _OFFICE.one(session, row))
    if item is not None:
        set_committed_value(task, "item", item)
        set_committed_value(item, "ledger", ledger)
    return task


def _hang(task: Matter, ordered: Mapping[type[Base], list[Any]], members: Mapping[int, Mapping[int, Unit]]) -> None:
    for name, model in (("evidence", Evidence), ("signoffs", Signoff), ("awaited", Awaiting)):
        set_committed_value(task, name, ordered.get(model, []))
    if isinstance(task, Task):
        set_committed_value(task.item, "parties", ordered.get(ItemParty, []))
        for party in task.item.parties:
            units = sorted(members.get(party.id, {}).values(), key=lambda unit: unit.position)
            set_committed_value(party, "units", units)
