"""Tables without rules (无框线表格): columns from where the head's words stand, rows from numbers and gaps, over all pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from intake.blocks import SOFT, Grid, Paragraph, Span
from intake.grammar import columns, furniture, headings
from intake.grammar.wording import TERMINAL


@dataclass(frozen=True)
class Word:
    """Characters that stand together on a page, with their box in points from the upper left."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


Line = list[Word]
NARROWEST = 3.0
"""Points that stand empty between two columns at least."""


@dataclass
class _Rows:
    """The grid as it grows: cells of the row in hand by column, each line of a cell beside the others."""

    grid: Grid
    width: int
    cells: dict[int, list[str]] = field(default_factory=dict)
    place: str = ""
    bottom: float = 0.0
    first_column_rests: bool = False

    def close(self) -> None:
        """Write the row in hand."""
        row = len(self.grid.places)
        if self.cells:
            self.grid.spans += [Span(row, at, SOFT.join(lines)) for at, lines in sorted(self.cells.items())]
            self.grid.places.append(self.place)
        self.cells = {}

    def across(self, text: str, place: str) -> None:
        """Write a heading across the table."""
        self.close()
        self.grid.spans.append(Span(len(self.grid.places), 0, text, 1, self.width))
        self.grid.places.append(place)

    def take(self, placed: dict[int, str], line: Line, place: str, *, gap: bool) -> None:
        """Add a line to the row in hand, or begin the next one."""
        first = placed.get(0, "")
        numbered = bool(headings.bare_number(first) or headings.number_of(first))
        resumed = bool(first) and bool(self.cells.get(0)) and self.first_column_rests
        if self.cells and (numbered or gap or resumed):
            self.close()
        if not self.cells:
            self.place = place
        for at, text in placed.items():
            self.cells.setdefault(at, []).append(text)
        self.first_column_rests = not first
        self.bottom = max(word.bottom for word in line)


def blocks(pages: list[tuple[int, list[Word]]]) -> list[Paragraph | Grid]:
    """Everything on pages without rules: paragraphs, and one grid under the line that is a table head."""
    lines = [(number, line) for number, words in pages for line in _lines(words)]
    at = next((at for at, (_, line) in enumerate(lines) if _is_head(line)), None)
    if at is None:
        return [_paragraph(number, line) for number, line in lines]
    head = lines[at][1]
    below = [line for _, line in lines[at:]]
    gaps = _gaps(below, [word.left for word in head])
    spans = [Span(0, n, word.text) for n, word in enumerate(head)]
    rows = _Rows(Grid(spans, [f"第 {lines[at][0]} 页第 1 行"], goes_on=True), len(head), bottom=head[0].bottom)
    rest = _fill(rows, lines[at + 1 :], head, gaps)
    return [*(_paragraph(n, line) for n, line in lines[:at]), rows.grid, *(_paragraph(n, line) for n, line in rest)]


def _fill(rows: _Rows, lines: list[tuple[int, Line]], head: Line, gaps: list[float]) -> list[tuple[int, Line]]:
    """Put the lines under the head into rows; returns those that stand below the table."""
    height = max(word.bottom - word.top for word in head)
    page, names = 0, [word.text for word in head]
    last = max((at for at, (_, line) in enumerate(lines) if len(_placed(line, gaps)) > 1), default=-1)
    for at, (number, line) in enumerate(lines):
        text, place = "".join(word.text for word in line), f"第 {number} 页第 {len(rows.grid.places) + 1} 行"
        if furniture.is_page_number(text) or [word.text for word in line] == names:
            continue
        alone = len(line) == 1 or set(_placed(line, gaps)) == {0}
        heads = alone and line[0].left < gaps[0] and len(text) <= 60 and text[-1] not in TERMINAL
        if heads and (headings.is_section(text) or (line[0].right > gaps[0] and at < last)):
            rows.across(text, place)
        elif at > last and (furniture.is_footer(text) or _runs_across(line, gaps)):
            rows.close()
            return lines[at:]
        else:
            gap = number == page and line[0].top - rows.bottom > height * 0.9
            rows.take(_placed(line, gaps), line, place, gap=gap)
        page, rows.bottom = number, max(word.bottom for word in line)
    rows.close()
    return []


def _paragraph(number: int, line: Line) -> Paragraph:
    return Paragraph(" ".join(word.text for word in line), f"第 {number} 页")


def _lines(words: list[Word]) -> list[Line]:
    lines: list[Line] = []
    for word in sorted(words, key=lambda one: (one.top, one.left)):
        middle = (word.top + word.bottom) / 2
        if lines and lines[-1][0].top <= middle <= lines[-1][0].bottom:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda one: one.left) for line in lines]


def _is_head(line: Line) -> bool:
    return len(line) > 2 and columns.header_of([word.text for word in line]) is not None


def _runs_across(line: Line, gaps: list[float]) -> bool:
    """Whether one word of a line stands in more columns than two: a heading, or prose below the table."""
    return any(sum(word.left < gap < word.right for gap in gaps) > 1 for word in line)


def _gaps(lines: list[Line], starts: list[float]) -> list[float]:
    """Where one column ends and the next begins: the last strip before it that no word of any line crosses.

    Words that begin left of one column and end right of the next, headings and prose, count for nothing.
    """
    words = [word for line in lines for word in line]
    found = []
    for left, right in pairwise(starts):
        whole = [word for word in words if not (word.left < left + 1 and word.right > right + 20)]
        inked = sorted((word.left, word.right) for word in whole if word.right > left and word.left < right)
        at, end = right - 1, left
        for begin, stop in [*inked, (right, right)]:
            if begin - end >= NARROWEST:
                at = (begin + end) / 2
            end = max(end, stop)
        found.append(at)
    return found


def _placed(line: Line, gaps: list[float]) -> dict[int, str]:
    """The words of a line by column."""
    cells: dict[int, str] = {}
    for word in line:
        column = sum(gap <= min(word.left + 6, (word.left + word.right) / 2) for gap in gaps)
        cells[column] = cells[column] + SOFT + word.text if column in cells else word.text
    return cells
