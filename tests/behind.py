"""The database in the hands of somebody who may do anything with it (绕过程序改库), on either kind of database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from tests.postgres import of_the_run
from workflow.record.database import Database

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


@contextmanager
def unguarded(database: Database) -> Iterator[Connection]:
    """A connection on which no trigger speaks and no reference is looked at, every statement at once for good."""
    database.dispose()
    engine = create_engine(database.url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection, _silent(connection):
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _silent(connection: Connection) -> Iterator[None]:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET session_replication_role = replica")  # ends with the connection
        yield
        return
    triggers = connection.exec_driver_sql(TRIGGERS).all()
    for name, _ in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, sql in triggers:
        connection.exec_driver_sql(sql)


def change(database: Database, *statements: str, **values: object) -> int:
    """Do these behind the engine's back; returns how many rows the last one found."""
    found = 0
    with unguarded(database) as connection:
        for statement in statements:
            found = connection.execute(text(statement), values).rowcount
    return found


def copied(database: Database, folder: Path) -> Database:
    """Another database with the same rows; nobody may be connected to the first."""
    database.dispose()
    server = of_the_run()
    if server is not None:
        return Database(server.new(database.url))
    assert database.file is not None
    return Database(f"sqlite:///{shutil.copy(database.file, folder / 'copy.db')}")
