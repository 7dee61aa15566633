"""May this person? (有无权限) Pure predicates over a case and a person; absent means denied.

Whether it may happen *now* is asked in ``conditions``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import level_with, runs
from workflow.office.desks import sits_at
from workflow.office.models import User
from workflow.office.permissions import looks_on
from workflow.office.words import Role
from workflow.tasks.case import Case, chair_of
from workflow.tasks.models import Matter
from workflow.tasks.seats import open_seats
from workflow.tasks.words import Gate, Side


def sees(case: Case, person: User) -> bool:
    """May this person look at the task: own unit, one that gathers it, a lead of its row, its office, leaders and auditors of its level."""
    if sits_at(person, Role.OFFICE, case.office_id) or (looks_on(person) and level_with(case.task.ledger, person)):
        return True
    near = person.unit_id in (case.task.unit_id, *case.task.watchers)
    own = near and bool({Role.HANDLER, Role.UNIT_HEAD, Role.LEADER, Role.AUDITOR} & person.roles)
    leading = person.unit_id in case.leads and Role.LEAD_REVIEWER in person.roles
    return person.active and (
        own or leading or chair_of(case, person) is not None or person.id in case.signers | case.copied
    )


def handles(task: Matter, person: User) -> bool:
    """经办人 of the task's unit, which is read off the task alone; of a paper of the office's own the office."""
    return sits_at(person, task.desk, task.unit_id)


def is_handler(case: Case, person: User) -> bool:
    """经办人 of the task's unit."""
    return handles(case.task, person)


def is_unit_head(case: Case, person: User) -> bool:
    """单位负责人 of the task's unit."""
    return sits_at(person, Role.UNIT_HEAD, case.task.unit_id)


def in_unit(case: Case, person: User) -> bool:
    """经办人 or 单位负责人 of the task's unit: whoever may cut it by section."""
    return is_handler(case, person) or is_unit_head(case, person)


def is_lead_reviewer(case: Case, person: User) -> bool:
    """牵头单位审核人 of a lead unit; the office where no other lead is left."""
    return any(sits_at(person, role, unit) for unit, role in case.benches(Gate.LEAD))


def is_office(case: Case, person: User) -> bool:
    """办公室 of the ledger's issuer."""
    return sits_at(person, Role.OFFICE, case.office_id)


@cache
def signs_at(gate: Gate) -> Callable[[Case, User], bool]:
    """Who signs at a gate: its own desk, or those the policy names; the same function whenever it is asked for."""

    def signs(case: Case, person: User) -> bool:
        chair = chair_of(case, person)
        return chair is not None and chair.seat.gate is gate

    return signs


is_unit_signer = signs_at(Gate.UNIT)
is_lead_signer = signs_at(Gate.LEAD)
is_office_signer = signs_at(Gate.OFFICE)


def is_next_signer(case: Case, person: User) -> bool:
    """Whoever the task waits for at a gate may also send it back."""
    chair = chair_of(case, person)
    return chair is not None and chair.seat in open_seats(case.seats)


def is_last_signer(case: Case, person: User) -> bool:
    """Who gave the unit's approval that the task rests on now, and may take it back."""
    given = [s for s in case.passed(Gate.UNIT) if s.unit_id == case.task.unit_id]
    return person.active and any(s.user_id == person.id for s in given)


def may_arrange(person: User, gate: Gate, unit_id: int | None, ledger: Ledger | None) -> bool:
    """May this person say who signs: one's own unit at its own gates, the office for everybody in its ledger."""
    if ledger is not None and runs(ledger, person):
        return True
    heads = {gate.desk} | (set() if gate.side is Side.OFFICE else {Role.UNIT_HEAD})
    return person.active and unit_id == person.unit_id and bool(heads & person.roles)


def registers_paper(case: Case, person: User) -> bool:
    """The ledger's office registers what others have signed on paper (线下签批)."""
    return is_office(case, person)
