"""The background (后台): keeps the promises of ``workflow.record.outbox``, in processes of its own.

Any number of them on any number of machines take from the one table; a door that has written a promise rings the bell of
the one that was started beside it (:mod:`views.commands.beside`), the others look every second.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from inspection import showing
from packets import checkpoints, seals
from views.doctor.holdings import holdings
from views.doctor.opening import opened
from workflow.office.notices import tell_desks
from workflow.office.tokens import forget_replies
from workflow.office.words import Role
from workflow.posting.addresses import collect as collect_notices
from workflow.record import audit, outbox, rates, timekeeping
from workflow.record.dialects import only_one
from workflow.record.errors import Refused, Unavailable, Unsound
from workflow.record.installation import Installation
from workflow.record.jobs import JOBS, PACKET, Told
from workflow.record.logs import configure_logs
from workflow.record.room import shortage
from workflow.tasks.lists import exporting
from workflow.tasks.opening import AT_ONCE, open_due_periods
from workflow.tasks.reminding import is_time, remind
from workflow.year.duties import remind_duties

log = structlog.get_logger()
TOLD = 20
"""Faults of a night that are told one by one."""
LOOK = 1.0
"""Seconds after which an idle worker looks again whether another process has promised something."""
SCHEDULE = 74_001
"""The database's lock under which schedules are written."""


def drain(installation: Installation, *, progress: Callable[[int], None] | None = None) -> int:
    """Do everything that is due now, one promise after the other; returns how many were kept."""
    kept = 0
    while (done := one(installation)) is not None:
        kept += done
        if progress is not None:
            progress(kept)
    return kept


def keep(installation: Installation, rows: Sequence[int], *, progress: Callable[[int], None]) -> int:
    """Keep these promises and no others, two at a time: one prints while the other signs; returns how many were kept."""
    kept = 0
    with ThreadPoolExecutor(2) as pool:
        for done in pool.map(lambda row_id: one(installation, row_id), rows):
            kept += bool(done)
            progress(kept)
    return kept


def one(installation: Installation, row_id: int | None = None) -> bool | None:
    """Keep the promise that is due longest, or this one; None if there is none to take, False if it failed."""
    at = installation.clock()
    if row_id is None:
        with installation.database.reading() as session:
            if not outbox.is_due(session, at=at):
                return None
    with installation.database.writing() as session:
        claimed = outbox.take(session, at=at, only=row_id)
    return None if claimed is None else _run(installation, claimed)


def _run(installation: Installation, claimed: outbox.Claim) -> bool:
    try:
        with _held(installation, claimed):
            JOBS[claimed.kind].do(installation, claimed.payload)
    except Exception as error:  # whatever went wrong is kept with the promise and tried again
        reason = error.message if isinstance(error, Refused) else f"系统出错（{type(error).__name__}），详见系统日志。"
        log.exception("job failed", kind=claimed.kind, key=claimed.key)
        _failed(installation, claimed, reason, park=isinstance(error, Unsound), patient=isinstance(error, Unavailable))
        return False
    job, now = JOBS[claimed.kind], installation.clock()
    with installation.database.writing() as session:
        if job.again is not None:
            return outbox.put_off(session, claimed, until=job.again(now))
        settled = outbox.settle(session, claimed, at=now)
    if job.seals:
        _mark(installation)
    return settled


@contextmanager
def _held(installation: Installation, claimed: outbox.Claim) -> Iterator[None]:
    """Renew the lease while the work goes on, so that a long dossier stays with whoever makes it."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(outbox.LEASE.total_seconds() / 3):
            try:
                with installation.database.writing() as session:
                    outbox.renew(session, claimed, at=installation.clock())
            except SQLAlchemyError:  # the next one may succeed; else another worker takes over
                log.exception("lease not renewed", key=claimed.key)

    renewing = threading.Thread(target=renew, name=f"lease of {claimed.key}", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()


def _mark(installation: Installation, *, every: int = 1) -> None:
    """Write a checkpoint of the trail; where that fails the work goes on, and the night tells the administrators."""
    try:
        faults = checkpoints.mark(installation, every=every)
    except Exception:  # no disk, no key: the chain itself is as whole as before
        log.exception("checkpoint failed")
        return
    for fault in faults:
        log.error("checkpoint", fault=fault)


def _failed(installation: Installation, claimed: outbox.Claim, reason: str, *, park: bool, patient: bool) -> None:
    """Keep the reason with the promise; where it is given up, tell those who can mend it."""
    now, job = installation.clock(), JOBS.get(claimed.kind)
    with installation.database.writing() as session:
        if job is not None and job.again is not None:
            outbox.put_off(session, claimed, until=job.again(now), error=reason)
            return
        outbox.fail(session, claimed, reason, at=now, park=park, patient=patient)
        if job is not None and outbox.parked(session, claimed.key):
            job.give_up(session, claimed.payload, reason, at=now)


def minutely(installation: Installation) -> None:
    """Promise to send what has been noticed; note the time, and the trail's head where much has happened."""
    now = installation.clock()
    with installation.database.writing() as session:
        collect_notices(session, at=now)
        timekeeping.see(session, now)
    _mark(installation, every=checkpoints.EVERY)


def hourly(installation: Installation) -> int:
    """Open the periods that have begun, or promise to, and remind people once a day; returns how many were opened.

    The access log is anchored, seals are looked at, packets that wait for one are tried again, lists taken along a day ago go.
    """
    now = installation.clock()
    with installation.database.writing() as session:
        opened = open_due_periods(session, at=now, at_most=AT_ONCE)
        forget_replies(session, at=now)
        rates.forget(session, at=now)
        audit.anchor_access(session, at=now)
        if is_time(now):
            remind(session, at=now)
            remind_duties(session, at=now)
        outbox.try_again(session, PACKET, at=now)
    seals.warn(installation)
    exporting.forget(installation, at=now)
    return opened


def nightly(installation: Installation) -> list[str]:
    """Write a checkpoint and look at everything that is kept: whatever is wrong is told to the administrators, and returned."""
    showing.clean(installation.settings, at=installation.clock())
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


class Workers:
    """Threads that take what is due until they are stopped (后台线程)."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._bell, self._over = threading.Event(), threading.Event()
        named = [f"worker {n + 1}" for n in range(installation.settings.jobs)]
        self._threads = [threading.Thread(target=self._work, name=name, daemon=True) for name in named]

    def start(self) -> None:
        """Begin, with the schedules written and this machine's old pictures gone."""
        showing.clean(self._installation.settings, at=self._installation.clock())
        schedule(self._installation, at=self._installation.clock())
        for thread in self._threads:
            thread.start()

    def ring(self) -> None:
        """Something has been promised."""
        self._bell.set()

    def stop(self) -> None:
        """Take nothing more; what is in hand is finished."""
        self._over.set()
        self._bell.set()

    def join(self) -> None:
        """Wait until the last has ended."""
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while not self._over.is_set():
            try:
                idle = one(self._installation) is None
            except Exception:  # no database, no disk: the work waits for them
                log.exception("worker")
                idle = True
            if idle and self._bell.wait(LOOK):
                self._bell.clear()


def schedule(installation: Installation, *, at: datetime) -> None:
    """Have everything that comes round again stand in the outbox, once for all machines."""
    with installation.database.writing() as session:
        only_one(session, SCHEDULE)
        for job in JOBS.values():
            if job.again is not None:
                outbox.promise(session, job, job.kind, Told(), at=job.again(at))


def attach(app: Flask) -> None:
    """Give commands a way to do the background's work; nothing starts yet."""
    app.extensions["taizhang.drain"] = drain
    app.extensions["taizhang.keep"] = keep


def main() -> None:
    """A worker process of its own, until it is told to stop; what is in hand is finished then. Exit status 1 where it cannot begin."""
    configure_logs()
    try:
        installation = opened()
        installation.store.check()
    except Refused as refused:
        log.error("start", told=refused.message)
        sys.exit(1)
    short = shortage(installation.settings)
    if short:
        log.error("room", told=short)
    workers = Workers(installation)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: workers.stop())
    workers.start()
    if sys.argv[1:] == ["--beside"]:
        threading.Thread(target=_listen, args=(workers,), name="listener", daemon=True).start()
    workers.join()


def _listen(workers: Workers) -> None:
    """Ring for each byte of the server's pipe; where that has ended, so does this."""
    while os.read(sys.stdin.fileno(), 4096):
        workers.ring()
    workers.stop()


if __name__ == "__main__":
    main()
