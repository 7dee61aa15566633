"""Old workbooks (.xls, .et): every visible sheet as a grid of what its cells display, by xlrd."""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import Any

import xlrd
from xlrd.biffh import error_text_from_code
from xlrd.compdoc import CompDocError

from intake.blocks import Document
from intake.formats import displayed
from intake.formats.left_out import LeftOut
from intake.formats.sheet import Tab, address, put
from workflow.record.errors import Unreadable

_WHITE = (255, 255, 255)


class _Silent:
    """xlrd writes its doubts about a file to a stream."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return None


def read(data: bytes, name: str) -> Document:
    """Every visible sheet in order. Raises Unreadable."""
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=_Silent())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise Unreadable(f"没有读到任务表：{name}设有密码，请去除密码后再读入。") from None
        raise _broken(name) from None
    except (CompDocError, struct.error, ValueError, IndexError, KeyError, AssertionError, TypeError, AttributeError):
        raise _broken(name) from None
    document, left = Document(), LeftOut()
    for sheet in book.sheets():
        if sheet.visibility:
            left.add("sheet", sheet.name)
        else:
            put(_tab(book, sheet, left), document, left, name)
    document.notes += left.notes()
    return document


def _broken(name: str) -> Unreadable:
    return Unreadable(f"没有读到任务表：{name}不是可以打开的表格，请在 Excel 或 WPS 中打开并另存后再读入。")


def _tab(book: Any, sheet: Any, left: LeftOut) -> Tab:
    tab = Tab(sheet.name)
    tab.merged = [(top, first, bottom - 1, end - 1) for top, bottom, first, end in sheet.merged_cells]
    tab.hidden_rows = {row for row, shape in sheet.rowinfo_map.items() if shape.hidden or shape.height == 0}
    tab.hidden_columns = {column for column, shape in sheet.colinfo_map.items() if shape.hidden or shape.width == 0}
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            if cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                text = _text(book, sheet, cell, (row, column), left)
                if text:
                    tab.cells[row, column] = text
    return tab


def _text(book: Any, sheet: Any, cell: Any, at: tuple[int, int], left: LeftOut) -> str:
    """What a cell displays; why it displays nothing is noted."""
    style, place = book.xf_list[cell.xf_index], f"“{sheet.name}”{address(*at)}"
    code = book.format_map[style.format_key].format_str if style.format_key in book.format_map else ""
    if cell.ctype == xlrd.XL_CELL_ERROR:
        left.add("error", error_text_from_code.get(cell.value, ""), place)
        return ""
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        text = "TRUE" if cell.value else "FALSE"
    elif cell.ctype == xlrd.XL_CELL_TEXT:
        runs = sheet.rich_text_runlist_map.get(at)
        text = displayed.shown_text(_of_runs(book, cell.value, style, runs, left) if runs else cell.value, code)
    else:
        text = displayed.shown(cell.value, code, since_1904=bool(book.datemode))
    text = text.strip()
    unseen = _unseen(book, style)
    if text and unseen and not (cell.ctype == xlrd.XL_CELL_TEXT and at in sheet.rich_text_runlist_map):
        left.add(unseen, text, place)
        return ""
    return text


def _of_runs(book: Any, text: str, style: Any, runs: list[tuple[int, int]], left: LeftOut) -> str:
    """A string without the runs that are struck out; up to the first run stands the cell's own font."""
    pieces = []
    bounds = [(0, style.font_index), *runs, (len(text), 0)]
    for (begin, font), (end, _) in pairwise(bounds):
        piece = text[begin:end]
        if piece and book.font_list[font].struck_out:
            left.add("struck", piece)
        else:
            pieces.append(piece)
    return "".join(pieces)


def _unseen(book: Any, style: Any) -> str:
    font = book.font_list[style.font_index]
    if font.struck_out:
        return "struck"
    ground = style.background
    white = book.colour_map.get(font.colour_index) == _WHITE
    bare = ground.fill_pattern == 0 or book.colour_map.get(ground.pattern_colour_index) == _WHITE
    return "white" if white and bare else ""
