"""Where one cell ends and the next begins in flowed text (分栏): by line widths, full stops and the unit grammar.

Every way of cutting a row into its columns has a price; the cheapest is taken. Line widths are learned from the
document: a column's lines are full except for the last one of a cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from intake import deadlines, responsibility, unit_names
from intake.columns import Column, Role
from intake.grid import Cell
from intake.headings import bare_number
from intake.wording import TERMINAL

LONGEST = {"lead": 24, "responsible": 40, "deadline": 16, "number": 1, "other": 12}
_SEPARATORS = "、，,；;"
_NEVER_FIRST = "、，,；;。：）)！？”》%"
EMPTY: dict[Role, float] = {"number": 0.5, "text": 5.0, "lead": 0.5, "responsible": 0.4, "deadline": 0.8, "other": 0.0}


@dataclass(frozen=True)
class Segment:
    """A piece of a line; ``gap``: a blank line before it, ``beside``: another piece before it on the same line."""

    text: str
    line: int
    gap: bool = True
    beside: bool = False

    @property
    def width(self) -> float:
        """In Chinese characters."""
        return sum(0.5 if char.isascii() else 1.0 for char in self.text)


def is_complete(segments: list[Segment]) -> bool:
    """Whether a row may end here: its last words read as units or as a deadline."""
    for size in (1, 2, 3, 4, 6):
        tail = segments[-size:]
        if reads_as_units("\n".join(s.text for s in tail)) or _reads_as_deadline("".join(s.text for s in tail)):
            return True
    last = join_units([s.text for s in segments[-6:]])
    for mark in _SEPARATORS + " ":
        last = last.rsplit(mark, 1)[-1]
    return unit_names.is_recognised(last) and len(last) < 16


def join_units(lines: list[str]) -> str:
    """Broken lines of a unit cell as one text: a new line is a new name where the one before is whole."""
    text = ""
    for line in lines:
        last = text
        for mark in _SEPARATORS + " ":
            last = last.rsplit(mark, 1)[-1]
        whole = bool(last) and unit_names.is_recognised(last)
        first = line
        for mark in _SEPARATORS:
            first = first.split(mark, 1)[0]
        begins = unit_names.level_of(first) is not None or unit_names.is_group(first) or first[:1] in tuple("各市区县省州")
        text += (" " if whole and begins and not unit_names.is_recognised_continuation(last, line) else "") + line
    return text


@lru_cache(maxsize=20_000)
def reads_as_units(lines: str) -> bool:
    """Whether lines (joined by line breaks) are a list of units and nothing else."""
    joined = join_units(lines.split("\n"))
    if len(joined) > 600 or any(mark in joined for mark in "。！？“”《"):
        return False
    if joined[0] in _NEVER_FIRST or joined[-1] in _SEPARATORS:
        return False
    found = responsibility.read(joined, "responsible")
    names = [*found.lead_units, *found.responsible_units, *found.lead_groups, *found.responsible_groups]
    return bool(names) and not found.doubts and all(len(name) <= 24 for name in names)


@lru_cache(maxsize=5_000)
def _reads_as_deadline(text: str) -> bool:
    if len(text) > 200:
        return False
    timing = deadlines.read(text, "", 2000)
    return bool(timing.due or timing.recurrence or timing.inspection) and (
        len(text) <= 24 or timing.inspection is not None or text[0] in "0123456789每"
    )


class _Row:
    """The prices of cutting one row."""

    def __init__(self, segments: list[Segment], columns: tuple[Column, ...], widths: list[float | None]) -> None:
        self.segments, self.columns, self.widths = segments, columns, widths
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
            return 0.0 if last else 0.05
        if segment.width > width + 1.2:
            return 3.0
        return 1.5 if not last and segment.width < width - 2.2 else 0.0

    def price(self, at: int, start: int, end: int) -> float:
        """What it costs that these segments are the cell of column ``at``."""
        role = self.columns[at].role
        if start == end:
            return EMPTY[role]
        beside = 2.0 * sum(segment.beside for segment in self.segments[start + 1 : end])
        if role == "text":
            return beside + self._text_price(at, start, end)
        return beside + self._typed_price(role, at, start, end)

    def _text_price(self, at: int, start: int, end: int) -> float:
        last = self.segments[end - 1]
        price = self._inner[at][end - 1] - self._inner[at][start] + self._line(last, at, last=True)
        price += 0.0 if last.text[-1] in TERMINAL else 1.0
        return price + (3.0 if self.segments[start].text[0] in _NEVER_FIRST else 0.0)

    def _typed_price(self, role: Role, at: int, start: int, end: int) -> float:
        texts = [segment.text for segment in self.segments[start:end]]
        if role == "number":
            return -3.0 if bare_number(texts[0]) else 6.0
        if role == "other":
            return 1.5 + 0.2 * sum(len(text) for text in texts)
        if role == "deadline":
            joined = "".join(texts)
            return -2.0 if _reads_as_deadline(joined) and not reads_as_units("\n".join(texts)) else 5.0
        if not _may_end_units(texts[-1]) or not reads_as_units("\n".join(texts)):
            return 8.0
        return -2.0 + self._unit_style(role, at, start, end)

    def _unit_style(self, role: Role, at: int, start: int, end: int) -> float:
        """A cell lists its names in one manner; groups seldom lead; lines keep within their column."""
        segments = self.segments[start:end]
        joined = join_units([segment.text for segment in segments])
        breaks, marks = joined.count(" "), sum(joined.count(mark) for mark in _SEPARATORS)
        price = breaks * (0.2 if role == "lead" else 0.5) + (breaks * 1.0 if marks else 0.0)
        width = self.widths[at]
        if width is not None:
            price += sum(2.0 for segment in segments if segment.width > width + 0.6)
        if role == "lead":
            found = responsibility.read(joined, "lead")
            price += 3.0 * len(found.lead_groups)
        return price - sum(-0.5 for segment in segments[1:] if not segment.gap)

    def cut(self) -> tuple[float, list[int]]:
        """The cheapest cut: its price and where each column ends."""
        size = len(self.segments)
        best: list[tuple[float, list[int]]] = [(0.0, [])] + [(1e9, [])] * size
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


def _may_end_units(text: str) -> bool:
    return unit_names.is_recognised(text) or text[-1] in "局委办厅部院署所站台会社行团处馆室队心司区县市镇乡道门位关构府校联）)等实责合头业工施科志机组作院办"


def cut(rows: list[list[Segment]], columns: tuple[Column, ...]) -> list[list[Cell]]:
    """Cut all rows of a document, learning the widths of its columns on the way."""
    widths = _first_widths(rows, columns)
    ends: list[list[int]] = []
    for _ in range(3):
        ends = [_Row(row, columns, widths).cut()[1] if row else [] for row in rows]
        learned = _learn(rows, ends, columns, widths)
        if learned == widths:
            break
        widths = learned
    return [_cells(row, end, columns) if row else [] for row, end in zip(rows, ends, strict=True)]


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
