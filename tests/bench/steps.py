"""A persisted step (逐步落库) beside the same rows in bare durable SQL, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import select

from tests.bench.measure import Figure, Size, interleaved
from tests.bench.offices import NOW, furnished
from tests.postgres import cluster
from workflow.office.models import User
from workflow.office.whole import whole
from workflow.record.database import WAL_IS_SAFE
from workflow.record.installation import Installation
from workflow.record.settings import Settings
from workflow.tasks.acting import act
from workflow.tasks.case import load_case
from workflow.tasks.models import Task
from workflow.tasks.words import Action, Status

TABLES = (
    "CREATE TABLE raw_task (id INTEGER PRIMARY KEY, status TEXT, version INTEGER)",
    "CREATE TABLE raw_audit (seq INTEGER PRIMARY KEY, data TEXT, prev TEXT UNIQUE, hash TEXT UNIQUE)",
    "CREATE TABLE raw_awaiting (task_id INTEGER, unit_id INTEGER, role TEXT, due TEXT, PRIMARY KEY (task_id, unit_id, role))",
)
STEP = (
    "UPDATE raw_task SET status = 'DRAFTED', version = 2 WHERE id = {task} AND version = 1",
    "INSERT INTO raw_audit VALUES ({seq}, '{data}', '{seq:064d}', '{seq:065d}')",
    "DELETE FROM raw_awaiting WHERE task_id = {task}",
    "INSERT INTO raw_awaiting VALUES ({task}, 3, 'unit_head', '2026-12-31')",
    "INSERT INTO raw_notice (user_id, text) VALUES (1, '{data}')",
)
"""The rows that a step writes."""
Execute = Callable[[str], Any]


def figures(size: Size) -> Iterator[Figure]:
    """Submissions, each read, checked, taken and committed on its own."""
    rows = size.steps * (size.rounds + 2)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with sqlite3.connect(home / "raw.db", isolation_level=None) as raw:
            raw.execute(f"PRAGMA journal_mode={'WAL' if WAL_IS_SAFE else 'DELETE'}")
            raw.execute("PRAGMA synchronous=FULL")
            here = furnished(Settings(home=home / "home", _env_file=None), rows=rows)
            limit = _limit(raw.execute, rows, "INTEGER PRIMARY KEY", begin="BEGIN IMMEDIATE")
            ours, bare = interleaved(partial(_submit, here, size.steps), partial(limit, size.steps), size.rounds)
        yield Figure("step-sqlite", ours, "the same rows in bare sqlite3, one durable commit a step", bare)
    with tempfile.TemporaryDirectory() as folder, cluster(durable=True) as url:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as raw_pg:
            here = furnished(Settings(home=Path(folder), database_url=url, _env_file=None), rows=rows)
            limit = _limit(raw_pg.execute, rows, "SERIAL PRIMARY KEY", begin="BEGIN")
            ours, bare = interleaved(partial(_submit, here, size.steps), partial(limit, size.steps), size.rounds)
        here.database.dispose()
        yield Figure("step-postgres", ours, "the same rows in bare psycopg, one durable commit a step", bare)


def _submit(here: Installation, steps: int) -> None:
    with here.database.reading() as session:
        waiting = list(session.scalars(select(Task.id).where(Task.status == Status.ASSIGNED).limit(steps)))
        who = session.scalars(select(User.id).where(User.login == "wang")).one()
    assert len(waiting) == steps
    submit(here, who, waiting)


def submit(here: Installation, who: int, tasks: list[int]) -> None:
    """Submit these tasks as one person, each read, checked, taken and committed on its own."""
    for task_id in tasks:
        with here.database.writing() as session:
            by, case = whole(session, who), load_case(session, task_id, NOW, held=True)
            act(session, case.task, Action.SUBMIT, by=by, at=NOW, seen_version=case.task.version, known=case)


def _limit(execute: Execute, rows: int, key: str, *, begin: str) -> Callable[[int], None]:
    """The rows of a step as plain tables with the same journal and the same durability; each call takes the next steps."""
    fill(execute, rows, key)
    tasks = iter(range(1, rows + 1))

    def run(steps: int) -> None:
        for task in [next(tasks) for _ in range(steps)]:
            execute(begin)
            execute(f"SELECT status, version FROM raw_task WHERE id = {task}").fetchone()
            seq = (execute("SELECT max(seq) FROM raw_audit").fetchone()[0] or 0) + 1
            for statement in STEP:
                execute(statement.format(task=task, seq=seq, data="x" * 300))
            execute("COMMIT")

    return run


def fill(execute: Execute, rows: int, key: str) -> None:
    """Plain tables with as many tasks as are stepped through."""
    for table in (*TABLES, f"CREATE TABLE raw_notice (id {key}, user_id INTEGER, text TEXT)"):
        execute(table)
    execute("BEGIN")
    for n in range(1, rows + 1):
        execute(f"INSERT INTO raw_task VALUES ({n}, 'ASSIGNED', 1)")
        execute(f"INSERT INTO raw_awaiting VALUES ({n}, 3, 'handler', '2026-12-31')")
    execute("COMMIT")
