"""One sheet of any workbook (工作表): its visible cells as a grid, what is hidden, struck out or wrong told apart."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from intake.blocks import MAX_CELLS, Document, Grid, Paragraph, Span
from intake.formats.left_out import LeftOut
from workflow.record.errors import Unreadable

MAX_ROWS, MAX_COLUMNS = 1 << 20, 1 << 14
"""What a workbook can hold."""
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells, from 0."""


@dataclass
class Tab:
    """A sheet as its file tells it; rows and columns count from 0."""

    title: str
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def address(row: int, column: int) -> str:
    """``D5`` for the fifth row's fourth cell."""
    return f"{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """``A`` for column 0, ``AA`` for 26."""
    said = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said


def put(tab: Tab, document: Document, left: LeftOut, name: str) -> None:
    """Add the sheet to the document. Raises Unreadable where it is too large to be a table."""
    covers = _covers(tab)
    covered = {cell for area in tab.merged for cell in _inside(area, tab)} - {area[:2] for area in tab.merged}
    cells = {at: text for at, text in tab.cells.items() if text and at not in covered}
    if not cells:
        return
    bottom, right = (max(at[axis] for at in cells) for axis in (0, 1))
    if bottom >= MAX_ROWS or right >= MAX_COLUMNS:
        raise Unreadable(
            f"没有读到任务表：{name}的工作表“{tab.title}”的行号或列号超出了表格的范围，请在 Excel 中另存后再读入。"
        )
    _tell(tab, cells, left)
    rows = [n for n in range(bottom + 1) if n not in tab.hidden_rows]
    columns = [n for n in range(right + 1) if n not in tab.hidden_columns]
    if len(rows) * len(columns) > MAX_CELLS:
        raise Unreadable(
            f"没有读到任务表：{name}的工作表“{tab.title}”有 {len(rows)} 行、{len(columns)} 列，范围过大；"
            "请删去表格以外的空行空列，另存后再读入。"
        )
    spans = []
    for (row, column), text in sorted(cells.items()):
        last_row, last_column = covers.get((row, column), (row, column))
        top, left_at = bisect_left(rows, row), bisect_left(columns, column)
        down, across = bisect_left(rows, last_row + 1) - top, bisect_left(columns, last_column + 1) - left_at
        if down > 0 and across > 0:
            spans.append(Span(top, left_at, text, down, across))
    if spans:
        document.blocks.append(Paragraph(""))
        document.blocks.append(Grid(spans, [f"“{tab.title}”第 {n + 1} 行" for n in rows], tab.title))


def _covers(tab: Tab) -> dict[tuple[int, int], tuple[int, int]]:
    """Where the merged cells end that begin at a place."""
    return {(top, left): (bottom, right) for top, left, bottom, right in tab.merged}


def _inside(area: Area, tab: Tab) -> list[tuple[int, int]]:
    """The written cells under a merged one: few, however far it reaches."""
    top, left, bottom, right = area
    if (bottom - top + 1) * (right - left + 1) > len(tab.cells):
        return [(r, c) for r, c in tab.cells if top <= r <= bottom and left <= c <= right]
    return [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1) if (r, c) in tab.cells]


def _tell(tab: Tab, cells: dict[tuple[int, int], str], left: LeftOut) -> None:
    """Say which rows and columns are hidden and held words."""
    filled_rows: dict[int, str] = {}
    filled_columns: dict[int, str] = {}
    covers = _covers(tab)
    for (row, column), text in sorted(cells.items()):
        filled_rows.setdefault(row, "")
        if covers.get((row, column), (row, column))[1] == column:
            filled_columns.setdefault(column, text)
    for row in sorted(tab.hidden_rows & filled_rows.keys()):
        left.add("row", "", f"“{tab.title}”第 {row + 1} 行")
    for column in sorted(tab.hidden_columns & filled_columns.keys()):
        left.add("column", filled_columns[column], f"“{tab.title}”{letters(column)} 列")
