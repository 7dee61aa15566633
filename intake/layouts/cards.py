"""Cards (卡片、记录式表格): a small table a task, names and values beside each other, one pair or several a row."""

from __future__ import annotations

from collections.abc import Iterator

from intake.grammar import columns
from intake.grammar.columns import Column
from intake.grid import Cell
from intake.layouts.views import Rows, View, plain

FEWEST = 3
"""Names that make a card."""
WIDEST = 8
Record = dict[str, Cell]


def cards(rows: Rows) -> Iterator[View]:
    """The records of a grid of names and values; a name that comes again begins the next."""
    if not 2 <= rows.width <= WIDEST:
        return
    records, first = _records(rows)
    names = list(dict.fromkeys(name for record in records for name in record))
    roles = [columns.role_of(name) for name in names]
    if len(names) < FEWEST or "text" not in roles or not {"lead", "responsible", "deadline"} & set(roles):
        return
    head = tuple(Column(role or "other", name) for role, name in zip(roles, names, strict=True))
    blank = Cell("", records[0][names[0]].line, records[0][names[0]].line) if names[0] in records[0] else Cell()
    cells = [[record.get(name, blank) for name in names] for record in records]
    yield View("cards", head, Rows(cells), first, rows.cells[first][0].line)


def _records(rows: Rows) -> tuple[list[Record], int]:
    """The records, and how many rows stand above the first; none where a row is neither pairs nor a heading."""
    records: list[Record] = []
    first = 0
    for at, row in enumerate(rows.cells):
        pairs = _pairs(row)
        if pairs is None and records and not any(cell.text.strip() for cell in row[1::2]):
            pairs = [(name, row[1]) for cell in row[::2] if columns.role_of(name := plain(cell.text))]
        if pairs is None:
            if records or sum(bool(cell.text.strip()) for cell in row) > 1:
                return [], 0
            first = at + 1
            continue
        for name, value in pairs:
            if not records or name in records[-1]:
                records.append({})
            records[-1][name] = value
    return records, first


def _pairs(row: list[Cell]) -> list[tuple[str, Cell]] | None:
    """(name, value) of a row; None where it does not begin with a name that is known, or is names alone."""
    found: list[tuple[str, Cell]] = []
    at = 0
    while at < len(row):
        name = plain(row[at].text).strip(" \n:：")
        if not name:
            at += 1
            continue
        if columns.role_of(name) is None and not (found and columns.is_name(name) and at + 1 < len(row)):
            return None
        end = next((n for n in range(at + 1, len(row)) if row[n].text.strip()), len(row))
        valued = end < len(row) and columns.role_of(plain(row[end].text)) is None
        found.append(("".join(name.split()), row[end] if valued else Cell("", row[at].line, row[at].line)))
        at = end + valued
    said = [value for _, value in found if value.text.strip()]
    return found if said and len(said) * 2 >= len(found) else None
