"""Telling people (消息): a notice is written with the change it tells of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import Notice, Task, User, UserRole
from workflow.vocabulary import Role


def tell_units(
    session: Session,
    desks: Iterable[tuple[int, Role]],
    text: str,
    *,
    at: datetime,
    task: Task | None = None,
    ledger_id: int | None = None,
) -> None:
    """Put one notice into the inbox of every active person at the given (unit, desk) pairs."""
    people: set[int] = set()
    for unit_id, role in desks:
        seated = select(User.id).join(UserRole).where(User.active, User.unit_id == unit_id, UserRole.role == role)
        people.update(session.scalars(seated))
    session.add_all(
        Notice(
            user_id=person,
            text=text[:500],
            task_id=task.id if task else None,
            ledger_id=ledger_id or (task.ledger_id if task else None),
            created_at=at,
        )
        for person in sorted(people)
    )
