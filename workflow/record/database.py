"""Two doors to one database (数据库): one that writes, one that only reads (safety.md P1, P2)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from workflow.record.dialects import UNSETTLED, dialect_of

_VERSION = sqlite3.sqlite_version_info
WAL_IS_SAFE = _VERSION >= (3, 51, 3) or (3, 50, 7) <= _VERSION < (3, 51, 0) or (3, 44, 6) <= _VERSION < (3, 45, 0)
"""SQLite 3.7.0–3.51.2 can lose committed data in WAL mode (sqlite.org/wal.html, the WAL-reset bug)."""


class Database:
    """The writing and the reading engine of one address.

    On SQLite a writing transaction takes the lock when it begins, so that two writers queue instead of both
    reading first and one failing later; a reading connection cannot write at all.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.write_engine = _engine(url, begin="BEGIN IMMEDIATE", read_only=False)
        self.read_engine = _engine(url, begin="BEGIN", read_only=True)
        self._settling = self.write_engine.execution_options(isolation_level="AUTOCOMMIT")
        self._write = sessionmaker(self.write_engine, expire_on_commit=False)
        self._read = sessionmaker(self.read_engine, expire_on_commit=False, autoflush=False)

    @property
    def file(self) -> Path | None:
        """The one file that the database is, None where it is a service."""
        return Path(self.url.removeprefix("sqlite:///")) if self.url.startswith("sqlite:///") else None

    @contextmanager
    def writing(self, **info: str) -> Iterator[Session]:
        """One short transaction: committed once at the end, rolled back whole on any error; on the disk when this comes back.

        ``info`` travels with the session, e.g. the address of the request that it works for.
        """
        with self._write(info=info) as session:
            with session.begin():
                yield session
            if session.info.get(UNSETTLED):
                self.settle()

    def settle(self) -> None:
        """Come back when everything that anybody has committed so far would outlast a power failure."""
        if word := dialect_of(self.write_engine).settle:
            with self._settling.connect() as connection:
                connection.exec_driver_sql(word)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view that cannot write."""
        with self._read() as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A view in which many statements see the same moment; on SQLite every reading view is one."""
        with self._read() as session:
            isolation = dialect_of(session).snapshot
            if isolation:
                session.connection(execution_options={"isolation_level": isolation})
            yield session

    def damage(self, *, full: bool = False) -> str:
        """What the database says is wrong with itself; empty where it is sound. Damage may be raised, too."""
        with self.reading() as session:
            return dialect_of(session).damage(session.connection(), full)

    def dispose(self) -> None:
        """Close every connection, e.g. before a fork."""
        self.write_engine.dispose()
        self.read_engine.dispose()


def _engine(url: str, *, begin: str, read_only: bool) -> Engine:
    options: dict[str, Any] = {"pool_size": 10} if url.startswith("sqlite:///") else {"pool_pre_ping": True}
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, begin, read_only)
    else:
        _prepare_postgresql(engine)
        engine = engine.execution_options(postgresql_readonly=True) if read_only else engine
    return engine


def _prepare_postgresql(engine: Engine) -> None:
    """No machine code for one page: a list of who may see what is priced in millions, compiled in seconds, and done in milliseconds."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: object) -> None:
        connection.execute("SELECT set_config(name, 'off', false) FROM pg_settings WHERE name = 'jit'")
        connection.commit()


def _prepare_sqlite(engine: Engine, begin: str, read_only: bool) -> None:
    pragmas = (
        "busy_timeout=30000",
        f"journal_mode={'WAL' if WAL_IS_SAFE else 'DELETE'}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        f"query_only={'ON' if read_only else 'OFF'}",
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # the driver must not guess where a transaction begins
        for pragma in pragmas:
            connection.execute("PRAGMA " + pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
