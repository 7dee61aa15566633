"""A ledger goes out as .docx, .xlsx and PDF in the shape it came in, and reading that back gives the same ledger."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

import intake
from reports import ledger_files
from tests.desk_office import Office
from workflow.ledgers.drafting import start_draft
from workflow.ledgers.export import LedgerTable, TableColumn, ledger_table
from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.record.published import PublishedLedger, PublishedTask

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = [ROOT / "samples" / f"{gold.stem}.txt" for gold in sorted((ROOT / "samples" / "gold").glob("*.json"))]
SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))
KEPT = (
    "number",
    "section",
    "title",
    "requirement",
    "lead_units",
    "responsible_units",
    "lead_groups",
    "responsible_groups",
    "due",
    "recurrence",
    "inspection",
    "inspection_on",
    "extra",
)


def drafted(office: Office, data: bytes, name: str) -> tuple[PublishedLedger, int]:
    """What a document says, and the id of the draft that was made of it."""
    published = intake.read(data, filename=name)
    with office.here.database.writing() as session:
        by, blob = session.get_one(User, office.ids["chen"]), office.here.store.add_bytes(data)
        ledger = start_draft(session, published, blob, name=name, by=by, at=office.clock())
        return published, ledger.id


def table_of(office: Office, ledger_id: int) -> LedgerTable:
    with office.here.database.reading() as session:
        return ledger_table(session, session.get_one(Ledger, ledger_id))


def written(office: Office, table: LedgerTable) -> dict[str, bytes]:
    return {
        "docx": ledger_files.as_docx(table),
        "xlsx": ledger_files.as_xlsx(table),
        "pdf": ledger_files.as_pdf(table, office.here.settings),
    }


def differences(before: PublishedLedger, after: PublishedLedger) -> list[str]:
    """Every field that reads otherwise."""
    heads = ("year", "document_number", "issued_on") + (("title",) if before.title else ())
    found = [
        f"{name}: {getattr(before, name)} -> {getattr(after, name)}"
        for name in heads
        if getattr(before, name) != getattr(after, name)
    ]
    if len(before.tasks) != len(after.tasks):
        found.append(f"rows: {len(before.tasks)} -> {len(after.tasks)}")
    for one, two in zip(before.tasks, after.tasks, strict=False):
        for name in KEPT:
            values: list[Any] = [getattr(one, name), getattr(two, name)]
            if name.endswith(("units", "groups")):
                values = [sorted(value) for value in values]
            if values[0] != values[1]:
                found.append(f"{one.number} {name}: {values[0]!r} -> {values[1]!r}")
    return found


@pytest.mark.parametrize("path", [*SAMPLES, *SEEDS], ids=lambda path: path.stem[:12])
def test_an_export_reads_back_as_the_same_ledger(office: Office, path: Path) -> None:
    published, ledger_id = drafted(office, path.read_bytes(), path.name)
    for form, data in written(office, table_of(office, ledger_id)).items():
        again = intake.read(data, filename=f"台账.{form}")
        assert differences(published, again) == [], form


def test_every_cell_of_a_workbook_is_text(office: Office) -> None:
    said = PublishedLedger(
        title="测试任务分解表",
        year=2026,
        issuer=None,
        document_number=None,
        issued_on=None,
        report_due=None,
        tasks=(PublishedTask("1", (), None, '=HYPERLINK("http://x")', responsible_units=("+市财政局",)),),
    )
    with office.here.database.writing() as session:
        by, blob = session.get_one(User, office.ids["chen"]), office.here.store.add_bytes(b"formula")
        ledger_id = start_draft(session, said, blob, name="a.txt", by=by, at=office.clock()).id
    book = openpyxl.load_workbook(io.BytesIO(ledger_files.as_xlsx(table_of(office, ledger_id))))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value]
    assert '=HYPERLINK("http://x")' in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize("form", ["docx", "xlsx", "pdf"])
def test_a_ledger_downloads_under_its_own_name(office: Office, form: str) -> None:
    answer = office.client("wang").get(f"/ledgers/1/export.{form}")
    assert answer.status_code == 200
    assert f".{form}" in answer.headers["Content-Disposition"]
    assert answer.data[:4] in (b"PK\x03\x04", b"%PDF")


def test_a_draft_is_nobody_elses_to_export(office: Office) -> None:
    _, ledger_id = drafted(office, SAMPLES[0].read_bytes() + b"\n", SAMPLES[0].name)
    assert office.client("wang").get(f"/ledgers/{ledger_id}/export.docx").status_code == 404
    assert office.client("chen").get(f"/ledgers/{ledger_id}/export.docx").status_code == 200


def test_what_stands_above_and_below_a_table_is_in_each_of_its_forms(office: Office, tmp_path: Path) -> None:
    columns = (TableColumn("number", "序号", 1), TableColumn("title", "事项", 5))
    above, below = "填报单位：市财政局", "合计：一件"
    table = LedgerTable("统计表", "", "", "", "", columns, (("1", "公开预算"),), under=(above,), foot=(below,))
    forms = written(office, table)
    (tmp_path / "table.pdf").write_bytes(forms["pdf"])
    told = subprocess.run(["pdftotext", tmp_path / "table.pdf", "-"], capture_output=True, text=True, check=True).stdout
    words = [paragraph.text for paragraph in docx.Document(io.BytesIO(forms["docx"])).paragraphs]
    cells = [cell.value for row in openpyxl.load_workbook(io.BytesIO(forms["xlsx"])).active.iter_rows() for cell in row]
    for line in (above, below):
        assert line in told
        assert line in words
        assert line in cells
