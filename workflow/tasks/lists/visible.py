"""Which tasks somebody may look at, as a condition (可见范围): never fewer than :func:`workflow.tasks.permissions.sees` lets in."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select

from workflow.office.models import User
from workflow.office.words import Role
from workflow.tasks.lists.listing import Scope, inside_of, scopes_of
from workflow.tasks.models import Delegation, Seat, Signoff, Task, TaskCopy
from workflow.tasks.rows import in_force


def visible(person: User, today: date) -> ColumnElement[bool]:
    """What the person's desks, seats, signatures and copies open; whether each is really open is asked of its case."""
    if not person.active:
        return false()
    scopes = set(scopes_of(person))
    if Role.LEAD_REVIEWER in person.roles:  # a row without a lead is led by the unit of its office
        scopes.add(Scope.OFFICE)
    wide = [and_(*inside_of(scope, person)) for scope in Scope if scope in scopes]
    return or_(*wide, *_in_person(person, _principals(person, today)))


def _in_person(person: User, principals: Select[int]) -> list[ColumnElement[bool]]:
    units = select(User.unit_id).where(or_(User.id == person.id, User.id.in_(principals)))
    seats = or_(Seat.user_id == person.id, Seat.user_id.in_(principals), Seat.unit_id.in_(units))
    signed = or_(Signoff.user_id == person.id, Signoff.principal_id == person.id)
    return [
        exists().where(Seat.task_id == Task.id, Seat.round == Task.round, seats),
        exists().where(Signoff.task_id == Task.id, signed),
        exists().where(TaskCopy.task_id == Task.id, TaskCopy.user_id == person.id),
    ]


def _principals(person: User, today: date) -> Select[int]:
    return select(Delegation.principal_id).where(Delegation.deputy_id == person.id, *in_force(today))
