"""Grids among paragraphs, brought to tables (表格成表): each is seen in the way that costs least, or as it is pointed at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from intake.blocks import SOFT, Document, Grid, Paragraph
from intake.grammar import columns, furniture, headings
from intake.grammar.folding import simplified
from intake.grammar.wording import squeeze
from intake.grid import Cell, Line, Row, Sheet, Table
from intake.layouts import hypotheses, marks, signature, tables, views
from intake.layouts.streams import Printed, Stream
from intake.layouts.views import Rows, View, filled
from intake.layouts.weighing import weigh
from workflow.record.published import Pointing


@dataclass
class Reading:
    """One reading of a document and what it costs in all (一种读法)."""

    name: str
    sheet: Sheet
    price: float

    @property
    def rows(self) -> int:
        """How many rows it sees."""
        return sum(len(row.filled()) > 1 for table in self.sheet.tables for row in table.rows)


@dataclass
class Laid:
    """A document laid out as lines (排好的文本), beside all readings of it, the best first."""

    printed: list[str] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)

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
    rows: Rows = field(default_factory=lambda: Rows([]))


def lay_out(document: Document, pointed: Pointing | None = None) -> Laid:
    """Lines for people, tables for the assembly; no reading where no grid is a table."""
    laid = Laid()
    parts = [part for block in document.blocks for part in _parts(block, laid)]
    best = Choice(parts, pointed or Pointing())
    if best.sheet.tables:
        laid.readings = [best.reading(), *best.others()]
    return laid


def of_stream(stream: Stream) -> Sheet | None:
    """A text cut into cells, its runs of rows seen as grids; None where they are no more than rows under a head."""
    parts: list[Part] = []
    run: list[Printed] = []
    for row in [*stream.rows, None]:
        if row is not None and not row.loose:
            run.append(row)
            continue
        parts += _run(run)
        run = []
        parts += [Part([Line(row.tokens[0].cell.line, row.tokens[0].text)])] if row else []
    choice = Choice(parts, Pointing())
    return choice.sheet if choice.plain < len(choice.sheet.tables) else None


def _run(run: list[Printed]) -> Iterator[Part]:
    """Rows of a text that follow each other, as grids."""
    width = max((len(row.tokens) for row in run), default=0)
    cells: list[list[Cell]] = []
    for row in run:
        line = row.tokens[0].cell.line
        cells += [[Cell("", line, line)] * width] if row.gap and cells else []
        cells.append([*(token.cell for token in row.tokens), *[Cell("", line, line)] * (width - len(row.tokens))])
    lines = [Line(row[0].line, "\t".join(cell.text for cell in row)) for row in cells]
    yield from _split(lines, Grid([]), Rows(cells))


def _parts(block: Paragraph | Grid, laid: Laid) -> Iterator[Part]:
    if isinstance(block, Paragraph):
        yield Part([laid.line(block.text, block.place)])
        return
    read, shown = block.matrix()
    lines = [
        laid.line("\t".join(" ".join(cell.replace(SOFT, "").split()) for cell in row), place)
        for row, place in zip(shown, [*block.places, *[""] * len(shown)], strict=False)
    ]
    cells = [
        [Cell(simplified(cell), line.number, line.number) for cell in row]
        for row, line in zip(read, lines, strict=True)
    ]
    yield from _split(lines, block, Rows(cells, block.across(len(cells[0]) if cells else 0)))


def _split(lines: list[Line], block: Grid, rows: Rows) -> Iterator[Part]:
    """A grid in pieces where blank rows part tables of their own; what stands alone in a row above one is a line."""
    starts = hypotheses.starts(rows)
    for start, end in zip(starts, [*starts[1:], len(rows.cells)], strict=True):
        top = start
        while len(starts) > 1 and top < end and len(filled(rows.cells[top])) < 2:
            yield Part([Line(lines[top].number, "".join(filled(rows.cells[top])))])
            top += 1
        yield Part(lines[top:end], block, rows.between(top, end))


class Choice:
    """A document with each of its grids seen in one way (一种取舍): the cheapest, or as it is pointed at."""

    def __init__(self, parts: list[Part], pointed: Pointing, instead: Mapping[int, View] | None = None) -> None:
        self.parts, self.pointed, self.instead = parts, pointed, instead or {}
        self.legend = marks.legend_of([line for part in parts for line in part.lines])
        self.seconds: dict[int, tuple[float, View]] = {}
        """For each grid the way of seeing it that costs least after the one chosen, and how much more."""
        self.plain = 0
        """Grids that are rows under a head and no more."""
        self.sheet = Sheet()
        self._lay()

    def _lay(self) -> None:
        pending: list[Line] = []
        for at, part in enumerate(self.parts):
            if part.block is None:
                (pending if self.sheet.tables else self.sheet.before).extend(part.lines)
            elif self.pointed.sheet not in ("", part.block.name):
                continue  # another one is pointed at
            elif _take(part, self._seen(at, part), self.sheet, pending):
                pending = []
        self.sheet.after = pending

    def reading(self) -> Reading:
        """The document as it is seen here, weighed."""
        signature.set_apart(self.sheet)
        for table in self.sheet.tables:
            table.settle()
        several = self.seconds or self.instead
        return Reading("grids", self.sheet, weigh(self.sheet) if several else 0.0)

    def others(self) -> Iterator[Reading]:
        """The document with one grid seen in the second way."""
        for at, (_, view) in sorted(self.seconds.items(), key=lambda item: item[1][0])[:1]:
            yield Choice(self.parts, self.pointed, {at: view}).reading()

    def _seen(self, at: int, part: Part) -> View | None:
        """The way in which a grid is seen; None where it is none, or goes on with the one before."""
        pointed, block = self.pointed, part.block
        if block is None:
            return None
        if pointed.head_row is not None or pointed.roles:
            return views.pointed(part.rows, pointed.head_row, pointed.roles)
        if at in self.instead:
            return self.instead[at]
        weighed = hypotheses.weighed(part.rows, self.legend, self._above(part))
        if len(weighed) > 1:
            self.seconds[at] = (weighed[1][0] - weighed[0][0], weighed[1][1])
        best = weighed[0][1] if weighed else None
        self.plain += best is not None and best.name == "headed"
        return None if best is None or best.name == hypotheses.CONTINUED else best

    def _above(self, part: Part) -> Table | None:
        """The table that a grid without a head of its own may go on with."""
        table = self.sheet.tables[-1] if self.sheet.tables else None
        return table if table and part.rows.cells and abs(part.rows.width - len(table.columns)) <= 1 else None


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
            sheet.before.extend(titles)
            above = tables.last_heading(sheet.before)
        sheet.tables.append(view.table(names if sheet.tables else ()))
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


def _add(sheet: Sheet, part: Part, above: list[Line], rows: Rows) -> None:
    """Put rows into the last table, under the headings that stand above them."""
    table, block = sheet.tables[-1], part.block
    cut = block is not None and block.goes_on and not above
    torn = sheet.torn and cut
    sheet.torn = block is not None and block.open_end
    for line in above:
        table.add(Row([Cell(line.text, line.number, line.number)], line.number, line.number))
    for row in rows.under(table):
        row.after_gap = cut
        if torn and table.rows and len(table.rows[-1].cells) == len(row.cells):
            table.rows[-1].go_on(row)
        else:
            table.add(row)
        cut = torn = False
