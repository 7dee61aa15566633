"""Issued papers by GB/T 9704-2012: the type area measured in the PDF, 版记 on an even last page, the same words in Word."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import docx
import pdfplumber
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.text.paragraph import Paragraph

from reports.kinds import Block
from reports.official import Annex, Official, missing_faces, official_pdf
from reports.official_docx import official_docx
from workflow.ledgers.export import LedgerTable, TableColumn
from workflow.record.settings import Settings

MM = 72 / 25.4
TEXT = "各单位要按照任务分解表逐条落实责任抓紧办理尚未完成的事项" * 45
TABLE = LedgerTable(
    "", "", "", "", "", (TableColumn("extra", "序号", 1), TableColumn("extra", "单位", 5)), (("1", "市财政局"),)
)
PAPER = Official(
    title="关于《云岭市2026年政务公开工作要点任务分解表》落实情况的通报", office="云岭市人民政府办公室", year=2026,
    as_of=datetime(2026, 4, 9, tzinfo=UTC), head_seq=1, head_hash="0" * 64, number="云政办督〔2026〕5号", addressed="各有关单位",
    blocks=(Block("h1", "一、总体情况"), Block("p", TEXT)), annexes=(Annex("任务进展情况表", (TABLE,), True),),
    signed_on=date(2026, 4, 14), issued_on=date(2026, 4, 15), copied="市委办公室", contact="",
)  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, _env_file=None)


def test_a_page_holds_22_lines_of_28_characters_in_the_type_area(settings: Settings) -> None:
    with pdfplumber.open(BytesIO(official_pdf(settings, PAPER)[0])) as paper:
        page = paper.pages[1]  # text alone
        body = [char for char in page.chars if char["size"] < 16 and char["text"] in TEXT]
    lines = Counter(round(char["top"]) for char in body)
    assert len(lines) == 22
    assert Counter(lines.values()).most_common(1)[0][0] == 28
    left, right = min(c["x0"] for c in body) / MM, 210 - max(c["x1"] for c in body) / MM
    assert (left, right) == (pytest.approx(28, abs=0.3), pytest.approx(26, abs=0.6))
    top = min(c["top"] for c in body) / MM
    assert 37 <= top <= 41
    assert max(c["bottom"] for c in body) / MM <= 297 - 35


def test_heads_seal_and_colophon_stand_where_they_have_to(settings: Settings) -> None:
    for annexes in ((), PAPER.annexes):
        pdf, place = official_pdf(settings, replace(PAPER, annexes=annexes))
        with pdfplumber.open(BytesIO(pdf)) as paper:
            pages = [page.extract_text() for page in paper.pages]
        assert len(pages) % 2 == 0
        assert "云岭市人民政府办公室文件" in pages[0]
        assert "云政办督〔2026〕5号" in pages[0]
        assert "2026年4月15日印发" in pages[-1]
        assert "2026年4月14日" in pages[place.page]
        left, bottom, right, top = place.corners
        assert (right - left, top - bottom) == (pytest.approx(42 * MM, abs=1), pytest.approx(42 * MM, abs=1))
        assert left > 105 * MM, "at the right half of the page"
        assert not [page for page in paper.pages if page.annots]


def test_a_turned_page_has_its_number_where_the_others_have_it(settings: Settings) -> None:
    turned = replace(PAPER, annexes=(Annex("任务进展情况表", (TABLE,), True), Annex("单位情况表", (TABLE,), True)))
    with pdfplumber.open(BytesIO(official_pdf(settings, turned)[0])) as paper:
        across = [page for page in paper.pages if page.width > page.height]
        assert len(across) == 2
        for page in across:
            marks = [char for char in page.chars if char["text"] == "—"]
            assert len(marks) == 2
            assert all(20 * MM < mark["x0"] < 30 * MM and not mark["upright"] for mark in marks)
            odd = page.page_number % 2 == 1
            assert all((mark["top"] > 150 * MM) is odd for mark in marks)


def test_a_draft_says_so_and_has_no_number(settings: Settings) -> None:
    draft = replace(PAPER, number="", signed_on=None, issued_on=None)
    with pdfplumber.open(BytesIO(official_pdf(settings, draft)[0])) as paper:
        assert "（草稿，未编文号）" in paper.pages[0].extract_text()
    assert missing_faces(settings) == ["仿宋", "楷体", "小标宋"]


def test_word_says_the_same_within_the_same_margins() -> None:
    document = docx.Document(BytesIO(official_docx(PAPER)))
    said = [paragraph.text for paragraph in document.paragraphs]
    for wanted in (
        "云岭市人民政府办公室文件",
        PAPER.number,
        "各有关单位：",
        "一、总体情况",
        TEXT,
        "2026年4月14日",
    ):
        assert wanted in said
    (colophon,) = document.element.body.xpath(".//w:txbxContent")
    said = [Paragraph(line, document).text for line in colophon]
    assert said == ["抄送：市委办公室。", "云岭市人民政府办公室\t2026年4月15日印发"]
    style = colophon.getparent().getparent().get("style")
    top, height = (float(re.findall(rf"{name}:([\d.]+)pt", style)[0]) for name in ("margin-top", "height"))
    assert top + height == pytest.approx(262 * MM, abs=1), "at the foot of the type area"
    first, annex, last = document.sections
    assert last.page_width < last.page_height
    margins = (first.top_margin, first.right_margin, first.bottom_margin, first.left_margin)
    assert [round(margin.mm) for margin in margins] == [37, 26, 35, 28]
    assert annex.page_width > annex.page_height
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["1", "市财政局"]
    kept = [line.text for line in document.paragraphs if line.paragraph_format.keep_with_next]
    assert kept == ["一、总体情况", "附件：任务进展情况表", "云岭市人民政府办公室"], (
        "no heading and no seal alone on a page"
    )
    assert "".join(PAPER.title_lines) == PAPER.title
    assert max(map(len, PAPER.title_lines)) <= 19


def test_no_line_of_a_title_ends_beside_a_bracket_or_inside_a_number() -> None:
    title = "关于《2021年全市政务公开工作主要任务落实情况表（1-X月）》落实情况的通报"
    lines = replace(PAPER, title=title).title_lines
    assert "".join(lines) == title
    assert max(map(len, lines)) <= 19
    for line, following in pairwise(lines):
        assert line[-1] not in "（《〔“", lines
        assert following[0] not in "）》〕、，。", lines
        assert not (line[-1].isascii() and following[0].isascii()), lines


def test_a_word_paper_has_no_stretched_lines_and_its_tables_are_set_as_close_as_printed() -> None:
    document = docx.Document(BytesIO(official_docx(PAPER)))
    assert not [one.text for one in document.paragraphs if one.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY]
    cells = [line for table in document.tables for cell in table._cells for line in cell.paragraphs]
    assert cells
    assert all(line._p.xpath("./w:pPr/w:snapToGrid[@w:val='0']") for line in cells)
