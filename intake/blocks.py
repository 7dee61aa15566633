"""What every file format is brought to (版面块): paragraphs and grids in the order of print, each line with its place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from intake import grid
from intake.grammar.folding import clean
from workflow.record.errors import Unreadable

SOFT = grid.SOFT
"""For the readers of formats: a line of a cell that was merely full."""
MAX_CELLS = 1_000_000
"""Places of one table, filled or not."""
MAX_FILLED, MAX_GRIDS = 200_000, 2_000
"""Cells with words, and tables, of a whole file: ten thousand rows of twenty columns."""
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

        Raises Unreadable where it, or its merged cells, reach over more places than a table of an office has.
        """
        if sum(span.rows - 1 for span in self.spans) > MAX_MERGED:
            raise Unreadable(
                "没有读到任务表：表格中纵向合并的单元格展开后超过二十万格，范围过大；"
                "请取消不需要的合并，或把表格拆成几份后再读入。"
            )
        height = max((span.row + span.rows for span in self.spans), default=0)
        width = max((span.column + span.columns for span in self.spans), default=0)
        if height * width > MAX_CELLS:
            raise Unreadable(
                f"没有读到任务表：有一张表格展开后有 {height} 行、{width} 列，范围过大；请删去多余的空行空列，或把表格拆成几份后再读入。"
            )
        read, shown = ([[""] * width for _ in range(height)] for _ in range(2))
        for span in self.spans:
            for row in range(span.row, span.row + span.rows):
                read[row][span.column] = span.text
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
        found = [block for block in self.blocks if isinstance(block, Grid)]
        taken: set[str] = set()
        for number, one in enumerate(found, start=1):
            name = one.name or f"表 {number}"
            one.name = name if name not in taken else f"{name}（{number}）"
            taken.add(one.name)
        return found

    def clean(self) -> None:
        """Bring the words of every block to how they read. Raises Unreadable for more tables or cells than an office prints."""
        grids = self.grids
        filled = sum(len(one.spans) for one in grids)
        if len(grids) > MAX_GRIDS or filled > MAX_FILLED:
            raise Unreadable(
                f"没有读到任务表：文件里有 {len(grids)} 张表格、{filled} 个单元格，超过一次能读入的数量"
                f"（{MAX_GRIDS} 张、{MAX_FILLED} 格）；请只保留任务表，或拆成几份后再读入。"
            )
        for at, block in enumerate(self.blocks):
            if isinstance(block, Paragraph):
                self.blocks[at] = replace(block, text=clean(block.text))
            else:
                block.spans = [
                    span if (text := clean(span.text)) == span.text else span._replace(text=text)
                    for span in block.spans
                ]
        self.unsure = {place: [clean(piece) for piece in pieces] for place, pieces in self.unsure.items()}
