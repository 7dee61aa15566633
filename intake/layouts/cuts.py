"""Where one cell ends and the next begins in flowed text (分栏): by line widths, full stops and the unit grammar.

Every way of cutting a row into its columns has a price; the cheapest is taken. Line widths are learned from the
document: a column's lines are full except for the last one of a cell.
"""

from __future__ import annotations

import re

from intake.grammar import responsibility
from intake.grammar.columns import Column
from intake.grammar.headings import bare_number, number_of
from intake.grammar.segments import (
    NEVER_FIRST,
    SEPARATORS,
    Segment,
    join_units,
    may_end_units,
    reads_as_deadline,
    reads_as_units,
)
from intake.grammar.wording import TERMINAL
from intake.grid import Cell
from workflow.record.published import Role

LONGEST = {"lead": 24, "responsible": 40, "deadline": 16, "number": 1, "other": 12}
_VERBS = re.compile(r"牵头|配合|职责分工|分工落实|分工负责")
_DEADLINE_ENDS = ("前", "。", "；", "完成", "推进", "坚持", "底", "年", "月", "日")
EMPTY: dict[Role, float] = {"number": 0.5, "text": 1.8, "lead": 0.5, "responsible": 0.4, "deadline": 0.8, "other": 0.0}


class _Row:
    """The prices of cutting one row."""

    def __init__(
        self,
        segments: list[Segment],
        columns: tuple[Column, ...],
        widths: list[float | None],
        optional: int | None = None,
        *,
        wrapped: bool = True,
    ) -> None:
        self.segments, self.columns, self.widths, self.optional = segments, columns, widths, optional
        self.wrapped = wrapped
        self._inner = [self._inner_prices(at) if column.role == "text" else [] for at, column in enumerate(columns)]

    def _inner_prices(self, at: int) -> list[float]:
        """Running sums: what the segments cost as lines within a cell of this column."""
        sums, total = [0.0], 0.0
        for segment in self.segments:
            total += self._line(segment, at, last=False)
            sums.append(total)
        return sums

    def _line(self, segment: Segment, at: int, *, last: bool) -> float:
        width = self.widths[at]
        if width is None:
            return 0.0 if last else 0.6 if segment.text[-1] in "。；" else 0.05
        if segment.width > width + 1.2:
            return 3.0
        return 1.5 if not last and segment.width < width - 2.2 else 0.0

    def price(self, at: int, start: int, end: int) -> float:
        """What it costs that these segments are the cell of column ``at``."""
        role = self.columns[at].role
        if start == end:
            first = role == "text" and not any(column.role == "text" for column in self.columns[:at])
            return 0.0 if at == self.optional else 4.0 if first else EMPTY[role]
        beside = (2.0 if self.wrapped else 0.0) * sum(segment.beside for segment in self.segments[start + 1 : end])
        if role == "text":
            return beside + self._text_price(at, start, end)
        return beside + self._typed_price(role, at, start, end)

    def _text_price(self, at: int, start: int, end: int) -> float:
        last = self.segments[end - 1]
        price = self._inner[at][end - 1] - self._inner[at][start] + self._line(last, at, last=True)
        width = self.widths[at]
        full = width is not None and last.width > width - 1.2
        price += 0.0 if last.text[-1] in TERMINAL else 2.0 if full else 1.0
        price += 3.0 if end == start + 1 and len(last.text) < 4 else 0.0
        if at == self.optional and _VERBS.search("".join(s.text for s in self.segments[start:end])):
            price += 3.0
        if end - start <= 4 and may_end_units(last.text):
            price += 4.0 if reads_as_units("\n".join(s.text for s in self.segments[start:end])) else 0.0
        return price + (3.0 if self.segments[start].text[0] in NEVER_FIRST else 0.0)

    def _typed_price(self, role: Role, at: int, start: int, end: int) -> float:
        texts = [segment.text for segment in self.segments[start:end]]
        if role == "number":
            return -3.0 if bare_number(texts[0]) else 6.0
        if role == "other":
            return 1.5 + 0.2 * sum(len(text) for text in texts)
        if role == "deadline":
            return self._deadline_price(texts)
        if not may_end_units(texts[-1]) or not reads_as_units("\n".join(texts)):
            return 8.0
        if not self.wrapped and not all(reads_as_units(text) for text in texts):
            return 8.0
        return -2.0 - 0.05 * (end - start) + self._unit_style(role, at, start, end)

    def _deadline_price(self, texts: list[str]) -> float:
        if not reads_as_deadline("".join(texts)) or reads_as_units("\n".join(texts)):
            return 5.0
        if texts[-1][-1] in SEPARATORS:
            return 3.0
        if len(texts) > 1 and reads_as_units(texts[0]) and reads_as_deadline("".join(texts[1:])):
            return 0.0
        before = "".join(texts[:-1])
        whole = before.endswith(_DEADLINE_ENDS) and reads_as_deadline(before)
        return 1.0 if whole and not reads_as_deadline(texts[-1]) else -2.0

    def _unit_style(self, role: Role, at: int, start: int, end: int) -> float:
        """A cell lists its names in one manner; groups seldom lead; lines keep within their column."""
        segments = self.segments[start:end]
        joined = join_units([segment.text for segment in segments])
        breaks, marks = joined.count(" "), sum(joined.count(mark) for mark in SEPARATORS)
        price = breaks * (0.2 if role == "lead" else 0.5) + (breaks * 1.0 if marks else 0.0)
        width = self.widths[at]
        if width is not None:
            price += sum(2.0 for segment in segments if segment.width > width + 0.6)
        if role == "lead":
            found = responsibility.read(joined, "lead")
            price += 3.0 * len(found.lead_groups)
        return price + sum(0.5 for segment in segments[1:] if not segment.gap and not segment.beside)

    def cut(self) -> tuple[float, list[int]]:
        """The cheapest cut: its price and where each column ends."""
        size = len(self.segments)
        if self.optional is not None and not number_of(self.segments[0].text):
            return 0.0, [0] * (len(self.columns) - 1) + [size]
        best: list[tuple[float, list[int]]] = [(0.0, []), *((1e9, []) for _ in range(size))]
        for at, column in enumerate(self.columns):
            reach = LONGEST.get(column.role, size)
            step: list[tuple[float, list[int]]] = []
            for end in range(size + 1):
                options = (
                    (best[start][0] + self.price(at, start, end), start)
                    for start in range(max(0, end - reach), end + 1)
                    if best[start][0] < 1e8
                )
                price, start = min(options, default=(1e9, 0))
                step.append((price, [*best[start][1], end]))
            best = step
        return best[size]


def cut(rows: list[list[Segment]], columns: tuple[Column, ...]) -> list[list[Cell]]:
    """Cut all rows of a document into cells in the order of ``columns``, the cheaper of two ways.

    Where the numbers stand in the second column, a row runs from its number to the next, and the words that head
    the next group come last in it.
    """
    texts = [at for at, column in enumerate(columns) if column.role == "text"]
    price, ends = _cheapest(rows, columns)
    if len(texts) > 1 and _are_numbered(rows):
        order = [at for at in range(len(columns)) if at != texts[0]] + [texts[0]]
        turned = tuple(columns[at] for at in order)
        shared = _sharing(rows)
        other, other_ends = _cheapest(shared, turned, optional=len(columns) - 1)
        if other + len(rows) * 0.3 < price:
            return _turned_back(shared, other_ends, turned, texts[0])
    return [_cells(row, end, columns) if row else [] for row, end in zip(rows, ends, strict=True)]


def _are_numbered(rows: list[list[Segment]]) -> bool:
    """Whether most rows begin with a number: only then can one say where the words before it belong."""
    firsts = [row[0].text for row in rows if row]
    return sum(number_of(text) is not None for text in firsts) * 2 > len(firsts)


def _cheapest(
    rows: list[list[Segment]], columns: tuple[Column, ...], optional: int | None = None
) -> tuple[float, list[list[int]]]:
    """Price and ends of the cheapest cut, learning the widths of the columns on the way."""
    wrapped = _is_wrapped(rows, columns)
    widths: list[float | None] = [None] * len(columns)
    if wrapped and optional is None:
        widths = _first_widths(rows, columns)
    total, ends = 0.0, []
    for _ in range(3):
        cuts = [_Row(row, columns, widths, optional, wrapped=wrapped).cut() if row else (0.0, []) for row in rows]
        total, ends = sum(price for price, _ in cuts), [end for _, end in cuts]
        learned = _learn(rows, ends, columns, widths) if wrapped else widths
        if learned == widths:
            break
        widths = learned
    return total, ends


def _is_wrapped(rows: list[list[Segment]], columns: tuple[Column, ...]) -> bool:
    """Whether cells were broken into lines; where a row has hardly more lines than columns, they were not."""
    sizes = sorted(len(row) for row in rows if row)
    return bool(sizes) and sizes[len(sizes) // 2] > len(columns) + 1


def _sharing(rows: list[list[Segment]]) -> list[list[Segment]]:
    """Items that share the cell below them as one row: their units stand after the last of them."""
    shared = [list(row) for row in rows]
    for at in range(len(shared) - 2, -1, -1):
        row, below = shared[at], shared[at + 1]
        if row and below and number_of(row[0].text) and number_of(below[0].text) and not _has_units(row):
            shared[at], shared[at + 1] = row + below, []
    return shared


def _has_units(row: list[Segment]) -> bool:
    return any(
        reads_as_units("\n".join(segment.text for segment in row[start : start + size]))
        for size in (1, 2, 3)
        for start in range(1, len(row))
        if len(row[start : start + size]) == size and may_end_units(row[start + size - 1].text)
    )


def _turned_back(
    rows: list[list[Segment]], ends: list[list[int]], turned: tuple[Column, ...], first: int
) -> list[list[Cell]]:
    """Cells in printed order again; the words at the end of a row head the one after it."""
    found: list[list[Cell]] = []
    heading = Cell()
    for row, end in zip(rows, ends, strict=True):
        if not row:
            found.append([])
            continue
        cells = _cells(row, end, turned)
        found.append([*cells[:first], heading, *cells[first:-1]] if any(end[:-1]) else [])
        heading = cells[-1]
    return found


def _first_widths(rows: list[list[Segment]], columns: tuple[Column, ...]) -> list[float | None]:
    """Rows begin with their first text column; the wider lines are those of the next."""
    texts = [at for at, column in enumerate(columns) if column.role == "text"]
    widths: list[float | None] = [None] * len(columns)
    firsts = [row[0].width for row in rows if len(row) > 1 and not bare_number(row[0].text)]
    firsts += [row[1].width for row in rows if len(row) > 2 and bare_number(row[0].text)]
    if len(texts) < 2 or not firsts:
        return widths
    widths[texts[0]] = _share(firsts, 0.8)
    every = [segment.width for row in rows for segment in row]
    wide = [width for width in every if width > (widths[texts[0]] or 0) + 2]
    if len(wide) * 6 >= len(every):
        widths[texts[1]] = _share(wide, 0.75)
    return widths


def _learn(
    rows: list[list[Segment]], ends: list[list[int]], columns: tuple[Column, ...], before: list[float | None]
) -> list[float | None]:
    widths = list(before)
    for at, column in enumerate(columns):
        full: list[float] = []
        for row, end in zip(rows, ends, strict=True):
            start = end[at - 1] if at and row else 0
            cell = row[start : end[at]] if row else []
            full += [segment.width for segment in (cell[:-1] if column.role == "text" else cell)]
        if len(full) >= 5 and column.role in ("text", "lead", "responsible"):
            widths[at] = _share(full, 0.8 if column.role == "text" else 0.95)
    return widths


def _share(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _cells(row: list[Segment], ends: list[int], columns: tuple[Column, ...]) -> list[Cell]:
    cells: list[Cell] = []
    start = 0
    for column, end in zip(columns, ends, strict=True):
        texts = [segment.text for segment in row[start:end]]
        text = join_units(texts) if column.role in ("lead", "responsible") else "".join(texts)
        cells.append(Cell(text, row[start].line, row[end - 1].line) if texts else Cell("", row[0].line, row[0].line))
        start = end
    return cells
