"""Tables as rows of cells (表格): what every layout is brought to before anything is understood."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from intake.grammar.columns import Column
from intake.grammar.fit import price
from intake.settling import settled, widened
from workflow.record.errors import Unreadable

MAX_ROWS = 10_000
SOFT = "\u2028"
"""Where a line of a cell was merely full: inside a sentence it is nothing, between two names of units it may part them."""


class Line(NamedTuple):
    """One line of the document with its 1-based number."""

    number: int
    text: str


class Cell(NamedTuple):
    """The text of one cell, markup and paragraph breaks still in it, and the lines it stood on."""

    text: str = ""
    line: int = 0
    line_end: int = 0

    def joined(self, other: Cell, glue: str = "") -> Cell:
        """This cell with what a page break cut off."""
        if not other.text.strip():
            return self
        if not self.text.strip():
            return other
        return Cell(self.text + glue + other.text, self.line or other.line, other.line_end)


@dataclass
class Row:
    """One row; ``after_gap`` where a page break may have cut it off from the row above."""

    cells: list[Cell]
    line: int
    line_end: int
    after_gap: bool = False
    across: bool = False
    """One cell merged across the whole table: a heading, whatever number it has."""
    whole: bool = False
    """Certainly no part of the row above: the aligner has seen to that."""
    ragged: bool = False
    """Printed with fewer or more cells than the head has."""

    def text(self, at: int) -> str:
        """The text of a cell, empty where the row is short."""
        return self.cells[at].text if at < len(self.cells) else ""

    def go_on(self, rest: Row) -> None:
        """Take what a page break tore off this row."""
        self.cells = [cell.joined(more) for cell, more in zip(self.cells, rest.cells, strict=True)]
        self.line_end = rest.line_end

    def filled(self) -> list[int]:
        """Where the row has text."""
        return [at for at, cell in enumerate(self.cells) if cell.text.strip()]


@dataclass
class Table:
    """Rows under one head."""

    columns: tuple[Column, ...]
    rows: list[Row] = field(default_factory=list)
    line: int = 0
    told: bool = False
    """Made of prose: no cell of it is merged with the one above."""
    guessed: bool = False
    """What its columns are for was told by their cells alone."""
    names: tuple[str, ...] = ()
    """What is printed above the table as its name, where a document holds several."""

    def add(self, row: Row) -> None:
        """Take one more row, up to the limit."""
        if len(self.rows) >= MAX_ROWS:
            raise Unreadable(f"没有读到任务表：第 {row.line} 行处已超过一万行任务的上限，请把文件拆成几份，分别读入。")
        self.rows.append(row)

    def settle(self) -> None:
        """Bring all rows to one width: that of the head, or of most rows where the head has merged cells."""
        sizes = Counter(len(row.cells) for row in self.rows if len(row.filled()) > 2)
        width = sizes.most_common(1)[0][0] if sizes else len(self.columns)
        if not len(self.columns) < width <= len(self.columns) + 3:
            width = len(self.columns)
        cells = [[cell.text for cell in row.cells] for row in self.rows]
        self.columns = settled(widened(self.columns, width, cells), cells, price)
        for row in self.rows:
            row.ragged = row.ragged or len(row.cells) > width
            if len(row.cells) > width:
                tail = [cell for cell in row.cells[width - 1 :] if cell.text.strip()]
                last = Cell("\n".join(c.text for c in tail), row.cells[width - 1].line or row.line, row.line_end)
                row.cells = [*row.cells[: width - 1], last]
            row.cells += [Cell("", row.line_end, row.line_end)] * (width - len(row.cells))


@dataclass
class Sheet:
    """A whole document: what stands before the tables, the tables, what stands after."""

    before: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    after: list[Line] = field(default_factory=list)
    stray: list[Line] = field(default_factory=list)
    """Lines between rows that belong to no cell."""
    names: tuple[str, ...] = ()
    """Names read last, for the table that comes next."""
    torn: bool = False
    """True while the last row is known to go on in the next table of the file."""
