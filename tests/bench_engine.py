"""Engine benchmarks: a persisted step beside the same rows in bare SQL, an inbox over 100,000 tasks beside an empty page."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app import create_app
from tests.bench import Figure, interleaved
from workflow import operations
from workflow.db import WAL_IS_SAFE
from workflow.installation import Installation, install
from workflow.migrating import migrate
from workflow.models import Awaiting, Ledger, LedgerItem, SourceDocument, Task, Unit, User
from workflow.models.base import Base
from workflow.published import PublishedLedger, PublishedTask, UnitRow
from workflow.settings import Settings
from workflow.vocabulary import Action, Role, Status, TaskKind

NOW = datetime(2026, 3, 20, 1, tzinfo=UTC)
STEPS = 100
TASKS, ROWS, UNITS = 100_000, 100, 20
"""How many tasks there are, rows a ledger, and units that carry out a row."""


def figures() -> Iterator[Figure]:
    """Steps, then pages."""
    with tempfile.TemporaryDirectory() as folder:
        here = _office(Path(folder), rows=STEPS * 20)
        raw = _bare(Path(folder) / "bare.db")
        ours, peer = interleaved(lambda: _submit(here), lambda: _bare_steps(raw), rounds=5)
        yield Figure(f"{STEPS} persisted steps", ours, "the same rows in bare sqlite3, one commit a step", peer)
    with tempfile.TemporaryDirectory() as folder:
        yield from _pages(Path(folder))


def _office(home: Path, *, rows: int) -> Installation:
    """An office with one ledger of ``rows`` reported tasks, waiting to be submitted."""
    here = install(Settings(home=home), lambda: NOW)
    migrate(here.database.write_engine)
    blob = here.store.add(BytesIO(b"table"), limit=100)
    tasks = tuple(
        PublishedTask(str(n), ("一、测试",), None, f"第{n}项工作", ("市财政局",), ("青溪县人民政府",))
        for n in range(1, rows + 1)
    )
    published = PublishedLedger("性能测试", 2026, None, None, None, None, tasks)
    units = ("市政府办公室", "市财政局", "青溪县人民政府")
    with here.database.writing() as session:
        operations.import_units(session, [UnitRow(n, u, "部门", (), ()) for n, u in enumerate(units)], by=None, at=NOW)
        people = {u.name: u for u in session.scalars(select(Unit))}
        office, _ = operations.create_user(
            session, login="office", name="陈科长", unit=people[units[0]], roles={Role.OFFICE}, by=None, at=NOW
        )
        operations.create_user(
            session, login="wang", name="小王", unit=people[units[2]], roles={Role.HANDLER}, by=None, at=NOW
        )
        ledger = operations.start_draft(session, published, blob, name="bench.txt", by=office, at=NOW)
        ledger.lead_tasks = False
        operations.publish(session, ledger, by=office, at=NOW)
    with here.database.writing() as session:
        by = session.scalars(select(User).where(User.login == "wang")).one()
        for task in session.scalars(select(Task)):
            operations.save_report(session, task, "已公开。", by=by, at=NOW, seen_version=task.version)
            operations.add_link(session, task, "https://www.example.gov.cn/a.html", note="", by=by, at=NOW)
    return here


def _submit(here: Installation) -> None:
    """Take STEPS real steps, each in a transaction of its own."""
    with here.database.reading() as session:
        waiting = list(session.scalars(select(Task.id).where(Task.status == Status.ASSIGNED).limit(STEPS)))
        who = session.scalars(select(User.id).where(User.login == "wang")).one()
    for task_id in waiting:
        with here.database.writing() as session:
            task, by = session.get_one(Task, task_id), session.get_one(User, who)
            operations.act(session, task, Action.SUBMIT, by=by, at=NOW, seen_version=task.version)


def _bare(path: Path) -> sqlite3.Connection:
    """The limit: the rows a step writes, as plain tables with the same journal and the same durability."""
    raw = sqlite3.connect(path, isolation_level=None)
    raw.executescript(
        f"PRAGMA journal_mode={'WAL' if WAL_IS_SAFE else 'DELETE'}; PRAGMA synchronous=FULL;"
        "CREATE TABLE task (id INTEGER PRIMARY KEY, status TEXT, version INTEGER);"
        "CREATE TABLE audit (seq INTEGER PRIMARY KEY, data TEXT, prev TEXT UNIQUE, hash TEXT UNIQUE);"
        "CREATE TABLE awaiting (task_id INTEGER, unit_id INTEGER, role TEXT, due TEXT, PRIMARY KEY (task_id, unit_id, role));"
        "CREATE TABLE notice (id INTEGER PRIMARY KEY, user_id INTEGER, text TEXT);"
    )
    raw.executemany("INSERT INTO task VALUES (?, 'ASSIGNED', 1)", [(n,) for n in range(1, STEPS * 40)])
    raw.executemany("INSERT INTO awaiting VALUES (?, 3, 'handler', '2026-12-31')", [(n,) for n in range(1, STEPS * 40)])
    return raw


def _bare_steps(raw: sqlite3.Connection) -> None:
    first = raw.execute("SELECT id FROM task WHERE status = 'ASSIGNED' LIMIT 1").fetchone()[0]
    for task_id in range(first, first + STEPS):
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("UPDATE task SET status = 'DRAFTED', version = 2 WHERE id = ? AND version = 1", (task_id,))
        seq = (raw.execute("SELECT max(seq) FROM audit").fetchone()[0] or 0) + 1
        raw.execute("INSERT INTO audit VALUES (?, ?, ?, ?)", (seq, "x" * 300, f"{seq - 1:064d}", f"{seq:064d}"))
        raw.execute("DELETE FROM awaiting WHERE task_id = ?", (task_id,))
        raw.execute("INSERT INTO awaiting VALUES (?, 3, 'unit_head', '2026-12-31')", (task_id,))
        raw.execute("INSERT INTO notice (user_id, text) VALUES (1, ?)", ("x" * 80,))
        raw.execute("COMMIT")


def _pages(home: Path) -> Iterator[Figure]:
    """Lists of an office and one of its units, and one ledger's overview, beside the process page, which reads no task."""
    here = _office(home, rows=ROWS)
    _multiply(here)
    app = create_app(Settings(home=home), clock=lambda: NOW + timedelta(minutes=1))
    unit, office = ("/", "/?scope=unit"), ("/?scope=office", "/?scope=office&due=late", "/ledgers", "/ledgers/2")
    pages = [*(("wang", path) for path in unit), *(("office", path) for path in office)]
    for login, path in pages:
        client = app.test_client()
        with here.database.writing() as session:
            by = session.scalars(select(User).where(User.login == login)).one()
            by.must_change_password = False
            client.set_cookie("taizhang", operations.open_session(session, by, at=NOW))
        for one in (path, "/manual/process"):
            assert client.get(one).status_code == 200, one
        ours, empty = interleaved(lambda c=client, p=path: c.get(p), lambda c=client: c.get("/manual/process"))
        yield Figure(f"{path} of {login}, {TASKS:,} tasks", ours, "a page that reads no task", empty)


def _multiply(here: Installation) -> None:
    """Fill the tables to TASKS tasks by bulk rows: fifty ledgers like the first, each row with twenty units of its own."""
    with here.database.writing() as session:
        units = [UnitRow(n, f"单位{n}", "部门", (), ()) for n in range(1, UNITS + 1)]
        operations.import_units(session, units, by=None, at=NOW)
        ids = list(session.scalars(select(Unit.id).order_by(Unit.id)))[-UNITS:]
        shared = {
            "kind": TaskKind.RESPONSIBLE, "period": "", "due": date(2026, 12, 31), "due_reason": "", "round": 1, "report": "",
            "status": Status.ASSIGNED, "version": 1, "content_digest": "", "last_actor": "", "opened_at": NOW,
        }  # fmt: skip
        for number in range(TASKS // (ROWS * UNITS)):
            ledger = _copy(session, number)
            items = session.scalars(select(LedgerItem.id).where(LedgerItem.ledger_id == ledger))
            rows = [shared | {"ledger_id": ledger, "item_id": item, "unit_id": unit} for item in items for unit in ids]
            session.execute(insert(Task), rows)
        waiting = select(Task.id, Task.unit_id, Task.due).where(Task.unit_id.in_(ids))
        turns = [
            {"task_id": t, "unit_id": u, "role": Role.HANDLER, "due": d, "since": NOW}
            for t, u, d in session.execute(waiting)
        ]
        session.execute(insert(Awaiting), turns)


def _copy(session: Session, number: int) -> int:
    """Another ledger with the rows of the first."""

    def like(table: type[Base], row: Any, **other: object) -> int:
        made = session.execute(insert(table.__table__).values({**row, **other}))
        return int(made.inserted_primary_key[0])

    source, ledger = (session.execute(select(one.__table__)).mappings().first() for one in (SourceDocument, Ledger))
    items = session.execute(select(LedgerItem.__table__).where(LedgerItem.ledger_id == ledger["id"])).mappings().all()
    source_id = like(SourceDocument, source, id=None, sha256=f"{number:064d}")
    ledger_id = like(Ledger, ledger, id=None, source_id=source_id)
    for item in items:
        like(LedgerItem, item, id=None, ledger_id=ledger_id)
    return ledger_id
