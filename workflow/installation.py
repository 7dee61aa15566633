"""One running installation (安装实例): settings, database, store and clock, handed to whoever needs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from workflow.db import Database
from workflow.settings import Settings
from workflow.store import Store

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Installation:
    """What ``create_app`` and ``worker`` stand on; the clock is a part, so that tests and the demo live through a year."""

    settings: Settings
    database: Database
    store: Store
    clock: Clock = wall_clock


def install(settings: Settings, clock: Clock = wall_clock) -> Installation:
    """Make the folders and open the doors; the database's tables come by migration."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Installation(settings, Database(settings.database), Store(settings), clock)
