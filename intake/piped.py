"""Tables copied out of web pages (竖线表格): cells parted by ``|``, a row a line, or every cell and bar on its own line."""

from __future__ import annotations

from intake import columns, segments
from intake.grid import Cell, Line, Row, Sheet, Table

FEWEST = 2
"""Rows or cells below which bars are no table."""


def as_rows(lines: list[Line]) -> list[Line] | None:
    """The same lines with tabs for bars, where the bars part the cells of a head and of rows under it."""
    barred = [_cells(line.text) for line in lines if _cells(line.text)]
    head = next((cells for cells in barred if columns.header_of(_filled(cells))), None)
    if head is None or len(barred) < FEWEST:
        return None
    width = 0 if head[-1] else max(len(_filled(cells)) for cells in barred)
    return [Line(line.number, _row(line.text, width)) for line in lines]


def _row(text: str, width: int) -> str:
    """A line with tabs. Where the head itself ends in empty cells, every row lacks its merged cells on the left."""
    cells = _cells(text)
    if not cells:
        return text
    if set(text) <= set("|-:： \t"):
        return ""
    if width:
        cells = _filled(cells)
        if columns.header_of(cells) is None:
            cells = [""] * (width - len(cells)) + cells
    return "\t".join(cells)


def _filled(cells: list[str]) -> list[str]:
    """Without the empty cells at the end."""
    size = max((at for at, cell in enumerate(cells, start=1) if cell), default=0)
    return cells[:size]


def _cells(text: str) -> list[str]:
    plain = text.strip().replace("｜", "|")
    if plain.count("|") < FEWEST:
        return []
    return [cell.strip() for cell in plain.removeprefix("|").removesuffix("|").split("|")]


def read_cells(lines: list[Line]) -> Sheet | None:
    """A table whose bars stand on lines of their own; merged cells were left out of it, on the left of their rows."""
    if sum(line.text.strip() in ("|", "｜") for line in lines) < FEWEST * 3:
        return None
    before, cells, after = _stream(lines)
    for start in range(min(len(cells), 40)):
        names = [cell.text for cell in cells[start : start + 12]]
        names = names[: next((n for n, name in enumerate(names) if columns.role_of(name) is None), len(names))]
        head = columns.header_of(names)
        if head:
            sheet = Sheet(before=before, after=after)
            sheet.before += [Line(cell.line, cell.text) for cell in cells[:start]]
            sheet.tables.append(Table(head, line=cells[start].line))
            _fill(sheet.tables[0], cells[start + len(head) :])
            return sheet
    return None


def _stream(lines: list[Line]) -> tuple[list[Line], list[Cell], list[Line]]:
    """The lines before the first cell, the cells, the lines after the last bar."""
    bars = [at for at, line in enumerate(lines) if line.text.strip() in ("|", "｜")]
    first = bars[0]
    while first > 0 and not lines[first - 1].text.strip():
        first -= 1
    cells: list[Cell] = []
    open_cell = Cell()
    for line in lines[max(first - 1, 0) : bars[-1] + 1]:
        if line.text.strip() in ("|", "｜"):
            cells.append(open_cell)
            open_cell = Cell("", line.number, line.number)
        elif line.text.strip():
            open_cell = open_cell.joined(Cell(line.text.strip(), line.number, line.number), "\n")
    after = lines[bars[-1] + 1 :]
    last = next((at for at, line in enumerate(after) if line.text.strip()), None)
    if last is not None and len(after) - last <= 2:  # the last cell has no bar behind it
        cells.append(Cell(after[last].text.strip(), after[last].number, after[last].number))
        after = after[last + 1 :]
    return lines[: max(first - 1, 0)], cells, after


def _fill(table: Table, cells: list[Cell]) -> None:
    """Part the cells into rows: as many as the head has, or, with cells left out, where the last column ends."""
    width = len(table.columns)
    role = table.columns[-1].role
    rows: list[list[Cell]] = [cells[at : at + width] for at in range(0, len(cells), width)]
    if not all(len(row) == width and _fits(row[-1].text, role) for row in rows):
        rows = [[]]
        for at, cell in enumerate(cells):
            rows[-1].append(cell)
            following = cells[at + 1].text if at + 1 < len(cells) else ""
            if len(rows[-1]) > 1 and _fits(cell.text, role) and not (following and _fits(following, role)):
                rows.append([])
    rows = [row for row in rows if any(cell.text for cell in row)]
    widest = min(max((len(row) for row in rows), default=width), width + 2)
    for row in rows:
        padded = [Cell("", row[0].line, row[0].line)] * (widest - len(row)) + row
        table.add(Row(padded, row[0].line or row[-1].line, row[-1].line_end))


def _fits(text: str, role: columns.Role) -> bool:
    """Whether a cell may stand in the last column."""
    if role == "deadline":
        return segments.reads_as_deadline(text)
    return role not in ("lead", "responsible") or (bool(text) and segments.reads_as_units(text))
