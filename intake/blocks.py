"""What every file format is brought to (版面块): paragraphs and grids in the order of print, each line with its place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from intake import grid
from intake.grammar.folding import clean
from workflow.record.errors import Unreadable

SOFT = grid.SOFT
"""For the readers of formats: a line of a cell that was merely full."""
MAX_CELLS = 2_000_000
MAX_MERGED = 200_000
"""Places that the merged cells of one table may reach down to: ten thousand rows with twenty merged columns."""


class Span(NamedTuple):
    """One printed cell (单元格): where it begins in the grid, how far it is merged, what it says."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1


class Box(NamedTuple):
    """Where a cell stands on the picture of its page (位置), in thousandths of its width and height."""

    column: int
    left: int
    top: int
    right: int
    bottom: int


@dataclass
class Grid:
    """A table of a file (表格): its cells, and a Chinese label of the place of each row."""

    spans: list[Span]
    places: list[str] = field(default_factory=list)
    name: str = ""
    """What the office calls it: the name of a sheet."""
    goes_on: bool = False
    """True where a page break may have cut the first row off from the grid before."""
    open_end: bool = False
    """True where the last row has no lower rule: it certainly goes on in the next grid."""

    def across(self, width: int) -> set[int]:
        """Rows that are one cell across a table of this width."""
        return {span.row for span in self.spans if span.columns >= width > 2 and span.rows == 1}

    def matrix(self) -> tuple[list[list[str]], list[list[str]]]:
        """(read, shown): a merged cell's value goes to every row under it, across it stands once; shown stands once.

        Raises Unreadable where the merged cells reach over more places than a table of an office has.
        """
        if sum(span.rows - 1 for span in self.spans) > MAX_MERGED:
            raise Unreadable(
                "没有读到任务表：表格中纵向合并的单元格展开后超过二十万格，范围过大；"
                "请取消不需要的合并，或把表格拆成几份后再读入。"
            )
        height = max((span.row + span.rows for span in self.spans), default=0)
        width = max((span.column + span.columns for span in self.spans), default=0)
        if height * width > MAX_CELLS:
            height = min(height, MAX_CELLS // max(width, 1))
        read, shown = ([[""] * width for _ in range(height)] for _ in range(2))
        for span in self.spans:
            for row in range(span.row, min(span.row + span.rows, height)):
                read[row][span.column] = span.text
            if span.row < height:
                shown[span.row][span.column] = span.text
        return read, shown


@dataclass(frozen=True)
class Paragraph:
    """A line of text outside tables (段落)."""

    text: str
    place: str = ""


@dataclass
class Document:
    """A file as blocks, with what its reader had to leave out."""

    blocks: list[Paragraph | Grid] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Sentences for the office: hidden rows and sheets, recognised scans."""
    unsure: dict[str, list[str]] = field(default_factory=dict)
    """By place, what recognition is not sure of; an empty text for a cell whose words it did not make out."""
    boxes: dict[str, list[Box]] = field(default_factory=dict)
    """By place, where the cells of a recognised row stand on the page as it came."""

    @property
    def grids(self) -> list[Grid]:
        """Its tables, each with a name of its own."""
        found: list[Grid] = []
        for block in self.blocks:
            if isinstance(block, Grid):
                name = block.name or f"表 {len(found) + 1}"
                block.name = name if name not in [one.name for one in found] else f"{name}（{len(found) + 1}）"
                found.append(block)
        return found

    def clean(self) -> None:
        """Bring the words of every block to how they read."""
        for at, block in enumerate(self.blocks):
            if isinstance(block, Paragraph):
                self.blocks[at] = replace(block, text=clean(block.text))
            else:
                block.spans = [
                    span if (text := clean(span.text)) == span.text else span._replace(text=text)
                    for span in block.spans
                ]
        self.unsure = {place: [clean(piece) for piece in pieces] for place, pieces in self.unsure.items()}
