"""Rows written at once (直接落库): by statements built once, past the session's flush, which looks at all that it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Executable, Insert, Table, insert
from sqlalchemy.orm import Session, make_transient_to_detached

from workflow.record.dialects import Dialect, dialect_of
from workflow.record.models import Base

B = TypeVar("B", bound=Base)


def run(
    session: Session, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """Run a prepared statement in the session's transaction; what is pending in the session is not flushed before it."""
    return session.connection().execute(statement, values)


def stored(session: Session, row: B) -> B:
    """Write a row that was just made, with the number that it gets, and hold it as if it had been read.

    Every column but the number has to be said: what is left out would be asked for again.
    """
    key: Any = run(session, inserting(type(row)), _said(row)).inserted_primary_key
    cast(Any, row).id = key[0]
    make_transient_to_detached(row)
    session.add(row)
    return row


def put(session: Session, rows: Sequence[Base]) -> None:
    """Write rows of one kind that were just made, in one statement; the session does not hold them."""
    if rows:
        run(session, inserting(type(rows[0])), [_said(row) for row in rows])


def put_once(session: Session, model: type[Base], **values: Any) -> None:
    """Write a row unless one of its key is there; of two at the same moment the second waits for the first."""
    run(session, _once(dialect_of(session), model), values)


@cache
def _once(dialect: Dialect, model: type[Base]) -> Insert:
    return cast(Insert, dialect.insert(model.__table__).on_conflict_do_nothing())


@cache
def inserting(model: type[Base]) -> Insert:
    """The statement that writes rows of a model; built once."""
    return insert(cast(Table, model.__table__))


def _said(row: Base) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _columns(type(row))}


@cache
def _columns(model: type[Base]) -> tuple[str, ...]:
    return tuple(column.name for column in model.__table__.columns if not column.primary_key)
