"""What every file format is brought to (版面块): paragraphs and grids in the order of print, each line with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from intake import columns, furniture, grid, headings, layout, tables
from intake.folding import clean, simplified
from intake.grid import Cell, Line, Row, Sheet, Table
from intake.segments import join_units
from intake.wording import TERMINAL, squeeze

HEAD_WITHIN = 300
"""Rows of a grid among which its head may stand: a workbook has the whole notice above it."""
SOFT = grid.SOFT
"""For the readers of formats: a line of a cell that was merely full."""
MAX_CELLS = 2_000_000


@dataclass(frozen=True)
class Span:
    """One printed cell (单元格): where it begins in the grid, how far it is merged, what it says."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1


@dataclass
class Grid:
    """A table of a file (表格): its cells, and a Chinese label of the place of each row."""

    spans: list[Span]
    places: list[str] = field(default_factory=list)
    goes_on: bool = False
    """True where a page break may have cut the first row off from the grid before."""
    open_end: bool = False
    """True where the last row has no lower rule: it certainly goes on in the next grid."""

    def across(self, width: int) -> set[int]:
        """Rows that are one cell across a table of this width."""
        return {span.row for span in self.spans if span.columns >= width > 2 and span.rows == 1}

    def matrix(self) -> tuple[list[list[str]], list[list[str]]]:
        """(read, shown): a merged cell's value goes to every row under it, across it stands once; shown stands once."""
        height = max((span.row + span.rows for span in self.spans), default=0)
        width = max((span.column + span.columns for span in self.spans), default=0)
        if height * width > MAX_CELLS:
            height = min(height, MAX_CELLS // max(width, 1))
        read, shown = ([[""] * width for _ in range(height)] for _ in range(2))
        for span in self.spans:
            for row in range(span.row, min(span.row + span.rows, height)):
                read[row][span.column] = span.text
            if span.row < height:
                shown[span.row][span.column] = span.text
        return read, shown


@dataclass(frozen=True)
class Paragraph:
    """A line of text outside tables (段落)."""

    text: str
    place: str = ""


@dataclass
class Document:
    """A file as blocks, with what its reader had to leave out."""

    blocks: list[Paragraph | Grid] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Sentences for the office: hidden rows and sheets, recognised scans."""
    unsure: dict[str, list[str]] = field(default_factory=dict)
    """By place, what recognition is not sure of; an empty text for a cell whose words it did not make out."""

    def clean(self) -> None:
        """Bring the words of every block to how they read."""
        for at, block in enumerate(self.blocks):
            if isinstance(block, Paragraph):
                self.blocks[at] = replace(block, text=clean(block.text))
            else:
                block.spans = [replace(span, text=clean(span.text)) for span in block.spans]
        self.unsure = {place: [clean(piece) for piece in pieces] for place, pieces in self.unsure.items()}


@dataclass
class Laid:
    """A document laid out as lines (排好的文本), beside the sheet that was made of it."""

    sheet: Sheet | None
    printed: list[str]
    places: dict[int, str]
    readings: list[layout.Reading] = field(default_factory=list)

    def line(self, text: str, place: str) -> Line:
        """Write one more line and say where it stands; the line as the grammar reads it."""
        self.printed.append(text)
        if place:
            self.places[len(self.printed)] = place
        return Line(len(self.printed), simplified(text))


def lay_out(document: Document) -> Laid:
    """Lines for people, tables for the assembly."""
    laid = Laid(None, [], {})
    sheet = Sheet()
    pending: list[Line] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            line = laid.line(block.text, block.place)
            (pending if sheet.tables else sheet.before).append(line)
            continue
        if _take(block, sheet, laid, pending):
            pending = []
    sheet.after = pending
    if not sheet.tables:
        laid.readings = layout.readings(layout.lines_of(simplified("\n".join(laid.printed))))
        laid.sheet = laid.readings[0].sheet if laid.readings else None
        return laid
    for table in sheet.tables:
        table.settle()
    laid.sheet = sheet
    return laid


def _take(block: Grid, sheet: Sheet, laid: Laid, pending: list[Line]) -> bool:
    """Put a grid's rows under its head or under that of the grid before; False where it has neither."""
    read, shown = block.matrix()
    lines = [
        laid.line("\t".join(" ".join(cell.replace(SOFT, "").split()) for cell in row), place)
        for row, place in zip(shown, [*block.places, *[""] * len(shown)], strict=False)
    ]
    read = [[simplified(cell) for cell in row] for row in read]
    if 3 <= len(read) <= 40 and columns.is_head([_plain(row[0]) for row in read if row]):
        lines = [lines[0]] * len(read[0])
        read = [list(cells) for cells in zip(*read, strict=True)]
    at = next(
        (at for at in range(min(HEAD_WITHIN, len(read))) if columns.header_of([_plain(cell) for cell in read[at]])),
        None,
    )
    if at is None:
        if sheet.tables and _same_width(sheet.tables[-1], read):
            above = _headings(pending, sheet)
            _add(sheet, block, above, read, lines, 0)
            return True
        (sheet.stray if sheet.tables else sheet.before).extend(line for line in lines if line.text.strip())
        return False
    head, start = _head(read, at)
    titles = [line for line in lines[:at] if line.text.strip()]
    names = tuple(squeeze(line.text) for line in (*pending, *titles) if tables.is_title(line.text))
    other = bool(sheet.tables and names) and names[-1] != tables.tables_name(sheet)
    if sheet.tables and not other and columns.same_header(sheet.tables[-1].columns, head):
        above = _headings([*pending, *titles], sheet)
    else:
        if sheet.tables:
            above = _headings([line for line in (*pending, *titles) if not tables.is_title(line.text)], sheet)
        else:
            above = _last_heading(sheet.before)
            sheet.before.extend(titles)
        sheet.tables.append(Table(head, line=lines[at].number, names=names if sheet.tables else ()))
    _add(sheet, block, above, read, lines, start)
    return True


def _head(read: list[list[str]], at: int) -> tuple[tuple[columns.Column, ...], int]:
    """The head and where the rows begin: the lowest of two head rows has the names where cells are merged downwards."""
    head, below = (columns.header_of([_plain(cell) for cell in row]) for row in (*read[at : at + 2], [], [])[:2])
    return (below, at + 2) if below else (head or (), at + 1)


def _same_width(table: Table, read: list[list[str]]) -> bool:
    return bool(read) and abs(len(read[0]) - len(table.columns)) <= 1


def _headings(pending: Iterable[Line], sheet: Sheet) -> list[Line]:
    """Of the lines between two grids, those that head rows; the others are kept as stray."""
    above = []
    for line in pending:
        if headings.is_section(line.text) and len(squeeze(line.text)) <= 120:
            above.append(line)
        elif line.text.strip() and not furniture.is_page_number(line.text) and not furniture.is_rule(line.text):
            sheet.stray.append(line)
    return above


def _last_heading(before: list[Line]) -> list[Line]:
    """A short numbered heading right above the first table belongs to its rows."""
    last = next((line for line in reversed(before) if line.text.strip()), None)
    plain = squeeze(last.text) if last else ""
    if last and headings.is_section(plain) and len(plain) <= 60 and plain[-1] not in TERMINAL:
        before.remove(last)
        return [last]
    return []


def _add(sheet: Sheet, block: Grid, above: list[Line], read: list[list[str]], lines: list[Line], start: int) -> None:
    """Put the rows of a grid from ``start`` on into the last table, under the headings that stand above it."""
    table, cut = sheet.tables[-1], block.goes_on and not above
    torn, wide = sheet.torn and cut, block.across(len(table.columns))
    sheet.torn = block.open_end
    for line in above:
        table.add(Row([Cell(line.text, line.number, line.number)], line.number, line.number))
    for at, (cells, line) in enumerate(zip(read[start:], lines[start:], strict=False), start=start):
        head = columns.header_of([_plain(cell) for cell in cells])
        if head and columns.same_header(table.columns, head):
            continue
        if any(cell.strip() for cell in cells):
            made = [
                _cell(text, column.role, line) for text, column in zip(cells, _wide(table, len(cells)), strict=True)
            ]
            row = Row(made, line.number, line.number, after_gap=cut, across=at in wide)
            if torn and table.rows and len(table.rows[-1].cells) == len(row.cells):
                table.rows[-1].go_on(row)
            else:
                table.add(row)
            cut = torn = False


def _plain(text: str) -> str:
    return text.replace(SOFT, "")


def _wide(table: Table, width: int) -> list[columns.Column]:
    """The columns of the head, and as many without a name as a row has more."""
    return [*table.columns[:width], *[columns.Column("other", "")] * (width - len(table.columns))]


def _cell(text: str, role: columns.Role, line: Line) -> Cell:
    lines = text.split(SOFT)
    said = join_units(lines) if role in ("lead", "responsible") else "".join(lines)
    return Cell(said, line.number, line.number)
