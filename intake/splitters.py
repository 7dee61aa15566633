"""All ways of cutting a text into cells (切分器): every one that the marks in the text allow is proposed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from intake.broken import broken_heads
from intake.grid import Line
from intake.labelled import records
from intake.placed import boxes, set_columns
from intake.streams import (
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
"""Lines of a text beyond which only marks are trusted to part cells."""


def propose(lines: list[Line]) -> Iterator[Stream]:
    """Every stream that the marks in the text allow."""
    for splitter in SPLITTERS if len(lines) <= MANY else MARKED:
        stream = splitter(lines)
        if stream and stream.rows:
            yield stream


SPLITTERS: tuple[Callable[[list[Line]], Stream | None], ...] = (
    tabs, tab_cells, bars, boxes, bar_ends, cell_lines, broken_heads, blocks, set_columns, wide_spaces, words, commas, records,
)  # fmt: skip
MARKED: tuple[Callable[[list[Line]], Stream | None], ...] = (tabs, bars, commas)
"""Those that follow marks alone."""
