"""Papers do not contradict themselves: the same contents give the same bytes, Chinese faces alone, nothing that later turns untrue."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import delete, select

import worker
from packets.contents import PacketFile
from packets.judging import judge
from packets.paper import PaperContents, with_manifest
from packets.render import packet_html
from reports.binding import Part, bind, marks
from tests.desk_office import Office, sign
from tests.sealed import NOW, OFFICE, Sealed, contents
from workflow.ledgers.models import LedgerItem
from workflow.record.models import Registration
from workflow.record.settings import Settings
from workflow.record.showing import spoken_duty
from workflow.tasks.levels import LIST
from workflow.tasks.models import Packet
from workflow.year.models import Paper
from workflow.year.registering import volumes_of

PRINTED = """
import sys
from pathlib import Path
from packets.render import render
from tests.sealed import DIGEST, EVIDENCE, contents
from workflow.record.settings import Settings
Path(sys.argv[2]).write_bytes(render(contents(), {DIGEST: EVIDENCE}, settings=Settings(home=Path(sys.argv[1]))))
"""


def text_of(pdf: Path) -> str:
    said = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s", "", said)


def faces_of(pdf: Path) -> set[tuple[str, str]]:
    """(name without its subset, embedded or not) of every font."""
    rows = subprocess.run(["pdffonts", pdf], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    return {(row.split()[0].split("+")[-1], row.split()[-5]) for row in rows}


CHINESE = re.compile(r"(Whole)?(Song|Hei|Fangsong|Title)(-Bold)?")


def test_two_processes_at_two_times_print_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for n, zone in enumerate(("Asia/Shanghai", "America/New_York")):
        out = tmp_path / f"{n}.pdf"
        command = [sys.executable, "-c", PRINTED, tmp_path / "home", out]
        subprocess.run(command, check=True, env={"TZ": zone, "PATH": "/usr/bin:/bin", "PYTHONHASHSEED": str(n)})
        made.append(out.read_bytes())
    assert made[0] == made[1]
    assert b"xmp:ModifyDate" not in made[0]


def test_a_volume_bound_twice_is_the_same_bytes(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    page = marks(settings, 2 * 12)
    about = PaperContents("通报", "TB-2026-000001", "关于进展的通报", OFFICE, NOW, 1, "c" * 64)
    bound = [with_manifest(bind([Part("封面", page), Part("正文", page)], page), about) for _ in range(2)]
    assert bound[0] == bound[1]


def test_nothing_printed_beside_the_seals_turns_untrue(sealed_packet: Sealed, tmp_path: Path) -> None:
    path = tmp_path / "p.pdf"
    path.write_bytes(sealed_packet.pdf)
    text = text_of(path)
    for word in ("未到", "待签章", "尚未", "等待"):
        assert word not in text, word
    assert "见签章页" in text
    assert "空白即未使用" in text


def test_a_closed_packet_and_the_dossier_are_set_in_chinese_faces_alone(office: Office, tmp_path: Path) -> None:
    office.walk(office.task_id(), "submit", "approve", "verify", "close")
    worker.drain(office.here)
    office.client("chen").post("/ledgers/1/papers/dossier")
    worker.drain(office.here)
    with office.here.database.reading() as session:
        packet = session.scalars(select(Packet)).one().revisions[-1].sha256
        (_, dossier, _), (_, copies, _) = volumes_of(session, session.scalars(select(Paper)).one())
    for digest in (packet, dossier, copies):
        path = tmp_path / f"{digest}.pdf"
        path.write_bytes(office.here.store.read(digest or ""))
        faces = faces_of(path)
        assert faces
        assert {embedded for _, embedded in faces} == {"yes"}
        assert [name for name, _ in faces if not CHINESE.fullmatch(name)] == []
        assert [one for one in ("第1页共", "第2页共") if one not in text_of(path)] == []


@pytest.mark.parametrize(
    ("raw", "said"),
    [("市财政局|各县（区）人民政府", "市财政局；各县（区）人民政府"), ("市财政局 | ", "市财政局"), ("", ""), ("|", "")],
)
def test_cells_of_the_source_are_said_apart_without_its_mark(raw: str, said: str) -> None:
    assert spoken_duty(raw) == said


def test_the_mark_between_cells_is_on_no_paper_and_no_page(office: Office, sealed_packet: Sealed) -> None:
    with office.here.database.writing() as session:
        for item in session.scalars(select(LedgerItem)):
            item.responsibility_text = "市财政局|各县（区）人民政府"
    page = office.client("wang").get(f"/tasks/{office.task_id()}").text
    assert "市财政局；各县（区）人民政府" in page
    assert "市财政局|" not in page
    html = packet_html(contents(responsibility_text="甲局|乙局"), Settings())
    assert "甲局；乙局" in html
    assert "|" not in re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", html, flags=re.DOTALL)


def test_the_list_of_what_was_done_below_is_printed_as_well_as_attached() -> None:
    digest, head = "b" * 64, "序号,工作任务,承办单位,周期,办理结果,办结时间,证据包编号,内容摘要（SHA-256）\r\n"
    data = f"\ufeff{head}1,公开村级财务,城关镇人民政府,,已落实,2026年5月8日 09:00,ZWGK-2026-000031-01,{digest}\r\n".encode()
    file = PacketFile(LIST, "c" * 64, len(data), "text/csv", True, "", "王晓明", contents().gathered_at)
    packet = contents(files=(file,))
    html = packet_html(packet, Settings(), {"c" * 64: data})
    assert "ZWGK-2026-000031-01" in html
    assert digest in html
    other = packet_html(packet, Settings(), {"c" * 64: b"\xff\xfe"})
    assert "下级办结清单（各件" not in other, "a file of that name that is no such list stands by its digest"


def test_a_withdrawn_round_says_so_once(office: Office) -> None:
    office.walk(office.task_id(), "submit", "approve")
    sign(office.client("li"), office.task_id(), "withdraw", "还要改")
    page = office.client("wang").get(f"/tasks/{office.task_id()}").text
    chain = re.search(r'<svg class="chain".*?</svg>', page, re.DOTALL)
    assert chain
    words = re.sub(r"<[^>]+>", " ", chain.group(0))
    assert "第 1 轮撤回" in words
    assert "退回" not in words


def test_what_was_sealed_before_registrations_were_is_said_to_be_so(office: Office) -> None:
    office.walk(office.task_id(), "submit", "approve", "verify", "close")
    worker.drain(office.here)
    with office.here.database.writing() as session:
        session.execute(delete(Registration))
        pdf = office.here.store.read(session.scalars(select(Packet)).one().revisions[-1].sha256)
    result = judge(office.here, pdf)
    assert result.verdict == "无法确认"
    assert "在有登记以前签章" in result.reason
    assert "放在同一文件夹" not in result.reason
