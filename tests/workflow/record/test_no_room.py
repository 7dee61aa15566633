"""A full, a read-only, a damaged disk: reading goes on, writing is refused in one sentence, nothing is half done (机器故障)."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result

from app import CommandLine
from tests.behind import change
from tests.desk_office import PDF, Office, open_office, report, seen, upload
from views.commands import COMMANDS
from workflow.record import room
from workflow.record.database import Database
from workflow.record.models import AuditEvent
from workflow.tasks.models import Evidence

pytestmark = pytest.mark.own_home


@contextmanager
def full_disk(office: Office) -> Iterator[None]:
    """A small disk of its own that is filled to the last byte."""
    filler = office.here.settings.home / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            pass
    yield
    filler.unlink()


@contextmanager
def full_files(office: Office) -> Iterator[None]:
    """No file may grow: what a quota does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(office: Office) -> Iterator[None]:
    """The disk turns read-only under the service."""
    office.here.database.dispose()  # a file that is open for writing keeps a disk from turning
    home = str(office.here.settings.home)
    subprocess.run(["mount", "-o", "remount,ro", home], check=True)
    yield
    subprocess.run(["mount", "-o", "remount,rw", home], check=True)
    office.here.database.dispose()


def may_mount(folder: Path) -> bool:
    """Whether this is a machine on which a test may mount a disk."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    return done.returncode == 0


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[Office, bool]]:
    """An office on a disk of its own, where one can be mounted, and whether it could."""
    home = tmp_path / "home"
    home.mkdir()
    mounted = may_mount(home)
    office = open_office(home)
    yield office, mounted
    office.here.database.dispose()
    if mounted:
        subprocess.run(["umount", "-l", str(home)], check=True)


def rows(office: Office) -> tuple[int, ...]:
    return office.count(AuditEvent), office.count(Evidence)


@pytest.mark.file  # elsewhere the rows have a disk of their own, which the database speaks for
@pytest.mark.parametrize("trouble", [full_disk, full_files, read_only])
def test_without_room_reading_goes_on_and_writing_is_one_sentence(
    small: tuple[Office, bool], trouble: Callable[[Office], AbstractContextManager[None]]
) -> None:
    office, mounted = small
    if not mounted:
        trouble = full_files  # a machine on which nothing can be mounted has limits all the same
    home, task = office.here.settings.home, office.task_id()
    wang = office.client("wang")
    version, before, kept = seen(wang, task), rows(office), sorted((home / "blobs").rglob("*"))
    office.clock.now += timedelta(minutes=5)  # the session is due to be noted as seen
    with trouble(office):
        for page in ("/", f"/tasks/{task}", "/ledgers/1"):
            assert wang.get(page).status_code == 200
        answers = [
            upload(wang, task, PDF + os.urandom(300_000), "证明.pdf"),
            report(wang, task, "写好的落实情况" * 400, version=version),
            office.app.test_client().post("/sign-in", data={"login": "wang", "password": "wrong"}),
        ]
        for answer in answers:
            assert answer.status_code == 503, answer.text
            assert "存储空间不足" in answer.text
            assert "Traceback" not in answer.text
        assert "写好的落实情况" in answers[1].text, "what was typed is given back"
        said = office.app.test_cli_runner().invoke(args=["account", "reset", "wang"])
        assert (said.exit_code, "存储空间不足" in said.output) == (1, True)
    assert rows(office) == before
    assert sorted((home / "blobs").rglob("*")) == kept
    office.walk(task, "submit", "approve")


def test_the_administrator_reads_how_much_room_is_left(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "data-shortage" not in office.client("sysadmin").get("/accounts").text
    monkeypatch.setattr(room, "LOW", 1 << 60)
    page = office.client("sysadmin").get("/accounts").text
    assert "data-shortage" in page
    assert "请清理或扩容" in page


# A database that is no database of ours -----------------------------------------------------------------------------


def damage(database: Database) -> None:
    """Pages in the middle are overwritten with zeros."""
    file = file_of(database)
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(size // 2 // 4096 * 4096)
        opened.write(b"\0" * 4096 * 8)


def file_of(database: Database) -> Path:
    assert database.file is not None
    return database.file


def unmigrated(database: Database) -> None:
    if database.file is not None:
        database.file.write_bytes(b"")
        return
    change(database, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


def foreign(database: Database) -> None:
    unmigrated(database)
    change(database, "CREATE TABLE recipe (name TEXT)")


def no_database(database: Database) -> None:
    file_of(database).write_bytes(b"no database at all" * 400)


def older(database: Database) -> None:
    change(database, "UPDATE alembic_version SET version_num = '9999'")


WORDS = {
    "packet verify": ["packet.pdf"],
    "ledger read": ["table.txt"],
    "units import": ["units.csv"],
    "account open": ["zhang.san", "张三", "--unit", "市政府办公室", "--desk", "系统管理员"],
    "account reset": ["wang"],
    "dossier build": ["1"],
    "backup": ["backup"],
    "restore": ["backup"],
}
"""What a command is called with; a command that needs no database does its work."""
STARTS = ("serve", "demo", "migrate", "restore")
"""Commands that make an empty database their own."""
NO_DATABASE = ("ledger read", "docs write", "docs check")


def run(command: str, home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setenv("TAIZHANG_HOME", str(home))
    monkeypatch.chdir(folder)
    (folder / "packet.pdf").write_bytes(PDF)
    (folder / "table.txt").write_text("没有表", "utf-8")
    (folder / "units.csv").write_text("名称,类别,简称,所属组\n市水利局,部门,,\n", "utf-8")
    line = CommandLine()
    return line.test_cli_runner().invoke(args=[*command.split(), *WORDS.get(command, [])])


OF_A_FILE = [pytest.param(harm, marks=pytest.mark.file) for harm in (damage, no_database)]


@pytest.mark.parametrize("harm", [*OF_A_FILE, unmigrated, foreign, older])
@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in NO_DATABASE])
def test_every_command_says_in_one_sentence_what_is_wrong_with_the_database(
    command: str, harm: Callable[[Database], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, folder = tmp_path / "home", tmp_path / "here"
    folder.mkdir()
    here = open_office(home).here
    here.database.dispose()
    harm(here.database)
    monkeypatch.setenv("TAIZHANG_DATABASE_URL", here.settings.database_url)
    if harm is unmigrated and command in STARTS:
        return  # an empty database is what they are for
    done = run(command, home, folder, monkeypatch)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    if command == "doctor":
        assert "✗" in done.output
        return
    said = done.output.strip().splitlines()[-1]
    if command == "packet verify":  # a file is judged all the same where the database is merely empty
        assert said.startswith(("结论：", "数据库"))
        return
    wanted = {
        damage: "已损坏",
        no_database: "已损坏",
        foreign: "数据库",
        unmigrated: "migrate",
        older: "更新版本的程序",
    }
    assert wanted[harm] in said, said
    assert said.endswith("。")


@pytest.mark.file
def test_pages_over_a_damaged_database_name_it(office: Office) -> None:
    wang, task = office.client("wang"), office.task_id()
    office.here.database.dispose()
    with sqlite3.connect(office.here.settings.home / "taizhang.db") as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'task'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with (office.here.settings.home / "taizhang.db").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\0" * size)
    answer = wang.get(f"/tasks/{task}")
    assert answer.status_code == 503
    assert "数据库文件已损坏" in answer.text
    assert "从备份恢复" in answer.text
