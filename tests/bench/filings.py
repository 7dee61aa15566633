"""Opening a round of filing (发起填报) for sixty units of fifty rows, beside bare inserts of as many rows."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

from reports import ledger_files
from tests.bench.measure import Figure, Size, interleaved
from tests.desk_office import HOME, Office, open_office
from workflow.ledgers.drafting import start_draft
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.office.units import import_units
from workflow.record.published import PublishedLedger, PublishedTask, UnitRow
from workflow.tasks.publishing import publish
from workflow.year.filings.models import FilingRound
from workflow.year.filings.rounds import Wanted, open_round
from workflow.year.filings.tables import round_table

UNITS, ROWS = [f"市第{n}局" for n in range(1, 61)], 50


def figures(size: Size) -> Iterator[Figure]:
    """Opening, and writing the table of all units."""
    with tempfile.TemporaryDirectory() as folder:
        office = open_office(Path(folder) / "office")
        ledger_id, months = _published(office), count(1)
        bare = sqlite3.connect(Path(folder) / "bare.db")
        bare.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, filing INTEGER, item INTEGER, text TEXT)")
        ours, peer = interleaved(lambda: _open(office, ledger_id, next(months)), lambda: _bare(bare), size.rounds)
        yield Figure("round-open", ours, "as many rows by bare sqlite3", peer)
        ours, peer = interleaved(lambda: _export(office), lambda: _bare(bare), size.rounds)
        yield Figure("round-export", ours, "as many rows by bare sqlite3", peer)
        bare.close()
        office.here.database.dispose()


def _published(office: Office) -> int:
    rows = tuple(
        PublishedTask(
            str(n), ("一、重点领域",), f"公开第{n}项信息", "及时公开。", (UNITS[n],), tuple(UNITS), due=date(2026, 9, 1)
        )
        for n in range(1, ROWS + 1)
    )
    table = PublishedLedger("2026年政务公开大表任务分解表", 2026, HOME, None, None, None, rows)
    with office.here.database.writing() as session:
        units = [UnitRow(n, name, "部门", (), ()) for n, name in enumerate(UNITS, 10)]
        import_units(session, units, by=None, at=office.clock())
    with office.here.database.writing() as session:
        by, blob = session.get_one(User, office.ids["chen"]), office.here.store.add_bytes(b"large")
        ledger = start_draft(session, table, blob, name="大表.txt", by=by, at=office.clock())
        publish(session, ledger, by=by, at=office.clock())
        return ledger.id


def _open(office: Office, ledger_id: int, months: int) -> None:
    with office.here.database.writing() as session:
        ledger, by = session.get_one(Ledger, ledger_id), session.get_one(User, office.ids["chen"])
        open_round(session, ledger, Wanted(months, date(2026, 12, 10)), by=by, at=office.clock())


def _export(office: Office) -> None:
    with office.here.database.reading() as session:
        table = round_table(session, session.get_one(FilingRound, 1), as_of=office.clock())
    for write in (ledger_files.as_docx, ledger_files.as_xlsx):
        write(table)


def _bare(database: sqlite3.Connection) -> None:
    lines = [(unit, item, "") for unit in range(len(UNITS)) for item in range(ROWS)]
    with database:
        database.executemany("INSERT INTO line (filing, item, text) VALUES (?, ?, ?)", lines)
