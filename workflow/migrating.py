"""Bringing the database to the present shape (迁移)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrade to ``revision`` in one transaction; does nothing when already there."""
    with _connected(engine) as connection:
        command.upgrade(config(connection), revision)


def migrate_down(engine: Engine, revision: str) -> None:
    """Downgrade to ``revision``; ``base`` is the empty database."""
    with _connected(engine) as connection:
        command.downgrade(config(connection), revision)


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction. SQLite alters a table by making it anew, and so looks at references afterwards."""
    with engine.connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        driver = connection.connection.driver_connection
        if sqlite and driver is not None:
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise RuntimeError("a migration left a reference to nothing")
        finally:
            if sqlite and driver is not None:
                driver.execute("PRAGMA foreign_keys=ON")


def config(connection: object) -> Config:
    """Alembic's settings for a connection in hand; no ini file."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["connection"] = connection
    return made
