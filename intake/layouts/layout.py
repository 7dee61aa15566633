"""All readings of a text, weighed (版式): each way of cutting it into cells is laid out and priced, the cheapest is kept."""

from __future__ import annotations

from collections.abc import Iterator

from intake.blocks import Document, Grid
from intake.grammar.folding import simplified
from intake.grid import Line, Row, Sheet
from intake.layouts import flowed, gridded, prose, running, signature, splitters, tables
from intake.layouts.gridded import Laid, Reading
from intake.layouts.streams import Stream
from intake.layouts.weighing import weigh
from workflow.record.published import Pointing


def of_document(document: Document, pointed: Pointing | None = None) -> Laid:
    """A file laid out, its readings the best first: its grids, or the text of what it holds."""
    laid = gridded.lay_out(document, pointed)
    if not laid.readings:
        laid.readings = readings(lines_of(simplified("\n".join(laid.printed))))
    elif pointed is None or not (pointed.roles or pointed.sheet or pointed.head_row is not None):
        laid.readings = _with_prose(laid, document)
    return laid


def _with_prose(laid: Laid, document: Document) -> list[Reading]:
    """The readings of grids, beside that of the words around them where those name tasks of their own."""
    if all(isinstance(block, Grid) for block in document.blocks) or len(laid.printed) > splitters.MANY:
        return laid.readings
    lines = lines_of(simplified("\n".join(laid.printed)))
    held = _held(laid)
    if prose.read([line for line in lines if line.number not in held]) is None:
        return laid.readings
    told = prose.read(lines)
    if told is None or not any(_names_units(row) and row.line not in held for row in _rows(told)):
        return laid.readings
    for table in told.tables:
        table.settle()
    beside = Reading("prose", told, weigh(told))
    grids = [Reading(one.name, one.sheet, weigh(one.sheet)) for one in laid.readings]
    return sorted([*grids, beside], key=lambda reading: reading.price)


def _held(laid: Laid) -> set[int]:
    """The lines on which the rows of grids begin."""
    return {row.line for reading in laid.readings[:1] for row in _rows(reading.sheet)}


def _rows(sheet: Sheet) -> Iterator[Row]:
    return (row for table in sheet.tables for row in table.rows)


def _names_units(row: Row) -> bool:
    """Whether a row of prose says who does it."""
    return not row.across and bool(row.text(2).strip() or row.text(3).strip())


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
        signature.set_apart(sheet)
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
        seen = gridded.of_stream(stream) if stream.fixed else None
        if seen:
            yield f"{stream.name}, seen", seen
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
