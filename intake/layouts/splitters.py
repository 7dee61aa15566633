"""All ways of cutting a text into cells (切分器): every one that the marks in the text allow is proposed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from intake.grid import Line
from intake.layouts.broken import broken_heads
from intake.layouts.labelled import records
from intake.layouts.placed import boxes, set_columns
from intake.layouts.streams import (
    Stream,
    bar_ends,
    bars,
    blocks,
    cell_lines,
    commas,
    tab_cells,
    tabs,
    wide_spaces,
    words,
)

MANY = 6_000
"""Lines of a text beyond which cells are parted by marks, or stand a line each."""
MOST = 20_000
"""Lines beyond which only marks are trusted to part cells."""


def propose(lines: list[Line]) -> Iterator[Stream]:
    """Every stream that the marks in the text allow."""
    for splitter in SPLITTERS if len(lines) <= MANY else LONG if len(lines) <= MOST else MARKED:
        stream = splitter(lines)
        if stream and stream.rows:
            yield stream


SPLITTERS: tuple[Callable[[list[Line]], Stream | None], ...] = (
    tabs, tab_cells, bars, boxes, bar_ends, cell_lines, broken_heads, blocks, set_columns, wide_spaces, words, commas, records,
)  # fmt: skip


def _long_cell_lines(lines: list[Line]) -> Stream | None:
    """A cell a line or two: what a long text is worth."""
    stream = cell_lines(lines)
    return replace(stream, reach=2) if stream else None


MARKED: tuple[Callable[[list[Line]], Stream | None], ...] = (tabs, bars, commas)
"""Those that follow marks alone."""
LONG: tuple[Callable[[list[Line]], Stream | None], ...] = (*MARKED, _long_cell_lines)
"""Those for long texts."""
