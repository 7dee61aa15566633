"""Worker processes of the tests' own (后台进程): fresh ones, for what a process has opened does not live through a fork."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import worker
from packets import jobs
from reports import making
from workflow.record.installation import install, wall_clock
from workflow.record.settings import Settings

_fresh = multiprocessing.get_context("forkserver")
_fresh.set_forkserver_preload(["tests.crew", "packets.press", "reports.dossier"])


def ahead(shift: timedelta) -> Callable[[], datetime]:
    """A machine's clock that is so far ahead."""
    return lambda: wall_clock() + shift


def drain(settings: Settings, shift: timedelta, begun: Any) -> None:
    """Take until nothing is left."""
    os.setpgid(0, 0)  # a machine of its own, with whatever it starts
    here = install(settings, ahead(shift))
    begun.set()
    worker.drain(here)


def stand_still_once(settings: Settings, shift: timedelta, begun: Any) -> None:
    """The same, but the whole process is stopped after the first seal, before it is registered."""
    stops = iter([signal.SIGSTOP])
    for module in (jobs, making):
        module.vouched = _stopping(module.vouched, stops)
    drain(settings, shift, begun)


def serve(settings: Settings, shift: timedelta, begun: Any) -> None:
    """A worker as ``python worker.py`` starts it."""
    os.setpgid(0, 0)
    workers = worker.Workers(install(settings, ahead(shift)))
    workers.start()
    begun.set()
    workers.join()


def begin(what: Callable[..., None], settings: Settings, shift: timedelta = timedelta()) -> ForkServerProcess:
    """A process that does so, at work when this returns; ``kill()`` and ``join()`` end it."""
    begun = _fresh.Event()
    process = _fresh.Process(target=what, args=(settings, shift, begun), daemon=True)
    process.start()
    while not begun.wait(1):
        assert process.is_alive(), "it died before it was at work"
    return process


def wait_until_stopped(process: ForkServerProcess) -> None:
    """Wait until a process stands still."""
    while Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        time.sleep(0.02)


def go_on(process: ForkServerProcess) -> None:
    """Let it run again, to its end."""
    os.kill(process.pid or 0, signal.SIGCONT)
    process.join()


def _stopping(do: Callable[..., str], stops: Iterator[int]) -> Callable[..., str]:
    """The same, after standing still as long as there are signals for it."""

    def stopped(*args: Any, **options: Any) -> str:
        for number in stops:
            os.kill(os.getpid(), number)
            break
        return do(*args, **options)

    return stopped
