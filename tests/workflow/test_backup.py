"""A backup (备份) is the whole office: restored elsewhere, on the other database too, nothing of it is missing, and half a one is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.desk_office import Office, serve
from tests.postgres import cluster
from workflow.backup import BLOBS, MANIFEST, ROWS, back_up, restore
from workflow.ledgers.models import LedgerItem
from workflow.record.errors import Invalid
from workflow.record.installation import Installation, install
from workflow.record.migrating import migrate_down
from workflow.record.settings import Settings
from workflow.record.trail import check_trail
from workflow.tables import stored_digests
from workflow.tasks.words import Status

pytestmark = pytest.mark.own_home


@pytest.fixture
def saved(office: Office, tmp_path: Path) -> Path:
    """A backup of an office where a task was closed with evidence, and a row follows a later one."""
    office.walk(office.task_id(), "submit", "approve", "verify", "close")
    with office.here.database.writing() as session:
        first, *_, last = session.scalars(select(LedgerItem.id).order_by(LedgerItem.id))
        session.execute(update(LedgerItem).where(LedgerItem.id == first).values(follows_id=last))
    back_up(office.here, tmp_path / "backup")
    return tmp_path / "backup"


def empty(home: Path, url: str = "") -> Installation:
    return install(Settings(home=home, database_url=url, _env_file=None))


def test_an_empty_home_becomes_the_same_office_and_goes_on(office: Office, saved: Path, tmp_path: Path) -> None:
    told = restore(empty(tmp_path / "new"), saved)
    again = serve(tmp_path / "new", office.ids)
    assert again.task(office.task_id()).status is Status.CLOSED
    assert (again.here.settings.home / "secret").read_bytes() == (office.here.settings.home / "secret").read_bytes()
    check = check_trail(again.here.database, None)
    assert (check.intact, check.head.seq) == (True, told.seq)
    with again.here.database.reading() as session:
        assert all(again.here.store.intact(digest) for digest in stored_digests(session))
    again.walk(again.task_id(2), "submit")
    assert again.task(again.task_id(2)).status is Status.DRAFTED, "new rows get numbers of their own"
    with pytest.raises(Invalid, match="已经有数据"):
        restore(again.here, saved)


def test_from_one_database_to_the_other_and_back(office: Office, saved: Path, tmp_path: Path) -> None:
    with cluster() as url:
        there = empty(tmp_path / "there", url)
        told = restore(there, saved)
        moved = serve(tmp_path / "there", office.ids, database_url=url)
        moved.walk(moved.task_id(2), "submit")
        back = back_up(moved.here, tmp_path / "second")
        there.database.dispose()
        moved.here.database.dispose()
    assert back.seq > told.seq
    changed = {name for name in told.tables if told.tables[name] != back.tables[name]}
    assert {"task", "audit_event"} <= changed
    assert "ledger_item" not in changed, "what refers to a later row does so still"
    restore(empty(tmp_path / "home"), tmp_path / "second")
    assert serve(tmp_path / "home", office.ids).task(office.task_id(2)).status is Status.DRAFTED


def test_of_an_older_version_it_is_brought_to_the_present_one(saved: Path, tmp_path: Path) -> None:
    older = install(Settings(home=tmp_path / "older", database_url=f"sqlite:///{saved / ROWS}", _env_file=None))
    migrate_down(older.database.write_engine, "0023")
    older.database.dispose()
    told = json.loads((saved / MANIFEST).read_text("utf-8"))
    told["files"][ROWS] = hashlib.sha256((saved / ROWS).read_bytes()).hexdigest()
    (saved / MANIFEST).write_text(json.dumps(told), "utf-8")
    here = empty(tmp_path / "new")
    restore(here, saved)
    assert check_trail(here.database, None).head.seq == told["seq"]


def test_of_a_newer_version_it_is_refused_and_nothing_is_laid(saved: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(saved / ROWS)) as rows, rows:
        rows.execute("UPDATE alembic_version SET version_num = '9999'")
    told = json.loads((saved / MANIFEST).read_text("utf-8"))
    told["files"][ROWS] = hashlib.sha256((saved / ROWS).read_bytes()).hexdigest()
    (saved / MANIFEST).write_text(json.dumps(told), "utf-8")
    here = empty(tmp_path / "new")
    with pytest.raises(Invalid, match="更新版本的程序"):
        restore(here, saved)
    assert not list((tmp_path / "new" / "blobs").iterdir())
    assert not (tmp_path / "new" / "secret").exists()


@pytest.mark.parametrize(
    "what", ["no manifest", "a changed row", "a blob less", "a changed blob", "a key more", "a link", "unlisted rows"]
)
def test_what_is_not_whole_is_refused_and_nothing_is_written(saved: Path, tmp_path: Path, what: str) -> None:
    blob = next((saved / BLOBS).glob("*/*"))
    if what == "no manifest":
        (saved / MANIFEST).unlink()
    elif what == "a blob less":
        blob.unlink()
    elif what == "a key more":
        (saved / "keys").mkdir(exist_ok=True)
        (saved / "keys" / "zz.pem").write_text("another anchor", "utf-8")
    elif what == "a link":
        (saved / BLOBS / "00").mkdir(exist_ok=True)
        (saved / BLOBS / "00" / "outside").symlink_to("/etc/hostname")
    elif what == "unlisted rows":
        told = json.loads((saved / MANIFEST).read_text("utf-8"))
        del told["files"][ROWS]
        (saved / MANIFEST).write_text(json.dumps(told), "utf-8")
    else:
        with (saved / ROWS if what == "a changed row" else blob).open("ab") as file:
            file.write(b"x")
    here = empty(tmp_path / "new")
    with pytest.raises(Invalid, match="备份"):
        restore(here, saved)
    assert not list((tmp_path / "new" / "blobs").iterdir())
    assert not (tmp_path / "new" / "secret").exists()


def test_what_is_damaged_is_named_and_the_rest_is_kept(office: Office, saved: Path, tmp_path: Path) -> None:
    kept = next((office.here.settings.home / "blobs").glob("*/*"))
    kept.chmod(0o600)
    kept.write_bytes(b"something else")
    told = back_up(office.here, tmp_path / "fresh")
    assert told.damaged == [kept.name]
    assert back_up(office.here, saved).damaged == [], "an earlier backup still has it"
    restore(empty(tmp_path / "new"), tmp_path / "fresh")


def test_a_key_that_was_taken_away_does_not_come_back(office: Office, saved: Path) -> None:
    keys = office.here.settings.home / "keys"
    keys.mkdir(exist_ok=True)
    (keys / "old.pem").write_text("an anchor", "utf-8")
    back_up(office.here, saved)
    (keys / "old.pem").unlink()
    back_up(office.here, saved)
    assert not (saved / "keys" / "old.pem").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(office: Office, tmp_path: Path) -> None:
    shutil.copytree(office.here.settings.home, tmp_path / "other")
    with pytest.raises(Invalid, match="别的东西"):
        back_up(office.here, tmp_path / "other")


def test_the_command_says_what_it_did(office: Office, tmp_path: Path) -> None:
    result = office.app.test_cli_runner().invoke(args=["backup", str(tmp_path / "b")])
    assert (result.exit_code, "张表" in result.output) == (0, True)
    other = serve(tmp_path / "other", office.ids)
    result = other.app.test_cli_runner().invoke(args=["restore", str(tmp_path / "b")])
    assert (result.exit_code, "留痕完整" in result.output) == (0, True)
