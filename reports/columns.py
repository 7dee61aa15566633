"""Columns by what stands in them (列宽): none that is empty throughout, wide where much is said; for the office's own tables, never for a published form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workflow.ledgers.export import LedgerTable, TableColumn

ACROSS, UPRIGHT = 60, 40
"""Characters of a table's size that lie beside one another on A4, across and upright."""
SHORT = 5
"""A cell up to so many characters stands in one line; of longer ones a line holds at least as many."""


def fitted(table: LedgerTable, room: int = ACROSS) -> LedgerTable:
    """The table without its empty columns, each of the others as wide as its words ask for; its weights are characters.

    What a column needs is a line for each short cell and two for its head; the room left goes, a character at a time and
    never beyond the longest cell, by the cube root of the squared lengths: that makes the sum of squared heights least.
    """
    count = len(table.columns)
    whole = [row for row in table.rows if len(row) == count]
    kept = [n for n in range(count) if any(row[n].strip() for row in whole)]
    if not kept:
        return table
    columns = [table.columns[n] for n in kept]
    widths = _widths(columns, [[row[n] for row in whole] for n in kept], room)
    return replace(
        table,
        columns=tuple(
            replace(column, name=_head(column.name, width), weight=width)
            for column, width in zip(columns, widths, strict=True)
        ),
        rows=tuple(tuple(row[n] for n in kept) if len(row) == count else row for row in table.rows),
    )


def _widths(columns: Sequence[TableColumn], cells: Sequence[Sequence[str]], room: int) -> list[int]:
    longest = [max(_width(line) for cell in column for line in cell.split("\n")) for column in cells]
    heads = [-(-len(column.name) // 2) for column in columns]
    widths = [max(head, min(long, SHORT)) + 1 for head, long in zip(heads, longest, strict=True)]
    asked = [sum(_width(cell) ** 2 for cell in column) ** (1 / 3) for column in cells]
    for _ in range(room - sum(widths)):
        open_ones = [n for n, long in enumerate(longest) if widths[n] <= long]
        if not open_ones:
            break
        widths[min(open_ones, key=lambda n: widths[n] / asked[n])] += 1
    return widths


def _head(name: str, width: int) -> str:
    """A head that one line does not take, in two of much the same length."""
    bracket = name.find("（")
    half = bracket if bracket > 0 else -(-len(name) // 2)
    return name if len(name) < width or len(name) < 4 else f"{name[:half]}\n{name[half:]}"


def _width(text: str) -> int:
    """Characters as wide as Chinese ones, figures and letters half as wide."""
    narrow = sum(letter.isascii() for letter in text)
    return len(text) - narrow // 2
