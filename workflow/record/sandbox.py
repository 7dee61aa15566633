"""Opening strangers' files (隔离运行): in a process of its own with limits on memory, time, files and network.

Started as ``python -m workflow.record.sandbox`` by :func:`call`, :func:`look` and :func:`run`; the limits are those of safety.md P13.
How many run at once is one number for all processes of an installation: web, worker and command line.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from workflow.record.turns import Busy, turn

ROOT = Path(__file__).resolve().parents[2]
MEMORY, SECONDS, WRITTEN, OPEN_FILES = 400 << 20, 120, 256 << 20, 256
"""Memory is what a process writes to (RLIMIT_DATA): with its libraries and whoever started it a reading stays below 512 MiB."""
PROGRAM_MEMORY = 1280 << 20
"""The same for LibreOffice, whose libraries take up to 200 MiB more: 1.5 GiB in all."""
MAPPED = 3 << 30
"""What may be mapped besides, libraries for the most part."""
AT_ONCE = 2
"""Readings at the same time; who comes later waits for a place. What is large runs one at a time."""
_PLACES = {"reading": AT_ONCE, "program": 1}
_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000


class Exhausted(Exception):
    """The process went over a limit or crashed: the file may be made to do so."""


def call(
    target: str, data: bytes, question: Any, *, seconds: int = SECONDS, memory: int = 0, kind: str = "reading"
) -> Any:
    """The JSON answer of ``module:function`` to (data, question), worked out where a hostile file can do no harm.

    ``memory`` is for what has to be held more than once; MEMORY otherwise. The kind ``program`` runs one at a time.
    Raises Exhausted.
    """
    with _folder(question) as name:
        folder = Path(name)
        (folder / "data").write_bytes(data)
        return _asked("call", target, folder, seconds, memory or MEMORY, kind)


def look(target: str, stream: BinaryIO, question: Any, *, seconds: int = SECONDS) -> Any:
    """As :func:`call` for a file that may be large: (stream, question), and no process holds it whole. Raises Exhausted."""
    with _folder(question) as name:
        folder = Path(name)
        with (folder / "data").open("wb") as copy:
            shutil.copyfileobj(stream, copy, 1 << 20)
        return _asked("look", target, folder, seconds, MEMORY)


def run(command: Sequence[str], *, cwd: Path, seconds: int = SECONDS, memory: int = PROGRAM_MEMORY) -> None:
    """Run a program (LibreOffice) under limits, one at a time. Raises Exhausted where it fails."""
    _start(["exec", *command], seconds=seconds, memory=memory, cwd=cwd, kind="program")


def converted(folder: Path, data: bytes, target: str, *, ending: str = "file", seconds: int = SECONDS) -> bytes:
    """A document as LibreOffice leaves it in another format (``docx:MS Word 2007 XML``, ``pdf``). Raises Exhausted, OSError.

    Each under a profile of its own: two conversions with one profile wait for each other.
    """
    source, made = folder / f"source.{ending}", folder / f"source.{target.split(':', maxsplit=1)[0]}"
    source.write_bytes(data)
    command = [
        "soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--nolockcheck",
        "--convert-to", target, "--outdir", str(folder), str(source),
    ]  # fmt: skip
    run(command, cwd=folder, seconds=seconds)
    return made.read_bytes()


def _folder(question: Any) -> tempfile.TemporaryDirectory[str]:
    made = tempfile.TemporaryDirectory(prefix="sandbox-")
    (Path(made.name) / "question").write_text(json.dumps(question, ensure_ascii=False), "utf-8")
    return made


def _asked(mode: str, target: str, folder: Path, seconds: int, memory: int, kind: str = "reading") -> Any:
    _start([mode, target, str(folder)], seconds=seconds, memory=memory, cwd=ROOT, kind=kind)
    try:
        return json.loads((folder / "answer").read_text("utf-8"))
    except (OSError, ValueError):
        raise Exhausted(target) from None


def _start(words: Sequence[str], *, seconds: int, memory: int, cwd: Path, kind: str) -> None:
    command = [sys.executable, "-m", "workflow.record.sandbox", str(memory), str(seconds), *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_THREAD_LIMIT": "1"}
    try:
        with turn(kind, _PLACES[kind], seconds=seconds):
            code = _waited(command, cwd, environment, seconds + 30)
    except Busy:
        raise Exhausted("busy") from None
    except OSError:
        raise Exhausted(words[0]) from None
    if code != 0:
        raise Exhausted(words[0])


def _waited(command: Sequence[str], cwd: Path, environment: dict[str, str], seconds: int) -> int:
    with subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:  # fmt: skip
        try:
            return process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return -1
        finally:
            _end(process)


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
    if mode != "exec":
        module, _, name = words[0].partition(":")
        target = getattr(importlib.import_module(module), name)  # loaded before memory is short
    _limit(int(memory), int(seconds))
    if target is None:
        os.execvp(words[0], words)  # noqa: S606 - never a shell
    sys.addaudithook(_no_way_out)
    folder = Path(words[1])
    question = json.loads((folder / "question").read_text("utf-8"))
    with (folder / "data").open("rb") as stream:
        (folder / "data").unlink()  # whoever is killed leaves no file behind
        answer = target(stream if mode == "look" else stream.read(), question)
    (folder / "answer").write_text(json.dumps(answer, ensure_ascii=False), "utf-8")


def _limit(memory: int, seconds: int) -> None:
    limits = (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_AS, memory + MAPPED),
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
