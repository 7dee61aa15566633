"""Rules of a table in a picture (扫描件表格线): long dark runs become lines as a drawn PDF would have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

DOTS = 150
"""Dots an inch at which a page is looked at."""
DARK, SHORTEST = 150, 55
"""Grey below which a dot is ink; dots that make a rule: no stroke of a printed character is that long."""
_MARK = "GlyphLessFont"
"""The font under which tesseract lays its words: their order is right, the widths of their characters are not."""
_LOOKS_LIKE = str.maketrans("〈〉|", "（） ")
"""Marks that no notice prints and that recognition takes others for."""


def is_recognised(chars: list[dict[str, Any]]) -> bool:
    """Whether characters of a page were recognised by tesseract."""
    return bool(chars) and _MARK in chars[0]["fontname"]


def said(line: list[dict[str, Any]]) -> str:
    """A recognised line without the blanks that stand between Chinese words."""
    return "".join("".join(char["text"] for char in line).translate(_LOOKS_LIKE).split())


def rules(page: Any) -> dict[str, list[dict[str, Any]]]:
    """Pdfplumber's table settings with the rules of this page's picture; nothing where it has too few."""
    grey = np.asarray(page.to_image(resolution=DOTS).original.convert("L"))
    ink = grey < DARK
    level = [_line(a, y, b, y) for y, a, b in _runs(ink)]
    upright = [_line(x, a, x, b) for x, a, b in _runs(ink.T)]
    if len(level) < 2 or len(upright) < 2:
        return {}
    return {"explicit_horizontal_lines": level, "explicit_vertical_lines": upright}


def _line(left: int, top: int, right: int, bottom: int) -> dict[str, Any]:
    """A line of pdfplumber's kind, in points."""
    x0, y0, x1, y1 = (dots * 72 / DOTS for dots in (left, top, right, bottom))
    return {"object_type": "line", "x0": x0, "x1": x1, "top": y0, "bottom": y1, "width": x1 - x0, "height": y1 - y0}


def _runs(ink: Any) -> Iterator[tuple[int, int, int]]:
    """(line, begin, end) of the dark runs along the lines of a picture that are long enough for a rule."""
    padded = np.zeros((ink.shape[0], ink.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = ink
    steps = np.diff(padded, axis=1)
    begins, ends = np.argwhere(steps == 1), np.argwhere(steps == -1)
    for (line, begin), (_, end) in zip(begins, ends, strict=True):
        if end - begin >= SHORTEST:
            yield int(line), int(begin), int(end)
