"""Which tasks somebody may look at, as a condition (可见范围): never fewer than :func:`workflow.tasks.permissions.sees` lets in."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from workflow.office.models import User
from workflow.office.words import Role
from workflow.tasks.lists.listing import Scope, inside_of, scopes_of
from workflow.tasks.models import Delegation, Seat, Signoff, Task, TaskCopy
from workflow.tasks.rows import in_force


def visible(person: User, today: date) -> ColumnElement[bool]:
    """What the person's desks, seats, signatures and copies open; whether each is really open is asked of its case."""
    return or_(*ways_in(person, today))


def ways_in(person: User, today: date) -> list[ColumnElement[bool]]:
    """The same one by one: each can be read by an index of its own, of a million tasks too; together they cannot."""
    if not person.active:
        return [false()]
    scopes = set(scopes_of(person))
    if Role.LEAD_REVIEWER in person.roles:  # a row without a lead is led by the unit of its office
        scopes.add(Scope.OFFICE)
    wide = [and_(*inside_of(scope, person)) for scope in Scope if scope in scopes]
    return [*wide, *_in_person(person, today)]


def _in_person(person: User, today: date) -> list[ColumnElement[bool]]:
    """By name or by unit, and apart from these by whomever they stand in for: how many rows one unit has is known, of some unit it is not."""
    given = (Delegation.deputy_id == person.id, *in_force(today))
    people = select(Delegation.principal_id).where(*given)
    units = select(User.unit_id).join(Delegation, Delegation.principal_id == User.id).where(*given)
    seat = (Seat.task_id == Task.id, Seat.round == Task.round)
    return [
        exists().where(*seat, Seat.user_id == person.id),
        exists().where(*seat, Seat.unit_id == person.unit_id),
        exists().where(*seat, Seat.user_id.in_(people)),
        exists().where(*seat, Seat.unit_id.in_(units)),
        exists().where(Signoff.task_id == Task.id, Signoff.user_id == person.id),
        exists().where(Signoff.task_id == Task.id, Signoff.principal_id == person.id),
        exists().where(TaskCopy.task_id == Task.id, TaskCopy.user_id == person.id),
    ]
