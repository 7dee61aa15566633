"""Tables without rules (无框线表格): columns from where the head's words stand, rows from gaps and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from intake import columns, furniture, headings
from intake.blocks import Grid, Paragraph, Span


@dataclass(frozen=True)
class Word:
    """Characters that stand together on a page, with their box in points from the upper left."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def grid_of(words: list[Word], page: int, edges: list[float] | None = None) -> list[Paragraph | Grid]:
    """The blocks of one page: a grid below the line that is a table head, paragraphs above it and where there is none."""
    lines = _lines(words)
    place = f"第 {page} 页"
    at = next((at for at, line in enumerate(lines) if _is_head(line)), None)
    if at is None:
        return [Paragraph(" ".join(word.text for word in line), place) for line in lines]
    head = lines[at]
    starts = [word.left for word in head]
    gaps = _gaps(lines[at:], starts)
    spans, row, bottom = [Span(0, n, word.text) for n, word in enumerate(head)], 1, head[0].bottom
    cells: dict[int, str] = {}
    before: list[Paragraph | Grid] = [Paragraph(" ".join(word.text for word in line), place) for line in lines[:at]]
    height = max(word.bottom - word.top for word in head)
    for line in lines[at + 1 :]:
        placed = _placed(line, gaps)
        if len(line) == 1 and furniture.is_page_number(line[0].text):
            continue
        numbered = 0 in placed and bool(headings.bare_number(placed[0]) or headings.number_of(placed[0]))
        if cells and (numbered or line[0].top - bottom > height * 0.9):
            spans += [Span(row, column, text) for column, text in sorted(cells.items())]
            row, cells = row + 1, {}
        for column, text in placed.items():
            cells[column] = cells.get(column, "") + text
        bottom = line[0].bottom
    spans += [Span(row, column, text) for column, text in sorted(cells.items())]
    return [*before, Grid(spans, [f"{place}第 {n} 行" for n in range(1, row + 2)], goes_on=True)]


def _lines(words: list[Word]) -> list[list[Word]]:
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (one.top, one.left)):
        middle = (word.top + word.bottom) / 2
        if lines and lines[-1][0].top <= middle <= lines[-1][0].bottom:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda one: one.left) for line in lines]


def _is_head(line: list[Word]) -> bool:
    return len(line) > 2 and columns.header_of([word.text for word in line]) is not None


def _gaps(lines: list[list[Word]], starts: list[float]) -> list[float]:
    """Where one column ends and the next begins: the middle of the widest strip that no word of any line crosses."""
    found = []
    for left, right in pairwise(starts):
        inked = sorted(
            (word.left, word.right) for line in lines for word in line if word.right > left and word.left < right
        )
        best, at, end = 0.0, right, left
        for begin, stop in [*inked, (right, right)]:
            if begin - end > best:
                best, at = begin - end, (begin + end) / 2
            end = max(end, stop)
        found.append(at)
    return found


def _placed(line: list[Word], gaps: list[float]) -> dict[int, str]:
    """The words of a line by column."""
    cells: dict[int, str] = {}
    for word in line:
        column = sum(gap <= (word.left + word.right) / 2 for gap in gaps)
        cells[column] = cells.get(column, "") + word.text
    return cells
