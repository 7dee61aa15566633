"""Tables in pictures: their rules are found, their rows read back, and what is not sure or not read is told."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image
from weasyprint import HTML

import intake
from intake import programs
from intake.blocks import Document, Grid, Paragraph, Span
from intake.formats import RECOGNISED, recognised
from intake.isolation import read_isolated
from intake.scans import rules
from tests.scanned import DISTORTED, pdf_of, photographed, pictures, speckled, tilted
from workflow.record.errors import Unreadable
from workflow.record.published import PublishedLedger

PAGE = """<meta charset=utf-8><style>@page { size: A4 landscape; margin: 15mm } body { font: 11pt "Noto Serif CJK SC" }
table { border-collapse: collapse; width: 100% } td, th { border: 1px solid black; padding: 3pt }</style>
<h3>云岭市2026年政务公开工作任务分解表</h3><table>
<tr><th rowspan=2>序号<th rowspan=2>工作任务<th colspan=2>责任分工<th rowspan=2>完成时限</tr><tr><th>牵头单位<th>责任单位</tr>
<tr><td>1<td>公开部门预算，注明三公经费的增减原因。<td rowspan=2>市财政局<td>市直各部门<td>2026年3月底前</tr>
<tr><td>2<td>公开部门决算，附绩效评价报告和审计结果。<td>市审计局<td>2026年10月15日前</tr>
<tr><td>3<td>公布重大建设项目的批准、征收和招标信息。<td>市发展改革委<td>市自然资源局、市住房城乡建设局<td>每季度</tr></table>"""
ROWS = [
    ("1", "公开部门预算，注明三公经费的增减原因", ("市财政局",), "2026-03-31", None),
    ("2", "公开部门决算，附绩效评价报告和审计结果", ("市财政局",), "2026-10-15", None),
    ("3", "公布重大建设项目的批准、征收和招标信息", ("市发展改革委",), None, "quarterly"),
]


@pytest.fixture(scope="module")
def page() -> Any:
    return pictures(printed(PAGE))[0]


def printed(page: str) -> bytes:
    made: bytes = HTML(string=page).write_pdf()
    return made


def rows(ledger: PublishedLedger) -> list[tuple[Any, ...]]:
    return [
        (
            task.number,
            (task.title or "") + (task.requirement or "").rstrip("。"),
            task.lead_units,
            task.due and task.due.isoformat(),
            task.recurrence,
        )
        for task in ledger.tasks
    ]


@pytest.mark.parametrize("change", [lambda page: page, tilted, speckled], ids=["clean", "tilted", "speckled"])
def test_the_cells_of_a_ruled_table_are_found_with_those_that_are_merged(
    page: Any, change: Callable[[Any], Any]
) -> None:
    straight = change(page) if change is not tilted else tilted(tilted(page), -1.0)
    (frame,) = rules.frames(straight)
    cells = {(cell.row, cell.column, cell.rows, cell.columns) for cell in frame.cells}
    assert {(0, 0, 2, 1), (0, 2, 1, 2), (1, 2, 1, 1), (2, 2, 2, 1), (3, 3, 1, 1), (4, 2, 1, 1)} <= cells
    assert len(frame.cells) == 20


def test_large_characters_and_the_edge_of_the_paper_are_no_rules() -> None:
    words = pictures(printed("<meta charset=utf-8><p style='font:40pt \"Noto Serif CJK SC\"'>云岭市王一中十川山口</p>"))
    assert rules.frames(photographed(words[0])) == []


@pytest.mark.parametrize(
    "name", ["photographed", *(pytest.param(n, marks=pytest.mark.proof) for n in DISTORTED if n != "photographed")]
)
def test_a_distorted_table_reads_as_it_was_printed(page: Any, name: str) -> None:
    found = read_isolated(pdf_of([DISTORTED[name](page)]), filename="扫描.pdf")
    assert rows(found) == ROWS
    assert found.title == "云岭市2026年政务公开工作任务分解表"
    assert "机器识别" in found.problems[0].message
    assert found.places[found.tasks[0].line or 0] == "第 1 页第 3 行"


def test_where_a_cell_stands_is_kept_as_the_page_lies_in_the_file(page: Any) -> None:
    (frame,), (height, width) = rules.frames(page), page.shape
    total, (said,) = programs.recognised_pages(pdf_of([tilted(page, 2.0)]), "《扫描》", done=0)
    boxes = {box[0]: box[1:] for box in json.loads(said)["boxes"]["第 1 页第 5 行"]}
    assert (total, sorted(boxes)) == (1, [0, 1, 2, 3, 4])
    left, top, right, bottom = frame.box(next(cell for cell in frame.cells if (cell.row, cell.column) == (4, 2)))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 2.0, 1)
    x, y = turn @ ((left + right) / 2, (top + bottom) / 2, 1)
    kept = boxes[2]
    middle = ((kept[0] + kept[2]) / 2, (kept[1] + kept[3]) / 2)
    assert middle == pytest.approx((x / width * 1000, y / height * 1000), abs=6)


def test_printed_pages_and_pictures_of_one_file_are_read_in_their_order(page: Any) -> None:
    whole = pikepdf.open(io.BytesIO(printed(PAGE.replace(">1<", ">4<").replace(">2<", ">5<").replace(">3<", ">6<"))))
    whole.pages.extend(pikepdf.open(io.BytesIO(pdf_of([page]))).pages)
    out = io.BytesIO()
    whole.save(out)
    found = read_isolated(out.getvalue(), filename="a.pdf")
    assert [task.number for task in found.tasks] == ["4", "5", "6", "1", "2", "3"]


def test_a_smudge_is_no_silent_wrong_value(page: Any) -> None:
    smudged = page.copy()
    (frame,) = rules.frames(page)
    left, top, right, bottom = (
        int(at) for at in frame.box(next(c for c in frame.cells if (c.row, c.column) == (4, 2)))
    )
    inside = smudged[top + 6 : bottom - 6, left + 6 : right - 6]
    inside[:] = cv2.GaussianBlur(inside, (0, 0), 5.0)
    picture = io.BytesIO()
    Image.fromarray(smudged).save(picture, "PNG")
    found = read_isolated(picture.getvalue(), filename="照片.png")
    assert rows(found)[:2] == ROWS[:2]
    last = found.tasks[2]
    assert last.lead_units != ("市发展改革委",), "the smudge is too faint to say anything"
    assert "lead_units" in last.doubts


def test_a_doubtful_character_puts_the_field_in_doubt_in_which_it_stands() -> None:
    cells = [("序号", "工作任务", "牵头单位", "责任单位"), ("1", "公开预算。", "市财政局", "市直各部门"), ("2", "公开决算。", "市审计局", "市直各部门")]  # fmt: skip
    spans = [Span(row, column, text) for row, line in enumerate(cells) for column, text in enumerate(line)]
    grid = Grid(spans, [f"第 1 页第 {n} 行" for n in (1, 2, 3)], goes_on=True)
    document = Document([Paragraph("云岭市2026年任务分解表", "第 1 页"), grid])
    document.unsure = {"第 1 页第 3 行": ["市审计", "（2）"], "第 1 页": ["2026年任"]}
    found = intake.read(recognised.written(document))
    assert [task.doubts for task in found.tasks] == [(), ("lead_units",)]
    assert "title" in found.doubts
    assert "第 2 项：“市审计”识别得不准，请对照原件核对。" in [problem.message for problem in found.problems]


def test_a_page_without_words_is_refused_by_a_sentence() -> None:
    blank = np.full((1200, 900), 250, np.uint8)
    with pytest.raises(Unreadable, match=r"《白纸\.pdf》的图片里没有认出文字"):
        read_isolated(pdf_of([blank]), filename="白纸.pdf")


def test_a_broken_picture_is_refused_by_a_sentence(page: Any) -> None:
    out = io.BytesIO()
    Image.fromarray(page).save(out, "PNG")
    with pytest.raises(Unreadable, match="图片已损坏"):
        read_isolated(out.getvalue()[:2000], filename="照片.png")


def test_a_flood_of_pixels_ends_at_the_limit_of_memory() -> None:
    out = io.BytesIO()
    Image.new("L", (10, 10)).save(out, "PNG")
    small = out.getvalue()
    head = b"IHDR" + struct.pack(">II", 60_000, 60_000) + small[24:29]
    flood = small[:12] + head + struct.pack(">I", zlib.crc32(head)) + small[33:]
    with pytest.raises(Unreadable, match="时间或内存限度"):
        read_isolated(flood, filename="大图.png")


def test_recognition_has_a_limit_of_memory_of_its_own(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "SCAN_MEMORY", 200 << 20)
    with pytest.raises(Unreadable, match="时间或内存限度"):
        read_isolated(pdf_of([page]), filename="a.pdf")


def test_a_forged_result_of_recognition_is_a_sentence() -> None:
    with pytest.raises(Unreadable, match="已损坏"):
        intake.read(RECOGNISED + b'{"blocks": 1}', filename="a.pdf")
