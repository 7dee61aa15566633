"""Workbooks of Excel 2003 saved as XML (Excel 2003 XML 表格): every visible sheet as a grid of what its cells display."""

from __future__ import annotations

from typing import Any

from lxml import etree

from intake.blocks import Document
from intake.formats import displayed
from intake.formats.left_out import LeftOut
from intake.formats.package import tree
from intake.formats.sheet import Tab, address, put
from workflow.record.errors import Unreadable

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_NAMED = {
    "General Date": "yyyy/m/d h:mm", "Short Date": "yyyy/m/d", "Medium Date": 'yyyy"年"m"月"d"日"',
    "Long Date": 'yyyy"年"m"月"d"日"', "Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00",
    "Short Time": "h:mm", "Long Time": "h:mm:ss", "Medium Time": "h:mm", "Scientific": "0.00E+00", "General": "",
}  # fmt: skip


def read(data: bytes, name: str) -> Document:
    """Every visible sheet in order. Raises Unreadable."""
    try:
        root = tree(data, name)
        styles = {one.get(f"{_SS}ID", ""): one for one in root.iter(f"{_SS}Style")}
        document, left = Document(), LeftOut()
        for sheet in root.iter(f"{_SS}Worksheet"):
            title = sheet.get(f"{_SS}Name", "")
            if sheet.findtext(f"{_X}WorksheetOptions/{_X}Visible", "") in ("SheetHidden", "SheetVeryHidden"):
                left.add("sheet", title)
            else:
                put(_tab(sheet, title, styles, left), document, left, name)
    except (etree.XMLSyntaxError, ValueError, AttributeError):
        raise Unreadable(
            f"没有读到任务表：{name}是 Excel 2003 XML 表格，但内容不完整；请在 Excel 中打开并另存为 .xlsx 后再读入。"
        ) from None
    document.notes += left.notes()
    return document


def _tab(sheet: Any, title: str, styles: dict[str, Any], left: LeftOut) -> Tab:
    tab, column = Tab(title), -1
    for node in sheet.iter(f"{_SS}Column"):
        first = int(node.get(f"{_SS}Index", column + 2)) - 1
        column = first + int(node.get(f"{_SS}Span", 0))
        if node.get(f"{_SS}Hidden") == "1":
            tab.hidden_columns.update(range(first, min(column, 16_384) + 1))
    row = -1
    for node in sheet.iter(f"{_SS}Row"):
        first = int(node.get(f"{_SS}Index", row + 2)) - 1
        row = first + int(node.get(f"{_SS}Span", 0))
        if node.get(f"{_SS}Hidden") == "1":
            tab.hidden_rows.update(range(first, min(row, 1_048_576) + 1))
        _row(node, first, tab, styles, left)
    return tab


def _row(node: Any, row: int, tab: Tab, styles: dict[str, Any], left: LeftOut) -> None:
    column = -1
    for cell in node.iterchildren(f"{_SS}Cell"):
        column = int(cell.get(f"{_SS}Index", column + 2)) - 1
        across, down = int(cell.get(f"{_SS}MergeAcross", 0)), int(cell.get(f"{_SS}MergeDown", 0))
        if across or down:
            tab.merged.append((row, column, row + down, column + across))
        text = _text(cell, styles, f"“{tab.title}”{address(row, column)}", left)
        if text:
            tab.cells[row, column] = text
        column += across


def _text(cell: Any, styles: dict[str, Any], place: str, left: LeftOut) -> str:
    data = cell.find(f"{_SS}Data")
    if data is None:
        if cell.get(f"{_SS}Formula"):
            left.add("uncounted", "", place)
        return ""
    kind, text = data.get(f"{_SS}Type"), "".join(data.itertext())
    if kind == "Error":
        left.add("error", text, place)
        return ""
    style = styles.get(cell.get(f"{_SS}StyleID", "Default"))
    code = _property(style, styles, "NumberFormat", "Format")
    code = _NAMED.get(code, code)
    if kind == "Number":
        text = displayed.shown(float(text), code)
    elif kind == "DateTime":
        text = displayed.shown(displayed.serial(text), code or "yyyy/m/d")
    elif kind == "Boolean":
        text = "TRUE" if text == "1" else "FALSE"
    if text.strip() and _property(style, styles, "Font", "StrikeThrough") == "1":
        left.add("struck", text, place)
        return ""
    return text.strip()


def _property(style: Any, styles: dict[str, Any], tag: str, name: str) -> str:
    """A property of a style, or of the one it rests on."""
    for _ in range(8):
        if style is None:
            return ""
        node = style.find(f"{_SS}{tag}")
        if node is not None and node.get(f"{_SS}{name}") is not None:
            return str(node.get(f"{_SS}{name}"))
        style = styles.get(style.get(f"{_SS}Parent", ""))
    return ""
