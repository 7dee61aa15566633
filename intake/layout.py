"""Which of the known shapes a document has (版式): tab rows, one cell a line, or text flowed out of a PDF."""

from __future__ import annotations

from intake import celllines, flowed, piped, prose, tabbed
from intake.grid import Line, Sheet


def lines_of(text: str) -> list[Line]:
    """The lines with their numbers."""
    return [Line(number, line) for number, line in enumerate(text.split("\n"), start=1)]


def read(text: str) -> Sheet | None:
    """The tables of a document, read by the first layout whose head is found; None where there is no head."""
    sheet = _sheet(lines_of(text))
    for table in sheet.tables if sheet else []:
        table.settle()
    return sheet


def _sheet(lines: list[Line]) -> Sheet | None:
    barred = piped.read_cells(lines)
    if barred:
        return barred
    lines = piped.as_rows(lines) or lines
    for at, line in enumerate(lines):
        if not line.text.strip():
            continue
        if "\t" in line.text:
            if tabbed.header_at(lines, at):
                return tabbed.read(lines, at)
            if celllines.header_at(lines, at):
                return celllines.read(lines, at)
        elif flowed.header_at(lines, at):
            return flowed.read(lines, at)
    return prose.read(lines)
