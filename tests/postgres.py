"""A PostgreSQL of the tests' own, from Debian's binaries: a fresh cluster in a folder, gone with it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.desk_office import Office, furnish, serve
from workflow.record.settings import Settings

FURNISHED = "furnished"
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@contextmanager
def cluster() -> Iterator[str]:
    """The address of an empty database; the server listens on a free port of this machine and stops at the end."""
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
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync=off"
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


class Postgres:
    """A furnished office in a database that others are copied from."""

    def __init__(self, url: str, folder: Path) -> None:
        self._root, self._count = url.rpartition("/")[0], 0
        self._admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with self._admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {FURNISHED}"))
        self.ids = furnish(Settings(home=folder, database_url=f"{self._root}/{FURNISHED}", _env_file=None), rows=3)

    def office(self, home: Path) -> Office:
        """An installation of one's own on a copy of it."""
        self._count += 1
        with self._admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE office{self._count} TEMPLATE {FURNISHED}"))
        return serve(home, dict(self.ids), database_url=f"{self._root}/office{self._count}")

    def close(self) -> None:
        """Give the connections back."""
        self._admin.dispose()
