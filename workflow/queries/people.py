"""Accounts in pages (账号列表)."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from workflow.models import Unit, User

PAGE = 50


def page_people(session: Session, *, search: str, after: str) -> tuple[list[User], bool]:
    """Accounts by login name with unit and desks, and whether there are more."""
    wanted = select(User).where(User.login > after).options(selectinload(User.unit), selectinload(User.role_rows))
    if search:
        units = select(Unit.id).where(Unit.name.contains(search, autoescape=True))
        words = (column.contains(search, autoescape=True) for column in (User.login, User.name))
        wanted = wanted.where(or_(*words, User.unit_id.in_(units)))
    found = list(session.scalars(wanted.order_by(User.login).limit(PAGE + 1)))
    return found[:PAGE], len(found) > PAGE


def choices_of_units(session: Session) -> list[tuple[int, str]]:
    """Active units in the directory's order, for a choice."""
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.active).order_by(Unit.position, Unit.id))
    return [(row.id, row.name) for row in rows]
