"""Eight writers (八路并发写) beside one on PostgreSQL, each a process of its own with matters of its own; and the same in bare psycopg."""

from __future__ import annotations

import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import select

from tests.bench.measure import Figure, Size
from tests.bench.offices import NOW, furnished
from tests.bench.steps import STEP, fill, submit
from tests.postgres import cluster
from workflow.office.models import User
from workflow.record.installation import Installation, install
from workflow.record.settings import Settings
from workflow.tasks.models import Task
from workflow.tasks.words import Status

WRITERS = 8
WARM = 12
"""Steps of each writer before anything is measured: by then the server has its lasting plans on every connection."""
_SPAWN = multiprocessing.get_context("spawn")
Take = Callable[[list[int]], object]


def figures(size: Size) -> Iterator[Figure]:
    """The same number of submissions by eight writers and by one, each committed durably; a ratio of 0.71 is 1.4 times as fast."""
    rows = WRITERS * WARM + 2 * size.steps * size.rounds
    with tempfile.TemporaryDirectory() as folder, cluster(durable=True) as url, ExitStack() as stack:
        here = furnished(Settings(home=Path(folder), database_url=url, _env_file=None), rows=rows)
        tasks, bare = _tasks(here), iter(range(1, rows + 1))
        here.database.dispose()
        with psycopg.connect(_plain(url), autocommit=True) as raw:
            _prepare(raw, rows)
        ours = stack.enter_context(_writers(_ours, folder, url))
        theirs = stack.enter_context(_writers(_bare, url))
        for people, matters in ((ours, tasks), (theirs, bare)):
            _share(people, [next(matters) for _ in range(WRITERS * WARM)])
        taken: dict[str, list[float]] = {"ours": [], "one": [], "bare": [], "bare one": []}
        for _ in range(size.rounds):
            for name, people, matters in (
                ("ours", ours, tasks), ("one", ours[:1], tasks), ("bare", theirs, bare), ("bare one", theirs[:1], bare),
            ):  # fmt: skip
                taken[name].append(_share(people, [next(matters) for _ in range(size.steps)]))
    middle = {name: statistics.median(times) for name, times in taken.items()}
    yield Figure("writers-8", middle["ours"], "one writer of ours, the same steps", middle["one"])
    yield Figure("writers-8-bare", middle["bare"], "one writer in bare psycopg, the same rows", middle["bare one"])


def _share(people: list[Connection], matters: list[int]) -> float:
    """Let these writers take the matters in equal parts at once; seconds until the last has committed."""
    began = time.perf_counter()
    for n, one in enumerate(people):
        one.send(matters[n :: len(people)])
    for one in people:
        assert one.recv() == "done"
    return time.perf_counter() - began


@contextmanager
def _writers(work: Callable[..., None], *about: str) -> Iterator[list[Connection]]:
    """Processes that take matters off a pipe until they are sent None."""
    ends, started = [], []
    for _ in range(WRITERS):
        mine, its = _SPAWN.Pipe()
        started.append(_SPAWN.Process(target=work, args=(its, *about), daemon=True))
        started[-1].start()
        ends.append(mine)
    try:
        yield ends
    finally:
        for end, process in zip(ends, started, strict=True):
            end.send(None)
            process.join()


def _take(end: Connection, take: Take) -> None:
    while (matters := end.recv()) is not None:
        take(matters)
        end.send("done")


def _ours(end: Connection, folder: str, url: str) -> None:
    here = install(Settings(home=Path(folder), database_url=url, _env_file=None), lambda: NOW)
    with here.database.reading() as session:
        who = session.scalars(select(User.id).where(User.login == "wang")).one()
    _take(end, lambda matters: submit(here, who, matters))
    here.database.dispose()


def _bare(end: Connection, url: str) -> None:
    with psycopg.connect(_plain(url), autocommit=True) as raw:
        _take(end, partial(_steps, raw))


def _steps(raw: psycopg.Connection[Any], tasks: list[int]) -> None:
    """What steps.py writes; a sequence numbers the links, so that nobody waits for anybody."""
    for task in tasks:
        raw.execute("BEGIN")
        raw.execute(f"SELECT status, version FROM raw_task WHERE id = {task}").fetchone()
        row = raw.execute("SELECT nextval('raw_link')").fetchone()
        for statement in STEP:
            raw.execute(statement.format(task=task, seq=row[0] if row else 0, data="x" * 300))
        raw.execute("COMMIT")


def _prepare(raw: psycopg.Connection[Any], rows: int) -> None:
    raw.execute("CREATE SEQUENCE raw_link")
    fill(raw.execute, rows, "SERIAL PRIMARY KEY")


def _tasks(here: Installation) -> Iterator[int]:
    with here.database.reading() as session:
        return iter(session.scalars(select(Task.id).where(Task.status == Status.ASSIGNED).order_by(Task.id)).all())


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")
