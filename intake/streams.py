"""How the cells of a table may stand in plain text (切分方式): each splitter proposes rows of cells, none decides.

A stream is *fixed* where the splitter knows the rows; otherwise its cells come one after another and the aligner
makes the rows.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from intake import columns, furniture, headings
from intake.grid import SOFT, Cell, Line

_BARS = re.compile(r"[|｜│┃]")
_BOX = re.compile(r"[─━┄┈═┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬╭╮╰╯+\-|│┃║\s]+$")
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


def propose(lines: list[Line]) -> Iterator[Stream]:
    """Every stream that the marks in the text allow."""
    for splitter in SPLITTERS:
        stream = splitter(lines)
        if stream and stream.rows:
            yield stream


def _kept(lines: list[Line]) -> Iterator[tuple[Line, bool]]:
    """The lines that say something, and whether a gap stands before each."""
    gap = True
    for line in lines:
        if not line.text.strip() or furniture.is_page_number(line.text):
            gap = True
            continue
        yield line, gap
        gap = False


def _token(text: str, line: Line, *, gap: bool = False, ends: bool = False, closed: bool = False) -> Token:
    return Token(Cell(text, line.number, line.number), gap, ends, closed)


def _split(lines: list[Line], name: str, cut: Callable[[str], list[str] | None], fewest: int = FEWEST) -> Stream | None:
    """A row a line where ``cut`` finds cells in it; lines that it leaves whole are loose."""
    stream = Stream(name)
    cuts = 0
    for line, gap in _kept(lines):
        if furniture.is_rule(line.text):
            continue
        cells = cut(line.text)
        cuts += cells is not None
        tokens = [_token(cell, line, closed=True) for cell in (cells if cells is not None else [line.text])]
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
            token = _token(text.strip(), line, closed=True)
            if blanks or not stream.rows or stream.rows[-1].loose:
                stream.rows.append(Printed([token], gap=True))
            else:
                stream.rows[-1].tokens.append(token)
            blanks = 0
        elif not text.strip() or furniture.is_page_number(text) or furniture.is_rule(text):
            blanks += 1
        elif (line.number > last and (blanks or furniture.is_footer(text))) or not stream.rows or stream.rows[-1].loose:
            stream.rows.append(Printed([_token(text, line)], gap=blanks > 0, loose=True))
            blanks = 0
        else:
            tokens = stream.rows[-1].tokens
            more = Cell(text, line.number, line.number)
            cell = tokens[-1].cell.joined(more, "\n" * max(1, line.number - tokens[-1].cell.line_end))
            tokens[-1] = replace(tokens[-1], cell=cell)
            blanks = 0
    return stream


def _bar_cells(text: str) -> list[str] | None:
    plain = _BARS.sub("|", text.strip())
    if plain.count("|") < FEWEST or plain.strip("| ") == "":
        return None
    if _PRICKED.fullmatch(plain.replace("|", "")):
        return None
    return [cell.strip() for cell in plain.split("|")]


def bars(lines: list[Line]) -> Stream | None:
    """A row a line, cells between bars; bars at both ends of all rows frame them."""
    lines = [line for line in lines if not _PRICKED.fullmatch(_BARS.sub("", line.text)) or not line.text.strip()]
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
    kept = list(_kept(lines))
    barred = [line for line, _ in kept if _BARS.search(line.text)]
    if len(barred) < 6 or sum(_BARS.sub("|", line.text).strip(" |").count("|") for line in barred) * 2 > len(barred):
        return None
    if sum(_BARS.sub("", line.text).strip() == line.text.strip() for line in barred):
        return None
    alone = sum(line.text.strip() in ("|", "｜", "│") for line, _ in kept)
    last = max(line.number for line in barred)
    stream = Stream("bar-ends", fixed=False, reach=4)
    on_own_line, fresh = alone * 3 > len(barred) * 2, True
    for line, gap in kept:
        text = _BARS.sub("|", line.text.strip())
        if on_own_line and text == "|":
            if fresh:
                stream.rows.append(Printed([_token("", line, closed=True)]))
            else:
                _close(stream)
            fresh = True
            continue
        words, marks = text.rstrip("| "), text[len(text.rstrip("| ")) :].count("|")
        for n, cell in enumerate(words.split("|")):
            if words or (n == 0 and marks == 1):
                ended = marks > 0 or n + 1 < len(words.split("|"))
                stream.rows.append(
                    Printed([_token(cell.strip(), line, gap=gap, closed=ended)], loose=line.number > last)
                )
        if marks > 1:
            _close(stream, ends=True)
        fresh = False
    return stream


def _close(stream: Stream, *, ends: bool = False) -> None:
    if stream.rows:
        token = stream.rows[-1].tokens[-1]
        stream.rows[-1].tokens[-1] = replace(token, closed=True, ends=ends or token.ends)


def cell_lines(lines: list[Line]) -> Stream | None:
    """A cell a line, with or without blank lines between."""
    stream = Stream("cell-lines", fixed=False, reach=6)
    for line, gap in _kept(lines):
        if not furniture.is_rule(line.text):
            stream.rows.append(Printed([_token(line.text.strip(), line, gap=gap)]))
    return stream


def blocks(lines: list[Line]) -> Stream | None:
    """A cell a block between blank lines."""
    stream = Stream("blocks", fixed=False, reach=1)
    several = False
    for line, gap in _kept(lines):
        text = line.text.strip()
        if gap or not stream.rows:
            stream.rows.append(Printed([_token(text, line, gap=True, closed=True)]))
        else:
            several = True
            token = stream.rows[-1].tokens[0]
            cell = token.cell.joined(Cell(text, line.number, line.number), "\n")
            stream.rows[-1].tokens[0] = replace(token, cell=cell)
    return stream if several and len(stream.rows) > 6 else None


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
        return cells if sum(map(bool, cells)) > 2 else None

    stream = _split(lines, "words", cut)
    if stream:
        stream.reach = 3
    return stream


def commas(lines: list[Line]) -> Stream | None:
    """A row a line, cells between commas or semicolons as the head is parted."""
    for line in lines[:60]:
        for mark in (",", "，", ";", "；"):
            if line.text.count(mark) >= 2 and columns.is_head(line.text.split(mark)):
                return _split(lines, "commas", partial(_between, mark))
    return None


def _between(mark: str, text: str) -> list[str] | None:
    """The cells between marks; quotes hold a cell together."""
    if mark not in text:
        return None
    return next(csv.reader([text], delimiter=mark), None) if '"' in text else text.split(mark)


def boxes(lines: list[Line]) -> Stream | None:
    """Rows between drawn lines: what stands in one column between two of them is one cell."""
    drawn = [line for line in lines if _is_drawn(line.text)]
    if len(drawn) < 3:
        return None
    stream = Stream("boxes")
    held: list[list[Line]] = []
    gap, width = True, 0
    for line in [*lines, Line(lines[-1].number + 1, "─┼─")]:
        cells = _BARS.split(line.text.strip())
        if _is_drawn(line.text) or len(cells) < 2 + FEWEST - 1:
            if held:
                stream.rows.append(Printed([_stacked(cell) for cell in zip(*held, strict=False)], gap))
                held, gap = [], False
            if not _is_drawn(line.text) and line.text.strip() and not furniture.is_page_number(line.text):
                stream.rows.append(Printed([_token(line.text, line)], loose=True))
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


def width_of(text: str) -> int:
    """How many columns of a screen a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _pieces(text: str) -> list[tuple[int, int, str]]:
    """(start, end, words) of what wide blanks part, in columns of a screen."""
    found = []
    for piece in re.finditer(r"\S+(?: \S+)*", text.replace("\u3000", "  ")):
        start = width_of(text[: piece.start()].replace("\u3000", "  ").replace("\t", "    "))
        found.append((start, start + width_of(piece.group()), piece.group()))
    return found


def set_columns(lines: list[Line]) -> Stream | None:
    """Columns by where they stand under the names of a head; lines of a cell under each other."""
    pieces = [_pieces(line.text) for line in lines]
    heads = {n: found for n, found in enumerate(pieces) if columns.is_head([text for _, _, text in found])}
    if not heads or len(next(iter(heads.values()))) < 3:
        return None
    stream, starts = Stream("set-columns"), [0]
    held: list[tuple[Line, dict[int, str]]] = []
    numbers = False
    for n, line in enumerate([*lines, Line(lines[-1].number + 1, "")]):
        text = line.text
        if n in heads:
            _flush(stream, held, len(starts))
            starts = [start for start, _, _ in heads[n]]
            numbers = columns.role_of(heads[n][0][2]) == "number"
            stream.rows.append(Printed([_token(name, line, closed=True) for _, _, name in heads[n]], gap=True))
        elif not text.strip() or furniture.is_page_number(text) or furniture.is_rule(text):
            _flush(stream, held, len(starts))
        elif (placed := _placed(_pieces(text), starts)) is None or len(stream.rows) == 0 or len(starts) < 2:
            _flush(stream, held, len(starts))
            stream.rows.append(Printed([_token(text.strip(), line)], gap=True, loose=True))
        else:
            if held and _begins(placed, held, len(starts), numbers=numbers):
                _flush(stream, held, len(starts))
            held.append((line, placed))
    return stream


def _placed(pieces: list[tuple[int, int, str]], starts: list[int]) -> dict[int, str] | None:
    """The words of a line by column; None where it lies across the columns."""
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
    return len(placed) * 3 >= width * 2 and len(filled) >= len(placed) and 0 in placed


def _flush(stream: Stream, held: list[tuple[Line, dict[int, str]]], width: int) -> None:
    if not held:
        return
    stacked = [[Line(line.number, cells.get(at, "")) for line, cells in held] for at in range(width)]
    stream.rows.append(Printed([_stacked(parts) for parts in stacked], gap=True))
    held.clear()


_FIELD = re.compile(r"(?:^|(?<=[\s；;]))[【\[]?([\u4e00-\u9fff]{2,8}(?:[（(].{1,8}[）)])?)[】\]]?\s*[：:]\s*")


def records(lines: list[Line]) -> Stream | None:
    """Records of 标签：值 in any order; the first label that comes again begins the next."""
    fields = [(line, gap, _fields(line.text)) for line, gap in _kept(lines)]
    counts = Counter(name for _, _, found in fields for name, _ in found if name)
    names = [name for name, count in counts.items() if count > 1 or columns.role_of(name) == "deadline"]
    roles = {columns.role_of(name) for name in names}
    if "text" not in roles or not roles & {"lead", "responsible"}:
        return None
    first = next(line for line, _, found in fields if any(name in names for name, _ in found))
    stream = Stream("records")
    head = Printed([_token(name, first, closed=True) for name in names], gap=True)
    record: dict[str, Cell] = {}
    last, begun = "", False
    for line, gap, found in fields:
        for name, text in found:
            if name in names:
                if name in record:
                    _record(stream, record, names)
                if not begun:
                    stream.rows.append(head)
                    begun = True
                record[name], last = Cell(text, line.number, line.number), name
            elif record and last and not gap and not headings.is_section(line.text):
                record[last] = record[last].joined(Cell(text, line.number, line.number), "\n")
            else:
                _record(stream, record, names)
                stream.rows.append(Printed([_token(line.text.strip(), line)], gap=gap, loose=True))
    _record(stream, record, names)
    return stream


def _fields(text: str) -> list[tuple[str, str]]:
    """(label, value) of a line; without a label the whole line."""
    marks = [found for found in _FIELD.finditer(text) if columns.role_of(found.group(1))]
    if not marks or text[: marks[0].start()].strip():
        return [("", text.strip())]
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    return [(mark.group(1), text[mark.end() : end].strip()) for mark, end in zip(marks, ends, strict=True)]


def _record(stream: Stream, record: dict[str, Cell], names: list[str]) -> None:
    if record:
        line = min(cell.line for cell in record.values())
        tokens = [Token(record.get(name, Cell("", line, line)), closed=True) for name in names]
        stream.rows.append(Printed(tokens, gap=True))
        record.clear()


SPLITTERS: tuple[Callable[[list[Line]], Stream | None], ...] = (
    tabs, tab_cells, bars, boxes, bar_ends, cell_lines, blocks, set_columns, wide_spaces, words, commas, records,
)  # fmt: skip
