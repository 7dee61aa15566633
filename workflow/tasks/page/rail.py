"""The chain of one task (审批链): who has signed when, whose turn it is, who comes after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.office.desks import Turn
from workflow.office.models import Unit, User, UserRole
from workflow.record.calendar import spoken_moment
from workflow.tasks.case import Case, awaited
from workflow.tasks.events import ACTS
from workflow.tasks.models import Seat, Signoff
from workflow.tasks.page.drawing import Mark
from workflow.tasks.page.history import Happening
from workflow.tasks.process import PROCESS
from workflow.tasks.seats import open_seats, owed_seats
from workflow.tasks.steps import Step
from workflow.tasks.words import Gate

FORWARD = tuple(step for step in PROCESS if not step.starts_round)
"""The steps of the chain in order."""
_BACK = {ACTS[step.action] for step in PROCESS if step.starts_round}


@dataclass(frozen=True)
class Stop:
    """One place of the chain (审批链节点)."""

    label: str
    unit: str
    state: str
    """``done``, ``now``, ``ahead``, or ``back`` for a step back that ended an earlier round."""
    person: str = ""
    at: datetime | None = None
    waiting: tuple[str, ...] = ()
    """Names of the people who may act now."""
    desk: str = ""
    said: str = ""
    """Why it went back."""


@dataclass(frozen=True)
class _Names:
    """The names that a chain needs (名称), read in two queries."""

    units: dict[int, str]
    seated: dict[Turn, tuple[str, ...]]
    """Who may act, by turn."""


def stops_of(session: Session, case: Case, happenings: tuple[Happening, ...]) -> tuple[Stop, ...]:
    """The chain from left to right: handed out, reported, then every sign-off that was given, is due or lies ahead."""
    names = _names(session, case)
    stops = [Stop("交办", names.units[case.office_id], "done", at=case.task.opened_at)]
    stops += [
        Stop(
            f"第 {h.round} 轮{h.kind.word}", "", "back", h.who, h.at, said=h.said.splitlines()[0][:60] if h.said else ""
        )
        for h in reversed(happenings)
        if h.kind in _BACK
    ]
    for step in FORWARD:
        stops += [_submission(case, step, names, happenings)] if step.gate is None else _gate(case, step.gate, names)
    return tuple(stops)


def marks(stops: Iterable[Stop]) -> list[Mark]:
    """The chain in words, ready to be drawn."""
    return [Mark(stop.label, stop.state, _note(stop)) for stop in stops]


def _note(stop: Stop) -> str:
    if stop.state == "now":
        people = "、".join(stop.waiting) or "暂无人员，请联系安全管理员授权"
        return f"等待{stop.unit.removesuffix(stop.desk)}{stop.desk}（{people}）"
    named = stop.person if stop.unit in stop.person else f"{stop.unit} {stop.person}".strip()
    at = spoken_moment(stop.at) if stop.at else ""
    return f"{named} {at}".strip() + (f"：{stop.said}" if stop.said else "")


def _submission(case: Case, step: Step, names: _Names, happenings: tuple[Happening, ...]) -> Stop:
    unit = names.units[case.task.unit_id]
    if case.task.status in step.sources:
        turn = awaited(case)[0]
        return Stop(step.action.word, unit, "now", waiting=names.seated.get(turn, ()), desk=turn.role.word)
    last = next((h for h in happenings if h.kind is ACTS[step.action]), None)
    return Stop(step.action.word, unit, "done", last.who if last else "", last.at if last else None)


def _gate(case: Case, gate: Gate, names: _Names) -> list[Stop]:
    """The sign-offs of a gate: those given, then the seats that are owed; by units where it has not been reached."""
    signed = [Stop(_label(s, gate, case), s.unit_name, "done", s.signer, s.at) for s in case.passed(gate)]
    seats = [seat for seat in case.seats if seat.gate is gate]
    if not seats and not signed:
        return [Stop(gate.word, names.units[unit], "ahead") for unit, _ in case.benches(gate)]
    owed = owed_seats(seats)
    return [*signed, *(_seat_stop(seat, seat in open_seats(case.seats), names) for seat in owed)]


def _seat_stop(seat: Seat, is_open: bool, names: _Names) -> Stop:
    turn = Turn(seat.unit_id, seat.role, seat.user_id)
    label = f"{seat.gate.word}（加签）" if seat.added_by_id else seat.gate.word
    people = names.seated.get(turn, ())
    if is_open:
        return Stop(label, names.units[seat.unit_id], "now", waiting=people, desk=seat.role.word)
    return Stop(label, names.units[seat.unit_id], "ahead", person="、".join(people) if seat.user_id else "")


def _label(signoff: Signoff, gate: Gate, case: Case) -> str:
    added = any(seat.signoff_id == signoff.id and seat.added_by_id for seat in case.seats)
    return f"{gate.word}（加签）" if added else gate.word


def _names(session: Session, case: Case) -> _Names:
    wanted = {case.task.unit_id, case.office_id, *case.leads, *(seat.unit_id for seat in case.seats)}
    units = {unit_id: session.get_one(Unit, unit_id).name for unit_id in wanted}  # most are in hand with the row
    turns = {*awaited(case), *(Turn(s.unit_id, s.role, s.user_id) for s in owed_seats(case.seats))}
    if not turns:
        return _Names(units, {})
    at_desk = or_(*((User.unit_id == turn.unit_id) & (UserRole.role == turn.role) for turn in turns))
    people = select(User.id, User.unit_id, UserRole.role, User.name).join(UserRole).where(User.active, at_desk)
    rows = session.execute(people.order_by(User.id)).all()
    seated = {
        turn: tuple(
            row.name
            for row in rows
            if (row.unit_id, row.role) == (turn.unit_id, turn.role) and turn.user_id in (None, row.id)
        )
        for turn in turns
    }
    return _Names(units, seated)
