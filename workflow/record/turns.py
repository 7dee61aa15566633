"""Taking turns (排队): so many at once across all processes of an installation, by locked files.

A lock goes with the process that holds it: a killed one keeps nobody waiting. Installations do not wait for each other.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HOUSE = hashlib.sha256(str(Path(__file__).resolve().parent).encode()).hexdigest()[:12]
PAUSE = 0.05
"""Seconds between two looks for a free place."""


class Busy(Exception):
    """No place came free in time."""


@contextmanager
def turn(kind: str, places: int, *, seconds: float) -> Iterator[None]:
    """Hold one of ``places`` of a kind; waits up to ``seconds`` for it. Raises Busy, and OSError where nothing can be locked."""
    until = time.monotonic() + seconds
    files = [os.open(_folder() / f"{kind}-{n}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for n in range(places)]
    try:
        while not any(_locked(file) for file in files):
            if time.monotonic() >= until:
                raise Busy(kind)
            time.sleep(PAUSE)
        yield
    finally:
        for file in files:
            os.close(file)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _folder() -> Path:
    """A folder of our own: a stranger's of that name is not used, since whoever owns it could keep us waiting."""
    folder = Path(tempfile.gettempdir()) / f"taizhang-{os.getuid()}-{_HOUSE}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise PermissionError("the folder of locks belongs to somebody else")
    return folder
