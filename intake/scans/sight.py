"""A page that is a picture, as lines and grids (扫描页): each recognised line goes to the cell in which it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from intake.blocks import SOFT, Box, Grid, Paragraph, Span
from intake.formats.pdf import Page
from intake.formats.unruled import Word
from intake.grammar import furniture
from intake.scans import engine, rules
from intake.scans.upright import moved, upright

DOTS = 200
"""Dots an inch at which a page is looked at."""
MOST_DOTS = 9_000_000
"""Dots of a page, A3 and somewhat more; a larger one is looked at more coarsely."""
MOST_LINES = 600
"""Lines of a page that are recognised."""
SURE = 0.85
"""How sure a character must be to raise no doubt."""
GUESSED = 0.5
"""A line that is less sure than this in the mean is a stamp, a stroke or a speck: it is told, not read."""
BESIDE = 2
"""Characters that are shown on each side of one in doubt."""
INSIDE, SMALLEST, LARGEST = 8, 14, 80
"""Dots from a rule to where the words of a cell begin; height of a line of print at least and at most."""
SMUDGED = 0.01
"""The share of a cell that is dark where something stands in it."""
_LOOKS_LIKE = str.maketrans("〈〉|", "（） ")
"""Marks that no notice prints and that recognition takes others for."""


@dataclass(frozen=True)
class Said:
    """A recognised line and where it stands (识别行), in dots."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    doubtful: tuple[str, ...] = ()
    """Characters that are not sure, each among its neighbours."""

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.top + self.bottom) / 2


@dataclass
class Seen(Page):
    """What was seen on a page (扫描页): and what of it is in doubt, by place."""

    unsure: dict[str, list[str]] = field(default_factory=dict)
    boxes: dict[str, list[Box]] = field(default_factory=dict)
    """Where the cells of each row stand, by place."""
    lost: int = 0
    """Places with something like words that could not be recognised."""


def look(picture: Any, number: int, *, dots: float = DOTS) -> Seen:
    """Read a grey page of so many dots an inch."""
    size = picture.shape
    picture, lines, back = upright(picture, engine.lines_of(picture))
    tables = rules.frames(picture)
    parts = [part for line in lines[:MOST_LINES] for part in _parted(line, tables)]
    corners = np.array([*parts, *_overlooked(picture, parts, tables)], np.float32)
    read = engine.read(picture, corners)
    lost = sum(bool(line.text) and line.mean < GUESSED for line in read)
    seen = Seen(ruled=bool(tables), lost=lost + max(len(lines) - MOST_LINES, 0))
    said = [_said(line, box) for line, box in zip(read, corners, strict=True) if line.text and line.mean >= GUESSED]
    _lay(seen, said, tables, number)
    _tell_unread(seen, picture, tables)
    _place(seen, tables, back, size)
    seen.words = [
        Word(one.text, *(at * 72 / dots for at in (one.left, one.right, one.top, one.bottom))) for one in said
    ]
    return seen


def _parted(box: Any, tables: list[rules.Frame]) -> Iterator[Any]:
    """A line that was found across the rules of a table, cut where they stand."""
    y = box[:, 1].mean()
    home = next((one for one in tables if one.tops[0] <= y <= one.tops[-1]), None)
    left, right, height = box[:, 0].min(), box[:, 0].max(), np.ptp(box[:, 1])
    edges = {edge for cell in home.cells for edge in _ends_at(home, cell, y)} if home else set()
    cuts = sorted(edge for edge in edges if left + height / 2 < edge < right - height / 2)
    for begin, end in zip([left, *cuts], [*cuts, right], strict=True):
        yield _between(box, begin, end)


def _ends_at(frame: rules.Frame, cell: rules.Cell, y: float) -> tuple[float, ...]:
    left, top, right, bottom = frame.box(cell)
    return (left, right) if top <= y < bottom else ()


def _between(box: Any, begin: float, end: float) -> Any:
    """The part of a line from one upright to another."""
    width = max(box[1][0] - box[0][0], 1.0)
    a, b = (min(max((at - box[0][0]) / width, 0.0), 1.0) for at in (begin, end))
    return np.stack(
        [box[0] + (box[1] - box[0]) * a, box[0] + (box[1] - box[0]) * b, box[3] + (box[2] - box[3]) * b, box[3] + (box[2] - box[3]) * a]
    )  # fmt: skip


def _overlooked(picture: Any, corners: list[Any], tables: list[rules.Frame]) -> Iterator[Any]:
    """The ink in cells where no line of text was found: a single figure is easily missed."""
    middles = [box.mean(axis=0) for box in corners]
    ink = cv2.medianBlur(rules.ink(picture), 3)
    for table in tables:
        for cell in table.cells:
            left, top, right, bottom = table.box(cell)
            if any(left <= x < right and top <= y < bottom for x, y in middles):
                continue
            x, y = int(left) + INSIDE, int(top) + INSIDE
            points = cv2.findNonZero(ink[y : int(bottom) - INSIDE, x : int(right) - INSIDE])
            a, b, width, height = cv2.boundingRect(points) if points is not None else (0, 0, 0, 0)
            if SMALLEST <= height <= LARGEST and 4 <= width <= 4 * height:
                x, y = x + a - 4, y + b - 4
                yield np.array([[x, y], [x + width + 8, y], [x + width + 8, y + height + 8], [x, y + height + 8]])


def _said(line: engine.Recognised, box: Any) -> Said:
    text = line.text.translate(_LOOKS_LIKE).strip()
    weak = [at for at, sure in enumerate(line.sure) if sure < SURE and line.text[at].isalnum()]
    pieces = tuple(dict.fromkeys(line.text[max(at - BESIDE, 0) : at + BESIDE + 1].strip() for at in weak))
    return Said(text, box[:, 0].min(), box[:, 1].min(), box[:, 0].max(), box[:, 1].max(), pieces)


def _lay(seen: Seen, said: list[Said], tables: list[rules.Frame], number: int) -> None:
    """Put lines into cells, the others into paragraphs, all from top to bottom."""
    blocks: list[tuple[float, Paragraph | Grid]] = []
    for table in tables:
        inside = [one for one in said if _within(one, table)]
        said = [one for one in said if not _within(one, table)]
        blocks.append((table.tops[0], _grid(seen, table, inside, number, len(blocks))))
    place = f"第 {number} 页"
    for line in _lines(said):
        text = _joined(line)
        if not furniture.is_page_number(text):
            blocks.append((line[0].top, Paragraph(text, place)))
            _doubt(seen, place, line)
    seen.blocks = [block for _, block in sorted(blocks, key=lambda pair: pair[0])]


def _tell_unread(seen: Seen, picture: Any, tables: list[rules.Frame]) -> None:
    """Put the row in doubt where a cell is dark with something that was not made out."""
    soft = cv2.GaussianBlur(picture, (0, 0), 3.0)
    for table, grid in zip(tables, [block for block in seen.blocks if isinstance(block, Grid)], strict=True):
        for cell, span in zip(table.cells, grid.spans, strict=True):
            left, top, right, bottom = (int(at) for at in table.box(cell))
            inside = soft[top + INSIDE : bottom - INSIDE, left + INSIDE : right - INSIDE]
            if not span.text and inside.size and _is_written_on(inside):
                seen.unsure.setdefault(grid.places[cell.row], []).append("")


def _place(seen: Seen, tables: list[rules.Frame], back: Any, size: tuple[int, int]) -> None:
    """Keep where each cell stands on the page as it came."""
    for table, grid in zip(tables, [block for block in seen.blocks if isinstance(block, Grid)], strict=True):
        for cell in table.cells:
            left, top, right, bottom = table.box(cell)
            corners = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float32)
            share = moved(corners, back)[0] / (size[1], size[0]) * 1000
            ends = np.clip([*share.min(axis=0), *share.max(axis=0)], 0, 1000)
            seen.boxes.setdefault(grid.places[cell.row], []).append(Box(cell.column, *(round(at) for at in ends)))


def _is_written_on(inside: Any) -> bool:
    """Whether part of a cell is darker than what lies around it; a shadow falls on all of it."""
    dark = cv2.morphologyEx(inside, cv2.MORPH_BLACKHAT, np.ones((LARGEST, LARGEST), np.uint8)) > rules.DARKER
    return bool(dark.mean() > SMUDGED)


def _within(one: Said, table: rules.Frame) -> bool:
    middle = (one.left + one.right) / 2
    return table.lefts[0] <= middle <= table.lefts[-1] and table.tops[0] <= one.middle <= table.tops[-1]


def _grid(seen: Seen, table: rules.Frame, said: list[Said], number: int, before: int) -> Grid:
    spans, places = (
        [],
        [f"第 {number} 页{f'第 {before + 1} 表' if before else ''}第 {n} 行" for n in range(1, len(table.tops))],
    )
    for cell in table.cells:
        left, top, right, bottom = table.box(cell)
        held = [one for one in said if left <= (one.left + one.right) / 2 < right and top <= one.middle < bottom]
        spans.append(Span(cell.row, cell.column, _text(held), cell.rows, cell.columns))
        _doubt(seen, places[cell.row], held)
    return Grid(spans, places, goes_on=True)


def _doubt(seen: Seen, place: str, said: list[Said]) -> None:
    pieces = [piece for one in said for piece in one.doubtful]
    if pieces:
        seen.unsure.setdefault(place, []).extend(pieces)


def _text(said: list[Said]) -> str:
    """The lines of a cell; one that ends before the longest has room for a character more ends a paragraph."""
    lines = _lines(said)
    full = max((line[-1].right for line in lines), default=0.0)
    text = ""
    for at, line in enumerate(lines):
        room = full - line[-1].right > 1.5 * (line[-1].bottom - line[-1].top)
        text += _joined(line) + ("" if at == len(lines) - 1 else "\n" if room else SOFT)
    return text


def _lines(said: list[Said]) -> list[list[Said]]:
    """What stands at one height, from left to right."""
    lines: list[list[Said]] = []
    for one in sorted(said, key=lambda one: one.middle):
        if lines and abs(one.middle - lines[-1][-1].middle) < (one.bottom - one.top) / 2:
            lines[-1].append(one)
        else:
            lines.append([one])
    return [sorted(line, key=lambda one: one.left) for line in lines]


def _joined(line: list[Said]) -> str:
    """One text, with a blank where a character or more has room between two parts."""
    text = line[0].text
    for before, one in pairwise(line):
        text += (" " if one.left - before.right > one.bottom - one.top else "") + one.text
    return text


def grey(page: Any) -> Any:
    """A page of pypdfium2 or a picture of Pillow as grey dots, no more than are looked at."""
    picture = np.asarray(page.convert("L"))
    share = (MOST_DOTS / picture.size) ** 0.5
    return picture if share >= 1 else cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
