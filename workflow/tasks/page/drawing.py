"""The chain laid out for drawing (审批链图): rows with their places and wrapped words, the same on screen and in the packet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 22.0
"""Room for words in ems: what a telephone shows beside the marks."""
ROW, LINE, GAP = 24, 17, 10
"""Heights in pixels: the label's, a line's of words below it, and the space between two rows."""


@dataclass(frozen=True)
class Mark:
    """One place of the chain in words (审批链节点)."""

    label: str
    state: str
    """``done``, ``now``, ``ahead`` or ``back``."""
    note: str


@dataclass(frozen=True)
class Drawn:
    """One row of the drawing (图中一行)."""

    y: int
    end: int
    """Where the row ends; the last one's is the drawing's height."""
    label: str
    state: str
    note: str
    lines: tuple[str, ...]


def draw(marks: Iterable[Mark]) -> list[Drawn]:
    """Rows from top to bottom."""
    rows: list[Drawn] = []
    for mark in marks:
        y, lines = (rows[-1].end if rows else 0), wrapped(mark.note)
        rows.append(Drawn(y, y + ROW + LINE * len(lines) + GAP, mark.label, mark.state, mark.note, lines))
    return rows


def wrapped(text: str, width: float = WIDTH) -> tuple[str, ...]:
    """The words in lines of at most ``width`` ems; a Chinese character is one em, a Latin one a bit more than half."""
    lines, line, used = [], "", 0.0
    for word in re.findall(r"[!-~]{1,24}|.", text):  # a time or a number is not torn
        size = sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.56 for char in word)
        if used + size > width:
            lines.append(line.strip())
            line, used = "", 0.0
        line, used = line + word, used + size
    return tuple(one for one in (*lines, line.strip()) if one)
