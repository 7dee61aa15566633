"""The background (后台): keeps the promises of ``workflow.record.outbox``, in threads of the web process or on its own.

huey carries the wake-up calls; the outbox table alone says what is to be done, so a lost call loses nothing.
Run ``python worker.py`` for a worker of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from flask import Flask
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

from packets import checkpoints, seals
from views.doctor.holdings import holdings
from workflow.office.notices import tell_desks
from workflow.office.tokens import forget_replies
from workflow.office.words import Role
from workflow.posting.addresses import collect as collect_notices
from workflow.record import audit, outbox, timekeeping
from workflow.record.errors import Refused, Unsound
from workflow.record.installation import Installation, install
from workflow.record.jobs import JOBS, PACKET
from workflow.record.logs import configure_logs
from workflow.record.room import shortage
from workflow.record.settings import ZONE, Settings
from workflow.tasks.opening import AT_ONCE, open_due_periods
from workflow.tasks.reminding import is_time, remind
from workflow.year.duties import remind_duties

log = structlog.get_logger()
NIGHT, TOLD = 2, 20
"""The hour at which everything is looked at, in China's time, and how many faults are told one by one."""


def drain(installation: Installation, *, progress: Callable[[int], None] | None = None) -> int:
    """Do everything that is due now, one promise after the other; returns how many were kept."""
    kept = 0
    while True:
        with installation.database.reading() as session:
            waiting = outbox.due(session, at=installation.clock())
        done = sum(run(installation, row_id) for row_id in waiting)
        kept += done
        if progress is not None:
            progress(kept)
        if not done:
            return kept


def keep(installation: Installation, rows: Sequence[int], *, progress: Callable[[int], None]) -> int:
    """Keep these promises and no others, two at a time: one prints while the other signs; returns how many were kept."""
    kept = 0
    with ThreadPoolExecutor(2) as pool:
        for done in pool.map(lambda row_id: run(installation, row_id), rows):
            kept += done
            progress(kept)
    return kept


def run(installation: Installation, row_id: int) -> bool:
    """Keep one promise; False if somebody else has it or it failed and will be tried again later."""
    with installation.database.writing() as session:
        claimed = outbox.claim(session, row_id, at=installation.clock())
    if claimed is None:
        return False
    try:
        JOBS[claimed.kind].do(installation, claimed.payload)
    except Exception as error:  # whatever went wrong is kept with the promise and tried again
        reason = error.message if isinstance(error, Refused) else f"系统出错（{type(error).__name__}），详见系统日志。"
        log.exception("job failed", kind=claimed.kind, key=claimed.key)
        _failed(installation, claimed, reason, park=isinstance(error, Unsound))
        return False
    with installation.database.writing() as session:
        settled = outbox.settle(session, claimed, at=installation.clock())
    if JOBS[claimed.kind].seals:
        _mark(installation)
    return settled


def _mark(installation: Installation, *, every: int = 1) -> None:
    """Write a checkpoint of the trail; where that fails the work goes on, and the night tells the administrators."""
    try:
        faults = checkpoints.mark(installation, every=every)
    except Exception:  # no disk, no key: the chain itself is as whole as before
        log.exception("checkpoint failed")
        return
    for fault in faults:
        log.error("checkpoint", fault=fault)


def _failed(installation: Installation, claimed: outbox.Claim, reason: str, *, park: bool) -> None:
    """Keep the reason with the promise; where it is given up, tell those who can mend it."""
    now = installation.clock()
    with installation.database.writing() as session:
        outbox.fail(session, claimed, reason, at=now, park=park)
        if outbox.parked(session, claimed.key) and claimed.kind in JOBS:
            JOBS[claimed.kind].give_up(session, claimed.payload, reason, at=now)


def minutely(installation: Installation) -> int:
    """Send what has been noticed, and keep what is promised; returns how many promises were kept."""
    now = installation.clock()
    with installation.database.writing() as session:
        collect_notices(session, at=now)
        timekeeping.see(session, now)
    _mark(installation, every=checkpoints.EVERY)
    return drain(installation)


def hourly(installation: Installation) -> int:
    """Open the periods that have begun, or promise to, and remind people once a day; returns how many were opened.

    The access log is anchored, seals are looked at, and packets that wait for one are tried again.
    """
    now = installation.clock()
    with installation.database.writing() as session:
        opened = open_due_periods(session, at=now, at_most=AT_ONCE)
        forget_replies(session, at=now)
        audit.anchor_access(session, at=now)
        if is_time(now):
            remind(session, at=now)
            remind_duties(session, at=now)
        outbox.try_again(session, PACKET, at=now)
    seals.warn(installation)
    return opened


def nightly(installation: Installation) -> list[str]:
    """Write a checkpoint and look at everything that is kept: whatever is wrong is told to the administrators, and returned."""
    faults = checkpoints.mark(installation)
    faults += [f"{one.name}：{one.detail}" for one in holdings(installation, full=True) if one.state == "fault"]
    faults = list(dict.fromkeys(faults))
    for fault in faults:
        log.error("nightly", fault=fault)
    more = [f"……另有 {len(faults) - TOLD} 项，请运行 flask --app app doctor --full。"] if len(faults) > TOLD else []
    with installation.database.writing() as session:
        texts = [f"夜间核对：{fault}" for fault in [*faults[:TOLD], *more]]
        tell_desks(session, (Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN), texts, at=installation.clock())
    return faults


def queue(settings: Settings) -> Huey:
    """The wake-up queue: a file of its own, or Redis or PostgreSQL by setting."""
    if settings.queue_url.startswith("redis"):
        return RedisHuey("taizhang", url=settings.queue_url)
    if settings.queue_url:
        return PostgresHuey("taizhang", dsn=settings.queue_url)
    settings.home.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("taizhang", filename=str(settings.home / "queue.db"), fsync=False)


def attach(app: Flask) -> None:
    """Give the doors a way to wake the background; nothing starts yet."""
    installation: Installation = app.extensions["taizhang"]
    app.extensions["taizhang.nudge"] = None
    app.extensions["taizhang.drain"] = drain
    app.extensions["taizhang.keep"] = keep
    app.extensions["taizhang.start"] = lambda: start(app, installation)


def start(app: Flask, installation: Installation) -> Callable[[], None]:
    """Start threads in this process and let the doors wake them; returns how to stop them."""
    huey, sweep = _tasks(installation)
    app.extensions["taizhang.nudge"] = sweep
    if installation.settings.worker != "embedded":
        return lambda: None
    with installation.database.writing() as session:
        outbox.release(session)
    consumer = _Quiet(
        huey, workers=1, periodic=True, initial_delay=0.1, max_delay=1.0, check_worker_health=False
    )  # threads of this process
    consumer.start()
    sweep()
    stop: Callable[[], None] = consumer.stop
    return stop


class _Quiet(Consumer):  # type: ignore[misc]
    """A consumer that leaves the process's signals to the web server."""

    def _set_signal_handlers(self) -> None:
        pass


def _tasks(installation: Installation) -> tuple[Huey, Callable[[], Any]]:
    huey = queue(installation.settings)
    busy = threading.Lock()

    @huey.task()  # type: ignore[untyped-decorator]
    def sweep() -> int:
        with busy:
            return drain(installation)

    @huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
    def every_minute() -> int:
        return minutely(installation)

    @huey.periodic_task(crontab(minute="5", hour="*"))  # type: ignore[untyped-decorator]
    def every_hour() -> int:
        return hourly(installation)

    @huey.periodic_task(crontab(minute="35", hour="*"))  # type: ignore[untyped-decorator]
    def every_night() -> int:
        now = installation.clock().astimezone(ZONE)
        return len(nightly(installation)) if now.hour == NIGHT else 0

    return huey, sweep


def main() -> None:
    """A worker process of its own, until it is told to stop."""
    configure_logs()
    installation = install(Settings())
    short = shortage(installation.settings)
    if short:
        log.error("room", told=short)
    huey, sweep = _tasks(installation)
    sweep()
    Consumer(huey, workers=1, periodic=True, max_delay=1.0).run()


if __name__ == "__main__":
    main()
