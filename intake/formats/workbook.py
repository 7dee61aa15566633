"""Workbooks (.xlsx, .xls, .et): every sheet as a grid with its merged cells; hidden rows and sheets are told."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO

import openpyxl
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from intake.blocks import MAX_CELLS, Document, Grid, Paragraph, Span
from intake.formats import archive
from workflow.record.errors import Unreadable


def read(data: bytes, name: str) -> Document:
    """Every visible sheet in order. Raises Unreadable."""
    if data.startswith(b"PK"):
        archive.check(data, name)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
    except (CalamineError, ValueError, OSError) as error:
        if "assword" in str(error):
            raise Unreadable(f"没有读到任务表：{name}设有密码，请去除密码后再读入。") from None
        raise Unreadable(
            f"没有读到任务表：{name}不是可以打开的表格，请在 Excel 或 WPS 中打开并另存后再读入。"
        ) from None
    document = Document()
    hidden = _hidden_rows(data) if data.startswith(b"PK") else {}
    for meta in book.sheets_metadata:
        if meta.visible is not SheetVisibleEnum.Visible:
            document.notes.append(f"工作表“{meta.name}”是隐藏的，没有读取；如需读取，请取消隐藏后重新读入。")
            continue
        _sheet(book, meta.name, hidden.get(meta.name, set()), document, name)
    return document


def _sheet(book: CalamineWorkbook, title: str, hidden: set[int], document: Document, name: str) -> None:
    sheet = book.get_sheet_by_name(title)
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise Unreadable(
            f"没有读到任务表：{name}的工作表“{title}”有 {sheet.total_height} 行、{sheet.total_width} 列，范围过大；"
            "请删去表格以外的空行空列，另存后再读入。"
        )
    rows = sheet.to_python(skip_empty_area=False)
    merged = {begin: (end[0] - begin[0] + 1, end[1] - begin[1] + 1) for begin, end in sheet.merged_cell_ranges or ()}
    spans = []
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            text = _text(value)
            if text:
                down, across = merged.get((at, column), (1, 1))
                spans.append(Span(at, column, text, down, across))
    if not spans:
        return
    if hidden:
        few = "、".join(str(row) for row in sorted(hidden)[:8])
        more = f"等 {len(hidden)} 行" if len(hidden) > 8 else "行"
        document.notes.append(f"工作表“{title}”第 {few} {more}是隐藏的，已照常读入，请核对是否需要。")
    document.blocks.append(Paragraph(""))
    document.blocks.append(Grid(spans, [f"“{title}”第 {n} 行" for n in range(1, len(rows) + 1)]))


def _hidden_rows(data: bytes) -> dict[str, set[int]]:
    """Rows that somebody has hidden, by sheet; their values are read all the same."""
    try:
        book = openpyxl.load_workbook(BytesIO(data))
        return {
            sheet.title: {row for row, shape in sheet.row_dimensions.items() if shape.hidden}
            for sheet in book.worksheets
        }
    except (KeyError, ValueError, TypeError, OSError, AttributeError):
        return {}  # calamine has read it; only the hint is missing


def _text(value: object) -> str:
    """A cell as it reads: whole numbers without a point, days as days."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, datetime):
        day = f"{value.year}年{value.month}月{value.day}日"
        return day if value.time() == time() else f"{day} {value:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value).replace("_x000D_", "").strip()
