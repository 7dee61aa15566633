"""A PostgreSQL of the tests' own, from Debian's binaries: a fresh cluster in a folder, gone with it.

``TAIZHANG_TEST_DATABASE=postgresql`` furnishes every office of a run in one (``make postgresql``).
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, text

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """The address of an empty database; the server listens on a free port of this machine and stops at the end.

    Only a ``durable`` one waits for the disk when something is committed.
    """
    folder = Path(tempfile.mkdtemp(prefix="taizhang-pg-", dir="/tmp"))
    # initdb refuses to run as root
    as_owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if as_owner:
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    binaries, data = BINARIES[-1], folder / "data"
    control = [*as_owner, str(binaries / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-w"]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync={'on' if durable else 'off'}"
    locale = ["--no-locale", "-E", "UTF8", "-A", "trust", "-U", "taizhang", "--no-sync"]
    try:
        subprocess.run(
            [*as_owner, str(binaries / "initdb"), "-D", str(data), *locale], check=True, capture_output=True, cwd="/"
        )
        subprocess.run([*control, "-o", options, "start"], check=True, capture_output=True, cwd="/")
        yield f"postgresql+psycopg://taizhang@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """Databases of one cluster, each made empty or as a copy of another."""

    def __init__(self, url: str) -> None:
        self._root, self._count = url.rpartition("/")[0], 0
        self._admin = create_engine(url, isolation_level="AUTOCOMMIT")

    def new(self, like: str = "template1") -> str:
        """The address of a new database, a copy of one that nobody is connected to."""
        self._count += 1
        with self._admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE office{self._count} TEMPLATE {like.rpartition('/')[2]}"))
        return f"{self._root}/office{self._count}"

    def close(self) -> None:
        """Give the connections back."""
        self._admin.dispose()


@cache
def of_the_run() -> Server | None:
    """The server that every office of this process lies in, None where each is a file."""
    if os.environ.get("TAIZHANG_TEST_DATABASE", "sqlite") != "postgresql":
        return None
    stack = ExitStack()
    atexit.register(stack.close)
    return Server(stack.enter_context(cluster()))
