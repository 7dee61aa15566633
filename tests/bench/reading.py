"""Reading (读入): each format beside its bare library reading the same file; a 300-row draft beside one of a row."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

import intake
from app import create_app
from tests.bench.bare import BARE
from tests.bench.measure import Figure, Size, interleaved
from tests.intake.intake_written import FORMATS, composed
from workflow.ledgers.drafting import start_draft
from workflow.office.models import Unit, User
from workflow.office.people import create_user, open_session
from workflow.office.units import import_units
from workflow.office.words import Role
from workflow.record.installation import Installation
from workflow.record.migrating import migrate
from workflow.record.published import PublishedLedger, PublishedTask, UnitRow
from workflow.record.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = datetime(2026, 3, 20, 1, tzinfo=UTC)
GOLD = ROOT / "samples" / "gold" / "2026年云岭市政务公开工作要点任务分解表.json"
SAMPLE = ROOT / "samples" / "2026年云岭市政务公开工作要点任务分解表.txt"


def figures(size: Size) -> Iterator[Figure]:
    """Time by format, memory where the bare library has a file to open, then the settling page."""
    gold = json.loads(GOLD.read_text("utf-8"))
    again = gold["tasks"] * size.copies
    gold["tasks"] = [task | {"number": str(n)} for n, task in enumerate(again, start=1)]
    for form, bare in BARE.items():
        data = FORMATS[form](composed(gold)) if form in FORMATS else SAMPLE.read_bytes()
        name = f"a.{form}" if form in FORMATS else SAMPLE.name
        ours, peer = interleaved(partial(intake.read, data, filename=name), partial(bare, data), size.rounds)
        yield Figure(f"read-{form}", ours, f"{bare.__doc__}".strip(".").lower(), peer)
        with tempfile.NamedTemporaryFile(suffix=f".{form}") as file:
            file.write(data)
            file.flush()
            ours, peer = (_peak(which, file.name) for which in ("ours", "bare"))
            yield Figure(f"memory-{form}", ours, "peak of the bare library", peer, "bytes")
    with tempfile.TemporaryDirectory() as folder:
        yield _settling(Path(folder), size)


def _peak(which: str, path: str) -> float:
    """Bytes that a fresh process takes at most."""
    command = [sys.executable, "-m", "tests.bench.bare", which, path]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def _settling(home: Path, size: Size) -> Figure:
    """The page on which a draft is settled, of many rows and of one."""
    app = create_app(Settings(home=home, _env_file=None), clock=lambda: NOW)
    here = app.extensions["taizhang"]
    migrate(here.database.write_engine)
    with here.database.writing() as session:
        units = [UnitRow(n, name, "部门", (), ()) for n, name in enumerate(("市政府办公室", "市财政局"))]
        import_units(session, units, by=None, at=NOW)
        office = session.query(Unit).filter_by(name="市政府办公室").one()
        person, _ = create_user(session, login="office", name="陈", unit=office, roles={Role.OFFICE}, by=None, at=NOW)
        person.must_change_password = False
        many, one = (_draft(session, here, rows, person) for rows in (size.rows, 1))
        cookie = open_session(session, session.get_one(User, person.id), at=NOW)
    client = app.test_client()
    client.set_cookie("taizhang", cookie)

    def page(number: int) -> None:
        assert client.get(f"/review/{number}").status_code == 200

    ours, peer = interleaved(lambda: page(many), lambda: page(one), size.rounds)
    return Figure("settling-300", ours, "the same page of a draft of one row", peer)


def _draft(session: Session, here: Installation, rows: int, by: User) -> int:
    tasks = tuple(
        PublishedTask(str(n), ("一、测试",), None, f"第{n}项工作要求。", ("市财政局",), ("各有关单位",), line=n)
        for n in range(1, rows + 1)
    )
    text = "\n".join(f"{n}\t第{n}项工作要求。\t市财政局\t各有关单位" for n in range(1, rows + 1))
    said = PublishedLedger(f"{rows}条", 2026, None, None, None, None, tasks, source_text=text)
    blob = here.store.add_bytes(str(rows).encode())
    made = start_draft(session, said, blob, name="a.txt", by=by, at=NOW)
    session.flush()
    return made.id
