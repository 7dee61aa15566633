"""Stored files in a bucket (对象存储): the same promises as in a folder, over lines that break, with parts, and with one sentence where it is gone."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

import worker
from tests.bucket import Bucket, blobs, bucket_of, serving, where
from tests.desk_office import PDF, Office, open_office, serve, upload
from views.doctor.checks import examine
from views.doctor.finding import Finding
from workflow.backup import back_up, move_in, restore
from workflow.record.errors import Damaged, Invalid, Unavailable
from workflow.record.installation import Installation, install
from workflow.record.models import OutboxRow
from workflow.record.outbox import MAX_ATTEMPTS, unkept
from workflow.record.settings import Settings
from workflow.record.store import PART, RETRY, Store
from workflow.record.trail import check_trail
from workflow.tables import stored_digests
from workflow.tasks.words import Status

MIB = 1 << 20


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def bucket(mock: str) -> Iterator[Bucket]:
    with bucket_of(mock) as made:
        yield made


def store_of(home: Path, **settings: object) -> Store:
    return Store(Settings(home=home, _env_file=None, **settings))  # type: ignore[arg-type]


@pytest.fixture
def laid(tmp_path: Path, bucket: Bucket) -> Store:
    return store_of(tmp_path, **bucket.settings)


@pytest.mark.parametrize("size", [1, PART, PART + 1, 12 * MIB])
def test_what_is_kept_is_given_back_once_and_under_its_digest(laid: Store, bucket: Bucket, size: int) -> None:
    data = secrets.token_bytes(size)
    kept = laid.add(BytesIO(data), limit=size)
    assert laid.add_bytes(data) == kept
    assert bucket.names() == [where(kept.sha256)]
    assert laid.read(kept.sha256) == b"".join(laid.stream(kept.sha256)) == data
    assert not bucket.unfinished()


def test_a_name_for_every_file_beyond_one_page_of_the_listing(laid: Store) -> None:
    kept = {laid.add_bytes(str(n).encode()).sha256 for n in range(1001)}
    assert set(laid.digests()) == kept


def test_what_others_lay_in_the_bucket_is_no_file_of_ours(laid: Store, bucket: Bucket) -> None:
    kept = laid.add_bytes(b"ours").sha256
    strange = [
        "office/readme.txt",
        f"office/00/{kept}",
        f"office/{kept[:2]}/{kept.upper()}",
        f"other/{kept[:2]}/{kept}",
    ]
    for key in [*strange, "office/名/字", "office/aa/=cmd|' /C calc'!A0"]:
        bucket.put(key, b"somebody else's")
    assert list(laid.digests()) == [kept]
    bucket.put("office/aa/..%2F..%2Fkeys", b"a name that no listing passes on")
    with pytest.raises(Unavailable, match="不是台账写入的"):
        list(laid.digests())


@pytest.mark.parametrize("name", ["", "..", "../../keys/seal.p12", "a" * 63, "A" * 64, "a" * 64 + "\n", "存" * 64])
def test_a_name_that_is_no_digest_leads_nowhere(tmp_path: Path, bucket: Bucket, name: str) -> None:
    for one in (store_of(tmp_path, **bucket.settings), store_of(tmp_path)):
        assert not one.intact(name)
        with pytest.raises(Damaged):
            one.read(name)


@pytest.mark.parametrize("size", [9, 6 * MIB])
def test_what_was_changed_or_taken_away_in_the_bucket_is_found(laid: Store, bucket: Bucket, size: int) -> None:
    data = secrets.token_bytes(size)
    changed, gone = laid.add_bytes(data).sha256, laid.add_bytes(b"not for ever").sha256
    bucket.put(where(changed), b"as it is")
    bucket.delete(where(gone))
    for one in (changed, gone):
        assert not laid.intact(one)
        with pytest.raises(Damaged):
            laid.read(one)
        with pytest.raises(Damaged):
            b"".join(laid.stream(one))
    with pytest.raises(Damaged, match="已损坏"):
        laid.add_bytes(data)


# Lines ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [0, 100, 3 * MIB])
def test_a_line_that_breaks_is_taken_up_again(tmp_path: Path, bucket: Bucket, after: int) -> None:
    line, data = bucket.line, secrets.token_bytes(11 * MIB)
    line.breaks, line.after = 2, after
    kept = store_of(tmp_path, **bucket.settings).add_bytes(data)
    assert line.breaks == 0
    line.breaks, line.after = 2, after
    assert store_of(tmp_path, **bucket.settings).read(kept.sha256) == data
    assert line.breaks == 0


def test_parts_that_are_slow_beyond_a_request_s_time_are_sent_again(
    tmp_path: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow.record.store.LINE", {"connect_timeout": "2s", "timeout": "900ms"})
    store, data = store_of(tmp_path, **bucket.settings), secrets.token_bytes(11 * MIB)
    bucket.line.pause = 0.003
    kept = store.add_bytes(data)
    bucket.line.pause = 0.01  # all of it takes longer than one request may: what has come is not asked for again
    assert store.read(kept.sha256) == data


def test_an_upload_that_breaks_off_for_good_is_not_acknowledged(
    laid: Store, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.line.breaks, bucket.line.after = 999, 5 * MIB
    data = secrets.token_bytes(11 * MIB)
    with pytest.raises(Unavailable, match="没有应答"):
        laid.add_bytes(data)
    assert bucket.names() == [], "no half of a file"
    bucket.line.breaks = 0
    assert laid.read(laid.add_bytes(data).sha256) == data


# Where there is no bucket --------------------------------------------------------------------------------------------


def findings(here: Installation) -> dict[str, Finding]:
    return {finding.name: finding for _, finding in examine(lambda: here, full=True)}


def test_a_bucket_that_is_not_there_is_named_at_the_start_and_by_the_doctor(
    tmp_path: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = open_office(tmp_path, **bucket.settings)
    assert findings(office.here)["存储"] == Finding("存储", "ok", "对象存储")
    bucket.remove()
    told = findings(office.here)
    assert told["存储"].state == "fault"
    assert "没有 TAIZHANG_STORAGE_URL 所指的存储桶" in told["存储"].detail
    assert "存储文件" not in told, "nothing is called damaged that cannot be looked at"
    for words in (["serve"], ["trail", "verify"], ["backup", str(tmp_path / "b")]):
        result = office.app.test_cli_runner().invoke(args=words)
        assert result.exit_code == 1
        assert result.output.count("\n") == 1
        assert "存储桶" in result.output
    for done in (lambda: office.here.store.add_bytes(b"x" * 6 * MIB), lambda: office.here.store.intact("a" * 64)):
        with pytest.raises(Unavailable, match="存储桶"):
            done()
    office.here.database.dispose()


def test_while_the_bucket_does_not_answer_people_read_on_and_uploads_are_refused_in_a_sentence(
    tmp_path: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RETRY, "max_retries", 1)
    office = open_office(tmp_path, **bucket.settings)
    task, wang = office.task_id(), office.client("wang")
    assert upload(wang, task, PDF, "证明.pdf").status_code == 303
    piece = office.task(task).live_evidence[0]
    bucket.line.cut = True
    bucket.line.close()
    assert wang.get(f"/tasks/{task}").status_code == 200
    for answer in (upload(wang, task, PDF + b"2", "又一份.pdf"), wang.get(f"/tasks/{task}/evidence/{piece.id}")):
        assert answer.status_code == 503
        assert "对象存储现在没有应答" in answer.text
    assert len(office.task(task).live_evidence) == 1
    office.here.database.dispose()


def test_a_worker_without_its_bucket_does_not_begin_and_one_at_work_waits_for_it(
    closed: Office, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RETRY, "max_retries", 1)
    there = serve(
        closed.here.settings.home, closed.ids, database_url=closed.here.settings.database_url, **bucket.settings
    )
    assert move_in(there.here).lacking == []
    there.walk(there.task_id(2), "submit", "approve")
    bucket.remove()
    for _ in range(MAX_ATTEMPTS + 2):
        there.clock.now += timedelta(minutes=5)
        there.app.extensions["taizhang.drain"](there.here)
    with there.here.database.reading() as session:
        row = session.scalars(select(OutboxRow).where(*unkept())).one()
        assert (row.attempts < MAX_ATTEMPTS, "存储桶" in row.last_error) == (True, True)
    monkeypatch.setattr(worker, "opened", lambda: there.here)
    with pytest.raises(SystemExit, match="1"):
        worker.main()
    bucket.make()
    assert move_in(there.here).lacking == []
    there.clock.now += timedelta(minutes=5)
    there.app.extensions["taizhang.drain"](there.here)
    with there.here.database.reading() as session:
        assert session.scalars(select(OutboxRow).where(*unkept())).all() == []


@pytest.mark.parametrize(
    "wrong", [{"storage_url": "file:///etc"}, {"storage_url": "s3:/"}, {"storage_options": {"no_such_name": "1"}}]
)
def test_settings_that_name_no_bucket_are_refused(tmp_path: Path, bucket: Bucket, wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="对象存储的设置不对"):
        store_of(tmp_path, **bucket.settings | wrong)


# An office in a bucket -----------------------------------------------------------------------------------------------


@pytest.fixture
def closed(tmp_path: Path) -> Office:
    """An office with its files in its folder, and a closed task."""
    office = open_office(tmp_path / "folder")
    office.walk(office.task_id(), "submit", "approve", "verify", "close")
    office.app.extensions["taizhang.drain"](office.here)
    return office


def complete(here: Installation) -> bool:
    with here.database.reading() as session:
        return all(here.store.intact(digest) for digest in stored_digests(session))


def test_evidence_and_packets_lie_there_and_come_from_there(tmp_path: Path, bucket: Bucket) -> None:
    office = open_office(tmp_path, **bucket.settings)
    task = office.task_id()
    office.walk(task, "submit", "approve", "verify", "close")
    office.app.extensions["taizhang.drain"](office.here)
    chen = office.client("chen")
    piece = office.task(task).live_evidence[0]
    assert chen.get(f"/tasks/{task}/evidence/{piece.id}").data == PDF
    assert chen.get("/packets/1").data.startswith(b"%PDF-")
    assert len(bucket.names()) > 1
    assert not {key[-64:] for key in bucket.names()} & set(blobs(tmp_path))
    move_in(office.here)  # the table that the office was furnished with
    assert complete(office.here)
    office.here.database.dispose()


def test_a_folder_office_moves_in_and_goes_on(closed: Office, bucket: Bucket) -> None:
    home, kept = closed.here.settings.home, blobs(closed.here.settings.home)
    moved = serve(home, closed.ids, database_url=closed.here.settings.database_url, **bucket.settings)
    assert not complete(moved.here)
    said = moved.app.test_cli_runner().invoke(args=["store", "move"])
    assert (said.exit_code, f"{len(kept)} 个文件" in said.output) == (0, True), said.output
    assert sorted(moved.here.store.digests()) == blobs(home) == kept
    assert complete(moved.here)
    moved.walk(moved.task_id(2), "submit")
    assert moved.task(moved.task_id(2)).status is Status.DRAFTED
    assert move_in(moved.here).files == len(kept), "it may be done again"


def test_what_was_damaged_on_the_way_is_named(closed: Office, bucket: Bucket) -> None:
    home = closed.here.settings.home
    paths = sorted((home / "blobs").glob("*/*"))
    paths[0].chmod(0o600)
    paths[0].write_bytes(b"something else")
    bucket.put(where(paths[1].name), b"not that")
    moved = serve(home, closed.ids, database_url=closed.here.settings.database_url, **bucket.settings)
    told = move_in(moved.here)
    assert told.damaged == sorted([paths[0].name, paths[1].name])
    assert set(told.lacking) <= {paths[0].name, paths[1].name}
    assert told.lacking
    assert told.files == len(paths) - 2
    said = moved.app.test_cli_runner().invoke(args=["store", "move"])
    assert said.exit_code == 1
    assert paths[0].name in said.output


def test_without_a_bucket_there_is_nowhere_to_move(closed: Office) -> None:
    said = closed.app.test_cli_runner().invoke(args=["store", "move"])
    assert (said.exit_code, "TAIZHANG_STORAGE_URL" in said.output) == (1, True)


def test_a_backup_leads_into_the_bucket_and_out_again(closed: Office, bucket: Bucket, tmp_path: Path) -> None:
    told = back_up(closed.here, tmp_path / "first")
    there = install(Settings(home=tmp_path / "there", _env_file=None, **bucket.settings))
    restore(there, tmp_path / "first")
    assert complete(there)
    again = back_up(there, tmp_path / "second")
    assert (again.tables, again.blobs, again.damaged) == (told.tables, told.blobs, [])
    out = install(Settings(home=tmp_path / "out", _env_file=None))
    restore(out, tmp_path / "second")
    assert complete(out)
    assert check_trail(out.database, None).head.seq == told.seq
