"""Bringing the database to the present shape (迁移)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from workflow.record.dialects import dialect_of
from workflow.record.errors import BrokenDatabase, ForeignDatabase, Invalid

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrade to ``revision`` in one transaction; does nothing when already there.

    Raises Invalid for the database of a newer program, ForeignDatabase for one that is another program's.
    """
    with _connected(engine) as connection:
        pending(connection)
        known = MigrationContext.configure(connection).get_current_heads()
        if not known and set(inspect(connection).get_table_names()) - {"alembic_version"}:
            raise ForeignDatabase(
                "数据库里已有别的表，不是台账的数据库：请检查 TAIZHANG_HOME 和 TAIZHANG_DATABASE_URL，或换一个空的数据库。"
            )
        command.upgrade(config(connection), revision)


def migrate_down(engine: Engine, revision: str) -> None:
    """Downgrade to ``revision``; ``base`` is the empty database."""
    with _connected(engine) as connection:
        command.downgrade(config(connection), revision)


def pending(connection: Connection) -> list[str]:
    """The revisions that a database still lacks, oldest first. Raises Invalid where it is of a newer programme than this."""
    revisions = _revisions()
    present = MigrationContext.configure(connection).get_current_heads()
    if not set(present) <= set(revisions):
        raise Invalid("数据库是更新版本的程序建立的，这个版本不能使用；请换回新版本程序，或从备份恢复数据库。")
    return revisions[: revisions.index(present[0])][::-1] if present else revisions[::-1]


@cache
def _revisions() -> list[str]:
    """Every revision of this program, the newest first: read once, for a probe asks every few seconds."""
    return [script.revision for script in ScriptDirectory.from_config(config(None)).walk_revisions()]


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction. SQLite alters a table by making it anew, and so looks at references afterwards."""
    with engine.connect() as connection:
        off, on, lost = dialect_of(engine).unchecked
        driver = connection.connection.driver_connection
        if off and driver is not None:
            driver.execute(off)
        try:
            with connection.begin():
                yield connection
                if lost and connection.exec_driver_sql(lost).first() is not None:
                    raise BrokenDatabase(
                        "数据库中有引用不到的内容，没有升级：请运行 flask --app app doctor 查看是哪些表，并从备份恢复（README「备份」一节）。"
                    )
        finally:
            if on and driver is not None:
                driver.execute(on)


def config(connection: object) -> Config:
    """Alembic's settings for a connection in hand; no ini file."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["connection"] = connection
    return made
