"""The rules of a table in a picture (表格线): found before a word is read, they say where each cell begins and ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

THICK, DARKER = 15, 30
"""Dots that a rule is thick at most, and how much darker than what lies on both its sides: no shadow, no paper's edge."""
STRAIGHT = 40
"""Dots that run straight in a rule at least."""
LEVEL, UPRIGHT = 100, 45
"""Dots that a level or an upright rule has at least; strokes of large characters are shorter, or stand alone."""
CLOSE = 12
"""Dots within which two rules are one, and a rule may run beside the place of its cell."""
DRAWN, INKED = 0.5, 0.8
"""The share of a cell's side that must lie in straight runs, or have ink at one height where specks broke the runs."""


@dataclass(frozen=True)
class Cell:
    """A cell (单元格): its first row and column, how many of each it spans."""

    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True)
class Frame:
    """A ruled table (框线表): where its columns and rows are divided, in dots, and its cells."""

    lefts: list[float]
    tops: list[float]
    cells: list[Cell]

    def box(self, cell: Cell) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of a cell."""
        right, bottom = self.lefts[cell.column + cell.columns], self.tops[cell.row + cell.rows]
        return self.lefts[cell.column], self.tops[cell.row], right, bottom


def frames(picture: Any) -> list[Frame]:
    """The ruled tables of an upright page from top to bottom."""
    thin = ink(picture)
    level, upright = _drawn(thin)
    found = []
    for x, y, w, h in _places(level, upright):
        part = (slice(y, y + h), slice(x, x + w))
        found.append(_frame(level[part], upright[part], thin[part], (x, y)))
    return sorted((one for one in found if len(one.cells) > 1), key=lambda one: one.tops[0])


def frame(picture: Any) -> Any | None:
    """The four corners of the largest ruled table, from the upper left clockwise; None where there is none."""
    level, upright = _drawn(ink(picture))
    places = sorted(_places(level, upright), key=lambda box: -box[2] * box[3])
    if not places:
        return None
    x, y, w, h = places[0]
    points = cv2.findNonZero((level | upright)[y : y + h, x : x + w]).reshape(-1, 2).astype(np.float32)
    across, down = points.sum(axis=1), points[:, 0] - points[:, 1]
    corners = [points[at] for at in (across.argmin(), down.argmax(), across.argmax(), down.argmin())]
    return np.array(corners, np.float32) + np.array([x, y], np.float32)


def _drawn(thin: Any) -> tuple[Any, Any]:
    """The dots of level and of upright rules."""
    return _runs(thin, (STRAIGHT, 1), LEVEL), _runs(thin, (1, STRAIGHT), UPRIGHT)


def ink(picture: Any) -> Any:
    """1 where something thin and dark is drawn."""
    thin = cv2.morphologyEx(picture, cv2.MORPH_BLACKHAT, np.ones((THICK, THICK), np.uint8))
    return (thin > DARKER).astype(np.uint8)


def _runs(drawn: Any, straight: tuple[int, int], least: int) -> Any:
    """The dots that lie in straight runs; what is one rule may step aside by a dot."""
    aside = (1, 3) if straight[1] == 1 else (3, 1)
    thick = cv2.dilate(drawn, cv2.getStructuringElement(cv2.MORPH_RECT, aside))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, straight))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    along = cv2.CC_STAT_WIDTH if straight[1] == 1 else cv2.CC_STAT_HEIGHT
    long = np.array([at > 0 and stats[at, along] >= least for at in range(count)])
    return (long[labels] * 255).astype(np.uint8)


def _places(level: Any, upright: Any) -> Iterator[tuple[int, int, int, int]]:
    """Left, top, width and height of what rules of both kinds hold together."""
    joined = cv2.dilate(level | upright, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for at in range(1, count):
        x, y, w, h = (int(one) for one in stats[at, :4])
        inside = labels[y : y + h, x : x + w] == at
        both = [(mask[y : y + h, x : x + w] > 0) & inside for mask in (level, upright)]
        if w >= 2 * LEVEL and h >= UPRIGHT and both[0].any() and both[1].any():
            yield x, y, w, h


def _frame(level: Any, upright: Any, thin: Any, at: tuple[int, int]) -> Frame:
    lefts, tops = _divisions(upright, 0), _divisions(level, 1)
    left = _sides(upright, cv2.dilate(thin, np.ones((1, 3), np.uint8)), lefts, tops)
    top = _sides(level.T, cv2.dilate(thin, np.ones((3, 1), np.uint8)).T, tops, lefts).T
    return Frame([at[0] + one for one in lefts], [at[1] + one for one in tops], list(_cells(left, top)))


def _divisions(mask: Any, axis: int) -> list[float]:
    """Where rules stand along one side of a table, its two ends among them."""
    marked = np.flatnonzero((mask > 0).sum(axis=axis) >= UPRIGHT * 0.8)
    groups: list[list[int]] = []
    for at in marked:
        if groups and at - groups[-1][-1] <= CLOSE:
            groups[-1].append(int(at))
        else:
            groups.append([int(at)])
    found = [sum(group) / len(group) for group in groups]
    end = mask.shape[1 - axis] - 1
    found = found if found and found[0] <= 2 * CLOSE else [0.0, *found]
    return found if end - found[-1] <= 2 * CLOSE else [*found, float(end)]


def _sides(runs: Any, thick: Any, across: list[float], along: list[float]) -> Any:
    """Whether a rule is drawn at each inner division ``across``, between each two of ``along``: one row each."""
    drawn = np.ones((len(along) - 1, len(across)), bool)
    for row in range(len(along) - 1):
        first, last = int(along[row]), int(along[row + 1])
        trim = max((last - first) // 8, 1)
        for at in range(1, len(across) - 1):
            middle = int(across[at])
            band = (
                slice(first + trim, max(last - trim, first + trim + 1)),
                slice(max(middle - CLOSE, 0), middle + CLOSE),
            )
            straight, inked = (runs[band] > 0).any(axis=1).mean(), (thick[band] > 0).mean(axis=0).max()
            drawn[row, at] = straight >= DRAWN or inked >= INKED
    return drawn


def _cells(left: Any, top: Any) -> Iterator[Cell]:
    """Rectangles that no rule runs through: ``left[row, column]`` and ``top[row, column]`` say where one is drawn."""
    rows, columns = left.shape[0], top.shape[1]
    taken = np.zeros((rows, columns), bool)
    for row in range(rows):
        for column in range(columns):
            if taken[row, column]:
                continue
            wide = 1
            while column + wide < columns and not left[row, column + wide] and not taken[row, column + wide]:
                wide += 1
            high = 1
            while row + high < rows and not top[row + high, column : column + wide].any():
                high += 1
            taken[row : row + high, column : column + wide] = True
            yield Cell(row, column, high, wide)
