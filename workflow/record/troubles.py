"""What the machine refused (机器故障), told from what the program did wrong: no room, a damaged or foreign database, two at once.

Each speaks through many libraries: an ``OSError``, SQLite's or PostgreSQL's own error, an object store's. One table knows them.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial

from workflow.record.errors import BrokenDatabase, ForeignDatabase, Invalid, NoRoom, Refused, Stale

TWICE = partial(Stale, "同一内容刚刚已由他人（或您的另一个窗口）办理，这一次没有保存；请刷新页面查看最新情况后再办理。")
TOO_MUCH = partial(Invalid, "填写的内容太长，或者数字太大，没有保存；请缩短后重试。")

NO_ROOM = frozenset({errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EFBIG})
SQLITE: tuple[tuple[Callable[[], Refused], tuple[str, ...]], ...] = (
    (NoRoom, ("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_TRUNCATE")),
    (NoRoom, ("SQLITE_CANTOPEN",)),
    (BrokenDatabase, ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR_SHORT_READ")),
    (TWICE, ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")),
)
"""By the beginning of SQLite's name for the error (sqlite.org/rescode.html); a journal that cannot be opened is no room."""
POSTGRESQL: dict[str, Callable[[], Refused]] = {
    "53100": NoRoom,  # disk_full
    "25006": NoRoom,  # read_only_sql_transaction
    "XX001": BrokenDatabase,  # data_corrupted
    "XX002": BrokenDatabase,  # index_corrupted
    "42P01": ForeignDatabase,  # undefined_table
    "42703": ForeignDatabase,  # undefined_column
    "3D000": ForeignDatabase,  # invalid_catalog_name
    "23505": TWICE,  # unique_violation
    "22001": TOO_MUCH,  # string_data_right_truncation
    "22003": TOO_MUCH,  # numeric_value_out_of_range
}
"""By SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html)."""
WORDS = ("No space left on device", "Read-only file system", "Disk quota exceeded", "File too large")
"""How the object store's library names a full disk: it has no number."""
UNREACHED = "数据库连接不上：请检查数据库服务是否在运行、TAIZHANG_DATABASE_URL 是否正确。"


def trouble(error: BaseException) -> Refused | None:
    """The refusal that this error amounts to; None where the machine is not to blame."""
    for one in _causes(error):
        found = _of_system(one) or _of_sqlite(one) or _of_postgresql(one)
        if found is not None:
            return found
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and whatever led to it."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [getattr(one, "orig", None), one.__cause__, one.__context__]


def _of_system(error: BaseException) -> Refused | None:
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return NoRoom()
    foreign = type(error).__module__.startswith("obstore")
    return NoRoom() if foreign and any(word in str(error) for word in WORDS) else None


def _of_sqlite(error: BaseException) -> Refused | None:
    if not isinstance(error, sqlite3.Error):
        return None
    name = getattr(error, "sqlite_errorname", "")
    for kind, beginnings in SQLITE:
        if name.startswith(beginnings):
            return kind()
    unknown = name == "SQLITE_ERROR" and str(error).startswith(("no such table", "no such column"))
    return ForeignDatabase() if unknown else None


def _of_postgresql(error: BaseException) -> Refused | None:
    if not type(error).__module__.startswith("psycopg"):
        return None
    state = getattr(error, "sqlstate", None)
    if state in POSTGRESQL:
        return POSTGRESQL[state]()
    unreached = type(error).__name__ == "OperationalError" and state is None
    return ForeignDatabase(UNREACHED) if unreached else None
