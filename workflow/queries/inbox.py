"""What waits for a person (待办): one range of one index, however many tasks there are."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from workflow.models import Awaiting, Ledger, Notice, User
from workflow.queries.listing import PAGE, Cursor, Page, Wanted, page_of
from workflow.vocabulary import Role

DESKS = frozenset({Role.HANDLER, Role.UNIT_HEAD, Role.LEAD_REVIEWER, Role.OFFICE})
"""Desks a task can wait at."""


def waiting(person: User) -> Select[int]:
    """Ids of the tasks whose turn it is at one of the person's desks."""
    return select(Awaiting.task_id).where(at_desks(person))


def at_desks(person: User) -> ColumnElement[bool]:
    """Rows of Awaiting that stand at one of the person's desks."""
    return and_(Awaiting.unit_id == person.unit_id, Awaiting.role.in_(sorted(person.roles)))


def count_waiting(session: Session, person: User) -> int:
    """How many tasks wait for the person."""
    return session.scalars(select(func.count()).select_from(Awaiting).where(at_desks(person))).one()


def page_waiting(session: Session, person: User, wanted: Wanted, after: Cursor | None) -> Page:
    """One page of what waits for the person, the nearest deadline first: one index range a desk, merged."""
    arms = [
        select(Awaiting.task_id.label("task_id"), Awaiting.due.label("due")).where(
            Awaiting.unit_id == person.unit_id, Awaiting.role == role
        )
        for role in sorted(DESKS & person.roles)
    ]
    return page_of(session, arms, (Awaiting.due, Awaiting.task_id), wanted, after)


def ledgers_waiting(session: Session, person: User) -> list[tuple[int, str]]:
    """Published ledgers for the filter, newest first: id and title."""
    published = select(Ledger.id, Ledger.title).where(Ledger.published_at.is_not(None))
    return [(row.id, row.title) for row in session.execute(published.order_by(Ledger.id.desc()).limit(50))]


def page_notices(session: Session, person: User, *, before: int | None) -> list[Notice]:
    """The person's messages, newest first; one more than a page tells that there are older ones."""
    mine = select(Notice).where(Notice.user_id == person.id)
    if before is not None:
        mine = mine.where(Notice.id < before)
    return list(session.scalars(mine.order_by(Notice.id.desc()).limit(PAGE + 1)))
