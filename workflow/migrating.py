"""Bringing the database to the present shape (迁移)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrade to ``revision`` in one transaction; does nothing when already there."""
    with engine.begin() as connection:
        command.upgrade(config(connection), revision)


def migrate_down(engine: Engine, revision: str) -> None:
    """Downgrade to ``revision``; ``base`` is the empty database."""
    with engine.begin() as connection:
        command.downgrade(config(connection), revision)


def config(connection: object) -> Config:
    """Alembic's settings for a connection in hand; no ini file."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["connection"] = connection
    return made
