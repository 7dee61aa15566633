"""Rows held as read (按值持有): the values of one wide statement become rows of the session.

The session's own way of reading makes ready anew, at each question, for every kind of row that might come; a statement of
many kinds, of which few come, costs more that way than its rows do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Dialect, FromClause, Row, Table, inspect, type_coerce
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.types import NULLTYPE

from workflow.record.models import Base

B = TypeVar("B", bound=Base)
Made = list[tuple[str, int, Callable[[Any], Any] | None]]
"""What a row is told: attribute, place in the statement's row, and how the driver's value becomes ours."""


class Kind(Generic[B]):
    """One kind of row in a wide statement (行的种类): its columns there, and its rows out of the answer."""

    def __init__(self, model: type[B], source: FromClause | None = None) -> None:
        self.model = model
        self.source: Any = source if source is not None else cast(Table, model.__table__)
        self._place = {column.name: n for n, column in enumerate(self.source.c)}
        self._start = 0

    @property
    def c(self) -> Any:
        """The columns, to join and to ask by."""
        return self.source.c

    def begin(self, start: int) -> list[ColumnElement[Any]]:
        """What the statement selects of this kind, from this place on: values as the driver gives them."""
        self._start = start
        return [type_coerce(column, NULLTYPE).label(f"c{start + n}") for n, column in enumerate(self.c)]

    def one(self, session: Session, row: Row[*tuple[Any, ...]]) -> B:
        """The row of this kind, which has to be there. Raises LookupError."""
        if (found := self.read(session, row)) is None:
            raise LookupError(self.model.__name__)
        return found

    def read(self, session: Session, row: Row[*tuple[Any, ...]]) -> B | None:
        """The row of this kind, None where there is none; one that the session holds already stays as it holds it."""
        mapper: Mapper[B] = inspect(self.model)
        key = tuple(row[self._start + self._place[column.name]] for column in mapper.primary_key)
        if key[0] is None:
            return None
        if mapper.polymorphic_on is not None:  # kinds below an abstract one are held under a key of their own
            mapper = mapper.polymorphic_map[row[self._start + self._place[mapper.polymorphic_on.name]]]
        known = session.identity_map.get(mapper.identity_key_from_primary_key(key))
        return known if known is not None else self._held(session, mapper, row)

    def _held(self, session: Session, mapper: Mapper[B], row: Row[*tuple[Any, ...]]) -> B:
        made: B = mapper.class_manager.new_instance()
        for name, place, read in _reading(mapper, self.source, session.get_bind().dialect):
            value = row[self._start + place]
            made.__dict__[name] = read(value) if read is not None else value
        make_transient_to_detached(made)
        session.add(made)
        return made


def wide(*kinds: Kind[Any], after: int = 0) -> list[ColumnElement[Any]]:
    """The columns of all these kinds, one behind the other, behind ``after`` other columns."""
    found: list[ColumnElement[Any]] = []
    for kind in kinds:
        found += kind.begin(after + len(found))
    return found


@cache
def _reading(mapper: Mapper[Any], source: FromClause, dialect: Dialect) -> Made:
    attributes = {attribute.columns[0].name: attribute for attribute in mapper.column_attrs}
    places: Sequence[Any] = list(source.c)
    return [
        (attributes[column.name].key, n, column.type.dialect_impl(dialect).result_processor(dialect, None))
        for n, column in enumerate(places)
        if column.name in attributes
    ]
