"""How sizes and tables are shown (显示): one spelling of a size, one guard for every cell that a spreadsheet opens."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from fractions import Fraction

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings of a cell that some spreadsheet takes for a formula (safety.md P16)."""
_BLANK = " \u00a0\u3000"


def spoken_size(value: int) -> str:
    """Bytes as screens, papers and messages say them: 900 字节, 8.8 KB, 100 MB. ``upload.js`` counts alike."""
    if value < 1 << 10:
        return f"{value} 字节"
    unit, word = (1 << 10, "KB") if value < 1 << 20 else (1 << 20, "MB")
    whole, tenths = divmod(
        (20 * value + unit) // (2 * unit), 10
    )  # in whole numbers, so that every language rounds alike
    return f"{whole}.{tenths} {word}" if tenths else f"{whole} {word}"


def spoken_percent(share: Fraction | int) -> str:
    """Per cent as papers print it, one decimal, half up: 91.7%."""
    whole, tenths = divmod(int(10 * share + Fraction(1, 2)), 10)
    return f"{whole}.{tenths}%"


def spoken_duty(text: str) -> str:
    """A row's responsibility as printed, its cells apart: between them the reader leaves a ``|``, which nobody printed."""
    return "；".join(part for cell in text.split("|") if (part := cell.strip(" ；")))


def would_run(text: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula instead of showing it."""
    return text.startswith(RUNS) or text.lstrip(_BLANK).startswith(RUNS)


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A table as the lines of a CSV file that a spreadsheet shows and never runs; its mark lets it read Chinese."""
    mark = "\ufeff"
    for row in rows:
        line = io.StringIO(newline="")
        csv.writer(line).writerow([f"'{text}" if would_run(text) else text for text in map(str, row)])
        yield mark + line.getvalue()
        mark = ""
