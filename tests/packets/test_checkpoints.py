"""Checkpoints (检查点): who owns the database alone cannot rewrite, cut, swap, insert or replace the trail unseen."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

import worker
from packets import checkpoints
from packets.authority import LocalAuthority
from tests.behind import change, copied, unguarded
from tests.desk_office import Office
from workflow.office.events import SIGN_IN_FAILED, Login
from workflow.record import audit
from workflow.record.database import Database

pytestmark = pytest.mark.own_home
LINK = "seq, at, kind, actor_id, actor_name, task_id, data, prev_hash"


def notes(office: Office, place: int = 0) -> Path:
    return checkpoints.places(office.here)[place]


def verified(office: Office) -> tuple[int, str]:
    """Exit status and output of ``trail verify``."""
    result = office.app.test_cli_runner().invoke(args=["trail", "verify"])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def happen(office: Office, times: int = 3) -> None:
    """Something happens that the trail tells of."""
    for n in range(times):
        with office.here.database.writing() as session:
            told = Login(login=f"x{n}", reason="unknown")
            audit.record(session, SIGN_IN_FAILED, told, subject=None, by=None, at=office.clock())


def put_back(office: Office, older: Database) -> None:
    """The program finds another database under its address."""
    office.here = office.app.extensions["taizhang"] = replace(office.here, database=older)


def links_of(connection: Connection) -> list[list[object]]:
    return [list(row) for row in connection.exec_driver_sql(f"SELECT {LINK} FROM audit_event ORDER BY seq")]


def chain_anew(connection: Connection, links: list[list[object]]) -> None:
    """Write these links as a chain that is whole in itself."""
    connection.exec_driver_sql("DELETE FROM audit_event")
    before = "0" * 64
    for n, link in enumerate(links, start=1):
        link[0], link[7] = n, before
        before = hashlib.sha256(json.dumps(link, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
        names = [name.strip() for name in LINK.split(",")]
        put = f"INSERT INTO audit_event ({LINK}, hash) VALUES ({', '.join(f':{name}' for name in names)}, :hash)"
        connection.execute(text(put), {**dict(zip(names, link, strict=True)), "hash": before})


def rewrite(links: list[list[object]]) -> None:
    links[4][4] = "别人"


def cut(links: list[list[object]]) -> None:
    del links[-5:]


def drop(links: list[list[object]]) -> None:
    del links[3]


def swap(links: list[list[object]]) -> None:
    links[2], links[3] = links[3], links[2]


def insert(links: list[list[object]]) -> None:
    links.insert(3, list(links[3]))


@pytest.mark.parametrize("harm", [rewrite, cut, drop, swap, insert])
def test_a_chain_that_was_made_anew_is_noticed(office: Office, harm: Callable[[list[list[object]]], None]) -> None:
    happen(office)
    assert checkpoints.mark(office.here) == []
    assert verified(office)[0] == 0
    with unguarded(office.here.database) as connection:
        links = links_of(connection)
        harm(links)
        chain_anew(connection, links)
    status, said = verified(office)
    assert status == 1
    assert ("短于" if harm is cut else "被重写") in said
    assert "检查点" in said
    happen(office, 9)
    assert verified(office)[0] == 1, "more events on top hide nothing"
    before = notes(office).read_bytes()
    assert any("没有写新的检查点" in fault for fault in checkpoints.mark(office.here))
    assert notes(office).read_bytes() == before


def test_an_older_backup_in_the_place_of_the_database_is_noticed(office: Office, tmp_path: Path) -> None:
    checkpoints.mark(office.here)
    backup = copied(office.here.database, tmp_path)
    happen(office)
    checkpoints.mark(office.here)
    put_back(office, backup)
    status, said = verified(office)
    assert status == 1
    assert "数据库被换成了较早的备份" in said
    anew = office.app.test_cli_runner().invoke(args=["trail", "checkpoint", "--anew", "磁盘损坏，恢复了备份"])
    assert anew.exit_code == 0, anew.output
    assert verified(office)[0] == 0
    assert list(notes(office).parent.glob("checkpoints-until-*.jsonl")), "the old ones are kept"


def last_off(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def middle_out(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:1], *lines[2:]]))


def altered(path: Path) -> None:
    path.write_text(path.read_text().replace('"seq":', '"seq":1', 1))


def rubbish(path: Path) -> None:
    path.write_bytes(b"\xff\x00 nothing\n" + path.read_bytes())


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (Path.unlink, "缺了末尾 3 行"),
        (last_off, "缺了末尾 1 行"),
        (middle_out, "第 2 行不是本机签署的，或有删改"),
        (altered, "第 1 行不是本机签署的，或有删改"),
        (rubbish, "第 1 行不是本机签署的，或有删改"),
    ],
)
def test_files_of_checkpoints_are_held_against_the_second_place(
    office: Office, tmp_path: Path, harm: Callable[[Path], object], words: str
) -> None:
    office.reconfigure(checkpoints=tmp_path / "other")
    (tmp_path / "other").mkdir()
    for _ in range(3):
        happen(office)
        assert checkpoints.mark(office.here) == []
    assert notes(office).read_bytes() == notes(office, 1).read_bytes()
    assert notes(office).stat().st_mode & 0o077 == 0
    harm(notes(office))
    status, said = verified(office)
    assert status == 1
    assert words in said
    shutil.copy(notes(office, 1), notes(office))
    assert verified(office)[0] == 0


def test_a_file_that_is_gone_is_missed_and_not_begun_again_in_silence(office: Office) -> None:
    checkpoints.mark(office.here)
    notes(office).unlink()
    assert "不见了" in verified(office)[1]
    happen(office)
    assert any("不见了" in fault for fault in checkpoints.mark(office.here))
    assert not notes(office).exists()


def test_another_installations_key_signs_no_checkpoint(office: Office, tmp_path: Path) -> None:
    checkpoints.mark(office.here)
    shutil.rmtree(office.here.settings.home / "keys")
    LocalAuthority(office.here.settings.home, office.clock).registrar()
    assert "不是本机签署的" in verified(office)[1]


def test_a_second_place_that_was_away_is_caught_up(office: Office, tmp_path: Path) -> None:
    office.reconfigure(checkpoints=tmp_path / "other")
    (fault,) = checkpoints.mark(office.here)
    assert "写不进" in fault
    (tmp_path / "other").mkdir()
    happen(office)
    assert checkpoints.mark(office.here) == []
    assert len(notes(office, 1).read_bytes().splitlines()) == 2


def test_nothing_new_is_no_new_checkpoint_and_many_events_are_one(office: Office) -> None:
    checkpoints.mark(office.here)
    happen(office)  # and the event of the beginning
    checkpoints.mark(office.here)
    checkpoints.mark(office.here)
    assert len(notes(office).read_bytes().splitlines()) == 2
    worker.minutely(office.here)
    assert len(notes(office).read_bytes().splitlines()) == 2
    happen(office, checkpoints.EVERY)
    worker.minutely(office.here)
    assert len(notes(office).read_bytes().splitlines()) == 3


@pytest.mark.proof
def test_heads_in_papers_are_known_even_where_every_checkpoint_is_gone(office: Office, tmp_path: Path) -> None:
    task = office.task_id()
    office.walk(task, "submit", "approve")
    worker.drain(office.here)
    assert notes(office).is_file(), "a seal is followed by a checkpoint"
    whole = copied(office.here.database, tmp_path)
    with unguarded(office.here.database) as connection:
        links = links_of(connection)
        rewrite(links)
        chain_anew(connection, links)
    notes(office).unlink()
    status, said = verified(office)
    assert status == 1
    assert "证据包 ZWGK-2026-" in said
    put_back(office, whole)  # and the store still has the packet where no row knows of it
    with unguarded(office.here.database) as connection:
        for table in ("registration", "packet_revision", "packet"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        rows = links_of(connection)
        chain_anew(connection, [row for row in rows if row[5] != task and row[2] != "trail.checkpoints_begun"])
    status, said = verified(office)
    assert status == 1
    assert "数据库里没有登记" in said


def test_what_is_forged_in_a_registration_is_named(office: Office) -> None:
    forged = "INSERT INTO registration VALUES (1, :digest, '证据包', 'ZWGK-1', '{}', '2026-01-01 00:00:00')"
    change(office.here.database, forged, digest="0" * 64)
    status, said = verified(office)
    assert status == 1
    assert "证据包 ZWGK-1 的登记与签署不符" in said
