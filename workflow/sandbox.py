"""Opening strangers' files (隔离运行): in a process of its own with limits on memory, time, files and network.

Started as ``python -m workflow.sandbox`` by :func:`call` and :func:`run`; the limits are those of safety.md P13.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MEMORY, SECONDS, WRITTEN, OPEN_FILES = 2 << 30, 120, 256 << 20, 256
AT_ONCE = 2
"""Files opened at the same time in one server process; who comes later waits for a place."""
_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000
_places = threading.BoundedSemaphore(AT_ONCE)


class Exhausted(Exception):
    """The process went over a limit or crashed: the file may be made to do so."""


def call(target: str, data: bytes, question: Any, *, seconds: int = SECONDS) -> Any:
    """The JSON answer of ``module:function`` to (data, question), worked out where a hostile file can do no harm.

    Raises Exhausted.
    """
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        (Path(folder) / "data").write_bytes(data)
        (Path(folder) / "question").write_text(json.dumps(question, ensure_ascii=False), "utf-8")
        _start(["call", target, folder], seconds=seconds, memory=MEMORY, cwd=ROOT)
        try:
            return json.loads((Path(folder) / "answer").read_text("utf-8"))
        except (OSError, ValueError):
            raise Exhausted(target) from None


def run(command: Sequence[str], *, cwd: Path, seconds: int = SECONDS, memory: int = 4 << 30) -> None:
    """Run a program (LibreOffice, tesseract) under the same limits. Raises Exhausted where it fails."""
    _start(["exec", *command], seconds=seconds, memory=memory, cwd=cwd)


def _start(words: Sequence[str], *, seconds: int, memory: int, cwd: Path) -> None:
    command = [sys.executable, "-m", "workflow.sandbox", str(memory), str(seconds), *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_THREAD_LIMIT": "1"}
    if not _places.acquire(timeout=seconds):
        raise Exhausted("busy")
    try:
        with subprocess.Popen(
            command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:  # fmt: skip
            try:
                code = process.wait(timeout=seconds + 30)
            except subprocess.TimeoutExpired:
                code = -1
            finally:
                _end(process)
    except OSError:
        raise Exhausted(words[0]) from None
    finally:
        _places.release()
    if code != 0:
        raise Exhausted(words[0])


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing of it goes on: LibreOffice starts children."""
    try:
        os.killpg(process.pid, 9)
    except (ProcessLookupError, PermissionError):
        process.kill()


def main() -> None:
    """Work in the child: limits first, then the file."""
    memory, seconds, mode, *words = sys.argv[1:]
    target = None
    if mode == "call":
        module, _, name = words[0].partition(":")
        target = getattr(importlib.import_module(module), name)  # loaded before memory is short
    _limit(int(memory), int(seconds))
    if target is None:
        os.execvp(words[0], words)  # noqa: S606 - never a shell
    sys.addaudithook(_no_way_out)
    folder = Path(words[1])
    answer = target((folder / "data").read_bytes(), json.loads((folder / "question").read_text("utf-8")))
    (folder / "answer").write_text(json.dumps(answer, ensure_ascii=False), "utf-8")


def _limit(memory: int, seconds: int) -> None:
    limits = (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    )
    for which, most in limits:
        hard = resource.getrlimit(which)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (allowed, allowed))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_NETWORK) != 0:  # a network without wires, where the kernel lets us
        libc.unshare(_NEW_NETWORK | _NEW_USER)


def _no_way_out(event: str, args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
        raise PermissionError(event)


if __name__ == "__main__":
    main()
