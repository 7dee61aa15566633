"""Viruses (查毒): a real clamd with one signature of our own, which knows EICAR; what happens without it is said."""

from __future__ import annotations

import io
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspection import virus
from tests.brought import EICAR, archive
from tests.desk_office import PDF, Office, pieces, report, upload

LIMIT = 3 << 20


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a clamd of our own answers, with a signature file made here."""
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "own.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    where = folder / "clamd.sock"
    (folder / "clamd.conf").write_text(
        f"DatabaseDirectory {folder}\nLocalSocket {where}\nForeground yes\nLogFile {folder}/log\nStreamMaxLength {LIMIT}\n"
    )
    with subprocess.Popen(["/usr/sbin/clamd", "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL) as process:
        try:
            _answers(str(where))
            yield str(where)
        finally:
            process.kill()


def _answers(where: str) -> None:
    for _ in range(600):
        try:
            assert "ClamAV" in virus.version(where)
        except virus.Unanswered:
            time.sleep(0.1)
        else:
            return
    pytest.fail("clamd does not come up")


def test_a_virus_is_refused_and_nothing_of_it_is_kept(office: Office, clamd: str) -> None:
    office.reconfigure(clamd=clamd)
    task_id, client, kept = office.task_id(), office.client("wang"), _files(office)
    for name, data in (("说明.txt", EICAR), ("材料.zip", archive({"说明.txt": EICAR}))):
        answer = upload(client, task_id, data, name)
        assert answer.status_code == 422
        assert "查出病毒（Eicar-Test-Signature" in answer.text
    assert (pieces(office, task_id), _files(office)) == ([], kept)
    assert upload(client, task_id, PDF, "一季度.pdf").status_code == 303
    assert [piece.scanned for piece in pieces(office, task_id)] == [True]
    page = client.get(f"/tasks/{task_id}").text
    assert "已查毒" in page
    assert "未查毒" not in page


def test_what_the_scanner_does_not_take_is_not_taken(office: Office, clamd: str) -> None:
    office.reconfigure(clamd=clamd)
    answer = upload(office.client("wang"), office.task_id(), PDF + b"x" * (LIMIT + 1), "大.pdf")
    assert answer.status_code == 413
    assert "查毒服务的大小上限" in answer.text


def test_a_scanner_that_does_not_answer_stops_uploads_or_is_told(office: Office, tmp_path: Path) -> None:
    task_id, client, kept = office.task_id(), office.client("wang"), _files(office)
    office.reconfigure(clamd=str(tmp_path / "nobody.sock"))
    answer = upload(client, task_id, PDF, "一季度.pdf")
    assert answer.status_code == 503
    assert "查毒服务没有应答，文件没有保存" in answer.text
    assert (pieces(office, task_id), _files(office)) == ([], kept)
    office.reconfigure(clamd_required=False)
    assert upload(client, task_id, PDF, "一季度.pdf").status_code == 303
    assert [piece.scanned for piece in pieces(office, task_id)] == [False]


def test_without_a_scanner_the_page_says_so(office: Office) -> None:
    task_id, client = office.task_id(), office.client("wang")
    assert upload(client, task_id, EICAR, "说明.txt").status_code == 303
    assert re.search("说明.txt.*未查毒", client.get(f"/tasks/{task_id}").text, re.DOTALL)
    assert report(client, task_id, "写好了", then="submit").status_code == 303


@pytest.mark.parametrize("said", [b"", b"stream: Can't allocate memory ERROR\0", b"PONG\0"])
def test_only_a_clean_answer_is_one(said: bytes) -> None:
    """Whatever else stands at that address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                line.recv(1 << 16)
                line.sendall(said)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(virus.Unanswered):
            virus.scan(f"127.0.0.1:{server.getsockname()[1]}", io.BytesIO(b"x"))
        thread.join()


def _files(office: Office) -> set[str]:
    return {path.name for path in office.here.settings.home.rglob("*") if path.is_file() and len(path.name) == 64}
