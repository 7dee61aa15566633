"""A province in one PostgreSQL (全省规模): counties, units, three years of ledgers, by bulk rows; every page's time and statements.

``python -m tests.bench.province [counties]`` takes minutes and some gigabytes for all 120; it is no part of ``make bench``.
docs/province.md says what follows from the figures.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, event, select, text

from app import create_app
from tests.bench.offices import NOW, furnished
from tests.postgres import cluster
from workflow.finding import index_all
from workflow.office.models import User
from workflow.office.people import open_session
from workflow.record.installation import Installation
from workflow.record.settings import Settings
from workflow.tables import TABLES

COUNTIES, UNITS, ROWS, YEARS = 120, 60, 50, 3
FIRST = 10_000
"""Numbers of what is generated begin here."""
LOOKS = 3
BIG = ("task", "awaiting", "seat", "signoff", "ledger_item", "entry", "unit", '"user"')
PAGES = {
    "inbox": ("unit", "/"), "unit": ("unit", "/?scope=unit"), "office": ("office", "/?scope=office"),
    "late": ("office", "/?scope=office&due=late"), "overview": ("office", "/overview"), "ledgers": ("office", "/ledgers"),
    "ledger": ("office", f"/ledgers/{FIRST + 2}"), "search": ("office", "/search?q=第7项工作"), "task": ("unit", "task"),
}  # fmt: skip


def main() -> int:
    """Generate, look, print."""
    counties = int(sys.argv[1]) if len(sys.argv) > 1 else COUNTIES
    with tempfile.TemporaryDirectory() as folder, cluster() as url:
        here = furnished(Settings(home=Path(folder), database_url=url, _env_file=None), rows=ROWS, reported=False)
        began = time.perf_counter()
        with here.database.write_engine.begin() as connection:
            generate(connection, counties)
        _counted(here, f"{counties} counties generated", began)
        began = time.perf_counter()
        index_all(here)
        with here.database.write_engine.begin() as connection:
            connection.execute(text("ANALYZE entry"))
        _counted(here, "indexed", began)
        _sizes(here)
        served, looks = _browsers(here)
        for name, look in looks.items():
            _seen(served, name, look)
        served.database.dispose()
        here.database.dispose()
    return 0


def generate(connection: Connection, counties: int) -> None:
    """Counties with their units, people, ledgers, rows and tasks: two years are over, of the third seven tenths are done."""
    of = f"generate_series(0, {counties - 1}) c"
    unit = f"{FIRST} + c * 100"
    _like(
        connection, "unit", "id = 1", of, id=unit, name="'第' || c || '县政府办公室'", position=unit, parent_id="NULL"
    )
    within = f"{of}, generate_series(1, {UNITS}) u"
    _like(
        connection,
        "unit",
        "id = 3",
        within,
        id=f"{unit} + u",
        name="'第' || c || '县第' || u || '局'",
        position=f"{unit} + u",
        parent_id=unit,
    )
    for login, where, number in (("office", of, unit), ("wang", within, f"{unit} + u")):
        _like(
            connection,
            "user",
            f"login = '{login}'",
            where,
            id=number,
            login=f"'p' || ({number})",
            name=f"'人' || ({number})",
            unit_id=number,
        )
        role = f"SELECT {number}, r.role FROM user_role r JOIN \"user\" p ON p.id = r.user_id AND p.login = '{login}', {where}"
        connection.execute(text(f"INSERT INTO user_role (user_id, role) {role}"))
    years = f"{of}, generate_series(0, {YEARS - 1}) y"
    ledger = f"{FIRST} + c * {YEARS} + y"
    _like(connection, "source_document", "id = 1", years, id=ledger, sha256=f"lpad(({ledger})::text, 64, '0')")
    _like(connection, "ledger", "id = 1", years, id=ledger, source_id=ledger, office_id=unit, year="2024 + y")
    item = f"({ledger}) * 100 + b.id"
    _like(connection, "ledger_item", "ledger_id = 1", years, id=item, ledger_id=ledger)
    each = f"{years}, generate_series(1, {UNITS}) u"
    done = "(y < 2 OR (b.id + u) % 10 < 7)"
    _like(
        connection, "task", "ledger_id = 1", each, id=f"(({ledger}) * 100 + b.id)::bigint * 100 + u - {FIRST}::bigint * 10000",
        ledger_id=ledger, item_id=f"({ledger}) * 100 + b.item_id", unit_id=f"{unit} + u", due="make_date(2024 + y, 1 + (b.id + u) % 12, 15)",
        status=f"CASE WHEN {done} THEN 'CLOSED' ELSE 'ASSIGNED' END", closed_at=f"CASE WHEN {done} THEN make_date(2024 + y, 1 + (b.id + u) % 12, 9) END",
        outcome="b.outcome",
    )  # fmt: skip
    connection.execute(text(
        "INSERT INTO awaiting (task_id, unit_id, role, due, since) SELECT id, unit_id, 'handler', due, now()"
        f" FROM task WHERE status = 'ASSIGNED' AND ledger_id >= {FIRST}"
    ))  # fmt: skip
    _signed(connection)
    for table in BIG:
        connection.execute(text(f"ANALYZE {table}"))


def _signed(connection: Connection) -> None:
    """What is closed was signed three times: by its own unit, by its county's first and by the office."""
    gates = "(VALUES (0, 'unit', 'unit_head'), (1, 'lead', 'lead_reviewer'), (2, 'office', 'office')) g(n, gate, desk)"
    unit = "CASE g.n WHEN 0 THEN t.unit_id ELSE t.unit_id / 100 * 100 + 2 - g.n END"
    closed = f"t.status = 'CLOSED' AND t.ledger_id >= {FIRST}"
    connection.execute(text(
        "INSERT INTO seat (id, task_id, round, gate, line, stage, any_one, unit_id, role)"
        f" SELECT t.id * 3 + g.n, t.id, 1, g.gate, 0, 0, true, {unit}, g.desk FROM task t, {gates} WHERE {closed}"
    ))  # fmt: skip
    connection.execute(text(
        "INSERT INTO signoff (id, task_id, round, gate, decision, user_id, user_name, unit_id, unit_name, opinion, content_digest, at,"
        " event_seq, void_reason, seat_id) SELECT t.id * 3 + g.n, t.id, 1, g.gate, 'passed', u.id, u.name, u.unit_id, '单位', '同意。',"
        f" repeat('0', 64), now(), 1, '', t.id * 3 + g.n"
        f' FROM task t, {gates}, "user" u WHERE u.id = {unit} AND {closed}'
    ))  # fmt: skip


def _like(connection: Connection, table: str, where: str, series: str, **changes: str) -> None:
    """Rows like those of the table that fulfil a condition, as often as there are members of the series."""
    columns = [column.name for column in TABLES.tables[table].columns]
    chosen = ", ".join(changes.get(column, f"b.{column}") for column in columns)
    spelt = ", ".join(f'"{column}"' for column in columns)
    connection.execute(
        text(f'INSERT INTO "{table}" ({spelt}) SELECT {chosen} FROM "{table}" b, {series} WHERE b.{where}')
    )


def _counted(here: Installation, what: str, began: float) -> None:
    with here.database.read_engine.connect() as connection:
        rows = {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in BIG}
    print(f"{what} in {time.perf_counter() - began:.0f} s: {rows}", flush=True)


def _sizes(here: Installation) -> None:
    with here.database.read_engine.connect() as connection:
        for table in BIG:
            size = connection.execute(text(f"SELECT pg_total_relation_size('{table}')")).scalar_one()
            rows = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            print(f"  {table:<12}{size / 2**20:>9.0f} MiB {size / max(rows, 1):>7.0f} bytes a row with its indexes")


def _browsers(here: Installation) -> tuple[Installation, dict[str, Callable[[], object]]]:
    """One look at each page, as the second county's office and its seventh unit."""
    app = create_app(here.settings, clock=lambda: NOW + timedelta(minutes=1))
    looks = {}
    with here.database.reading() as session:
        own = FIRST + 107
        task = session.execute(
            text(f"SELECT max(id) FROM task WHERE unit_id = {own} AND status = 'ASSIGNED'")
        ).scalar_one()
    for name, (who, path) in PAGES.items():
        client = app.test_client()
        with here.database.writing() as session:
            by = session.scalars(select(User).where(User.id == (FIRST + 100 if who == "office" else own))).one()
            client.set_cookie("taizhang", open_session(session, by, at=NOW))
        address = f"/tasks/{task}" if path == "task" else path

        def look(client: object = client, path: str = address) -> None:
            assert client.get(path).status_code == 200, path  # type: ignore[attr-defined]

        looks[name] = look
    return app.extensions["taizhang"], looks


def _seen(here: Installation, name: str, look: Callable[[], object]) -> None:
    """The page's time, its statements, and the plan of the slowest of them."""
    asked: list[tuple[float, str, object]] = []

    def begin(connection: object, cursor: object, sql: str, values: object, *rest: object) -> None:
        asked.append((time.perf_counter(), sql, values))

    def end(*about: object) -> None:
        began, sql, values = asked.pop()
        asked.append((time.perf_counter() - began, sql, values))

    look()
    walls, works = [], []
    for _ in range(LOOKS):
        began, begun = time.perf_counter(), time.process_time()
        look()
        walls.append(time.perf_counter() - began)
        works.append(time.process_time() - begun)
    engine = here.database.read_engine
    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    try:
        look()
    finally:
        event.remove(engine, "before_cursor_execute", begin)
        event.remove(engine, "after_cursor_execute", end)
    slowest = max((one for one in asked if one[1].startswith(("SELECT", "WITH"))), key=lambda one: one[0], default=None)
    said = f"{min(walls) * 1000:>8.0f} ms, of it {min(works) * 1000:.0f} ms our own work; {len(asked)} statements"
    print(f"{name:<10}{said}, the slowest {(slowest or (0,))[0] * 1000:.0f} ms", flush=True)
    if slowest and slowest[0] > 0.02:
        with engine.connect() as connection:
            for row in connection.exec_driver_sql("EXPLAIN (ANALYZE, BUFFERS) " + slowest[1], slowest[2]):  # type: ignore[arg-type]
                print(f"      {row[0][:170]}")


if __name__ == "__main__":
    sys.exit(main())
