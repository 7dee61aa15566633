"""Who signs below a table, and when (表后落款): taken out of the last rows, into which layouts without lines let it run."""

from __future__ import annotations

from intake import duty
from intake.grid import Line, Row, Sheet
from intake.notice import is_day
from intake.wording import squeeze


def set_apart(sheet: Sheet) -> None:
    """Lines of the last rows that are a signer and a day stand after the table; neither alone is taken for it."""
    rows = sheet.tables[-1].rows if sheet.tables else []
    found: list[Line] = []
    if rows and _is(rows[-1], is_day):
        found += _popped(rows)
        if rows and _is(rows[-1], duty.is_signer):
            found = _popped(rows) + found
    elif rows and _is(rows[-1], is_day, duty.is_signer):
        found += _popped(rows)
    elif rows:
        found += _cut_off(rows[-1])
    sheet.after = found + sheet.after


def _is(row: Row, *kinds: object) -> bool:
    """Whether a row is one cell of each of these kinds and nothing else."""
    words = [squeeze(row.text(at)) for at in row.filled()]
    return len(words) == len(kinds) and all(any(kind(word) for word in words) for kind in kinds if callable(kind))


def _popped(rows: list[Row]) -> list[Line]:
    row = rows.pop()
    return [Line(row.cells[at].line, row.text(at)) for at in row.filled()]


def _cut_off(row: Row) -> list[Line]:
    """The last two lines of the last cell, where they are a signer and a day."""
    at = (row.filled() or [0])[-1]
    lines = row.text(at).rstrip().split("\n")
    if len(lines) < 3 or not (is_day(lines[-1]) and duty.is_signer(squeeze(lines[-2]))):
        return []
    cell = row.cells[at]
    row.cells[at] = cell._replace(text="\n".join(lines[:-2]), line_end=max(cell.line_end - 2, cell.line))
    row.line_end = max(row.line_end - 2, row.line)
    return [Line(cell.line_end - 1, lines[-2]), Line(cell.line_end, lines[-1])]
