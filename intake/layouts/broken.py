"""Names of a head that are broken over lines (断行表头): 牵头 above 单位 is one name, where each cell has a line."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from intake.grammar import columns
from intake.grid import Line
from intake.layouts.streams import Printed, Stream, Token, cell_lines

MOST, LONGEST = 24, 6
"""Lines of a head, and characters of a name that is broken."""


def broken_heads(lines: list[Line]) -> Stream | None:
    """A cell a line, names of heads made whole; None where none is broken."""
    stream = cell_lines(lines)
    whole: list[Printed] = []
    at = 0
    while stream and at < len(stream.rows):
        run = list(takewhile(_is_piece, stream.rows[at : at + MOST]))
        if len(run) == MOST:  # words one below the other, no head
            whole += stream.rows[at : at + MOST]
            at += MOST
            continue
        names = _whole_names([row.tokens[0] for row in run]) if len(run) > 2 else []
        if names and len(names) < len(run) and columns.is_head([name.text for name in names]):
            whole += [Printed([name]) for name in names]
            at += len(run)
        else:
            whole.append(stream.rows[at])
            at += 1
    return replace(stream, name="broken-heads", rows=whole) if stream and len(whole) < len(stream.rows) else None


def _is_piece(row: Printed) -> bool:
    text = row.tokens[0].text
    return len(text) <= LONGEST and columns.is_name(text)


_USUAL = {1: 0.8, 2: 0.3, 3: 0.1, 4: 0.0, 5: 0.1}
"""What a name of so many characters costs: most have four."""


def _whole_names(pieces: list[Token]) -> list[Token]:
    """The names that pieces make: known ones, of four characters or so."""
    best: list[tuple[float, list[Token]]] = [(0.0, [])]
    for end in range(1, len(pieces) + 1):
        options = []
        for start in range(max(0, end - 4), end):
            name = _joined(pieces[start:end])
            if end - start == 1 or (len(name.text) <= LONGEST and columns.role_of(name.text)):
                price, names = best[start]
                known = columns.role_of(name.text) is not None
                options.append((price + (0.0 if known else 2.0) + _USUAL.get(len(name.text), 0.5), [*names, name]))
        best.append(min(options, key=lambda option: option[0]))
    return best[-1][1]


def _joined(pieces: list[Token]) -> Token:
    cell = pieces[0].cell
    for piece in pieces[1:]:
        cell = cell.joined(piece.cell)
    return replace(pieces[0], cell=cell)
