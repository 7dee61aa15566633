"""Signers on the way (加签、转办): somebody asked to sign before or after, taken back again, or put in one's own place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow.office.desks import sits_at
from workflow.office.models import User
from workflow.office.notices import tell_units
from workflow.office.words import Role
from workflow.record import audit
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotFound, NotInState
from workflow.record.events import Kind
from workflow.record.text import clean_line
from workflow.tasks import events
from workflow.tasks.case import Case, Chair, awaited, case_of, chair_of, guests
from workflow.tasks.holding import change, standing
from workflow.tasks.models import Matter, Seat, Task
from workflow.tasks.people.leaving import anybody_left, may_sit, seats_of
from workflow.tasks.seating import reseat
from workflow.tasks.seats import SPARE_SLOTS, open_seats, owed_seats
from workflow.tasks.words import Gate, Side

MOST = 5
"""People who may be asked to sign on the way in one round."""
REASON_LIMIT = 200
_BUSINESS = (Role.UNIT_HEAD, Role.LEAD_REVIEWER, Role.OFFICE, Role.HANDLER)


def add_signer(
    session: Session, task: Task, person: User, *, before: bool, reason: str, by: User, at: datetime, seen_version: int
) -> Seat:
    """Ask somebody to sign just before oneself, or just after. Raises Stale, Forbidden, Incomplete, Invalid."""
    case, chair = _at_the_gate(session, task, by, at=at, seen_version=seen_version)
    seat, reason = chair.seat, _reason(reason, "加签")
    _may_sign(case, person, by)
    role = next((r for r in (seat.gate.desk, *_BUSINESS) if r in person.roles), None)
    if role is None:
        raise Invalid(f"{person.name}没有业务岗位，不能请其签批。")
    if sum(one.added_by_id is not None for one in case.seats) >= MOST:
        raise Invalid(f"一轮最多加签 {MOST} 人。")
    _guest_has_a_box(case, person, seat.gate)
    place = seat.stage if before else seat.stage + 1
    for other in case.seats:
        if (other.gate, other.line) == (seat.gate, seat.line) and other.stage >= place:
            other.stage += 1
    added = Seat(
        task_id=task.id,
        round=task.round,
        gate=seat.gate,
        line=seat.line,
        stage=place,
        any_one=False,
        unit_id=person.unit_id,
        role=role,
        user_id=person.id,
        added_by_id=by.id,
    )
    session.add(added)
    _noted(session, task, events.SEAT_ADDED, person, reason, by=by, at=at, before=before)
    return added


def take_back_signer(session: Session, task: Task, seat_id: int, *, by: User, at: datetime, seen_version: int) -> None:
    """Do without somebody whom one has asked, before they have signed. Raises NotFound, NotInState, Stale."""
    case = case_of(session, task, at)
    seat = next((one for one in case.seats if one.id == seat_id), None)
    if seat is None or seat.user is None or seat.added_by_id != by.id:
        raise NotFound
    if seat.signoff_id is not None:
        raise NotInState(f"{seat.user.name}已经签批，加签不能再收回。")
    rest = [one for one in case.seats if one is not seat]
    if not owed_seats(rest):
        raise NotInState("其他人都已经签批，只等这位加签人，收回后无人签批；请其签批或退回。")
    change(session, task, by=by, seen_version=seen_version)
    person = seat.user
    session.delete(seat)
    _noted(session, task, events.SEAT_TAKEN_BACK, person, "", by=by, at=at)


def transfer_seat(
    session: Session, task: Task, person: User, *, reason: str, by: User, at: datetime, seen_version: int
) -> None:
    """Put a colleague in one's own place at the gate (转办). Raises Stale, Forbidden, Incomplete, Invalid."""
    case, chair = _at_the_gate(session, task, by, at=at, seen_version=seen_version)
    if chair.standing_in is not None:
        raise Forbidden("代理他人签批时不能再转办，请由授权人本人办理。")
    reason = _reason(reason, "转办")
    _may_sign(case, person, by)
    if not sits_at(person, chair.seat.role, chair.seat.unit_id):
        raise Invalid(f"只能转办给本单位「{chair.seat.role.word}」岗位上的人员，{person.name}不在其中。")
    chair.seat.user_id = person.id
    _noted(session, task, events.SEAT_TRANSFERRED, person, reason, by=by, at=at)


def hand_over_seats(session: Session, person: User, to: User, *, by: User, at: datetime) -> int:
    """Put ``to`` in every place where a matter waits, or will wait, for ``person`` by name; returns how many.

    Where ``to`` may not sign, having written or signed it already, the place falls to the whole desk; raises Invalid
    where nobody else at the desk could sign either.
    """
    moved, nobody = 0, []
    for seat, task, case in seats_of(session, person):
        fit = may_sit(case, seat, to)
        if not fit and not anybody_left(session, case, seat, person):
            nobody.append(f"{task.name}（{seat.role.word}）")
            continue
        change(session, task, by=by, seen_version=task.version)
        seat.user_id = to.id if fit else None
        _noted(session, task, events.SEAT_HANDED_OVER.of(task.matter), to, f"{person.name}的工作移交", by=by, at=at)
        moved += 1
    if nobody:
        named = "、".join(nobody[:3]) + (f"等 {len(nobody)} 件" if len(nobody) > 3 else "")
        raise Invalid(
            f"{to.name}不能签批{named}：不在这一岗位，或参与过填报、签批；本单位该岗位也没有其他人可以签批。"
            "请改选接手人，或先为本单位补充该岗位的人员。"
        )
    return moved


def _at_the_gate(session: Session, task: Task, by: User, *, at: datetime, seen_version: int) -> tuple[Case, Chair]:
    """Where ``by`` would sign now; the page they saw has to be the newest."""
    change(session, task, by=by, seen_version=seen_version)
    case = case_of(session, task, at)
    chair = chair_of(case, by)
    if chair is None or chair.seat not in open_seats(case.seats):
        raise Forbidden("只有正在等待其签批的人可以加签或转办。")
    return case, chair


def _may_sign(case: Case, person: User, by: User) -> None:
    if not person.active or person.id == by.id:
        raise Invalid("请选择另一位在用的人员。")
    if person.id in case.authors:
        raise Invalid(f"{person.name}参与过本件的填报，不能再为它签批。")
    if person.id in case.signers or any(seat.user_id == person.id for seat in owed_seats(case.seats)):
        raise Invalid(f"{person.name}本轮已经签批过，或已经在签批人之中。")


def _guest_has_a_box(case: Case, person: User, gate: Gate) -> None:
    """A unit that signs only on the way seals in a spare box of the packet, and there are so many."""
    if any(person.unit_id == unit for unit, _ in case.benches(gate)):
        return
    if gate.side is Side.OFFICE:
        raise Invalid("办结环节只能请本办公室的人员加签。")
    if len({*guests(case), (gate, person.unit_id)}) > SPARE_SLOTS:
        raise Invalid(f"一轮最多请 {SPARE_SLOTS} 个外单位加签（证据包预留的签章位数）。")


def _reason(text: str, verb: str) -> str:
    reason = clean_line(text, limit=REASON_LIMIT)
    if not reason:
        raise Incomplete(f"请写明{verb}的理由。")
    return reason


def _noted(
    session: Session,
    task: Matter,
    kind: Kind[events.Seated],
    person: User,
    reason: str,
    *,
    by: User,
    at: datetime,
    **place: Any,
) -> None:
    case, whom = reseat(session, task, at=at), f"{person.unit.name} {person.name}"
    told = events.Seated(**standing(task), unit=by.unit.name, person=whom, opinion=reason, **place)
    audit.record(session, kind, told, subject=task.id, by=by, at=at)
    if kind is not events.SEAT_TAKEN_BACK:
        words = f"{by.unit.name} {by.name}请您签批{task.name}：{reason}"
        turn = next((t for t in awaited(case) if t.user_id == person.id), None)
        tell_units(session, [turn] if turn else [], words, by=by, at=at, task=task)
