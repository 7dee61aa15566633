"""How much a PDF draws (绘制量), counted before it is drawn: some bytes are drawn again and again, each form by the next.

pdfplumber makes its interpreter itself; ours is put in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pdfplumber.page
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import stream_value

MAX_DRAWN, A_PAGE = 4 << 20, 64 << 10
"""Bytes of drawing that a file may carry out, and how many more for each page: a printed page draws some ten thousand."""
CALL = 200
"""What it counts at least that something is drawn: a form of five bytes takes its time, too."""


class TooMuch(Exception):
    """More is drawn than any printed table draws (绘制过多)."""


class Counting(PDFPageInterpreter):
    """Draws a page within what its file has left."""

    def execute(self, streams: Sequence[object]) -> None:
        """Carry out some drawing. Raises TooMuch."""
        manager: Any = self.rsrcmgr
        manager.left = getattr(manager, "left", MAX_DRAWN) - sum(
            CALL + len(stream_value(s).get_data()) for s in streams
        )
        if manager.left < 0:
            raise TooMuch
        super().execute(streams)


def allow(opened: Any) -> None:
    """Give an opened file what it may draw by its pages."""
    opened.rsrcmgr.left = MAX_DRAWN + A_PAGE * len(opened.pages)


pdfplumber.page.PDFPageInterpreter = Counting  # type: ignore[misc]
