"""Commands start at once and load only what they use; several files are read in one call, each at its own cost."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from pkgutil import resolve_name

import click
import openpyxl
import pytest
from click.testing import CliRunner
from werkzeug.test import Client

from app import CommandLine
from tests.intake.intake_written import HEAD, Printed, as_docx, as_xlsx
from views.commands import COMMANDS, GROUPS
from workflow.record import sandbox

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    "alembic", "argon2", "cryptography", "docx", "fontTools", "lxml", "matplotlib", "numpy", "obstore", "openpyxl",
    "pdfminer", "pdfplumber", "PIL", "pikepdf", "pyhanko", "python_calamine", "sqlalchemy", "transitions", "waitress", "weasyprint", "wtforms",
}  # fmt: skip
GRAMMAR = {"intake.reading", "intake.assemble"}
ROWS = "序号\t工作任务\t牵头单位\t完成时限\n{}\t公开预算\t市财政局\t2026年3月底前\n"


NOWHERE = {"TAIZHANG_HOME": "/dev/null/home", "TAIZHANG_DATABASE_URL": "postgresql://nowhere.invalid/none"}
TELL = """
import atexit, sys
atexit.register(lambda: print("loaded:", *sys.modules, file=sys.stderr))
from flask.cli import main
main()
"""
"""The ``flask`` program, which says at its end what it has loaded."""


def flask(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command itself; by default in a home that cannot be made and on a database that cannot be reached."""
    command = [sys.executable, "-c", TELL, "--app", "app", *map(str, words)]
    environment = {**os.environ, **(environment or NOWHERE)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def loaded(done: subprocess.CompletedProcess[str]) -> set[str]:
    """Every module that the process has loaded, and the libraries they belong to."""
    modules = set(done.stderr.splitlines()[-1].removeprefix("loaded: ").split())
    return modules | {module.split(".")[0] for module in modules}


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    return done.stderr.splitlines()[:-1]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "甲.txt"
    path.write_text("云岭市2026年任务分解表\n" + ROWS.format(1), "utf-8")
    return path


@pytest.mark.parametrize("words", [("--help",), ("ledger", "--help"), ("ledger", "read", "--help"), ("packet", "verify", "--help")])  # fmt: skip
def test_help_loads_nothing_that_it_only_names(words: tuple[str, ...]) -> None:
    done = flask(*words)
    assert done.returncode == 0, done.stderr
    assert "app" in loaded(done)
    assert not loaded(done) & (HEAVY | GRAMMAR | {"worker", "views.site", "views.door"})


def test_help_names_every_command(table: Path) -> None:
    shown = flask("--help").stdout
    for words, (_, does) in COMMANDS.items():
        name = words.split()[0]
        assert re.search(rf"^  {name} +{re.escape(GROUPS.get(name, does))}$", shown, re.MULTILINE), words


@pytest.mark.parametrize("words", COMMANDS)
def test_every_row_leads_to_a_command_and_says_what_it_does(words: str) -> None:
    target, does = COMMANDS[words]
    assert isinstance(resolve_name(target), click.Command)
    shown = CliRunner().invoke(CommandLine().cli, [*words.split(), "--help"])
    assert shown.exit_code == 0
    assert does in re.sub(r"\n +", "", shown.output)


def test_reading_loads_neither_screens_nor_database_nor_printer(table: Path) -> None:
    done = flask("ledger", "read", table)
    assert json.loads(done.stdout)["tasks"][0]["lead_units"] == ["市财政局"]
    assert "intake.isolation" in loaded(done)
    assert not loaded(done) & (HEAVY | GRAMMAR | {"worker", "views.site", "views.door"})


def test_judging_a_packet_against_given_anchors_needs_nothing_of_this_machine(table: Path) -> None:
    done = flask("packet", "verify", table, "--trust", table)
    assert done.returncode == 1
    assert "结论：不通过" in done.stdout
    assert not loaded(done) & (HEAVY | GRAMMAR | {"worker", "views.site", "views.door"})


@pytest.mark.parametrize(("form", "own"), [("txt", set()), ("docx", {"lxml"})])
def test_the_child_loads_the_reader_of_the_format_at_hand(form: str, own: set[str]) -> None:
    row = ("1", "公开预算", "公开部门预算。", "市财政局", "市直各部门", "2026年3月底前")
    document = as_docx(Printed(("云岭市2026年任务分解表",), ((HEAD, (row,)),), ()))
    data = document if form == "docx" else ROWS.format(1).encode()
    found = sandbox.call("tests.loaded:answer", data, {"filename": f"a.{form}"})
    assert "公开预算" in json.loads(found["ledger"])["source_text"]
    assert set(found["loaded"]) & (HEAVY | {"flask", "pydantic"}) == own


def test_the_whole_is_there_for_who_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    routes = flask("routes", TAIZHANG_HOME=str(tmp_path))
    assert "inbox.index" in routes.stdout
    assert loaded(routes) >= {"worker", "views.site", "sqlalchemy", "pyhanko"}
    monkeypatch.setenv("TAIZHANG_HOME", str(tmp_path))
    answer = Client(CommandLine()).get("/")
    assert answer.status_code == 302
    assert "sign-in" in answer.headers["Location"]


def crash() -> bytes:
    """A workbook of two cells so far apart that no grid holds both."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"], book.active["XFD1048576"] = "序号", "责任单位"
    book.save(out)
    return out.getvalue()


def test_each_file_has_its_line_and_costs_no_other(table: Path, tmp_path: Path) -> None:
    bomb, empty, missing, pipe, long, last = (
        tmp_path / name for name in ("炸弹.xlsx", "空.txt", "无.txt", "管道", "长.txt", "末.txt")
    )
    bomb.write_bytes(crash())
    empty.touch()
    os.mkfifo(pipe)
    with long.open("wb") as stream:
        stream.truncate(1 << 40)
    last.write_text(ROWS.format(7), "utf-8")
    done = flask("ledger", "read", table, bomb, empty, missing, tmp_path, pipe, long, last)
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line and line["tasks"][0]["number"] for line in lines] == ["1", {}, {}, {}, {}, {}, {}, "7"]
    reasons = {bomb: "范围过大", empty: "是空的", missing: "没有找到《无.txt》", tmp_path: "是文件夹或管道", pipe: "是文件夹或管道", long: "超过 200 MB"}  # fmt: skip
    for file, reason in reasons.items():
        (line,) = [line for line in said(done) if line.startswith(f"{file}: ")]
        assert line.startswith(f"{file}: 没有读到任务表：")
        assert reason in line
    assert [line.split(": ")[0] for line in said(done)] == [*map(str, reasons), *[str(last)] * len(said(done)[6:])]


def test_a_line_stands_before_the_next_file_is_told_of(table: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "flask", "--app", "app", "ledger", "read", tmp_path / "无", table, tmp_path / "没有"]
    both = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert [re.sub(r"^(\{.)?.*", r"\1", line) for line in both.stdout.splitlines()] == ["", "{}", '{"', "", "{}"]


def test_all_tables_read_is_success_and_a_remark_names_its_file_and_line(table: Path, tmp_path: Path) -> None:
    doubtful = tmp_path / "乙.txt"
    doubtful.write_text("云岭市2026年任务分解表\n" + ROWS.format(1).replace("3月底", "2月30日"), "utf-8")
    done = flask("ledger", "read", table, doubtful, table)
    assert done.returncode == 0
    assert [json.loads(line)["title"] for line in done.stdout.splitlines()] == ["云岭市2026年任务分解表"] * 3
    (remark,) = said(done)
    assert remark.startswith(f"{doubtful}: 第 3 行：")
    assert "不是有效日期" in remark


def test_a_table_is_one_line_whatever_is_written_in_it(tmp_path: Path) -> None:
    odd = tmp_path / "丙.xlsx"
    row = ("1", "公开预算", "公开部门预算。", "市财政局", "市直各部门", "2026年3月底前", "甲\x85乙\u2028丙")
    odd.write_bytes(as_xlsx(Printed((), (((*HEAD, "备注"), (row,)),), ())))
    done = flask("ledger", "read", odd)
    assert len(done.stdout.splitlines()) == 1
    assert json.loads(done.stdout)["tasks"][0]["extra"][0][1].startswith("甲\x85乙")
