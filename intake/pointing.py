"""A file before anything is understood (原始表格): its grids as a person sees them, to point at a head and columns."""

from __future__ import annotations

import csv
import re

from intake import formats
from intake.blocks import Document, Grid, Span
from intake.decode import decode
from intake.grammar import furniture
from intake.grammar.folding import clean
from workflow.record.published import SEPARATORS, Pointing, RawGrid

_MARKS = {
    "tab": r"\t",
    "bar": r"[|｜│┃]",
    "comma": r"[,，]",
    "semicolon": r"[;；]",
    "wide": r" {2,}|\t+|\u3000+",
    "blank": " ",
}
SHOWN = 400
"""Rows of a grid that are shown for pointing."""


def grids_of(data: bytes, name: str, pointed: Pointing) -> tuple[RawGrid, ...]:
    """Every grid of a file; of a plain text, one for each separator that parts it. Raises Unreadable."""
    reader = None if pointed.encoding or pointed.separator else formats.reader_of(data, name)
    if reader is not None:
        document = reader(data, name)
        document.clean()
        return tuple(_raw(grid, "") for grid in document.grids)
    text = clean(decode(data, name, pointed.encoding))
    marks = [pointed.separator] if pointed.separator else list(SEPARATORS)
    found = [(mark, parted(text, mark)) for mark in marks]
    return tuple(_raw(grid, mark) for mark, grid in found if mark == pointed.separator or _parts(grid))


def parted(text: str, mark: str) -> Grid:
    """A plain text as one grid: a row a line, cells between the marks of a kind."""
    lines = text.split("\n")
    cut = [[] if furniture.is_rule(line) else _cells(line, mark) for line in lines]
    parted = [cells for cells in cut if len(cells) > 1]
    if mark == "bar" and all(not cells[0] for cells in parted):
        cut = [cells[1:] if len(cells) > 1 else cells for cells in cut]
    spans = [Span(at, n, cell) for at, cells in enumerate(cut) for n, cell in enumerate(cells) if cell]
    return Grid(spans, [f"第 {at} 行" for at in range(1, len(lines) + 1)], f"按{SEPARATORS[mark]}分格")


def document_of(text: str, pointed: Pointing) -> Document:
    """A plain text as a person says it is parted."""
    return Document([parted(text, pointed.separator)])


def _cells(line: str, mark: str) -> list[str]:
    if mark in ("comma", "semicolon") and '"' in line:
        return [cell.strip() for cell in next(csv.reader([line], delimiter="," if mark == "comma" else ";"), [])]
    return [cell.strip() for cell in re.split(_MARKS[mark], line.rstrip())]


def _parts(grid: Grid) -> bool:
    """Whether the marks part most of what is printed."""
    rows = [span.row for span in grid.spans]
    wide = {span.row for span in grid.spans if span.column}
    return len(wide) > 1 and len(wide) * 2 >= len(set(rows))


def _raw(grid: Grid, separator: str) -> RawGrid:
    _, shown = grid.matrix()
    rows = tuple(tuple(" ".join(cell.split()) for cell in row) for row in shown[:SHOWN])
    return RawGrid(grid.name, rows, separator)
