"""What a workbook displays is read, and only that: number formats, hidden, struck, white, wrong and uncounted cells."""

from __future__ import annotations

import io
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill

import intake
from intake.formats.displayed import shown, shown_text
from intake.isolation import read_isolated
from tests.intake.intake_written import HEAD, Printed, as_xlsx
from workflow.record.errors import Unreadable
from workflow.record.published import PublishedLedger

ROWS = (
    ("1", "公开预算", "公开部门预算。", "市财政局", "市审计局", "2026年3月底前"),
    ("2", "公开决算", "公开部门决算。", "市财政局", "市审计局", "2026年10月底前"),
)
TABLE = Printed(("云岭市2026年政务公开任务分解表",), ((HEAD, ROWS),), ())
DAY = 46203
"""30 June 2026 as workbooks count days."""


def changed(change: Any) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(TABLE)))
    change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(change: Any) -> PublishedLedger:
    return intake.read(changed(change), filename="a.xlsx")


def messages(ledger: PublishedLedger) -> str:
    return "\n".join(problem.message for problem in ledger.problems)


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [
        (DAY - 29, 'yyyy"年"m"月"', "2026年6月"),
        (DAY, 'm"月"d"日"', "6月30日"),
        (DAY, "yyyy/m/d;@", "2026/6/30"),
        (DAY, "mm/dd/yy", "2026年6月30日"),
        (DAY, '[DBNum1][$-804]yyyy"年"m"月"d"日";@', "二〇二六年六月三十日"),
        (DAY + 0.5, "yyyy/m/d h:mm", "2026/6/30 12:00"),
        (0.51041667, 'h"时"mm"分"', "12时15分"),
        (0.75, '上午/下午h"时"', "下午6时"),
        (1.5, "[h]:mm", "36:00"),
        (0.9, "0%", "90%"),
        (1.1, "0.00", "1.10"),
        (3, "000", "003"),
        (3, '"第"0"项"', "第3项"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (-3, "0;(0)", "(3)"),
        (1.5, "# ?/?", "1 1/2"),
        (1500, '0.0,"千"', "1.5千"),
        (13812345678, "000-0000-0000", "138-1234-5678"),
        (0.1 + 0.2, "", "0.3"),
        (46000, "", "46000"),
        (5, ";;;", ""),
    ],
)
def test_a_number_reads_as_its_format_shows_it(value: float, code: str, said: str) -> None:
    assert shown(value, code) == said


def test_a_format_may_add_words_to_a_string_or_hide_it() -> None:
    assert shown_text("县财政", '@"局"') == "县财政局"
    assert shown_text("县财政局", ";;;") == ""
    assert shown_text("县财政局", "yyyy/m/d") == "县财政局"


def test_a_month_stays_a_month_and_a_number_keeps_its_zero() -> None:
    def change(sheet: Any) -> None:
        sheet["F3"], sheet["F3"].number_format = date(2026, 6, 1), 'yyyy"年"m"月"'
        sheet["F4"], sheet["F4"].number_format = date(2026, 9, 30), "yyyy-mm-dd"
        sheet["A3"], sheet["A3"].number_format = 1.1, "0.00"
        sheet["C3"], sheet["C3"].number_format = 0.9, '"公开率达到"0%'

    first, second = read(change).tasks
    assert (first.deadline_text, str(first.due)) == ("2026年6月", "2026-06-30")
    assert (second.deadline_text, str(second.due)) == ("2026-09-30", "2026-09-30")
    assert first.number == "1.10"
    assert first.requirement == "公开率达到90%"


def test_hidden_columns_and_rows_are_not_read_and_are_told() -> None:
    def change(sheet: Any) -> None:
        sheet.column_dimensions["E"].hidden = True
        sheet.row_dimensions[4].hidden = True

    found = read(change)
    assert [(task.lead_units, task.responsible_units) for task in found.tasks] == [(("市财政局",), ())]
    assert "隐藏的列没有读入：“Sheet”E 列“责任单位”" in messages(found)
    assert "隐藏的行没有读入：“Sheet”第 4 行" in messages(found)


def test_struck_and_white_words_are_not_read_and_are_told() -> None:
    def change(sheet: Any) -> None:
        sheet["D3"] = CellRichText(TextBlock(InlineFont(strike=True), "市国资局"), TextBlock(InlineFont(), "市财政局"))
        sheet["E3"].font = Font(strike=True)
        sheet["E4"].font = Font(color="FFFFFFFF")
        sheet["D4"].font = Font(color="FFFFFFFF")
        sheet["D4"].fill = PatternFill("solid", fgColor="FF336699")

    found = read(change)
    assert [task.lead_units for task in found.tasks] == [("市财政局",), ("市财政局",)]
    assert [task.responsible_units for task in found.tasks] == [(), ()]
    assert "画了删除线的文字没有读入：“市国资局”、“Sheet”E3“市审计局”" in messages(found)
    assert "看不见的文字没有读入：“Sheet”E4“市审计局”" in messages(found)


def test_a_formula_without_a_value_and_a_wrong_one_are_told_by_address() -> None:
    def change(sheet: Any) -> None:
        sheet["E3"] = "=B9"
        sheet["E4"].value, sheet["E4"].data_type = "#REF!", "e"

    found = read(change)
    assert "没有保存计算结果的单元格按空格读入：“Sheet”E3" in messages(found)
    assert "公式出错的单元格按空格读入：“Sheet”E4“#REF!”" in messages(found)
    assert [task.responsible_units for task in found.tasks] == [(), ()]


def in_format(data: bytes, folder: Path, form: str) -> bytes:
    (folder / "a.xlsx").write_bytes(data)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/p", "--headless", "--convert-to", form, "a.xlsx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / f"a.{form}").read_bytes()


@pytest.mark.parametrize("form", ["xls", pytest.param("ods", marks=pytest.mark.proof)])
def test_other_workbooks_display_the_same(tmp_path: Path, form: str) -> None:
    def change(sheet: Any) -> None:
        sheet["F3"], sheet["F3"].number_format = date(2026, 6, 1), 'yyyy"年"m"月"'
        sheet["E3"].font = Font(strike=True)
        sheet.column_dimensions["C"].hidden = True

    found = read_isolated(in_format(changed(change), tmp_path, form), filename=f"a.{form}")
    assert [task.deadline_text for task in found.tasks] == ["2026年6月", "2026年10月底前"]
    assert [task.responsible_units for task in found.tasks] == [(), ("市审计局",)]
    assert "C 列“工作要求”" in messages(found)


SPREADSHEET = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="m"><NumberFormat ss:Format="yyyy&quot;年&quot;m&quot;月&quot;"/></Style>
<Style ss:ID="s"><Font ss:StrikeThrough="1"/></Style></Styles><Worksheet ss:Name="表"><Table><Column ss:Index="4" ss:Hidden="1"/>
<Row>%s</Row><Row>%s<Cell ss:StyleID="m"><Data ss:Type="DateTime">2026-06-01T00:00:00.000</Data></Cell></Row>
<Row>%s<Cell ss:Index="5" ss:StyleID="s"><Data ss:Type="String">旧</Data></Cell></Row></Table></Worksheet></Workbook>"""


def test_a_workbook_of_excel_2003_xml_is_read() -> None:
    def cells(*texts: str) -> str:
        return "".join(f'<Cell><Data ss:Type="String">{text}</Data></Cell>' for text in texts)

    rows = (
        ("序号", "工作任务", "责任单位", "内部", "完成时限"),
        ("1", "公开预算。", "市财政局", "慢"),
        ("2", "公开决算。", "市财政局"),
    )
    found = intake.read((SPREADSHEET % tuple(cells(*row) for row in rows)).encode(), filename="a.xls")
    assert [(t.number, t.requirement, t.responsible_units, t.deadline_text) for t in found.tasks] == [
        ("1", "公开预算。", ("市财政局",), "2026年6月"),
        ("2", "公开决算。", ("市财政局",), None),
    ]
    assert "D 列“内部”" in messages(found)
    far = (SPREADSHEET % tuple(cells(*row) for row in rows)).replace("<Row>", '<Row ss:Index="999999999999">', 1)
    with pytest.raises(Unreadable, match="超出了表格的范围"):
        intake.read(far.encode(), filename="a.xls")
    assert "E3“旧”" in messages(found)
