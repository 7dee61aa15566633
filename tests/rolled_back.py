"""One furnished office a worker (共用测试库): each test works inside one transaction, which is rolled back at its end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker

from tests.desk_office import Clock, Office, build, furnished
from tests.postgres import of_the_run
from workflow.record.database import Database
from workflow.record.installation import Installation
from workflow.record.settings import Settings
from workflow.record.store import Store

SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences"
RESET = text("SELECT setval(:name, coalesce(CAST(:last AS bigint), 1), CAST(:last AS bigint) IS NOT NULL)")


class Reader(Session):
    """A session that refuses to write, as the product's reading connection does."""


@event.listens_for(Reader, "do_orm_execute")
def _no_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise AssertionError("a reading session was asked to write")


@event.listens_for(Reader, "before_flush")
def _no_row(*about: object) -> None:
    raise AssertionError("a reading session was asked to write")


class RolledBack(Database):
    """The two doors on one connection: to write is a savepoint, to read is to look at what it holds so far.

    There are no engines to ask for: whoever looks at transactions, locks or the file itself needs an own home.
    """

    def __init__(self, connection: Connection) -> None:
        self.url = str(connection.engine.url)
        self._write = sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        self._read = sessionmaker(
            connection, class_=Reader, expire_on_commit=False, autoflush=False, join_transaction_mode="rollback_only"
        )

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """The whole test is one transaction, which nobody else writes into."""
        with self.reading() as session:
            yield session

    def settle(self) -> None:
        """The whole test is one transaction, which is never committed."""

    def dispose(self) -> None:
        """Nothing to close: the connection serves the next test too."""


class Shared:
    """A furnished office with so many rows; the apps over it are made once for each choice of settings."""

    def __init__(self, folder: Path, rows: int) -> None:
        server = of_the_run()
        self._template, url, self._ids = furnished(rows, server)
        file = self._copy(folder, "")
        self._connection = Database(server.new(url) if server is not None else file).write_engine.connect()
        self._first = self._counts()
        self._apps: dict[str, tuple[Flask, dict[str, Any], dict[str, Any]]] = {}

    @contextmanager
    def open(self, home: Path, **settings: Any) -> Iterator[Office]:
        """The office as furnished, with a home of its own for files; whatever is written is gone afterwards."""
        self._copy(home, "*.db*")
        chosen, clock = Settings(home=home, _env_file=None, **settings), Clock()
        with self._connection.begin() as whole:
            here = Installation(chosen, RolledBack(self._connection), Store(chosen), clock)
            yield Office(self._app(home, settings, here), here, clock, dict(self._ids))
            whole.rollback()
        self._count_again()

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()
        self._connection.engine.dispose()

    def _counts(self) -> dict[str, int | None]:
        """The last number of every sequence: a rollback does not take numbers back."""
        if self._connection.dialect.name != "postgresql":
            return {}
        with self._connection.begin():
            rows = self._connection.exec_driver_sql(SEQUENCES)
            return {row.sequencename: row.last_value for row in rows}

    def _count_again(self) -> None:
        moved = [name for name, last in self._counts().items() if last != self._first[name]]
        if moved:
            with self._connection.begin():
                for name in moved:
                    self._connection.execute(RESET, {"name": name, "last": self._first[name]})

    def _copy(self, home: Path, without: str) -> str:
        shutil.copytree(self._template, home, ignore=shutil.ignore_patterns(without), dirs_exist_ok=True)
        return Settings(home=home, _env_file=None).database

    def _app(self, home: Path, settings: dict[str, Any], here: Installation) -> Flask:
        """An app as it was when it was made, but for the installation that it serves."""
        if repr(settings) not in self._apps:
            made = build(here.settings, here.clock)
            self._apps[repr(settings)] = made, dict(made.config), dict(made.extensions)
        app, config, extensions = self._apps[repr(settings)]
        for present, first in ((app.config, config), (app.extensions, extensions)):
            present.clear()
            present.update(first)
        app.extensions["taizhang"] = here
        return app
