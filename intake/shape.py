"""How one table is built (表的结构): where its rows are numbered, which columns group rows, which hold the task."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from intake.grammar.columns import is_checking, positions, quarter_of
from intake.grammar.headings import code, number_of
from intake.grammar.wording import squeeze, unmark
from intake.grid import Row, Table

Site = Literal["column", "requirement", "title", "none"]
_NEVER_GROUPS = re.compile(r"(?:问题|短板|目标|措施|举措|指标|要求)$")
"""Columns that say something of the task itself, though one may be empty."""
_CATEGORY = re.compile(r"(?:类别|类型|分类|类|领域|板块|方面)$")
"""Such a column groups rows though each has a group of its own; a merged column of short tasks behind it is each row's title."""
_ROW_STYLES = ("arabic", "bracket", "half-bracket", "decimal", "circled", "item", "code")


@dataclass(frozen=True)
class Shape:
    """What the columns of a table turn out to be."""

    site: Site
    number: int | None
    groups: tuple[int, ...]
    title: int | None
    requirement: tuple[int, ...]
    leads: tuple[int, ...]
    responsible: tuple[int, ...]
    personal: tuple[int, ...]
    """Columns of units that are headed as those of persons too: 责任单位及责任人."""
    deadlines: tuple[int, ...]
    quarters: dict[int, str]
    """Columns that stand for a quarter or half of the year, by what they are headed."""
    checks: tuple[int, ...]
    """Columns for the office's own checking."""
    others: tuple[tuple[int, str], ...]
    """Columns that are kept as printed, with their names: 备注, 责任人, 落实情况."""

    @property
    def texts(self) -> tuple[int, ...]:
        """All columns that hold words of the task."""
        return (*self.groups, *(() if self.title is None else (self.title,)), *self.requirement)

    @property
    def units(self) -> tuple[int, ...]:
        """All columns that hold units."""
        return (*self.leads, *self.responsible)


def shape_of(table: Table, rows: list[Row]) -> Shape:
    """Look at the rows of a table and settle its shape; rows that a page break may have cut tell little.

    Where a blank line stands between most rows it is no page break.
    """
    firm = [row for row in rows if not row.after_gap or row.text(0).strip()]
    apart = sum(row.after_gap for row in rows) * 2 > len(rows)
    rows = rows if apart or len(firm) * 2 < len(rows) else firm
    texts = positions(table.columns, "text")
    texts = [at for at in texts if any(row.text(at).strip() for row in rows)] or texts
    number = next(iter(positions(table.columns, "number")), None)
    site = _site(rows, texts, number, told=table.told)
    groups: list[int] = []
    titled = _titled(rows, texts) if site == "title" else None
    for at in texts[:-1]:
        numbered = titled is not None and at >= titled
        if quarter_of(table.columns[at]) or (_NEVER_GROUPS.search(table.columns[at].name) and site != "requirement"):
            break
        named = _CATEGORY.search(table.columns[at].name)
        if site != "requirement" and not named and not _is_grouping(rows, at, numbered):
            break
        if site == "column" and groups and _CATEGORY.search(table.columns[groups[-1]].name) and at != texts[-1]:
            break
        groups.append(at)
    rest = [at for at in texts if at not in groups]
    return Shape(
        site,
        number,
        tuple(groups),
        rest[0] if len(rest) > 1 else None,
        tuple(rest[1:] if len(rest) > 1 else rest),
        tuple(positions(table.columns, "lead")),
        tuple(positions(table.columns, "responsible")),
        tuple(at for at in positions(table.columns, "lead", "responsible") if "人" in table.columns[at].name),
        tuple(at for at, column in enumerate(table.columns) if column.role == "deadline" or quarter_of(column)),
        {at: name for at, column in enumerate(table.columns) if (name := quarter_of(column))},
        tuple(at for at, column in enumerate(table.columns) if is_checking(column)),
        tuple(_others(table)),
    )


def _others(table: Table) -> Iterator[tuple[int, str]]:
    """What is kept as printed; a column of a table without a head is called by its place."""
    for at in positions(table.columns, "other"):
        column = table.columns[at]
        if column.name or (table.guessed and not column.said):
            yield at, column.name or f"第{at + 1}栏"


def _site(rows: list[Row], texts: list[int], number: int | None, *, told: bool) -> Site:
    if number is not None and rows:
        printed = [code(unmark(row.text(number))) for row in rows]
        filled = [value for value in printed if value]
        repeats = 0 if told else sum(one == two for one, two in pairwise(filled))
        if len(filled) * 10 >= len(rows) * 8 and repeats * 10 <= len(filled):
            return "column"
    if len(texts) > 1 and _numbered(rows, texts[-1]) >= 0.6 and _runs_on(rows, texts[-1]):
        return "requirement"
    if _titled(rows, texts) is not None:
        return "title" if len(texts) > 1 or _runs_on(rows, texts[0]) else "none"
    return "none"


def _titled(rows: list[Row], texts: list[int]) -> int | None:
    """The column of short tasks that bear the numbers: the first, or one behind columns for groups."""
    if texts and _numbered(rows, texts[0]) >= 0.6:
        return texts[0]
    return next((at for at in texts[1:-1] if _numbered(rows, at) >= 0.6 and _runs_on(rows, at)), None)


def _numbered(rows: list[Row], at: int) -> float:
    """The share of the filled cells of a column that begin with a number for rows."""
    filled = [text for row in rows if (text := unmark(row.text(at)).strip())]
    hits = [number for text in filled if (number := number_of(text[:40])) and number.style in _ROW_STYLES]
    return len(hits) / len(filled) if filled else 0.0


def _runs_on(rows: list[Row], at: int) -> bool:
    """Whether numbers go on from cell to cell; where every cell begins at 1 they only count points within it."""
    numbers = [number_of(unmark(row.text(at)).strip()[:40]) for row in rows]
    values = [number.value for number in numbers if number and number.style in _ROW_STYLES]
    return len(values) == 1 or any(value != 1 for value in values[1:])


def _is_grouping(rows: list[Row], at: int, numbered: bool) -> bool:
    """Whether a column is merged over several rows: cells that are empty or repeat the one above."""
    cells = [squeeze(row.text(at)) for row in rows]
    merged = sum(not cell for cell in cells)
    repeated = sum(bool(one) and one == two for one, two in pairwise(cells))
    allowed = len(cells) // (5 if numbered else 10) if len(cells) >= 10 else 0
    return merged > allowed or repeated > allowed
