"""One ledger in every format that offices hold reads as the same ledger, merged, nested, numbered, hidden or scanned."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from weasyprint import HTML

import intake
from intake.isolation import read_isolated
from tests.intake.intake_compare import MAIN, NAMES, SAMPLES, differences, sample
from tests.intake.intake_written import FORMATS, HEAD, Printed, as_html, as_pdf, as_xlsx, composed, printed
from tests.scanned import pdf_of, pictures
from workflow.record.published import PublishedLedger

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
GOLD = [*sorted((SAMPLES / "gold").glob("*.json")), *sorted((SEEDS / "gold").glob("*.json"))]


def first_and_proof(values: Sequence[Any]) -> list[Any]:
    """The first of them is a test; what the others add is proof."""
    return [values[0], *(pytest.param(value, marks=pytest.mark.proof("formats")) for value in values[1:])]


ROWS = (
    ("一、抓公开", "", "", "", "", ""),
    ("1", "公开预算", "公开部门预算。", "市财政局", "市直各部门", "2026年3月底前"),
    ("2", "公开决算", "公开部门决算。", "市财政局", "市直各部门", "2026年10月底前"),
)


def plain(ledger: PublishedLedger) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(ledger.to_json()))
    return found


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("path", first_and_proof(GOLD), ids=lambda path: path.stem[:12])
def test_a_ledger_written_in_a_format_loses_nothing(path: Path, form: str) -> None:
    gold = json.loads(path.read_text("utf-8"))
    found = plain(intake.read(FORMATS[form](composed(gold)), filename=f"表.{form}"))
    assert differences(gold, found, head=False) == []


@pytest.mark.parametrize("form", ["docx", "xlsx", "html"])
@pytest.mark.parametrize("name", first_and_proof(NAMES))
def test_a_table_as_it_was_printed_reads_alike_in_every_format(name: str, form: str) -> None:
    text, gold = sample(name)
    found = plain(intake.read(FORMATS[form](printed(text)), filename=f"表.{form}"))
    assert differences(gold, found, head=False) == [] or name == "市县两级重点领域公开分工表"


def table(*rows: tuple[str, ...]) -> Printed:
    return Printed(("云岭市2026年政务公开任务分解表",), ((HEAD, rows),), ())


def numbers(ledger: PublishedLedger) -> list[tuple[str, str | None]]:
    return [(task.number, task.title) for task in ledger.tasks]


def test_cells_merged_downwards_go_to_every_row_under_them() -> None:
    document = docx.Document()
    grid = document.add_table(rows=4, cols=4)
    for row, texts in enumerate([("序号", "工作任务", "责任单位", "完成时限"), ("1", "公开预算。", "市财政局", "3月底前"), ("2", "公开决算。", "", ""), ("3", "公开债务。", "市审计局", "年底前")]):  # fmt: skip
        for cell, text in zip(grid.rows[row].cells, texts, strict=True):
            cell.text = text
    grid.cell(1, 2).merge(grid.cell(2, 2))
    grid.cell(1, 3).merge(grid.cell(2, 3))
    ledger = intake.read(saved(document), filename="a.docx")
    assert [task.responsible_units for task in ledger.tasks] == [("市财政局",), ("市财政局",), ("市审计局",)]
    assert [task.deadline_text for task in ledger.tasks] == ["3月底前", "3月底前", "年底前"]


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_numbers_that_word_computes_are_read() -> None:
    document = docx.Document()
    document.add_paragraph("云岭市2026年政务公开任务分解表")
    grid = document.add_table(rows=3, cols=3)
    for cell, text in zip(grid.rows[0].cells, ("序号", "工作任务", "责任单位"), strict=True):
        cell.text = text
    for row, text in ((1, "公开预算。"), (2, "公开决算。")):
        grid.cell(row, 0).paragraphs[0].style = document.styles["List Number"]
        grid.cell(row, 1).text, grid.cell(row, 2).text = text, "市财政局"
    found = intake.read(saved(document), filename="a.docx")
    assert [task.requirement for task in found.tasks] == ["公开预算。", "公开决算。"]
    assert [task.number for task in found.tasks] == ["1", "2"]


def test_what_was_struck_out_with_changes_tracked_is_not_read() -> None:
    document = docx.Document(io.BytesIO(FORMATS["docx"](table(*ROWS))))
    run = document.tables[0].cell(2, 2).paragraphs[0].runs[0]._element
    gone = OxmlElement("w:del")
    run.addprevious(gone)
    gone.append(run)
    run.find(qn("w:t")).tag = qn("w:delText")
    fresh = document.tables[0].cell(2, 2).paragraphs[0].add_run("公开全部预算。")
    assert fresh
    assert intake.read(saved(document), filename="a.docx").tasks[0].requirement == "公开全部预算。"


def test_a_table_within_a_layout_table_is_read() -> None:
    outer = docx.Document()
    frame = outer.add_table(rows=1, cols=1).cell(0, 0)
    frame.text = "云岭市2026年政务公开任务分解表"
    inner = frame.add_table(rows=2, cols=3)
    for row, texts in enumerate([("序号", "工作任务", "责任单位"), ("1", "公开预算。", "市财政局")]):
        for cell, text in zip(inner.rows[row].cells, texts, strict=True):
            cell.text = text
    assert [task.requirement for task in intake.read(saved(outer), filename="a.docx").tasks] == ["公开预算。"]


def workbook(change: Any) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(table(*ROWS))))
    change(book)
    return saved(book)


def test_title_rows_several_sheets_and_whole_numbers() -> None:
    def more(book: Any) -> None:
        again = book.copy_worksheet(book.active)
        again.title = "县区"
        again["C3"], again["C4"] = "公开县级预算。", "公开县级决算。"
        for sheet in book.worksheets:
            sheet["A4"] = 1.0
            sheet["A5"] = 2

    found = intake.read(workbook(more), filename="a.xlsx")
    assert found.title == "云岭市2026年政务公开任务分解表"
    assert numbers(found)[:2] == [("1", "公开预算"), ("2", "公开决算")]
    assert len(found.tasks) == 4


def test_hidden_rows_and_sheets_are_told() -> None:
    def hide(book: Any) -> None:
        book.active.row_dimensions[4].hidden = True
        book.create_sheet("草稿").sheet_state = "hidden"

    said = " ".join(problem.message for problem in intake.read(workbook(hide), filename="a.xlsx").problems)
    assert "隐藏的行没有读入：“Sheet”第 4 行" in said
    assert "隐藏的工作表没有读取：“草稿”" in said


def test_places_name_the_page_or_the_row() -> None:
    sheet = intake.read(as_xlsx(table(*ROWS)), filename="a.xlsx")
    assert sheet.places[sheet.tasks[0].line or 0].endswith("第 4 行")
    page = intake.read(as_pdf(table(*ROWS)), filename="a.pdf")
    assert page.places[page.tasks[0].line or 0].startswith("第 1 页")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_comma_separated_in_every_encoding(encoding: str) -> None:
    lines = [
        "序号,工作任务,责任单位,完成时限",
        '1,"公开预算，含𠮷县。",市财政局,2026年3月底前',
        "2,公开决算。,市财政局,年底前",
    ]
    found = intake.read("\n".join(lines).encode(encoding), filename="表.csv")
    assert [task.requirement for task in found.tasks] == ["公开预算，含𠮷县。", "公开决算。"]


@pytest.mark.parametrize("charset", ["gb2312", "utf-8"])
def test_a_saved_page_in_its_own_charset_without_what_is_hidden(charset: str) -> None:
    page = as_html(table(*ROWS)).decode().replace("charset='utf-8'", f'content="text/html; charset={charset}"')
    page = page.replace("<p>云岭", "<nav>首页 工作任务 责任单位</nav><div style='display:none'>隐藏</div><p>云岭")
    found = intake.read(page.encode("gb18030" if charset == "gb2312" else charset), filename="页.html")
    assert numbers(found) == [("1", "公开预算"), ("2", "公开决算")]
    assert "隐藏" not in found.source_text


def test_a_pdf_without_rules_is_read_by_where_words_stand() -> None:
    page = as_html(
        table(*ROWS[1:]),
        "<style>@page{size:A4 landscape} td,th{padding:6pt 10pt;text-align:left} p{margin:0} table{width:100%}</style>",
    )
    found = intake.read(HTML(string=page.decode()).write_pdf(), filename="a.pdf")
    assert [(t.number, t.requirement, t.lead_units, t.deadline_text) for t in found.tasks] == [
        ("1", "公开部门预算。", ("市财政局",), "2026年3月底前"),
        ("2", "公开部门决算。", ("市财政局",), "2026年10月底前"),
    ]


@pytest.mark.parametrize("rows", first_and_proof([2, 100]))
def test_a_scan_is_recognised_and_says_so(rows: int) -> None:
    _, gold = sample(MAIN)
    gold |= {"tasks": gold["tasks"][:rows]}
    found = read_isolated(pdf_of(pictures(as_pdf(composed(gold)))), filename="扫描.pdf")
    assert "机器识别" in found.problems[0].message
    assert len(found.tasks) == len(gold["tasks"])
    assert {origin.sure for task in found.tasks for origin in task.origins} == {"recognised"}
    first = found.tasks[0]
    assert first.lead_units == tuple(gold["tasks"][0]["lead_units"])


@pytest.mark.parametrize("form", first_and_proof(["doc", "wps"]))
def test_old_documents_are_converted(tmp_path: Path, form: str) -> None:
    (tmp_path / "a.docx").write_bytes(FORMATS["docx"](table(*ROWS)))
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "doc",
        "a.docx",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    found = read_isolated((tmp_path / "a.doc").read_bytes(), filename=f"表.{form}")
    assert numbers(found) == [("1", "公开预算"), ("2", "公开决算")]
    assert found.tasks[0].section == ("一、抓公开",)


def converted(data: bytes, folder: Path, *, ruled: bool) -> bytes:
    """A Word document printed to PDF: rows break over pages, and rules are drawn on both sides of the break."""
    document = docx.Document(io.BytesIO(data))
    for grid in document.tables:
        grid.style = "Table Grid" if ruled else "Normal Table"
    document.save(str(folder / "a.docx"))
    command = ["soffice", f"-env:UserInstallation=file://{folder}/p", "--headless", "--convert-to", "pdf", "a.docx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "a.pdf").read_bytes()


@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "without rules"])
@pytest.mark.parametrize("path", first_and_proof(GOLD[:5:2]), ids=lambda path: path.stem[:12])
def test_a_word_document_printed_to_pdf_loses_nothing(path: Path, ruled: bool, tmp_path: Path) -> None:
    gold = json.loads(path.read_text("utf-8"))
    pdf = converted(FORMATS["docx"](composed(gold)), tmp_path, ruled=ruled)
    assert differences(gold, plain(intake.read(pdf, filename="a.pdf")), head=False) == []
