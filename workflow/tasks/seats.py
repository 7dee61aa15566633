"""Who has to sign (签批席位): what the seats of a round ask for, and the laying out of those of a gate just reached.

Everything but :func:`arrange` is a pure reading of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.office.models import User, UserRole
from workflow.office.words import Role
from workflow.tasks.models import GatePolicy, Matter, Seat
from workflow.tasks.words import Gate, Mode

SPARE_SLOTS = 2
"""Units that may be asked to sign on the way (加签) in one round: a packet has as many spare seal boxes."""
_ORDER = {gate: n for n, gate in enumerate(Gate)}
Bench = tuple[int, Role]
"""A unit and the desk at which its people sign (席位所在单位与岗位)."""


def open_seats(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """The seats whose turn it is: the unsigned ones of the first stage of each line that is not passed yet."""
    found: list[Seat] = []
    for stages in _lines(seats):
        waiting = next((stage for stage in stages if not _stage_passed(stage, None)), [])
        found += [seat for seat in waiting if seat.signoff_id is None]
    return tuple(found)


def owed_seats(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """Every unsigned seat that still has to be signed, now or later; what 或签 has settled is owed by nobody."""
    return tuple(
        seat
        for stages in _lines(seats)
        for stage in stages
        if not _stage_passed(stage, None)
        for seat in stage
        if seat.signoff_id is None
    )


def gate_passed(seats: Iterable[Seat], gate: Gate, *, also: Seat | None = None) -> bool:
    """Whether every line of the gate is through, once ``also`` is signed as well; never where nobody has to sign."""
    lines = list(_lines(seat for seat in seats if seat.gate is gate))
    return bool(lines) and all(_stage_passed(stage, also) for stages in lines for stage in stages)


def arrange(
    session: Session, task: Matter, gate: Gate, benches: Sequence[Bench], policies: Sequence[GatePolicy]
) -> list[Seat]:
    """Lay out the seats of a gate as its policies say that bear on this task; they are the task's own from then on.

    A signer named by a policy who has left the desk since is not passed over: the seat falls to the desk.
    """
    policies = _narrowest(policies)
    joint = Mode.ALL if len(benches) < 2 else next((p.mode for p in policies if p.unit_id is None), Mode.ALL)
    seats: list[Seat] = []
    for n, (unit_id, role) in enumerate(benches):
        own = next((p for p in policies if p.unit_id == unit_id), None)
        mode = own.mode if own else Mode.ALL
        people = _seated(session, own.people if own else _named(task, gate), unit_id, role) or [None]
        any_one = joint is Mode.ANY or (mode is Mode.ANY and len(people) > 1)
        for place, person in enumerate(people):
            stage = place if mode is Mode.IN_ORDER and joint is not Mode.ANY else 0
            if joint is Mode.IN_ORDER:
                stage += 100 * n
            seats.append(
                Seat(
                    task_id=task.id,
                    round=task.round,
                    gate=gate,
                    line=n if joint is Mode.ALL else 0,
                    stage=stage,
                    any_one=any_one,
                    unit_id=unit_id,
                    role=role,
                    user_id=person,
                )
            )
    return seats


def _named(task: Matter, gate: Gate) -> list[int]:
    """The one person whom the matter itself names, or nobody."""
    turn = task.signer_at(gate)
    return [turn.user_id] if turn is not None and turn.user_id is not None else []


def _lines(seats: Iterable[Seat]) -> Iterator[list[list[Seat]]]:
    """Every line of every gate as its stages in order."""
    ordered = sorted(seats, key=lambda s: (_ORDER[s.gate], s.line, s.stage, s.id or 0))
    for _, line in groupby(ordered, key=lambda s: (s.gate, s.line)):
        yield [list(stage) for _, stage in groupby(line, key=lambda s: s.stage)]


def _stage_passed(stage: Sequence[Seat], also: Seat | None) -> bool:
    signed = [seat.signoff_id is not None or seat is also for seat in stage]
    return any(signed) if stage[0].any_one else all(signed)


def _narrowest(policies: Sequence[GatePolicy]) -> list[GatePolicy]:
    """The narrowest first: item, ledger, everywhere; the latest of a kind first."""
    latest = sorted(policies, key=lambda p: p.id, reverse=True)
    return sorted(latest, key=lambda p: (p.item_id is None, p.ledger_id is None))


def _seated(session: Session, people: Sequence[int], unit_id: int, role: Role) -> list[int | None]:
    if not people:
        return []
    at_desk = select(User.id).join(UserRole).where(User.active, User.unit_id == unit_id, UserRole.role == role)
    present = set(session.scalars(at_desk.where(User.id.in_(people))))
    return [person if person in present else None for person in people]
