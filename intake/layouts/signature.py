"""Who signs below a table, and when (表后落款): taken out of the last rows, into which layouts without lines let it run."""

from __future__ import annotations

from intake.grammar.signers import beside, is_day, is_signer
from intake.grammar.wording import squeeze
from intake.grid import Line, Row, Sheet


def set_apart(sheet: Sheet) -> None:
    """Lines of the last rows that are a signer and a day stand after the table; neither alone is taken for it."""
    rows = sheet.tables[-1].rows if sheet.tables else []
    found: list[Line] = []
    if rows and _is(rows[-1], is_day):
        found += _popped(rows)
        if rows and _is(rows[-1], is_signer):
            found = _popped(rows) + found
    elif rows and (_is(rows[-1], is_day, is_signer) or _is(rows[-1], _is_both)):
        found += _popped(rows)
    elif rows:
        found += _cut_off(rows[-1])
    sheet.after = found + sheet.after


def _is(row: Row, *kinds: object) -> bool:
    """Whether a row is one cell of each of these kinds and nothing else."""
    words = [squeeze(row.text(at)) for at in row.filled()]
    return len(words) == len(kinds) and all(any(kind(word) for word in words) for kind in kinds if callable(kind))


def _is_both(text: str) -> bool:
    return is_day(beside(text)[-1]) and not is_day(text)


def _popped(rows: list[Row]) -> list[Line]:
    row = rows.pop()
    return [Line(row.cells[at].line, row.text(at)) for at in row.filled()]


def _cut_off(row: Row) -> list[Line]:
    """The last lines of the last cell, where they are a signer and a day."""
    at = (row.filled() or [0])[-1]
    lines = row.text(at).rstrip().split("\n")
    size = 2 if len(lines) > 2 and is_day(lines[-1]) and is_signer(squeeze(lines[-2])) else 0
    size = 1 if len(lines) > 1 and _is_both(lines[-1]) else size
    if not size:
        return []
    cell = row.cells[at]
    row.cells[at] = cell._replace(text="\n".join(lines[:-size]), line_end=max(cell.line_end - size, cell.line))
    row.line_end = max(row.line_end - size, row.line)
    return [Line(cell.line_end - n, lines[-1 - n]) for n in reversed(range(size))]
