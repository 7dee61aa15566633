"""All readings of a text, weighed (版式): each way of cutting it into cells is laid out and priced, the cheapest is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from intake import flowed, furniture, prose, running, splitters, tables
from intake.fit import price
from intake.grid import Line, Row, Sheet, Table
from intake.headings import bare_number, is_section, items, number_of, value_of
from intake.segments import reads_as_deadline, reads_as_units
from intake.streams import Stream
from intake.wording import folded, squeeze, unmark

ROW, STRAY, NAMED, FAR = 1.2, 2.0, 1.0, 1e9


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


def lines_of(text: str) -> list[Line]:
    """The lines with their numbers."""
    return [Line(number, line) for number, line in enumerate(text.split("\n"), start=1)]


def read(text: str) -> Sheet | None:
    """The tables of a document by its cheapest reading; None where there is none."""
    found = readings(lines_of(text))
    return found[0].sheet if found else None


def readings(lines: list[Line]) -> list[Reading]:
    """All readings, the cheapest first."""
    found = []
    for name, sheet in _sheets(lines):
        for table in sheet.tables:
            table.settle()
        if any(len(row.filled()) > 1 for table in sheet.tables for row in table.rows):
            found.append(Reading(name, sheet, weigh(sheet) + _unused(name, lines)))
    return sorted(found, key=lambda reading: reading.price)


def _thinned(lines: list[Line]) -> list[Line]:
    """Without all but two of any blank lines together: more say nothing more."""
    filled = [bool(line.text.strip()) or line.text.startswith("\t") for line in lines]
    return [line for at, line in enumerate(lines) if filled[at] or any(filled[max(at - 2, 0) : at])]


def has_head(lines: list[Line]) -> bool:
    """Whether the head of a table stands somewhere, though no row below it."""
    return any(_tables(stream) is not None for stream in splitters.propose(_thinned(lines)))


def _sheets(lines: list[Line]) -> Iterator[tuple[str, Sheet]]:
    for stream in splitters.propose(_thinned(lines)):
        sheet = _tables(stream)
        if sheet:
            yield stream.name, sheet
    if len(lines) > splitters.MANY:
        return
    flow = _flowed(lines)
    if flow:
        yield "flowed", flow
    told = prose.read(lines)
    if told:
        yield "prose", told


def _tables(stream: Stream) -> Sheet | None:
    return tables.fixed(stream) if stream.fixed else running.sheet_of(stream)


def _unused(name: str, lines: list[Line]) -> float:
    """Marks that a reading makes nothing of: tabs and bars are there to part cells."""
    mark = "\t" if "tab" in name else "|｜│┃" if name.startswith(("bar", "box")) else ""
    return 3.0 * sum(any(char in line.text.strip(" ") for char in "\t|｜│┃" if char not in mark) for line in lines)


def _flowed(lines: list[Line]) -> Sheet | None:
    if sum("\t" in line.text for line in lines) * 10 > len(lines):
        return None
    if sum(len(line.text.split()) for line in lines) > flowed.MAX_SEGMENTS:
        return None
    at = next((at for at, line in enumerate(lines) if line.text.strip() and flowed.header_at(lines, at)), None)
    return None if at is None else flowed.read(lines, at)


def weigh(sheet: Sheet) -> float:
    """What a reading costs: all its cells, its rows, and the words that it leaves over."""
    total = sum(_table(table) for table in sheet.tables) + STRAY * len(sheet.stray)
    return total + sum(_left_over(line.text) for line in (*sheet.before, *sheet.after))


def _table(table: Table) -> float:
    total = -NAMED * sum(bool(column.name) for column in table.columns)
    total += 1.5 * _scattered(table)
    before: int | None = None
    for row in table.rows:
        filled = row.filled()
        if len(filled) < 2:
            total += _heading(row)
            continue
        total += ROW + sum(
            price(column.role, row.text(at)) if row.text(at).strip() else _empty(table, at)
            for at, column in enumerate(table.columns)
        )
        total -= 2.0 * sum(_inner(row.text(at)) for at, column in enumerate(table.columns) if column.role == "text")
        value = _number(row, table)
        total -= 1.5 if value is not None and before is not None and value == before + 1 else 0.0
        before = value if value is not None else before
    return total


def _scattered(table: Table) -> int:
    """Numbered cells outside the column where most of them stand: the numbers of one run stand under each other."""
    counts = [
        sum(
            number is not None and number.style == "arabic"
            for row in table.rows
            if (number := number_of(row.text(at)[:40]))
        )
        for at, column in enumerate(table.columns)
        if column.role == "text"
    ]
    return sum(counts) - max(counts, default=0)


def _empty(table: Table, at: int) -> float:
    later = any(column.role == "text" for column in table.columns[at + 1 :])
    return 0.4 if later and table.columns[at].role == "text" else price(table.columns[at].role, "")


def _inner(text: str) -> int:
    """Numbers that go on within a cell."""
    return len(items(unmark(text))) - 1 if "2" in text or "3" in text or len(text) > 60 else 0


def _number(row: Row, table: Table) -> int | None:
    for at, column in enumerate(table.columns):
        text = unmark(row.text(at)).strip()
        if column.role == "number" and (plain := bare_number(text)):
            return value_of(plain)
        if column.role == "text" and (number := number_of(text[:40])):
            return number.value
    return None


def _heading(row: Row) -> float:
    text = "".join(cell.text for cell in row.cells)
    if not text.strip():
        return 0.0
    plain = squeeze(text)
    if is_section(plain) and len(plain) <= 120:
        return -1.0
    return 1.0 if row.across or (len(plain) <= 24 and not number_of(plain)) else 3.0


def _left_over(text: str) -> float:
    plain = squeeze(text)
    if not plain or furniture.is_rule(text) or furniture.is_page_number(text) or furniture.is_footer(text):
        return 0.0
    if len(plain) < 60 and (reads_as_units(plain) or reads_as_deadline(folded(plain))):
        return 1.0
    return 0.5 if len(plain) < 200 else 1.0
