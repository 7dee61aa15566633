"""Lists over very many tasks (大表列表): each page beside the same page of the same office without tasks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from app import create_app
from tests.bench.measure import Figure, Size, interleaved
from tests.bench.offices import NOW, ROWS, empty, furnished, multiply
from workflow.office.models import User
from workflow.office.people import open_session
from workflow.record.settings import Settings

PAGES = {"inbox": ("wang", "/"), "office": ("office", "/?scope=office"), "late": ("office", "/?scope=office&due=late"),
         "ledgers": ("office", "/ledgers"), "ledger": ("office", "/ledgers/2")}  # fmt: skip
Get = Callable[[], object]


def figures(size: Size) -> Iterator[Figure]:
    """Each list in an office of 100,000 tasks, and the inbox in one of a million."""
    with tempfile.TemporaryDirectory() as without:
        nobody = _browsers(Path(without), 0)
        for suffix, tasks in size.tasks:
            with tempfile.TemporaryDirectory() as folder:
                crowded = _browsers(Path(folder), tasks)
                for name in PAGES if suffix == "100k" else ("inbox",):
                    ours, peer = interleaved(crowded[name], nobody[name], size.rounds * 2 + 1)
                    yield Figure(f"{name}-{suffix}", ours, "the same page of the same office without tasks", peer)


def _browsers(home: Path, tasks: int) -> dict[str, Get]:
    """One look at each page, in an office with so many tasks."""
    here = furnished(Settings(home=home, _env_file=None), rows=ROWS, reported=False)
    multiply(here, tasks)
    if not tasks:
        empty(here)
    app = create_app(here.settings, clock=lambda: NOW + timedelta(minutes=1))
    looks = {}
    for name, (login, path) in PAGES.items():
        client = app.test_client()
        with here.database.writing() as session:
            by = session.scalars(select(User).where(User.login == login)).one()
            client.set_cookie("taizhang", open_session(session, by, at=NOW))

        def look(client: object = client, path: str = path) -> None:
            assert client.get(path).status_code == 200, path  # type: ignore[attr-defined]

        looks[name] = look
    return looks
