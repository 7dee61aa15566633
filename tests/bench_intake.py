"""Intake benchmarks: each format beside its bare library reading the same file; a 300-row draft beside an empty page."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path

import docx
import pdfplumber
from lxml import html
from python_calamine import CalamineWorkbook

import intake
from app import create_app
from tests.bench import Figure, interleaved
from tests.intake_written import FORMATS, composed
from workflow import operations
from workflow.migrating import migrate
from workflow.models import Unit, User
from workflow.published import PublishedLedger, PublishedTask, UnitRow
from workflow.settings import Settings
from workflow.vocabulary import Role

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "samples" / "gold" / "2026年云岭市政务公开工作要点任务分解表.json"
ROWS = 300


def bare_docx(data: bytes) -> object:
    """python-docx: every cell's text."""
    return [[cell.text for cell in row.cells] for table in docx.Document(BytesIO(data)).tables for row in table.rows]


def bare_xlsx(data: bytes) -> object:
    """calamine: every value."""
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def bare_html(data: bytes) -> object:
    """lxml: every cell's text."""
    return [cell.text_content() for cell in html.document_fromstring(data.decode()).iter("td", "th")]


def bare_pdf(data: bytes) -> object:
    """pdfplumber: every table."""
    with pdfplumber.open(BytesIO(data)) as opened:
        return [page.extract_tables() for page in opened.pages]


BARE: dict[str, Callable[[bytes], object]] = {"docx": bare_docx, "xlsx": bare_xlsx, "html": bare_html, "pdf": bare_pdf}


def figures() -> Iterator[Figure]:
    """Time and memory by format, then the settling page."""
    gold = json.loads(GOLD.read_text("utf-8"))
    gold["tasks"] = [task | {"number": str(n)} for n, task in enumerate(gold["tasks"] * 4, start=1)]
    for form, bare in BARE.items():
        data = FORMATS[form](composed(gold))
        ours, peer = interleaved(partial(intake.read, data, filename=f"a.{form}"), partial(bare, data), rounds=5)
        yield Figure(f"read .{form}, {len(gold['tasks'])} rows", ours, f"{bare.__doc__}".strip(".").lower(), peer)
        with tempfile.NamedTemporaryFile(suffix=f".{form}") as file:
            file.write(data)
            file.flush()
            yield Figure(f"peak memory of that, .{form}", _peak("ours", file.name), "the bare library", _peak("bare", file.name), "MB")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        yield _settling(Path(folder))


def _peak(which: str, path: str) -> float:
    """Megabytes that a fresh process takes at most."""
    command = [sys.executable, "-m", "tests.bench_intake", which, path]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def _settling(home: Path) -> Figure:
    now = datetime(2026, 3, 20, 1, tzinfo=UTC)
    app = create_app(Settings(home=home), clock=lambda: now)
    here = app.extensions["taizhang"]
    migrate(here.database.write_engine)
    tasks = tuple(
        PublishedTask(str(n), ("一、测试",), None, f"第{n}项工作要求。", ("市财政局",), ("各有关单位",), line=n)
        for n in range(1, ROWS + 1)
    )
    text = "\n".join(f"{n}\t第{n}项工作要求。\t市财政局\t各有关单位" for n in range(1, ROWS + 1))
    said = PublishedLedger("三百条", 2026, None, None, None, None, tasks, source_text=text)
    with here.database.writing() as session:
        units = [UnitRow(n, name, "部门", (), ()) for n, name in enumerate(("市政府办公室", "市财政局"))]
        operations.import_units(session, units, by=None, at=now)
        office = session.query(Unit).filter_by(name="市政府办公室").one()
        person, _ = operations.create_user(
            session, login="office", name="陈", unit=office, roles={Role.OFFICE}, by=None, at=now
        )
        person.must_change_password = False
        blob = here.store.add_bytes(b"bench")
        ledger_id = operations.start_draft(session, said, blob, name="a.txt", by=person, at=now).id
        session.flush()
        cookie = operations.open_session(session, session.get_one(User, person.id), at=now)
    client = app.test_client()
    client.set_cookie("taizhang", cookie)

    def page(url: str) -> None:
        assert client.get(url).status_code == 200

    ours, peer = interleaved(lambda: page(f"/review/{ledger_id}"), lambda: page("/review/new"), rounds=5)
    return Figure(f"settling page of {ROWS} rows", ours, "an empty page", peer)


def main() -> None:
    """Read one file and print the peak memory of this process in MB."""
    which, path = sys.argv[1:]
    data, form = Path(path).read_bytes(), path.rsplit(".", 1)[1]
    intake.read(data, filename=path) if which == "ours" else BARE[form](data)
    status = Path(
        "/proc/self/status"
    ).read_text()  # of this program alone, unlike getrusage, which counts the fork before it
    print(int(status.split("VmHWM:")[1].split()[0]) / 1024)


if __name__ == "__main__":
    main()
