"""Who stands where to a task (岗位关系): the facts that permissions and conditions are asked about.

A :class:`Case` is read once, in one place; the predicates are then pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypeVar

from workflow.ledgers.words import TaskKind
from workflow.office.desks import Turn, is_turn_of
from workflow.office.models import Unit, User
from workflow.office.words import Role
from workflow.record.audit import Head
from workflow.record.dialects import dialect_of
from workflow.record.errors import NotFound
from workflow.record.settings import ZONE
from workflow.tasks.leading import verifiers
from workflow.tasks.levels import Lower, lower_of
from workflow.tasks.models import Delegation, GatePolicy, Matter, Request, Seat, Signoff, Task
from workflow.tasks.progress import settled
from workflow.tasks.rows import HELD, rows_of, seize
from workflow.tasks.seats import Bench, open_seats, owed_seats
from workflow.tasks.words import Decision, Gate, RequestKind, Side, Status


@dataclass(frozen=True)
class Chair:
    """The place from which somebody may sign (签批身份): their own, or that of the person they stand in for."""

    seat: Seat
    standing_in: Delegation | None = None


M_co = TypeVar("M_co", bound=Matter, covariant=True, default=Matter)


@dataclass(frozen=True)
class Case(Generic[M_co]):
    """A matter with everything that bears on who may do what; ``Case[Task]`` where a task is meant."""

    task: M_co
    office_id: int
    """The unit whose office closes the task."""
    leads: tuple[int, ...]
    """Units that must verify, in order of print: never the task's own unit; the office where no other is left."""
    led_by_office: bool
    """True where the office stands in, since the row has no lead besides the task's own unit."""
    authors: frozenset[int]
    """Everybody who ever wrote the report, brought evidence or took it away."""
    signoffs: tuple[Signoff, ...]
    """Approvals that stand."""
    seats: tuple[Seat, ...]
    """What the present round asks to be signed, of the gates reached so far."""
    asked: tuple[Request, ...]
    """Everything that has been asked for, oldest first."""
    copied: frozenset[int]
    """People who are to know of it (抄送)."""
    open_shares: tuple[str, ...]
    """Units whose shares a 牵头汇总 that waits to be closed sums up, and that are not settled; empty for all others."""
    delegations: tuple[Delegation, ...]
    """Who may sign for whom today; empty where the case was read without a time."""
    policies: tuple[GatePolicy, ...]
    """Who signs at which gate from now on, wherever it bears on this matter."""
    clock: datetime
    """The latest time that the installation had seen."""
    head: Head
    """The newest link of the trail."""
    lower: Lower | None
    """What became of it below, where its unit has cut it into a ledger of its own."""
    held: bool
    """True where nobody else can have changed the matter since before it was read, until this transaction ends."""

    def passed(self, gate: Gate) -> tuple[Signoff, ...]:
        """Standing approvals of one gate."""
        return tuple(s for s in self.signoffs if s.gate is gate)

    @property
    def requests(self) -> tuple[Request, ...]:
        """What has been asked for and not decided."""
        return tuple(one for one in self.asked if one.granted is None)

    def granted(self, kind: RequestKind) -> tuple[Request, ...]:
        """What of a kind has been asked for and granted."""
        return tuple(one for one in self.asked if one.kind is kind and one.granted)

    @property
    def signers(self) -> frozenset[int]:
        """Everybody who has signed, and everybody who was signed for: each counts as both."""
        return frozenset(p for s in self.signoffs for p in (s.user_id, s.principal_id) if p is not None)

    def benches(self, gate: Gate) -> tuple[Bench, ...]:
        """The desks that sign at a gate where no policy says otherwise."""
        if (turn := self.task.signer_at(gate)) is not None:
            return ((turn.unit_id, turn.role),)
        units = {Side.OWN: (self.task.unit_id,), Side.LEADS: self.leads, Side.OFFICE: (self.office_id,)}[gate.side]
        role = Role.OFFICE if gate.side is Side.LEADS and self.led_by_office else gate.desk
        return tuple((unit, role) for unit in units)


TaskCase = Case[Task]
"""A task with everything that bears on who may do what."""


def lead_units(task: Matter, office_id: int) -> tuple[tuple[int, ...], bool]:
    """The units that verify this matter, and whether the office stands in for want of any other."""
    return verifiers(task.unit_id, task.leads, office_id)


def load_case(session: Session, task_id: int, at: datetime | None = None, *, held: bool = False) -> TaskCase:
    """Read one task with all that bears on it; raises NotFound."""
    return load(session, Task, task_id, at, held=held)


def case_of(  # read only, so that ``M_co`` may stand for what goes in
    session: Session,
    task: M_co,  # type: ignore[misc]
    at: datetime | None = None,
    *,
    known: Case[M_co] | None = None,
) -> Case[M_co]:
    """The case of a task already in hand; with a time, also who may sign for whom then.

    ``known`` is that case where this transaction has just read it: it is read again where several may write at once and it
    was not held.
    """
    if known is not None and (known.held or dialect_of(session).one_writer):
        return known
    return load(session, type(task), task.id, at)


def load(
    session: Session, kind: type[M_co], matter_id: int, at: datetime | None = None, *, held: bool = False
) -> Case[M_co]:
    """Read one matter of a kind with all that bears on it; with a time, also who may sign for whom then. Raises NotFound.

    Whoever is about to act wants it ``held``: what is read then is still true when it is acted upon.
    """
    held = held and seize(session, kind, matter_id)
    rows = rows_of(session, matter_id, at.astimezone(ZONE).date() if at else None)
    if rows is None or not isinstance(task := rows.task, kind):
        raise NotFound
    if held:
        session.info.setdefault(HELD, set()).add(task)
    office_id = task.office_id
    leads, led_by_office = lead_units(task, office_id)
    return Case(
        task,
        office_id,
        leads,
        led_by_office,
        frozenset(rows.authors),
        _signoffs(task),
        tuple(rows.seats),
        tuple(rows.requests),
        frozenset(rows.copied),
        _open_shares(session, task),
        tuple(rows.delegations),
        tuple(rows.policies),
        rows.clock,
        rows.head,
        lower_of(session, task, rows.clock),
        held,
    )


def signed_anew(session: Session, case: Case, *, round_begun: bool) -> Case:
    """The case after somebody signed: approvals are counted again; seats are read again where a round began."""
    return replace(case, signoffs=_signoffs(case.task), seats=_seats(session, case.task) if round_begun else case.seats)


def _open_shares(session: Session, task: Matter) -> tuple[str, ...]:
    """Of the same row and period, what the units carry out: two lead units' summaries never wait for each other."""
    if not isinstance(task, Task) or task.kind is not TaskKind.SUMMARY or task.status is not Status.LEAD_VERIFIED:
        return ()
    others = (
        select(Unit.name, Task.status, Task.outcome, Task.paused_at)
        .join(Unit, Unit.id == Task.unit_id)
        .where(Task.item_id == task.item_id, Task.period == task.period, Task.kind == TaskKind.RESPONSIBLE)
        .order_by(Unit.position)
    )
    return tuple(share.name for share in session.execute(others) if not settled(share))


def _signoffs(task: Matter) -> tuple[Signoff, ...]:
    return tuple(s for s in task.signoffs if s.void_at is None and s.decision is Decision.PASSED)


def _seats(session: Session, task: Matter) -> tuple[Seat, ...]:
    mine = select(Seat).where(Seat.task_id == task.id, Seat.round == task.round).order_by(Seat.id)
    return tuple(session.scalars(mine))


def handlers_of(unit_id: int) -> Turn:
    """Whose turn it is with a task that its unit has just been given."""
    return Turn(unit_id, Role.HANDLER)


def awaited(case: Case) -> tuple[Turn, ...]:
    """Whose turn it is; empty once the task is closed."""
    task = case.task
    signers = [Turn(seat.unit_id, seat.role, seat.user_id) for seat in open_seats(case.seats)]
    if task.status is Status.ASSIGNED or not (signers or task.status is Status.CLOSED):
        return (Turn(task.unit_id, task.desk),)
    return tuple(dict.fromkeys(signers))


def awaited_besides(case: Case, person: User) -> tuple[Turn, ...]:
    """Whose turn it is apart from the person's own."""
    return tuple(turn for turn in awaited(case) if not is_turn_of(turn, person))


def chair_of(case: Case, person: User) -> Chair | None:
    """From which place the person would sign at the gate where the task stands: an open seat first, then one's own."""
    open_now = open_seats(case.seats)
    if not open_now or not person.active:
        return None
    others = tuple(seat for seat in case.seats if seat.gate is open_now[0].gate and seat not in open_now)
    standing_in = [d for d in case.delegations if d.deputy_id == person.id]
    for seats in (open_now, others):
        for seat in seats:
            if is_turn_of(Turn(seat.unit_id, seat.role, seat.user_id), person):
                return Chair(seat)
        for delegation in standing_in:
            for seat in seats:
                if is_turn_of(Turn(seat.unit_id, seat.role, seat.user_id), delegation.principal):
                    return Chair(seat, delegation)
    return None


def seals_due(case: Case) -> list[tuple[Gate, int]]:
    """(gate, unit) pairs whose sign-offs are all given, so that the unit seals, in the order of sealing.

    A unit seals once at a gate, however many of its people sign; nothing is sealed before the task's own unit is
    through its gate, for the packet is printed then.
    """
    owed = {(seat.gate, seat.unit_id) for seat in owed_seats(case.seats)}
    if any(gate is Gate.UNIT for gate, _ in owed) or not case.passed(Gate.UNIT):
        return []
    first = (Gate.UNIT, case.task.unit_id)
    given = dict.fromkeys((s.gate, s.unit_id) for s in sorted(case.signoffs, key=lambda s: s.event_seq))
    return sorted((pair for pair in given if pair not in owed), key=lambda pair: pair != first)


def guests(case: Case) -> list[tuple[Gate, int]]:
    """(gate, unit) pairs that sign only because somebody asked for it on the way (加签), in the order of asking."""
    regular = {(gate, unit) for gate in Gate for unit, _ in case.benches(gate)}
    return list(dict.fromkeys((s.gate, s.unit_id) for s in case.seats if (s.gate, s.unit_id) not in regular))


def one_lead_seals(case: Case) -> bool:
    """True where one of several lead units is enough (或签)."""
    return len({seat.unit_id for seat in case.seats if seat.gate is Gate.LEAD and seat.any_one}) > 1
