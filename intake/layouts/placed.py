"""Columns by where they stand on the page (按位置分栏): between drawn lines, or under the names of a head."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from intake.grammar import columns, furniture
from intake.grammar.headings import is_section
from intake.grammar.wording import is_open
from intake.grid import SOFT, Cell, Line
from intake.layouts.streams import BARS, FEWEST, Printed, Stream, Token, token

_BOX = re.compile(r"[─━┄┈═┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬╭╮╰╯+\-|│┃║\s]+$")


def boxes(lines: list[Line]) -> Stream | None:
    """Rows between drawn lines: what stands in one column between two of them is one cell."""
    drawn = [line for line in lines if _is_drawn(line.text)]
    if len(drawn) < 3:
        return None
    stream = Stream("boxes")
    held: list[list[Line]] = []
    gap, width = True, 0
    for line in [*lines, Line(lines[-1].number + 1, "─┼─")]:
        cells = BARS.split(line.text.strip())
        if _is_drawn(line.text) or len(cells) < 2 + FEWEST - 1:
            if held:
                stream.rows.append(Printed([_stacked(cell) for cell in zip(*held, strict=False)], gap))
                held, gap = [], False
            if not _is_drawn(line.text) and line.text.strip() and not furniture.is_page_number(line.text):
                stream.rows.append(Printed([token(line.text, line)], loose=True))
            continue
        cells = cells[1:-1] if not cells[0].strip() and not cells[-1].strip() else cells
        if held and len(cells) != width:
            stream.rows.append(Printed([_stacked(cell) for cell in zip(*held, strict=False)], gap))
            held = []
        held.append([Line(line.number, cell.strip()) for cell in cells])
        width = len(cells)
    return stream


def _is_drawn(text: str) -> bool:
    plain = text.strip()
    return _BOX.fullmatch(plain) is not None and len(re.sub(r"[|│┃║\s]", "", plain)) > 2


def _stacked(parts: Sequence[Line]) -> Token:
    """The lines of one cell, marked as broken only because they were full."""
    said = [part for part in parts if part.text.strip()]
    if not said:
        return Token(Cell("", parts[0].number, parts[-1].number), closed=True)
    return Token(Cell(SOFT.join(part.text.strip() for part in said), said[0].number, said[-1].number), closed=True)


Piece = tuple[int, int, str]
"""Start, end and words of what wide blanks part."""
Measure = Callable[[str], int]


class _Set:
    """Lines in pieces, the heads among them, and where the columns below each head begin."""

    def __init__(self, lines: list[Line], measure: Measure) -> None:
        self.pieces = pieces = [_pieces(line.text, measure) for line in lines]
        self.heads = {n: row for n, row in enumerate(pieces) if columns.is_head([text for _, _, text in row])}
        self.starts: dict[int, list[int]] = {}
        self.fits = 0
        """Cells that stand under others."""
        for n, end in pairwise([*self.heads, len(pieces)]):
            rows = pieces[n + 1 : end]
            begun = Counter(start for row in rows if len(row) > 1 for start in _begins_words(row, measure))
            self.starts[n] = [self._start(n, at, begun) for at in range(len(self.heads[n]))]
            self.fits += sum(begun[start] for start in self.starts[n])
            self.pieces[n + 1 : end] = [_cut(row, self.starts[n], measure) for row in rows]

    def _start(self, n: int, at: int, begun: Counter[int]) -> int:
        """Where the column of a name begins: where most cells do between the names beside it, else under the name."""
        head = self.heads[n]
        left, (start, end, _) = head[at - 1][0] + 3 if at else 0, head[at]
        most = max(range(left, end), key=lambda one: (begun[one], -abs(one - start)), default=start)
        return most if begun[most] > 1 else start


def width_of(text: str) -> int:
    """How many columns of a screen a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _pieces(text: str, measure: Measure) -> list[Piece]:
    """What wide blanks part."""
    found = []
    text = text.replace("\u3000", "  ").replace("\t", "    ")
    at = end = 0
    for piece in re.finditer(r"\S+(?: \S+)*", text):
        start = end + piece.start() - at
        at, end = piece.end(), start + measure(piece.group())
        found.append((start, end, piece.group()))
    return found


def _begins_words(row: list[Piece], measure: Measure) -> Iterator[int]:
    """Where the words of a line begin, single blanks between them."""
    for start, _, text in row:
        at = start
        for word in text.split(" "):
            yield at
            at += measure(word) + 1


def _cut(row: list[Piece], starts: list[int], measure: Measure) -> list[Piece]:
    """A line in pieces, cut at single blanks too where a column begins behind one: a full cell leaves no more room."""
    found: list[Piece] = []
    for start, _, text in row:
        at = start
        for n, word in enumerate(text.split(" ")):
            if n and found and (not word or not any(abs(at - begins) <= 2 for begins in starts)):
                begun, _, before = found.pop()
                found.append((begun, at + measure(word), f"{before} {word}"))
            else:
                found.append((at, at + measure(word), word))
            at += measure(word) + 1
    return found


def set_columns(lines: list[Line]) -> Stream | None:
    """Columns by where they stand under the names of a head; lines of a cell under each other.

    Widths are those of a screen, or characters (as programs print that take the text out of a PDF): whichever sets the
    cells of whole rows under each other.
    """
    options = [_Set(lines, measure) for measure in (width_of, len)]
    chosen = max(options, key=lambda option: option.fits)
    pieces, heads = chosen.pieces, chosen.heads
    if not heads or len(next(iter(heads.values()))) < 3:
        return None
    stream, starts = Stream("set-columns"), [0]
    held: list[tuple[Line, dict[int, str]]] = []
    numbers = False
    within: set[int] = set()
    """Lines on which a head goes on."""
    for n, line in enumerate([*lines, Line(lines[-1].number + 1, "")]):
        text = line.text
        if n in heads:
            _flush(stream, held, len(starts))
            starts = chosen.starts[n]
            names = [name for _, _, name in heads[n]]
            if more := _gone_on(names, starts, lines[n + 1 : n + 3], pieces[n + 1 : n + 2]):
                names = more
                within.add(n + 1)
            numbers = columns.likely(names[0]) == "number"
            stream.rows.append(Printed([token(name, line, closed=True) for name in names], gap=True))
        elif n in within:
            continue
        elif not text.strip() or furniture.is_page_number(text) or furniture.is_rule(text):
            _flush(stream, held, len(starts))
        elif (placed := _placed(pieces[n], starts)) is None or len(stream.rows) == 0 or len(starts) < 2:
            _flush(stream, held, len(starts))
            stream.rows.append(Printed([token(text.strip(), line)], gap=True, loose=True))
        else:
            if held and _begins(placed, held, len(starts), numbers=numbers):
                _flush(stream, held, len(starts))
            held.append((line, placed))
    return stream


def _gone_on(names: list[str], starts: list[int], below: list[Line], pieces: list[list[Piece]]) -> list[str] | None:
    """The names of a head that goes on in the line below it, a blank one behind it; else None."""
    ends = bool(below) and not any(line.text.strip() for line in below[1:])
    cells = _placed(pieces[0], starts) if ends and below[0].text.strip() else None
    if not cells or any(len(text) > 4 or len(names[at]) < 2 for at, text in cells.items()):
        return None
    whole = [name + cells.get(at, "") for at, name in enumerate(names)]
    return whole if columns.is_head(whole) and all(columns.likely(whole[at]) for at in cells) else None


def _placed(pieces: list[Piece], starts: list[int]) -> dict[int, str] | None:
    """The words of a line by column; None where it lies across the columns, or is a heading."""
    if len(pieces) == 1 and is_section(pieces[0][2]):
        return None
    cells: dict[int, str] = {}
    for start, end, text in pieces:
        at = max((n for n, left in enumerate(starts) if left <= start + 1), default=0)
        if at + 1 < len(starts) and end > starts[at + 1] + 2:
            return None
        if len(pieces) == 1 and abs(start - starts[at]) > 2 and len(text) > 2:
            return None
        cells[at] = cells[at] + text if at in cells else text
    return cells


def _begins(placed: dict[int, str], held: list[tuple[Line, dict[int, str]]], width: int, *, numbers: bool) -> bool:
    """Whether a line begins a row: by its number, or because all cells above are whole and it fills most columns."""
    if numbers:
        return 0 in placed and any(0 in cells for _, cells in held)
    filled = {at for _, cells in held for at in cells}
    if held and is_open("".join(cells.get(0, "") for _, cells in held)) and not is_open(placed.get(0, "。")[-1:]):
        return False  # the sentence of the row above ends here
    return len(placed) * 3 >= width * 2 and len(filled) >= len(placed) and 0 in placed


def _flush(stream: Stream, held: list[tuple[Line, dict[int, str]]], width: int) -> None:
    if not held:
        return
    stacked = [[Line(line.number, cells.get(at, "")) for line, cells in held] for at in range(width)]
    stream.rows.append(Printed([_stacked(parts) for parts in stacked], gap=True))
    held.clear()
