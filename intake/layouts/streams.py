"""How the cells of a table may stand in plain text (切分方式): each splitter proposes rows of cells, none decides.

A stream is *fixed* where the splitter knows the rows; otherwise its cells come one after another and the aligner
makes the rows.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from intake.grammar import columns, furniture, headings
from intake.grid import Cell, Line

BARS = re.compile(r"[|｜│┃]")
_WIDE = re.compile(r"[ \t]{2,}|\u3000+")
_PRICKED = re.compile(r"[-:： \t]*")
FEWEST = 2
"""Lines below which marks part no table."""


@dataclass(frozen=True)
class Token:
    """What may be a cell, or a line of one; ``ends``: a mark says that a row ends after it."""

    cell: Cell
    gap: bool = False
    """A blank line or a page number stands before it."""
    ends: bool = False
    closed: bool = False
    """A mark says that the cell ends here: nothing may be joined to it."""

    @property
    def text(self) -> str:
        """Its words."""
        return self.cell.text


@dataclass
class Printed:
    """One printed row: its tokens; ``loose`` where a whole line stands outside the marks."""

    tokens: list[Token]
    gap: bool = False
    loose: bool = False


@dataclass
class Stream:
    """One way of seeing the text (一种切分)."""

    name: str
    rows: list[Printed] = field(default_factory=list)
    fixed: bool = True
    reach: int = 1
    """How many tokens may make one cell."""


def kept(lines: list[Line]) -> Iterator[tuple[Line, bool]]:
    """The lines that say something, and whether a gap stands before each."""
    gap = True
    for line in lines:
        if not line.text.strip() or furniture.is_page_number(line.text):
            gap = True
            continue
        yield line, gap
        gap = False


def token(text: str, line: Line, *, gap: bool = False, ends: bool = False, closed: bool = False) -> Token:
    """A token of one line."""
    return Token(Cell(text, line.number, line.number), gap, ends, closed)


def _split(lines: list[Line], name: str, cut: Callable[[str], list[str] | None], fewest: int = FEWEST) -> Stream | None:
    """A row a line where ``cut`` finds cells in it; lines that it leaves whole are loose."""
    stream = Stream(name)
    cuts = 0
    for line, gap in kept(lines):
        if furniture.is_rule(line.text):
            continue
        cells = cut(line.text)
        cuts += cells is not None
        tokens = [token(cell, line, closed=True) for cell in (cells if cells is not None else [line.text])]
        stream.rows.append(Printed(tokens, gap, loose=cells is None))
    return stream if cuts >= fewest else None


def tabs(lines: list[Line]) -> Stream | None:
    """A row a line, cells between tabs; a cell that holds line breaks goes on in lines with fewer tabs."""
    stream = _split(lines, "tabs", lambda text: text.split("\t") if "\t" in text.strip(" ") else None)
    if stream is None:
        return None
    head = next((row for row in stream.rows if not row.loose and columns.is_head([t.text for t in row.tokens])), None)
    return _mended(stream, len(head.tokens)) if head else stream


def _mended(stream: Stream, width: int) -> Stream:
    """Rows that line breaks within a cell cut in pieces, made whole where the pieces add up to one row."""
    rows: list[Printed] = []
    at = 0
    while at < len(stream.rows):
        row, taken = stream.rows[at], 1
        whole = list(row.tokens)
        while not row.loose and len(whole) < width and at + taken < len(stream.rows) and taken < 20:
            more = stream.rows[at + taken]
            first = more.tokens[0].text
            if more.gap or not first.strip() or headings.number_of(first) or len(whole) + len(more.tokens) - 1 > width:
                break
            joined = whole[-1].cell.joined(more.tokens[0].cell, "\n")
            whole = [*whole[:-1], replace(whole[-1], cell=joined), *more.tokens[1:]]
            taken += 1
        if taken > 1 and len(whole) == width:
            rows.append(Printed(whole, row.gap))
        else:
            rows.append(row)
            taken = 1
        at += taken
    return Stream(stream.name, rows)


def tab_cells(lines: list[Line]) -> Stream | None:
    """A cell a line, set in by a tab; lines without one go on with the cell, a blank line and a tab begin a row."""
    opens = [line for line in lines if line.text.startswith("\t") and "\t" not in line.text.strip("\t").strip()]
    if len(opens) < 4:
        return None
    stream = Stream("tab-cells")
    blanks, last = 1, max(line.number for line in opens)
    for line in lines:
        text = line.text
        if text.startswith("\t"):
            opened = token(text.strip(), line, closed=True)
            if blanks or not stream.rows or stream.rows[-1].loose:
                stream.rows.append(Printed([opened], gap=True))
            else:
                stream.rows[-1].tokens.append(opened)
            blanks = 0
        elif not text.strip() or furniture.is_page_number(text) or furniture.is_rule(text):
            blanks += 1
        elif (line.number > last and (blanks or furniture.is_footer(text))) or not stream.rows or stream.rows[-1].loose:
            stream.rows.append(Printed([token(text, line)], gap=blanks > 0, loose=True))
            blanks = 0
        else:
            tokens = stream.rows[-1].tokens
            more = Cell(text, line.number, line.number)
            cell = tokens[-1].cell.joined(more, "\n" * max(1, line.number - tokens[-1].cell.line_end))
            tokens[-1] = replace(tokens[-1], cell=cell)
            blanks = 0
    return stream


def _bar_cells(text: str) -> list[str] | None:
    plain = BARS.sub("|", text.strip())
    if plain.count("|") < FEWEST or plain.strip("| ") == "":
        return None
    if _PRICKED.fullmatch(plain.replace("|", "")):
        return None
    return [cell.strip() for cell in plain.split("|")]


def bars(lines: list[Line]) -> Stream | None:
    """A row a line, cells between bars; bars at both ends of all rows frame them."""
    lines = [line for line in lines if not _PRICKED.fullmatch(BARS.sub("", line.text)) or not line.text.strip()]
    stream = _split(lines, "bars", _bar_cells)
    if stream is None:
        return None
    split = [row for row in stream.rows if not row.loose]
    framed = all(not row.tokens[0].text for row in split)
    for row in split:
        if framed:
            del row.tokens[0]
        while len(row.tokens) > 1 and not row.tokens[-1].text:
            del row.tokens[-1]
    return stream


def bar_ends(lines: list[Line]) -> Stream | None:
    """A cell a line, a bar behind it or on a line of its own; several bars together end a row."""
    filled = list(kept(lines))
    barred = [line for line, _ in filled if BARS.search(line.text)]
    if len(barred) < 6 or sum(BARS.sub("|", line.text).strip(" |").count("|") for line in barred) * 2 > len(barred):
        return None
    if sum(BARS.sub("", line.text).strip() == line.text.strip() for line in barred):
        return None
    alone = sum(line.text.strip() in ("|", "｜", "│") for line, _ in filled)
    last = max(line.number for line in barred)
    stream = Stream("bar-ends", fixed=False, reach=4)
    on_own_line, fresh = alone * 3 > len(barred) * 2, True
    for line, gap in filled:
        text = BARS.sub("|", line.text.strip())
        if on_own_line and text == "|":
            if fresh:
                stream.rows.append(Printed([token("", line, closed=True)]))
            else:
                _close(stream)
            fresh = True
            continue
        words, marks = text.rstrip("| "), text[len(text.rstrip("| ")) :].count("|")
        for n, cell in enumerate(words.split("|")):
            if words or (n == 0 and marks == 1):
                ended = marks > 0 or n + 1 < len(words.split("|"))
                stream.rows.append(
                    Printed([token(cell.strip(), line, gap=gap, closed=ended)], loose=line.number > last)
                )
        if marks > 1:
            _close(stream, ends=True)
        fresh = False
    return stream


def _close(stream: Stream, *, ends: bool = False) -> None:
    if stream.rows:
        last = stream.rows[-1].tokens[-1]
        stream.rows[-1].tokens[-1] = replace(last, closed=True, ends=ends or last.ends)


def cell_lines(lines: list[Line]) -> Stream | None:
    """A cell a line, with or without blank lines between."""
    stream = Stream("cell-lines", fixed=False, reach=6)
    for line, gap in kept(lines):
        if not furniture.is_rule(line.text):
            stream.rows.append(Printed([token(line.text.strip(), line, gap=gap)]))
    return stream


def blocks(lines: list[Line]) -> Stream | None:
    """A cell a block between blank lines."""
    stream = Stream("blocks", fixed=False, reach=1)
    held: list[list[Line]] = []
    for line, gap in kept(lines):
        if gap or not held:
            held.append([])
        held[-1].append(line)
    if len(held) <= 6 or all(len(block) == 1 for block in held):
        return None
    for block in held:
        cell = Cell("\n".join(line.text.strip() for line in block), block[0].number, block[-1].number)
        stream.rows.append(Printed([Token(cell, gap=True, closed=True)]))
    return stream


def wide_spaces(lines: list[Line]) -> Stream | None:
    """A row a line, cells parted by two blanks or more; empty cells leave nothing behind."""

    def cut(text: str) -> list[str] | None:
        cells = _WIDE.split(text.strip())
        return cells if len(cells) > 1 else None

    return _split(lines, "wide", cut)


def words(lines: list[Line]) -> Stream | None:
    """A row a line, cells parted by single blanks; two together leave a cell out."""

    def cut(text: str) -> list[str] | None:
        cells = text.rstrip().split(" ")
        return cells if len(cells) <= columns.MOST and sum(map(bool, cells)) > 2 else None

    stream = _split(lines, "words", cut)
    if stream:
        stream.reach = 3
    return stream


def commas(lines: list[Line]) -> Stream | None:
    """A row a line, cells between commas or semicolons as the head is parted, or as every line is below some names."""
    for sure in (True, False):
        for line in lines[:60]:
            for mark in (",", "，", ";", "；"):
                cells = line.text.split(mark)
                if len(cells) > 2 and (columns.is_head(cells) if sure else _evenly(mark, cells, lines)):
                    return _split(lines, "commas", partial(_between, mark))
    return None


def _evenly(mark: str, names: list[str], lines: list[Line]) -> bool:
    """Whether all lines that a mark parts have as many cells as there are names."""
    sizes = [line.text.count(mark) + 1 for line in lines if mark in line.text]
    return all(map(columns.is_name, names)) and len(sizes) > 2 and sizes.count(len(names)) * 10 >= len(sizes) * 9


def _between(mark: str, text: str) -> list[str] | None:
    """The cells between marks; quotes hold a cell together."""
    if mark not in text:
        return None
    return next(csv.reader([text], delimiter=mark), None) if '"' in text else text.split(mark)
