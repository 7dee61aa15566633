"""Changing rows only as they were seen (先到先得): of two at the same moment the database lets one win.

What the other is told is a matter of the verb that lost.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Update, update
from sqlalchemy.orm import Session

from workflow.record.models import Base


def wins(session: Session, model: type[Base], *seen: ColumnElement[bool], **values: Any) -> bool:
    """Change the one row that is still as it was seen; False where somebody was faster.

    An object in hand shows the values of whoever tried: the loser reads it anew.
    """
    return changed(session, update(model).where(*seen).values(**values)) == 1


def changed(session: Session, statement: Update) -> int:
    """Run an update; returns how many rows it found."""
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
