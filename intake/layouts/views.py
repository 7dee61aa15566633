"""Ways of seeing rows of cells as a table (看法): which row heads it, which way it lies, what its columns are for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from intake.grammar import columns
from intake.grammar.columns import Column
from intake.grammar.segments import join_units
from intake.grid import SOFT, Cell, Row, Table
from intake.layouts.heads import Head, head_at
from workflow.record.published import Pointed, Role

HEAD_WITHIN = 300
"""Rows among which a head may stand: a workbook has the whole notice above it."""
MOST_HEADS = 4
"""Heads of a grid that are weighed."""
LONGEST_TURNED = 40
"""Names that a table may have in its first column."""


@dataclass(frozen=True)
class Rows:
    """Rows of cells of one width: a merged cell's words stand in every row under it."""

    cells: list[list[Cell]]
    across: set[int] = field(default_factory=set)
    """Rows that are one cell from side to side."""

    @property
    def width(self) -> int:
        """How many columns it has."""
        return len(self.cells[0]) if self.cells else 0

    def words(self, at: int) -> list[str]:
        """What the cells of a row say."""
        return [plain(cell.text) for cell in self.cells[at]]

    def below(self, start: int) -> Rows:
        """The rows from ``start`` on."""
        return self.between(start, len(self.cells))

    def between(self, start: int, end: int) -> Rows:
        """The rows from ``start`` to before ``end``."""
        if (start, end) == (0, len(self.cells)):
            return self
        return Rows(self.cells[start:end], {at - start for at in self.across if start <= at < end})

    def under(self, table: Table) -> Iterator[Row]:
        """The rows as those of a table, without heads that come again and without empty ones."""
        for at, cells in enumerate(self.cells):
            words = [plain(cell.text) for cell in cells]
            head = columns.header_of(words) if len(words) > 1 else None
            if not any(word.strip() for word in words) or (head and columns.same_header(table.columns, head)):
                continue
            roles = [column.role for column in table.columns[: len(cells)]]
            rest: list[Role] = ["other"] * (len(cells) - len(roles))
            made = [unbroken(cell, role) for cell, role in zip(cells, [*roles, *rest], strict=True)]
            first, last = min(cell.line for cell in made), max(cell.line_end for cell in made)
            yield Row(made, first, last, across=at in self.across)


@dataclass(frozen=True)
class View:
    """One way of seeing rows as a table: the columns, and the rows below them; ``at``: rows that stand above its head."""

    name: str
    head: Head
    rows: Rows
    at: int = 0
    line: int = 0
    guessed: bool = False
    """What the columns are for was told by their cells alone."""

    def table(self, names: tuple[str, ...] = ()) -> Table:
        """Its head, as a table without rows."""
        return Table(self.head, line=self.line, told=self.name == "cards", names=names, guessed=self.guessed)


def headed(rows: Rows) -> Iterator[View]:
    """Under each row that is a head and names other columns than the one before it."""
    texts = [rows.words(at) for at in range(min(HEAD_WITHIN, len(rows.cells)))]
    found: list[Head] = []
    at = 0
    while at < len(texts) and len(found) < MOST_HEADS:
        head, size = head_at(texts, at)
        if head and not any(columns.same_header(one, head) for one in found):
            found.append(head)
            yield View("headed", head, rows.below(at + size), at, rows.cells[at][0].line)
        at += size


def turned(rows: Rows) -> Iterator[View]:
    """With the names in the first column, below titles that stand across."""
    top = next((at for at in range(len(rows.cells)) if sum(map(bool, rows.words(at))) > 1), 0)
    body = rows.cells[top:]
    while body and sum(bool(cell.text.strip()) for cell in body[-1]) == 0:
        body = body[:-1]
    if not 3 <= len(body) <= LONGEST_TURNED or rows.width < 2:
        return
    head = columns.header_of([plain(row[0].text) for row in body])
    if head and not columns.is_head(rows.words(top)):
        cells = [list(column) for column in zip(*(row[1:] for row in body), strict=True)]
        yield View("turned", head, Rows(cells), top, body[0][0].line)


def pointed(rows: Rows, head_row: int | None, roles: Mapping[int, Pointed]) -> View | None:
    """As a person says it: the head stands in a row from 1, or nowhere (0); None where the grid has no such row."""
    found = next(headed(rows), None) if head_row is None else None
    at = found.at if found else (head_row or 0) - 1
    if at >= len(rows.cells) or not rows.cells:
        return None
    names = rows.words(at) if at >= 0 else []
    known = found.head if found else columns.header_of(names) or ()
    head = []
    for n in range(rows.width):
        name = names[n] if n < len(names) else ""
        role = known[n].role if n < len(known) else columns.role_of(name) or "other"
        said = roles.get(n)
        if said == "skip":
            head.append(Column("other", "", said=True))
        else:
            head.append(Column(said or role, "".join(name.split()), said=said is not None))
    below = found.rows if found else rows.below(at + 1)
    return View("pointed", tuple(head), below, max(at, 0), rows.cells[max(at, 0)][0].line)


def plain(text: str) -> str:
    """A cell without the marks where a line was merely full."""
    return text.replace(SOFT, "")


def unbroken(cell: Cell, role: Role) -> Cell:
    """Without the marks where a line was merely full."""
    if SOFT not in cell.text:
        return cell
    lines = cell.text.split(SOFT)
    return cell._replace(text=join_units(lines) if role in ("lead", "responsible") else "".join(lines))


def filled(cells: Sequence[Cell]) -> list[str]:
    """What the cells say that say anything."""
    return [words for cell in cells if (words := plain(cell.text).strip())]
