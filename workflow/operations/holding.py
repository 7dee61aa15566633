"""Holding a task while it is acted upon (锁定): what is read of it then belongs together."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflow.models import Task


def hold(session: Session, task: Task) -> None:
    """Read the task anew under a lock where several may write at once.

    PostgreSQL shows each statement what was committed before it, so that a task of one moment and sign-offs of the
    next could be taken together. SQLite lets one writer in at a time, from the beginning of its transaction.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.refresh(task, with_for_update=True)
