"""How much a PDF draws (绘制量), counted before it is drawn: some bytes are drawn again and again, each form by the next.

pdfplumber makes its interpreter itself; ours is put in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pdfplumber.page
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import stream_value

MAX_DRAWN, A_PAGE = 2 << 20, 64 << 10
"""Bytes of drawing that a file may carry out, and how many more for each page: a printed page draws some ten thousand."""
CALL = 200
"""What it counts at least that something is drawn: a form of five bytes takes its time, too."""
A_BYTE = 240
"""Crossings, squared, that take as long as a byte: three hundred cross in a table of a page, which is nothing."""


class TooMuch(Exception):
    """More is drawn than any printed table draws (绘制过多)."""


class Counting(PDFPageInterpreter):
    """Draws a page within what its file has left."""

    def execute(self, streams: Sequence[object]) -> None:
        """Carry out some drawing. Raises TooMuch."""
        _spend(self.rsrcmgr, sum(CALL + len(stream_value(stream).get_data()) for stream in streams))
        super().execute(streams)


def allow(opened: Any) -> None:
    """Give an opened file what it may draw by its pages."""
    opened.rsrcmgr.left = MAX_DRAWN + A_PAGE * len(opened.pages)


def cross(page: Any, close: float) -> None:
    """Count where the rules of a page cross, ``close`` points being one place: tables are found in the square of it. Raises TooMuch."""
    upright, level = (
        {round(edge[side] / close) for edge in page.edges if edge["orientation"] == way}
        for way, side in (("v", "x0"), ("h", "top"))
    )
    _spend(page.pdf.rsrcmgr, (len(upright) * len(level)) ** 2 // A_BYTE)


def _spend(manager: Any, much: int) -> None:
    manager.left = getattr(manager, "left", MAX_DRAWN) - much
    if manager.left < 0:
        raise TooMuch


pdfplumber.page.PDFPageInterpreter = Counting  # type: ignore[attr-defined]  # it offers no other way in
