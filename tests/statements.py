"""What a piece of work asks of the database (语句计数): a page that suddenly asks twice is found out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import event

from tests.desk_office import Office

BRACKETS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")
"""What holds a transaction together is no question; a test's own savepoints would count."""


@contextmanager
def statements(office: Office) -> Iterator[list[tuple[str, Any]]]:
    """Every statement with its parameters, in order, of reading and writing alike."""
    seen: list[tuple[str, Any]] = []

    def note(connection: object, cursor: object, statement: str, parameters: object, *rest: object) -> None:
        if not statement.startswith(BRACKETS):
            seen.append((statement, parameters))

    database = office.here.database
    engines = {session.get_bind().engine for session in (database._read(), database._write())}
    with ExitStack() as stack:
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
            stack.callback(event.remove, engine, "before_cursor_execute", note)
        yield seen
