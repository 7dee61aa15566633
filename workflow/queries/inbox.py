"""What waits for a person (待办): one range of one index, however many tasks there are."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from workflow.models import Awaiting, User


def waiting(person: User) -> Select[tuple[int]]:
    """Ids of the tasks whose turn it is at one of the person's desks."""
    return select(Awaiting.task_id).where(at_desks(person))


def at_desks(person: User) -> ColumnElement[bool]:
    """Rows of Awaiting that stand at one of the person's desks."""
    return and_(Awaiting.unit_id == person.unit_id, Awaiting.role.in_(sorted(person.roles)))


def count_waiting(session: Session, person: User) -> int:
    """How many tasks wait for the person."""
    return session.scalars(select(func.count()).select_from(Awaiting).where(at_desks(person))).one()
