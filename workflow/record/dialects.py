"""The databases that this program runs on (数据库种类): one row each, with whatever it does differently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, column, func, literal_column, select, table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Entries:
    """How words that were cut into pairs are searched (检索)."""

    holds: Callable[[list[list[str]]], ColumnElement[bool]]
    """True for an entry in which every one of these phrases stands; a pair of one character is a beginning."""
    put: str = ""
    """Tells the index of an entry's words; empty where it follows by itself."""
    drop: str = ""
    again: str = ""
    """Reads all entries into the index."""


@dataclass(frozen=True)
class Dialect:
    """One kind of database (数据库)."""

    word: str
    version: str
    """Asks which version it is."""
    manner: tuple[str, str]
    """What is worth knowing of its setting: in Chinese, and the question."""
    one_writer: bool
    """True where one transaction writes at a time from its beginning: what it read stays so."""
    lock: str
    """Lets one transaction at a time go on, by ``:number``, until it is committed and not until it is on the disk; empty where
    there is one writer."""
    snapshot: str
    """The isolation in which many statements see one moment; empty where every view does."""
    damage: Callable[[Connection, bool], str]
    """What it says is wrong with itself, by a quick look or a full one; empty where it is sound."""
    sound: str
    mend: str
    entries: Entries
    insert: Callable[[Any], Any]
    """Its own way of writing a row, which can pass over one that is there."""
    unchecked: tuple[str, str, str] = ("", "", "")
    """Where a table is altered by making it anew: references off, references on, and which of them are lost."""
    settle: str = ""
    """Waits until all that was committed before is on the disk; empty where every commit does."""
    go_on: str = ""
    """Lets the numbers of a table that rows were copied into go on after the highest; empty where they do so by themselves."""


def _of_file(connection: Connection, full: bool) -> str:
    check = "PRAGMA integrity_check(1)" if full else "PRAGMA quick_check(1)"
    said = str(connection.exec_driver_sql(check).scalar_one())
    return "" if said == "ok" else " ".join(said.split())


def _of_indexes(connection: Connection, full: bool) -> str:
    """PostgreSQL checks a page's sum when it reads it: every index that is not valid is named, and no more."""
    broken = connection.exec_driver_sql("SELECT count(*) FROM pg_index WHERE NOT indisvalid").scalar_one()
    return f"{broken} 个索引失效" if broken else ""


def _in_fts5(phrases: list[list[str]]) -> ColumnElement[bool]:
    spelt = " ".join(f'"{" ".join(pairs)}"{"*" if len(pairs[0]) == 1 else ""}' for pairs in phrases)
    found: Select[Any] = select(column("rowid")).select_from(table("entry_found"))
    return literal_column("entry.id").in_(found.where(literal_column("entry_found").op("MATCH")(spelt)))


def _in_tsvector(phrases: list[list[str]]) -> ColumnElement[bool]:
    spelt = " & ".join(" <-> ".join(f"'{pair}'{':*' if len(pair) == 1 else ''}" for pair in pairs) for pairs in phrases)
    simple: ColumnElement[Any] = literal_column("'simple'::regconfig")
    return func.to_tsvector(simple, literal_column("entry.words")).op("@@")(func.to_tsquery(simple, spelt))


DIALECTS = {
    "sqlite": Dialect(
        word="SQLite",
        version="SELECT sqlite_version()",
        manner=("日志方式", "PRAGMA journal_mode"),
        one_writer=True,
        lock="",
        snapshot="",
        damage=_of_file,
        sound="核对通过，引用完整",
        mend="从备份恢复（README「备份」一节）",
        entries=Entries(
            _in_fts5,
            put="INSERT INTO entry_found (rowid, words) VALUES (:id, :words)",
            drop="INSERT INTO entry_found (entry_found, rowid, words) VALUES ('delete', :id, :words)",
            again="INSERT INTO entry_found (entry_found) VALUES ('rebuild')",
        ),
        insert=sqlite.insert,
        unchecked=("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON", "PRAGMA foreign_key_check"),
    ),
    "postgresql": Dialect(
        word="PostgreSQL",
        version="SHOW server_version",
        manner=("数据页校验", "SHOW data_checksums"),
        one_writer=False,
        lock="SELECT pg_advisory_xact_lock(:number), set_config('synchronous_commit', 'off', true)",
        settle="SELECT pg_logical_emit_message(true, 'settled', '')",
        snapshot="REPEATABLE READ",
        damage=_of_indexes,
        sound="索引有效",
        mend="在数据库中执行 REINDEX DATABASE",
        entries=Entries(_in_tsvector),
        insert=postgresql.insert,
        go_on="SELECT setval(pg_get_serial_sequence(:table, :column), max({column})) FROM {table} HAVING max({column}) > 0",
    ),
}


def dialect_of(where: Session | Engine | Connection) -> Dialect:
    """The kind of database that somebody works with."""
    bound = where.get_bind() if isinstance(where, Session) else where
    return DIALECTS[bound.dialect.name]


UNSETTLED = "unsettled"
"""What a session notes where its commit hands a lock on before the disk has it (``session.info``)."""


def only_one(session: Session, number: int) -> None:
    """Whoever comes second waits here until the first has committed, but not for the disk: that all wait for together, each after its own commit."""
    lock = dialect_of(session).lock
    if lock:
        session.info[UNSETTLED] = True
        session.execute(text(lock), {"number": number})


def only_where(condition: str) -> dict[str, Any]:
    """An index over the rows that fulfil a condition."""
    return {f"{name}_where": text(condition) for name in DIALECTS}
