"""Who runs a ledger, and who looks at all of it (台账权限)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from workflow.ledgers.models import Ledger
from workflow.office.desks import sits_at
from workflow.office.models import Unit, User
from workflow.office.permissions import looks_on, of_first_level
from workflow.office.words import Role


def runs(ledger: Ledger, person: User) -> bool:
    """True for the office that issued this ledger."""
    return sits_at(person, Role.OFFICE, ledger.office_id)


def looks_over(ledger: Ledger, person: User) -> bool:
    """True for who looks at all of a ledger: its office, leaders and auditors of its level (ADR 50)."""
    return runs(ledger, person) or (looks_on(person) and level_with(ledger, person))


def level_with(ledger: Ledger, person: User) -> bool:
    """Whether a ledger is of the person's level: of their own unit, or both units stand under no other."""
    return of_one_level(ledger.office, person)


def of_one_level(office: Unit, person: User) -> bool:
    """Whether an office is the person's own unit, or stands, like it, under no other."""
    return person.unit_id == office.id or (of_first_level(person) and office.parent_id is None)


def of_level(person: User) -> ColumnElement[bool]:
    """:func:`level_with` as a condition on ledgers."""
    own = Ledger.office_id == person.unit_id
    alone = select(Unit.id).where(Unit.parent_id.is_(None))
    return or_(own, Ledger.office_id.in_(alone)) if of_first_level(person) else own
