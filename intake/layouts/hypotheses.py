"""All ways of seeing one grid, weighed (假设): which of them costs least, by the price that all readings share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from intake.grammar.wording import squeeze
from intake.grid import Line, Sheet, Table
from intake.layouts import cards, guessed, marks, views
from intake.layouts.marks import Legend
from intake.layouts.views import Rows, View, filled
from intake.layouts.weighing import FAR, weigh

CONTINUED = "continued"
SAMPLE = 80
"""Rows by which the ways are weighed."""
MOST_PARTS = 400
"""Blank rows of a grid that may part tables."""
BAR = -1.0
"""What a row of a table without a known head must cost at most: guesses are no rows of an address book."""


def weighed(rows: Rows, legend: Legend, above: Table | None) -> list[tuple[float, View]]:
    """(price, view), the cheapest first; without a head a grid may go on with the table before it."""
    found = list(_said(rows, legend))
    if found and len(found) == 1 and found[0].name == "headed":
        return [(0.0, found[0])]
    if not found:
        going_on = View(CONTINUED, above.columns, rows) if above else None
        found = [going_on] if going_on else [view for view in guessed.guessed(rows) if _price(view, rows) < BAR]
    return sorted(((_price(view, rows), view) for view in found), key=lambda one: one[0])


def starts(rows: Rows) -> list[int]:
    """Where the tables begin that blank rows part: each has a head, or names and values, of its own."""
    found = [0]
    blank = [at for at, row in enumerate(rows.cells) if not filled(row)]
    for at in blank[:MOST_PARTS]:
        end = next((n for n in blank if n > at), len(rows.cells))
        if end > at + 1 and next(_said(rows.between(at + 1, end), {}), None):
            found.append(at + 1)
    return found if len(found) > 1 else [0]


def _said(rows: Rows, legend: Legend) -> Iterator[View]:
    """The ways that names in the grid itself say."""
    yield from chain(views.headed(rows), views.turned(rows), cards.cards(rows), marks.matrix(rows, legend))


def _price(view: View, rows: Rows) -> float:
    """What the rows cost under these columns, and what is left over above them."""
    table = view.table()
    for row in Rows(view.rows.cells[:SAMPLE], view.rows.across).under(table):
        table.add(replace(row, cells=list(row.cells)))
    if not table.rows:
        return FAR
    table.settle()
    titles = [Line(row[0].line, " ".join(squeeze(cell.text) for cell in row)) for row in rows.cells[: view.at]]
    return weigh(Sheet(before=titles, tables=[table]))
