"""One running installation (安装实例): settings, database, store and clock, handed to whoever needs them."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workflow.record import calendar
from workflow.record.database import Database
from workflow.record.settings import Settings
from workflow.record.store import Store

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def close_to_others(home: Path) -> None:
    """Take from group and others what an older version, a copy or a restore left them: the folder and what lies in it."""
    for path in (home, *home.iterdir()):
        with suppress(FileNotFoundError):  # a journal comes and goes
            found = path.lstat()
            if found.st_mode & 0o077 and found.st_uid == os.geteuid() and not path.is_symlink():
                path.chmod(stat.S_IMODE(found.st_mode) & 0o700)


@dataclass(frozen=True)
class Installation:
    """What ``create_app`` and ``worker`` stand on; the clock is a part, so that tests and the demo live through a year."""

    settings: Settings
    database: Database
    store: Store
    clock: Clock = wall_clock


def install(settings: Settings, clock: Clock = wall_clock) -> Installation:
    """Make the folders and open the doors; the database's tables come by migration.

    From here on the process writes files that its own user alone can read: database, store, keys, queue, papers.
    """
    os.umask(0o077)
    for folder in dict.fromkeys((settings.home, settings.common)):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        close_to_others(folder)
    calendar.adopt(settings.common / calendar.OWN)
    return Installation(settings, Database(settings.database), Store(settings), clock)
