"""Offices to measure in (测试用台账): one ledger with reported tasks, or with as many tasks as a province has."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from workflow.ledgers.drafting import start_draft
from workflow.ledgers.models import Ledger, LedgerItem, SourceDocument
from workflow.ledgers.words import TaskKind
from workflow.office.models import Unit, User
from workflow.office.people import create_user
from workflow.office.units import import_units
from workflow.office.words import Role
from workflow.processes import PROCESSES as _ALL  # noqa: F401 - what climbs is known, whichever figure is measured
from workflow.record.installation import Installation, install
from workflow.record.migrating import migrate
from workflow.record.models import Base
from workflow.record.published import PublishedLedger, PublishedTask, UnitRow
from workflow.record.settings import Settings
from workflow.tables import TABLES as _ROWS  # noqa: F401 - every room's rows are known
from workflow.tasks.models import Awaiting, Task
from workflow.tasks.publishing import publish
from workflow.tasks.reporting import add_link, save_report
from workflow.tasks.words import Status

NOW = datetime(2026, 3, 20, 1, tzinfo=UTC)
ROWS, UNITS = 100, 20
"""Rows a ledger, and units that carry out a row, in an office of many tasks."""
OFFICE, LEAD, OWN = "市政府办公室", "市财政局", "青溪县人民政府"
DESKS = {
    "office": (OFFICE, Role.OFFICE),
    "wang": (OWN, Role.HANDLER),
    "head": (OWN, Role.UNIT_HEAD),
    "lead": (LEAD, Role.LEAD_REVIEWER),
}


def furnished(settings: Settings, *, rows: int, reported: bool = True) -> Installation:
    """An office with four desks and one ledger of ``rows`` tasks, with a report and a link each if wanted."""
    here = install(settings, lambda: NOW)
    migrate(here.database.write_engine)
    blob = here.store.add(BytesIO(b"table"), limit=100)
    tasks = tuple(
        PublishedTask(str(n), ("一、测试",), None, f"第{n}项工作", (LEAD,), (OWN,)) for n in range(1, rows + 1)
    )
    published = PublishedLedger("性能测试", 2026, None, None, None, None, tasks)
    with here.database.writing() as session:
        units = [UnitRow(n, name, "部门", (), ()) for n, name in enumerate((OFFICE, LEAD, OWN))]
        import_units(session, units, by=None, at=NOW)
        people = _people(session)
        ledger = start_draft(session, published, blob, name="bench.txt", by=people["office"], at=NOW)
        ledger.lead_tasks = False
        publish(session, ledger, by=people["office"], at=NOW)
    if reported:
        _report(here)
    return here


def _people(session: Session) -> dict[str, User]:
    people = {}
    for login, (name, role) in DESKS.items():
        unit = session.scalars(select(Unit).where(Unit.name == name)).one()
        people[login], _ = create_user(session, login=login, name=login, unit=unit, roles={role}, by=None, at=NOW)
        people[login].must_change_password = False
    return people


def _report(here: Installation) -> None:
    with here.database.writing() as session:
        by = session.scalars(select(User).where(User.login == "wang")).one()
        for task in session.scalars(select(Task)):
            save_report(session, task, "已公开。", by=by, at=NOW, seen_version=task.version)
            add_link(session, task, "https://www.example.gov.cn/a.html", note="", by=by, at=NOW)


def empty(here: Installation) -> None:
    """Take every task away: the same office without work."""
    with here.database.writing() as session:
        for table in (Awaiting, Task):
            session.execute(delete(table))


def multiply(here: Installation, tasks: int) -> None:
    """Fill the tables to ``tasks`` by bulk rows: ledgers like the first, each row with twenty units of its own."""
    with here.database.writing() as session:
        units = [UnitRow(n, f"单位{n}", "部门", (), ()) for n in range(1, UNITS + 1)]
        import_units(session, units, by=None, at=NOW)
        ids = list(session.scalars(select(Unit.id).order_by(Unit.id)))[-UNITS:]
        shared = {
            "kind": TaskKind.RESPONSIBLE, "period": "", "due": date(2026, 12, 31), "due_reason": "", "round": 1, "report": "",
            "status": Status.ASSIGNED, "version": 1, "content_digest": "", "last_actor": "", "opened_at": NOW,
        }  # fmt: skip
        for number in range(max(1, tasks // (ROWS * UNITS))):
            ledger = _copy(session, number)
            items = session.scalars(select(LedgerItem.id).where(LedgerItem.ledger_id == ledger))
            rows = [shared | {"ledger_id": ledger, "item_id": item, "unit_id": unit} for item in items for unit in ids]
            session.execute(insert(Task), rows)
            waiting = select(Task.id, Task.unit_id, Task.due).where(Task.ledger_id == ledger)
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
