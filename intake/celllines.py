"""One cell a line, set in by a tab (每格一行): lines without a tab go on with the cell, blank lines part the rows."""

from __future__ import annotations

from collections import Counter

from intake import columns, furniture
from intake.grid import Cell, Line, Row, Sheet, Table


def is_cell(text: str) -> bool:
    """Whether a line opens a cell: a tab first, none after it."""
    return text.startswith("\t") and "\t" not in text.strip("\t").strip()


def header_at(lines: list[Line], at: int) -> tuple[tuple[columns.Column, ...], int] | None:
    """The head that begins at a line, one name a line, and how many lines it takes."""
    if not is_cell(lines[at].text):
        return None
    names: list[str] = []
    end = at
    while end < len(lines) and is_cell(lines[end].text) and len(names) <= 40:
        names.append(lines[end].text.strip())
        end += 1
    best = None
    for width in range(2, len(names) + 1):
        if names[width - 1] and columns.role_of(names[width - 1]) is None:
            break
        head = columns.header_of(names[:width])
        best = (head, width) if head and all(names[:width]) else best
    return best


def read(lines: list[Line], start: int) -> Sheet:
    """Read from the first head on."""
    sheet = Sheet(before=lines[:start])
    at, blanks = start, 0
    row: list[Cell] = []
    width = _usual_width(lines[start:])
    last_cell = max((i for i, line in enumerate(lines) if line.text.startswith("\t")), default=start)
    while at < len(lines):
        line = lines[at]
        head = header_at(lines, at) if not row or blanks else None
        if head:
            _flush(sheet, row, width)
            if not sheet.tables or not columns.same_header(sheet.tables[-1].columns, head[0]):
                sheet.tables.append(Table(head[0], line=line.number))
            at, blanks = at + head[1], 1
            continue
        if line.text.startswith("\t"):
            if row and (len(row) >= max(width, len(sheet.tables[-1].columns)) or blanks):
                _flush(sheet, row, width)
            row.append(Cell(line.text.strip(), line.number, line.number))
            blanks = 0
        elif not line.text.strip() or furniture.is_page_number(line.text) or furniture.is_rule(line.text):
            blanks += 1
        elif _ends(sheet, row, line, blanks, at > last_cell):
            sheet.after = lines[at:]
            break
        elif row:
            more = Cell(line.text, line.number, line.number)
            row[-1] = row[-1].joined(more, "\n" * max(1, line.number - row[-1].line_end))
            blanks = 0
        else:
            sheet.stray.append(line)
        at += 1
    _flush(sheet, row, width)
    return sheet


def _usual_width(lines: list[Line]) -> int:
    """How many cells stand between two gaps in most rows: more than names in a head with merged cells."""
    sizes: Counter[int] = Counter()
    size, blank = 0, True
    for line in lines:
        if line.text.startswith("\t"):
            if blank and size:
                sizes[size] += 1
                size = 0
            size += 1
        blank = not line.text.strip() and not line.text.startswith("\t")
    sizes[size] += 1
    common = sizes.most_common(1)[0]
    return common[0] if common[1] * 2 > sum(sizes.values()) else 0


def _ends(sheet: Sheet, row: list[Cell], line: Line, blanks: int, past_the_cells: bool) -> bool:
    """Whether a line without a tab stands below the table."""
    if not past_the_cells:
        return False
    full = len(row) >= len(sheet.tables[-1].columns)
    return furniture.is_footer(line.text) or (full and blanks >= 1) or blanks >= 3


def _flush(sheet: Sheet, row: list[Cell], width: int) -> None:
    """Close a row; one with too few cells had its merged cells left out, which stand on the left."""
    if not row:
        return
    table = sheet.tables[-1]
    missing = max(len(table.columns), width) - len(row)
    cells = list(row)
    short = missing > 0 and len([cell for cell in row if cell.text]) > 1
    if short:
        cells = [Cell("", row[0].line, row[0].line)] * missing + cells
    table.add(Row(cells, row[0].line, row[-1].line_end, after_gap=True))
    table.rows[-1].ragged = short
    row.clear()
