"""Charts (图) laid out on the server: places and lengths of bars in points; a template draws them as SVG."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.figures import Tally

ROW = 10.8
"""Height of a bar's row."""
SHOWN = 9.0
"""A bar narrower than this carries no number."""


@dataclass(frozen=True)
class Piece:
    """One part of a bar (条段): where it begins, how long it is, which part it is, and its number."""

    x: float
    width: float
    part: int
    count: int

    @property
    def said(self) -> str:
        """The number, where there is room for it."""
        return str(self.count) if self.width >= SHOWN else ""


@dataclass(frozen=True)
class Bar:
    """One row of a chart (条)."""

    y: float
    label: str
    pieces: tuple[Piece, ...]
    total: int
    end: float
    """Where the bar ends, for the number behind it."""


def bars(tallies: Iterable[Tally], width: float) -> list[Bar]:
    """A bar a unit, the longest as long as ``width``."""
    lines = list(tallies)
    most = max((one.total for one in lines), default=1) or 1
    return [_bar(n, one, width / most) for n, one in enumerate(lines)]


def _bar(n: int, one: Tally, scale: float) -> Bar:
    pieces, x = [], 0.0
    for part, count in enumerate(one.parts):
        if count:
            pieces.append(Piece(round(x, 1), round(count * scale, 1), part, count))
        x += count * scale
    return Bar(n * ROW, one.name, tuple(pieces), one.total, round(x, 1))


@dataclass(frozen=True)
class Column:
    """A month with its two columns (月柱)."""

    x: float
    label: str
    counts: tuple[int, int]
    heights: tuple[float, float]


def columns(months: Iterable[tuple[str, int, int]], width: float, height: float) -> list[Column]:
    """Two columns a month: what fell due, what was closed."""
    lines = list(months)
    most = max((max(due, closed) for _, due, closed in lines), default=1) or 1
    step = width / max(len(lines), 1)
    return [
        Column(
            round(n * step, 1), label, (due, closed), (round(due * height / most, 1), round(closed * height / most, 1))
        )
        for n, (label, due, closed) in enumerate(lines)
    ]
