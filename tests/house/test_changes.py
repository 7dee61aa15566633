"""docs/changes.md keeps its word: what it says is one row is one row, and works with nothing else touched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

import intake
from intake import formats
from intake.blocks import Document
from intake.grammar import deadlines
from tests import grown
from tests.desk_office import Office
from workflow.ledgers import export
from workflow.ledgers.models import Ledger
from workflow.record.published import Recurrence

ROOT = Path(__file__).resolve().parents[2]
TABLE = "2026年政务公开任务分解表\n序号 | 工作任务 | 责任单位 | 完成时限\n1 | 公开部门预算 | 市财政局 | 逢集报送\n"


@pytest.mark.timeout(600)
def test_a_gate_a_channel_a_role_and_a_paper_are_rows(tmp_path: Path) -> None:
    absent = shutil.ignore_patterns(".*", "instance", "out", "__pycache__", "screenshots", "node_modules", "seeds")
    copy = Path(shutil.copytree(ROOT, tmp_path / "project", ignore=absent))
    grown.grow(copy, grown.GATE, grown.CHANNEL, grown.ROLE, grown.PAPER)
    for name, text in grown.FILES.items():
        (copy / name).write_text(text, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/grown_inside.py"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]


def test_a_format_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def of_knots(data: bytes, name: str) -> formats.Reader | None:
        return read if data.startswith(b"KNOT") else None

    def read(data: bytes, name: str) -> Document:
        raise formats.Needs("loom", f"{name}是结绳")

    monkeypatch.setattr(formats, "SIGNS", [of_knots, *formats.SIGNS])
    with pytest.raises(formats.Needs, match="结绳"):
        intake.read(b"KNOT 1 2 3", filename="a.txt")


def test_a_phrase_of_deadlines_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    before = intake.read(TABLE.encode()).tasks[0]
    assert before.recurrence is None
    deadlines._cell.cache_clear()
    monkeypatch.setattr(deadlines, "CADENCES", (*deadlines.CADENCES, (Recurrence.WEEKLY, re.compile("逢集"))))
    after = intake.read(TABLE.encode()).tasks[0]
    assert (after.recurrence, after.deadline_text) == (Recurrence.WEEKLY, "逢集报送")


def test_a_column_of_exports_is_a_row(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = export.Column("条数", 1, lambda printed: True, lambda item: str(len(item.parties)))
    monkeypatch.setitem(export.COLUMNS, "parties", tasks)
    with office.here.database.reading() as session:
        table = export.ledger_table(session, session.scalars(select(Ledger)).one())
    assert [column.name for column in table.columns][-1] == "条数"
    assert table.rows[1][-1] == "3"


def test_the_document_keeps_the_limits_that_it_names() -> None:
    said = (ROOT / "docs" / "changes.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| (\d) \| ([^|]*) \| ([^|]+) \|$", said, re.MULTILINE)
    assert len(rows) == 12
    for change, limit, files, _ in rows:
        named, new = re.findall(r"`([^`]+)`", files), files.count("a new ")
        assert len(named) + new <= int(limit), change
        assert not [name for name in named if not (ROOT / name).is_file()], change
