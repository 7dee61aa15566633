"""What every test may ask for (测试夹具): an office, one sealed packet a run, one browser a worker; and nothing skipped in silence."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher, profiles
from flask.testing import FlaskClient

from tests.desk_office import Office, open_office
from tests.postgres import Server, cluster
from tests.rolled_back import Shared
from tests.sealed import Sealed
from tests.website import Site
from workflow.office import passwords

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ["tests.skips"]
MEMORY, ROOMY = Path("/dev/shm"), 4 << 30


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "file: SQLite's own subject, its file or its plans; left out where offices lie in a server"
    )
    config.addinivalue_line("markers", "office(rows, **settings): how the office is furnished and set")
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOMY:
        os.environ.setdefault("TMPDIR", str(MEMORY))  # for workers and everything else that is started, too
        tempfile.tempdir = None
    passwords._HASHER = PasswordHasher.from_parameters(profiles.CHEAPEST)  # the product's own is tested on its own


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where the run's offices lie in a server, there is no file to look into."""
    if os.environ.get("TAIZHANG_TEST_DATABASE", "sqlite") != "sqlite":
        looking = [item for item in items if item.get_closest_marker("file")]
        config.hook.pytest_deselected(items=looking)
        items[:] = [item for item in items if item not in looking]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Shared]]:
    """Furnished offices of this worker by their number of rows."""
    with ExitStack() as stack:

        @cache
        def made(rows: int) -> Shared:
            one = Shared(tmp_path_factory.mktemp("shared"), rows)
            stack.callback(one.close)
            return one

        yield made


@pytest.fixture
def office(request: pytest.FixtureRequest, tmp_path: Path, shared: Callable[[int], Shared]) -> Iterator[Office]:
    """A furnished office whose database is rolled back after the test; a copied folder under ``own_home``."""
    marked = request.node.get_closest_marker("office")
    chosen = {"rows": 3} | (marked.kwargs if marked else {})
    if request.node.get_closest_marker("own_home"):
        own = open_office(tmp_path, **chosen)
        yield own
        own.here.database.dispose()
        return
    with shared(chosen.pop("rows")).open(tmp_path, **chosen) as one:
        yield one


@pytest.fixture
def chen(office: Office) -> FlaskClient:
    """A browser of the office's 陈科长."""
    return office.client("chen")


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site on this machine, for what fetches."""
    one = Site()
    yield one
    one.shutdown()
    one.server_close()


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """A folder that is filled once a run, by whichever worker comes first; for what is read and not changed."""
    base = tmp_path_factory.getbasetemp()
    run = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base

    def filled(name: str, fill: Callable[[Path], object]) -> Path:
        folder, whole = run / f"once-{name}", run / f"once-{name}.whole"
        with (run / f"once-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not whole.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                whole.touch()
        return folder

    return filled


@pytest.fixture(scope="session")
def sealed_packet(once: Callable[[str, Callable[[Path], object]], Path]) -> Sealed:
    """A packet printed and sealed four times; whoever wants another sort of packet makes one of their own."""
    return Sealed(once("sealed-packet", Sealed.make))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file, which open contexts of their own.

    Not for the whole run: while Playwright's loop stands in this thread, ``asyncio.run`` refuses, and pyHanko needs it.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    """A PostgreSQL of a module's own."""
    with cluster() as url:
        made = Server(url)
        yield made
        made.close()
