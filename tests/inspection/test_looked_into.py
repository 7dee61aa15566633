"""Evidence from upload to packet (材料收存): what is refused leaves no byte, what is told is told everywhere, what phones make is taken."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

import pytest

from packets.gathering import gather
from packets.render import packet_html
from tests import brought
from tests.desk_office import PDF, Office, pieces, report, sign, upload
from workflow.record import sandbox, turns
from workflow.tasks.case import case_of
from workflow.tasks.models import Task
from workflow.tasks.registering import packet_of


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("函.docx", brought.saved(brought.letter("机密★10年")), "带有密级标志“机密★10年”"),
        ("函.txt", "机　密\n".encode("utf-16"), "带有密级标志“机密”"),
        ("函.docx", brought.docx_bomb(40), "解开后太大"),
        ("图.png", brought.huge_png(60_000), "60000×60000 像素"),
        ("函.docx", brought.plus(brought.saved(brought.letter()), {"../../etc/x": b"x"}), "指向压缩包以外的位置"),
    ],
)
def test_what_is_refused_leaves_no_byte_behind(office: Office, name: str, data: bytes, said: str) -> None:
    task_id, before = office.task_id(), _everything(office)
    answer = upload(office.client("wang"), task_id, data, name)
    assert answer.status_code == 422
    assert f"文件「{name}」" in answer.text
    assert said in answer.text
    assert pieces(office, task_id) == []
    assert _everything(office) == before


def test_active_content_is_told_on_the_page_and_in_the_packet_and_never_embedded(office: Office) -> None:
    task_id, client = office.task_id(), office.client("wang")
    macros = brought.plus(brought.saved(brought.letter()), {"word/vbaProject.bin": b"x"})
    assert upload(client, task_id, macros, "统计.docx").status_code == 303
    assert upload(client, task_id, PDF, "一季度.pdf").status_code == 303
    page = client.get(f"/tasks/{task_id}").text
    assert "带有宏" in page
    assert "不附入证据包" in page
    assert page.count("未查毒") == 2
    piece = pieces(office, task_id)[0]
    assert client.get(f"/tasks/{task_id}/evidence/{piece.id}").data == macros
    assert report(client, task_id, "写好了", then="submit").status_code == 303
    assert sign(office.client("li"), task_id, "approve", "同意").status_code == 303
    with office.here.database.writing() as session:
        task = session.get_one(Task, task_id)
        packet = packet_of(session, task, task.round, at=office.clock())
        contents = gather(session, packet, case_of(session, task), embed_limit=1 << 20)
    one, other = contents.files
    assert (one.embedded, one.remarks, one.scanned, other.embedded) == (False, ("带有宏",), False, True)
    assert contents.manifest()["files"][0]["remarks"] == ["带有宏"]
    printed = packet_html(contents, office.here.settings)
    assert "带有宏" in printed
    assert "仅以摘要为凭" in printed
    assert printed.count("未查毒") == 2


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("图片.heic", brought.film(b"heic")),
        ("图片.HEIC", brought.film(b"mif1")),
        ("截图.webp", brought.picture("WEBP")),
        ("录音.amr", b"#!AMR\n" + b"\x3c" * 64),
        ("录音.m4a", brought.film(b"M4A ")),
        ("录屏.mov", brought.film(b"qt  ")),
        ("录像.mp4", brought.film(b"isom")),
        ("邮件.eml", brought.mail(html="<html><body><p>请查收</p></body></html>")),
        ("文件.odt", brought.open_document("公开情况")),
    ],
)
def test_what_phones_and_mail_make_is_taken(office: Office, name: str, data: bytes) -> None:
    task_id, client = office.task_id(), office.client("wang")
    answer = upload(client, task_id, data, name, fragment=True)
    assert answer.status_code == 200, answer.text
    piece = pieces(office, task_id)[0]
    assert (piece.name, piece.remarks) == (name, [])
    taken = client.get(f"/tasks/{task_id}/evidence/{piece.id}")
    assert taken.data == data
    assert taken.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("name", ["图片.heic", "录屏.mov", "录音.amr"])
def test_a_program_is_no_phones_file(office: Office, name: str) -> None:
    answer = upload(office.client("wang"), office.task_id(), b"MZ\x90\x00" + b"\0" * 200, name)
    assert answer.status_code == 422
    assert "不符" in answer.text


def test_a_scan_of_paper_does_not_act(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    client = office.client("chen")
    seat = re.search(r'<option value="(\d+)">单位审核', client.get(f"/tasks/{task_id}").text)
    assert seat
    scan = brought.pdf(OpenAction=brought.action("JavaScript", JS="x"))
    data = {"seat": seat[1], "signer": "李主任", "seen_version": str(office.task(task_id).version)}
    answer = client.post(f"/tasks/{task_id}/paper", data={**data, "file": (BytesIO(scan), "审批单.pdf")})
    assert answer.status_code == 422
    assert "扫描件里不应有这些内容：带有 JavaScript 脚本" in answer.text


HOLD = "import sys, time; from workflow.record.turns import turn\nwith turn('test', 1, seconds=5): print('mine', flush=True); time.sleep(60)"


def test_turns_are_taken_across_processes_and_end_with_them() -> None:
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen(command, cwd=sandbox.ROOT, stdout=subprocess.PIPE, env={**os.environ}) as other:
        assert other.stdout
        assert other.stdout.readline() == b"mine\n"
        with pytest.raises(turns.Busy), turns.turn("test", 1, seconds=0.1):
            pass
        with turns.turn("test", 2, seconds=0.1), pytest.raises(turns.Busy), turns.turn("test", 2, seconds=0.1):
            pass
        other.kill()
        other.wait()
    with turns.turn("test", 1, seconds=5):
        pass


@pytest.mark.proof
def test_a_gigabyte_in_a_megabyte_of_pdf_stays_below_512_mib(tmp_path: Path) -> None:
    """The command and its limited process together, at their worst moments."""
    (tmp_path / "bomb.pdf").write_bytes(brought.flate_bomb(1024))
    command = [str(Path(sys.executable).parent / "flask"), "--app", "app", "ledger", "read", str(tmp_path / "bomb.pdf")]
    assert _peak(command) < 512 << 10


@pytest.mark.proof
@pytest.mark.parametrize("name", ["b.docx", "b.pdf", "b.zip"])
def test_a_gigabyte_of_evidence_stays_below_512_mib(name: str, tmp_path: Path, office: Office) -> None:
    make = {"b.docx": brought.docx_bomb, "b.pdf": brought.flate_bomb, "b.zip": lambda n: brought.nested(2, brought.docx_bomb(n), "a.docx")}  # fmt: skip
    data = make[name](1024)
    answer = upload(office.client("wang"), office.task_id(), data, name)
    assert answer.status_code == 422
    assert "文件没有保存" in answer.text
    (tmp_path / "data").write_bytes(data)
    (tmp_path / "question").write_text(f'{{"name": "{name}"}}')
    limits = [str(sandbox.MEMORY), "30", "look", "inspection.looking:answer", str(tmp_path)]
    assert _peak([sys.executable, "-m", "workflow.record.sandbox", *limits]) < 450 << 10


def _peak(command: list[str]) -> int:
    """KiB that a command and all that it starts hold at the worst of many looks."""
    worst = 0
    with subprocess.Popen(command, cwd=sandbox.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            worst = max(worst, sum(_resident(one) for one in _tree(process.pid)))
            time.sleep(0.01)
    return worst


def _tree(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [pid, *(child for one in listed.split() for child in _tree(int(one)))]


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def _everything(office: Office) -> set[Path]:
    """Every file of the installation but the database's own, and every folder of the sandbox."""
    kept = {path for path in office.here.settings.home.rglob("*") if path.is_file() and ".db" not in path.name}
    return kept | set(Path(tempfile.gettempdir()).glob(f"sandbox-{os.getpid()}-*"))
