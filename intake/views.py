"""Ways of seeing one grid as a table (看法): which row heads it, which way it lies, what its columns are for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from intake import columns
from intake.columns import Column
from intake.grid import SOFT, Line
from workflow.record.published import Role

HEAD_WITHIN = 300
"""Rows of a grid among which its head may stand: a workbook has the whole notice above it."""


@dataclass(frozen=True)
class Rows:
    """A grid as rows of words: a merged cell's go to every row under it."""

    cells: list[list[str]]
    lines: list[Line]
    across: set[int] = field(default_factory=set)
    """Rows that are one cell from side to side."""

    @property
    def width(self) -> int:
        """How many columns it has."""
        return len(self.cells[0]) if self.cells else 0


@dataclass(frozen=True)
class View:
    """One way of seeing a grid: the columns, and the rows below them; ``at``: rows that stand above its head."""

    name: str
    head: tuple[Column, ...]
    rows: Rows
    at: int = 0
    line: int = 0


def views(rows: Rows) -> Iterator[View]:
    """Every way in which a grid may be seen as a table."""
    turned = _turned(rows)
    if turned:
        yield turned
    headed = _headed(rows)
    if headed:
        yield headed


def _headed(rows: Rows) -> View | None:
    """Under the first row that is a head; the lowest of two has the names where cells are merged downwards."""
    for at in range(min(HEAD_WITHIN, len(rows.cells))):
        head = columns.header_of(plain(rows.cells[at]))
        if head:
            below = columns.header_of(plain(rows.cells[at + 1])) if at + 1 < len(rows.cells) else None
            return View("headed", below or head, below_row(rows, at + (2 if below else 1)), at, rows.lines[at].number)
    return None


def _turned(rows: Rows) -> View | None:
    """With the names in the first column."""
    if not 3 <= len(rows.cells) <= 40:
        return None
    head = columns.header_of(plain([row[0] for row in rows.cells if row]))
    if not head:
        return None
    cells = [list(column) for column in zip(*(row[1:] for row in rows.cells), strict=True)]
    return View("turned", head, Rows(cells, [rows.lines[0]] * len(cells)), 0, rows.lines[0].number)


def pointed(rows: Rows, head_row: int | None, roles: Mapping[int, Role]) -> View | None:
    """As a person says it: the head stands in a row from 1, or nowhere (0); None where the grid has no such row."""
    found = _headed(rows) if head_row is None else None
    at = found.at if found else (head_row or 0) - 1
    if at >= len(rows.cells):
        return None
    names = plain(rows.cells[at]) if at >= 0 else []
    known = found.head if found else columns.header_of(names) or ()
    head = []
    for n in range(rows.width):
        name = names[n] if n < len(names) else ""
        role = known[n].role if n < len(known) else columns.role_of(name) or "other"
        head.append(Column(roles.get(n, role), "".join(name.split())))
    line = rows.lines[max(at, 0)].number
    return View("pointed", tuple(head), found.rows if found else below_row(rows, at + 1), max(at, 0), line)


def below_row(rows: Rows, start: int) -> Rows:
    """The rows from ``start`` on."""
    return Rows(rows.cells[start:], rows.lines[start:], {at - start for at in rows.across if at >= start})


def plain(cells: Sequence[str]) -> list[str]:
    """Cells without the marks where a line was merely full."""
    return [cell.replace(SOFT, "") for cell in cells]
