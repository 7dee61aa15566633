"""Word documents as Word shows them: parts under any name, lists that restart, boxes, inner tables, what is not shown."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import RGBColor

import intake
from intake.isolation import read_isolated
from tests.intake.intake_written import as_docx, as_html
from tests.intake.test_intake_displayed import ROWS, TABLE, messages
from workflow.record.published import PublishedLedger

WORD_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
XMLNS_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def opened() -> Any:
    return docx.Document(io.BytesIO(as_docx(TABLE)))


def read(document: Any) -> PublishedLedger:
    return intake.read(saved(document), filename="a.docx")


def rewritten(data: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """A package whose parts go through a change of name and content."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return out.getvalue()


def other_name(name: str, data: bytes) -> tuple[str, bytes]:
    if name == "_rels/.rels":
        data = data.replace(b"word/document.xml", b"word/document7.xml")
    return name.replace("document.xml", "document7.xml"), data


def backslashes(name: str, data: bytes) -> tuple[str, bytes]:
    return name.replace("/", "\\"), data


def strict(name: str, data: bytes) -> tuple[str, bytes]:
    for kind in (b"wordprocessingml", b"spreadsheetml", b"officeDocument"):
        data = data.replace(
            b"http://schemas.openxmlformats.org/%s/2006/" % kind, b"http://purl.oclc.org/ooxml/%s/" % kind
        )
    return name, data


@pytest.mark.parametrize("change", [other_name, backslashes, strict])
def test_the_parts_of_a_document_are_found_by_their_relations(change: Any) -> None:
    found = intake.read(rewritten(as_docx(TABLE), change), filename="a.docx")
    assert [(task.title, task.deadline_text) for task in found.tasks] == [(row[1], row[5]) for row in ROWS]


def test_a_list_in_a_cell_begins_anew_where_word_says_so() -> None:
    document = opened()
    numbering = document.part.numbering_part.element
    levels = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'))
    for row in (1, 2):
        override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="9{row}"><w:abstractNumId w:val="90"/>{override}</w:num>')
        )
        cell = document.tables[0].cell(row, 2)
        cell.text = "完善目录"
        for paragraph in (cell.paragraphs[0], cell.add_paragraph("更新指南")):
            properties = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="9{row}"/></w:numPr>'
            paragraph._p.get_or_add_pPr().append(parse_xml(properties))
    assert [task.requirement for task in read(document).tasks] == ["1.完善目录2.更新指南"] * 2


def test_computed_numbers_stand_in_empty_cells() -> None:
    document = opened()
    for row in (1, 2):
        document.tables[0].cell(row, 0).text = ""
        document.tables[0].cell(row, 0).paragraphs[0].style = document.styles["List Number"]
    assert [task.number for task in read(document).tasks] == ["1", "2"]


def runs(document: Any, *pieces: tuple[str, str]) -> None:
    """Write the lead unit of the first row in runs, each with one property."""
    paragraph = document.tables[0].cell(1, 3).paragraphs[0]
    paragraph.clear()
    for text, kind in pieces:
        run = paragraph.add_run(text)
        if kind == "white":
            run.font.color.rgb = RGBColor(255, 255, 255)
        elif kind:
            setattr(run.font, kind, True)


@pytest.mark.parametrize(
    ("kind", "told"),
    [("strike", "画了删除线"), ("double_strike", "画了删除线"), ("hidden", "设为隐藏"), ("white", "与底色相同")],
)
def test_words_that_are_not_shown_are_told(kind: str, told: str) -> None:
    document = opened()
    runs(document, ("市国资局", kind), ("市财政局", ""))
    found = read(document)
    assert found.tasks[0].lead_units == ("市财政局",)
    assert f"{told}" in messages(found)
    assert "“市国资局”" in messages(found)


def test_white_on_a_coloured_cell_is_shown() -> None:
    document = opened()
    runs(document, ("市财政局", "white"))
    shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="336699"/>')
    document.tables[0].cell(1, 3)._tc.get_or_add_tcPr().append(shade)
    assert read(document).tasks[0].lead_units == ("市财政局",)


def in_cell(xml: str) -> PublishedLedger:
    """The first row's requirement followed by something."""
    document = opened()
    document.tables[0].cell(1, 2).paragraphs[0]._p.append(parse_xml(xml))
    return read(document)


def test_placeholders_and_ruby_are_left_out() -> None:
    text = f"<w:sdt {nsdecls('w')}><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>单击此处输入</w:t></w:r></w:sdtContent></w:sdt>"
    found = in_cell(text)
    assert found.tasks[0].requirement == "公开部门预算。"
    assert "占位提示没有读入：“单击此处输入”" in messages(found)
    ruby = "<w:ruby><w:rt><w:r><w:t>shěn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>审计</w:t></w:r></w:rubyBase></w:ruby>"
    found = in_cell(f"<w:r {nsdecls('w')}>{ruby}</w:r>")
    assert found.tasks[0].requirement == "公开部门预算。审计"


def inner(rows: int, cols: int) -> PublishedLedger:
    document = opened()
    cell = document.tables[0].cell(1, 2)
    small = cell.add_table(rows, cols)
    for row in small.rows:
        for one in row.cells:
            one.text = "每年"
    return read(document)


def test_a_table_in_a_cell_stays_apart_and_a_list_belongs_to_it() -> None:
    apart = inner(2, 2)
    assert (apart.tasks[0].requirement, apart.tasks[0].recurrence) == ("公开部门预算。", None)
    assert "单元格里另有小表，没有并入任务文字：第 2 行“每年｜每年；每年｜每年”" in messages(apart)
    assert inner(2, 1).tasks[0].requirement == "公开部门预算。每年每年"


def test_a_table_and_a_title_in_text_boxes_are_read() -> None:
    document = opened()
    body, table = document.element.body, document.tables[0]._tbl
    title = document.paragraphs[0]._p
    for content in (title, table):
        at = list(body).index(content)
        body.remove(content)
        names = 'xmlns:v="urn:schemas-microsoft-com:vml"'
        box = parse_xml(
            f"<w:p {nsdecls('w')} {names}><w:r><w:pict><v:shape><v:textbox><w:txbxContent/></v:textbox></v:shape></w:pict></w:r></w:p>"
        )
        box.find(".//{*}txbxContent").append(content)
        body.insert(at, box)
    found = read(document)
    assert found.title == TABLE.before[0]
    assert len(found.tasks) == 2


def test_a_page_put_in_whole_is_read() -> None:
    document = docx.Document()
    chunk = parse_xml(f'<w:altChunk {nsdecls("w")} {XMLNS_R} r:id="rIdPage"/>')
    document.element.body.insert(0, chunk)
    relation = f'<Relationship Id="rIdPage" Type="{WORD_TYPES}aFChunk" Target="page.htm"/></Relationships>'.encode()

    def change(name: str, data: bytes) -> tuple[str, bytes]:
        return name, data.replace(b"</Relationships>", relation) if name.endswith("document.xml.rels") else data

    out = io.BytesIO(rewritten(saved(document), change))
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("word/page.htm", as_html(TABLE))
    assert len(intake.read(out.getvalue(), filename="a.docx").tasks) == 2


W2003 = """<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint">
<w:body><wx:sect><w:p><w:r><w:t>云岭市2026年任务分解表</w:t></w:r></w:p><w:tbl>%s</w:tbl></wx:sect></w:body></w:wordDocument>"""


def test_a_document_of_word_2003_xml_is_read() -> None:
    def row(*texts: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in texts) + "</w:tr>"

    rows = row("序号", "工作任务", "责任单位") + row("1", "公开预算。", "市财政局")
    found = intake.read((W2003 % rows).encode(), filename="a.doc")
    assert [(task.requirement, task.responsible_units) for task in found.tasks] == [("公开预算。", ("市财政局",))]


@pytest.mark.parametrize("form", ["rtf", pytest.param("odt", marks=pytest.mark.proof)])
def test_what_libreoffice_reads_best_goes_through_it(tmp_path: Path, form: str) -> None:
    (tmp_path / "a.docx").write_bytes(as_docx(TABLE))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/p", "--headless", "--convert-to", form, "a.docx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    found = read_isolated((tmp_path / f"a.{form}").read_bytes(), filename="任务.doc")
    assert [task.title for task in found.tasks] == [row[1] for row in ROWS]
