"""Grids among paragraphs, brought to tables (表格成表): each is seen in the way that costs least, or as it is pointed at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from intake import columns, furniture, headings, layout, tables, views
from intake.blocks import SOFT, Document, Grid, Paragraph
from intake.folding import simplified
from intake.grid import Cell, Line, Row, Sheet, Table
from intake.segments import join_units
from intake.views import Rows, View
from intake.wording import TERMINAL, squeeze
from workflow.record.published import Pointing


@dataclass
class Laid:
    """A document laid out as lines (排好的文本), beside all readings of it, the best first."""

    printed: list[str] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)
    readings: list[layout.Reading] = field(default_factory=list)

    def line(self, text: str, place: str) -> Line:
        """Write one more line and say where it stands; the line as the grammar reads it."""
        self.printed.append(text)
        if place:
            self.places[len(self.printed)] = place
        return Line(len(self.printed), simplified(text))


@dataclass(frozen=True)
class Part:
    """A paragraph, or a grid with its rows (一块)."""

    lines: list[Line]
    block: Grid | None = None
    rows: Rows = field(default_factory=lambda: Rows([], []))


def lay_out(document: Document, pointed: Pointing | None = None) -> Laid:
    """Lines for people, tables for the assembly."""
    laid = Laid()
    parts = [_part(block, laid) for block in document.blocks]
    sheet = _sheet(parts, pointed or Pointing())
    if sheet.tables:
        for table in sheet.tables:
            table.settle()
        laid.readings = [layout.Reading("grids", sheet, 0.0)]
    else:
        laid.readings = layout.readings(layout.lines_of(simplified("\n".join(laid.printed))))
    return laid


def _part(block: Paragraph | Grid, laid: Laid) -> Part:
    if isinstance(block, Paragraph):
        return Part([laid.line(block.text, block.place)])
    read, shown = block.matrix()
    lines = [
        laid.line("\t".join(" ".join(cell.replace(SOFT, "").split()) for cell in row), place)
        for row, place in zip(shown, [*block.places, *[""] * len(shown)], strict=False)
    ]
    cells = [[simplified(cell) for cell in row] for row in read]
    width = len(cells[0]) if cells else 0
    return Part(lines, block, Rows(cells, lines, block.across(width)))


def _sheet(parts: list[Part], pointed: Pointing) -> Sheet:
    """The grids as tables, the paragraphs around them as lines."""
    sheet = Sheet()
    pending: list[Line] = []
    for part in parts:
        if part.block is None:
            (pending if sheet.tables else sheet.before).extend(part.lines)
        elif _take(part, _seen(part, pointed), sheet, pending):
            pending = []
    sheet.after = pending
    return sheet


def _seen(part: Part, pointed: Pointing) -> View | None:
    """The way in which a grid is seen."""
    if part.block is None or (pointed.sheet and pointed.sheet != part.block.name):
        return None
    if pointed.head_row is not None or pointed.roles:
        return views.pointed(part.rows, pointed.head_row, pointed.roles)
    return next(views.views(part.rows), None)


def _take(part: Part, view: View | None, sheet: Sheet, pending: list[Line]) -> bool:
    """Put a grid's rows under its head or under that of the grid before; False where it has neither."""
    if view is None:
        if sheet.tables and part.rows.cells and abs(part.rows.width - len(sheet.tables[-1].columns)) <= 1:
            _add(sheet, part, _headings(pending, sheet), part.rows)
            return True
        (sheet.stray if sheet.tables else sheet.before).extend(line for line in part.lines if line.text.strip())
        return False
    titles = [line for line in part.lines[: view.at] if line.text.strip()]
    names = tuple(squeeze(line.text) for line in (*pending, *titles) if tables.is_title(line.text))
    other = bool(sheet.tables and names) and names[-1] != tables.tables_name(sheet)
    if sheet.tables and not other and columns.same_header(sheet.tables[-1].columns, view.head):
        above = _headings([*pending, *titles], sheet)
    else:
        if sheet.tables:
            above = _headings([line for line in (*pending, *titles) if not tables.is_title(line.text)], sheet)
        else:
            above = _last_heading(sheet.before)
            sheet.before.extend(titles)
        sheet.tables.append(Table(view.head, line=view.line, names=names if sheet.tables else ()))
    _add(sheet, part, above, view.rows)
    return True


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


def _add(sheet: Sheet, part: Part, above: list[Line], rows: Rows) -> None:
    """Put rows into the last table, under the headings that stand above them."""
    table, block = sheet.tables[-1], part.block
    cut = block is not None and block.goes_on and not above
    torn = sheet.torn and cut
    sheet.torn = block is not None and block.open_end
    for line in above:
        table.add(Row([Cell(line.text, line.number, line.number)], line.number, line.number))
    for at, (cells, line) in enumerate(zip(rows.cells, rows.lines, strict=False)):
        head = columns.header_of(views.plain(cells))
        if head and columns.same_header(table.columns, head):
            continue
        if any(cell.strip() for cell in cells):
            made = [
                _cell(text, column.role, line) for text, column in zip(cells, _wide(table, len(cells)), strict=True)
            ]
            row = Row(made, line.number, line.number, after_gap=cut, across=at in rows.across)
            if torn and table.rows and len(table.rows[-1].cells) == len(row.cells):
                table.rows[-1].go_on(row)
            else:
                table.add(row)
            cut = torn = False


def _wide(table: Table, width: int) -> list[columns.Column]:
    """The columns of the head, and as many without a name as a row has more."""
    return [*table.columns[:width], *[columns.Column("other", "")] * (width - len(table.columns))]


def _cell(text: str, role: columns.Role, line: Line) -> Cell:
    lines = text.split(SOFT)
    said = join_units(lines) if role in ("lead", "responsible") else "".join(lines)
    return Cell(said, line.number, line.number)
