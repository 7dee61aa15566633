"""One row a line, cells between tabs (制表符表格): heads repeated on pages, cells with markup, trailing lines."""

from __future__ import annotations

from intake import columns, furniture, headings
from intake.grid import Cell, Line, Row, Sheet, Table
from intake.wording import squeeze


def header_at(lines: list[Line], at: int) -> tuple[tuple[columns.Column, ...], int] | None:
    """The head that begins at a line, and how many lines it takes (two, where 责任分工 spans 牵头单位 and 配合单位)."""
    text = lines[at].text
    if "\t" not in text or len(text) > 600:
        return None
    cells = text.split("\t")
    below = lines[at + 1].text.split("\t") if at + 1 < len(lines) and len(lines[at + 1].text) < 600 else []
    if len(below) > 1 and not below[0].strip():
        both = [low if low.strip() else high for high, low in zip(cells, below, strict=False)] + cells[len(below) :]
        known = [columns.role_of(cell) for cell in below if cell.strip()]
        head = columns.header_of(both) if known and all(known) else None
        if head:
            return head, 2
    head = columns.header_of(cells)
    return (head, 1) if head else None


def read(lines: list[Line], start: int) -> Sheet:
    """Read from the first head on."""
    sheet = Sheet(before=lines[:start])
    at, gap = start, False
    last_tab = max((i for i, line in enumerate(lines) if "\t" in line.text and line.text.strip()), default=start)
    while at < len(lines):
        head = header_at(lines, at)
        if head:
            _begin(sheet, head[0], lines[at].number)
            at, gap = at + head[1], True
            continue
        line = lines[at]
        if not line.text.strip() or furniture.is_rule(line.text) or furniture.is_page_number(line.text):
            gap = True
        elif "\t" in line.text:
            at += _row(sheet.tables[-1], lines, at, gap) - 1
            gap = False
        elif _loose(sheet, line, gap, at > last_tab):
            gap = False
        else:
            sheet.after = lines[at:]
            break
        at += 1
    return sheet


def _begin(sheet: Sheet, head: tuple[columns.Column, ...], number: int) -> None:
    if not sheet.tables or not columns.same_header(sheet.tables[-1].columns, head):
        sheet.tables.append(Table(head, line=number))


def _row(table: Table, lines: list[Line], at: int, gap: bool) -> int:
    """Add the row at a line; returns how many lines it took, where a line break inside a cell cut it in pieces."""
    width = len(table.columns)
    text, taken = lines[at].text, 1
    units = columns.positions(table.columns, "lead", "responsible")
    while text.count("\t") < width - 1 and at + taken < len(lines) and taken < 20:
        cells = text.split("\t")
        following = lines[at + taken].text
        if (
            any(u < len(cells) and cells[u].strip() for u in units)
            or following.count("\t") + text.count("\t") > width - 1
        ):
            break
        if (
            not following.strip()
            or following.startswith("\t")
            or headings.number_of(following)
            or header_at(lines, at + taken)
        ):
            break
        text, taken = text + "\n" + following, taken + 1
    if taken > 1 and text.count("\t") != width - 1:
        text, taken = lines[at].text, 1
    number = lines[at].number
    cells_at: list[Cell] = []
    line = number
    for piece in text.split("\t"):
        end = line + piece.count("\n")
        cells_at.append(Cell(piece, line, end))
        line = end
    table.add(Row(cells_at, number, line, gap))
    return taken


def _loose(sheet: Sheet, line: Line, gap: bool, past_the_rows: bool) -> bool:
    """A line without tabs: a heading, the rest of the last cell, something between pages, or the end of the table."""
    table = sheet.tables[-1]
    if furniture.is_footer(line.text) and past_the_rows:
        return False
    if headings.is_section(line.text) and len(squeeze(line.text)) <= 120 and not past_the_rows:
        table.add(Row([Cell(line.text, line.number, line.number)], line.number, line.number, gap))
        return True
    if table.rows and not gap:
        row = table.rows[-1]
        last = (row.filled() or [0])[-1]
        row.cells[last] = row.cells[last].joined(Cell(line.text, line.number, line.number), "\n")
        row.line_end = line.number
        return True
    if past_the_rows:
        return False
    sheet.stray.append(line)
    return True
