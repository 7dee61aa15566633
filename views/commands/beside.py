"""The worker beside the server (随服务启动的后台): a process of its own, so that pages do not wait for what is printed and sealed.

Its standing input is a pipe: a byte rings its bell, the end of it, whoever ended the server and however, tells it to stop.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

import structlog

log = structlog.get_logger()
PROGRAM = Path(__file__).resolve().parents[2] / "worker.py"
BESIDE = "--beside"
AGAIN, MOST = 1.0, 60.0
"""Seconds until one that has died is started again: twice as long each time, while none lives longer than ``MOST``."""
PATIENCE = 10.0
"""Seconds that the server waits at its end; what a worker then still has in hand it finishes alone."""


class Beside:
    """The worker process, started again whenever it dies (看护)."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._process = _started()
        self._keeper = threading.Thread(target=self._keep, name="keeper of the worker", daemon=True)
        self._keeper.start()

    def ring(self) -> None:
        """Something has been promised; a worker that is not there now looks when it comes."""
        with suppress(OSError, ValueError):
            os.write(_pipe(self._process).fileno(), b"\n")

    def stop(self) -> None:
        """Let it finish what it has in hand, and wait for it a little."""
        self._over.set()
        _pipe(self._process).close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE)

    def _keep(self) -> None:
        wait = AGAIN
        while True:
            began = time.monotonic()
            status = self._process.wait()
            if self._over.is_set():
                return
            wait = AGAIN if time.monotonic() - began > MOST else min(2 * wait, MOST)
            log.error("worker died", status=status, again_in=wait)
            if self._over.wait(wait):
                return
            self._process = _started()


def _started() -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, str(PROGRAM), BESIDE], stdin=subprocess.PIPE, bufsize=0)
    os.set_blocking(_pipe(process).fileno(), False)
    return process


def _pipe(process: subprocess.Popen[bytes]) -> IO[bytes]:
    return cast(IO[bytes], process.stdin)
