"""What a reading costs (计价): all its cells, its rows and what it leaves over, in total over the same text."""

from __future__ import annotations

import re

from intake.grammar import duty, furniture
from intake.grammar.fit import price
from intake.grammar.headings import bare_number, is_section, items, number_of, value_of
from intake.grammar.segments import reads_as_deadline, reads_as_units
from intake.grammar.wording import folded, squeeze, unmark
from intake.grid import Row, Sheet, Table

ROW, STRAY, NAMED, FAR = 1.2, 2.0, 1.0, 1e9
GAP = 3.0
"""What it costs that blanks stand within a cell which part cells elsewhere."""
_GAP = re.compile(r"\S {4,}\S")
TOLD, LONGEST_TOLD = 4.0, 400
"""What it costs to leave over a paragraph that says who does it."""
_TELLS = re.compile(r"(?:责任|牵头|配合|负责|落实)[^。]{0,12}[：:）】\])]")


def weigh(sheet: Sheet) -> float:
    """What a reading costs: all its cells, its rows, and the words that it leaves over."""
    total = sum(_table(table) for table in sheet.tables) + STRAY * len(sheet.stray)
    return total + sum(_left_over(line.text) for line in (*sheet.before, *sheet.after))


def _table(table: Table) -> float:
    total = -NAMED * sum(bool(column.name) for column in table.columns)
    total += 1.5 * _scattered(table)
    before: int | None = None
    for row in table.rows:
        filled = row.filled()
        if len(filled) < 2:
            total += _heading(row)
            continue
        total += ROW + sum(
            price(column.role, row.text(at)) if row.text(at).strip() else _empty(table, at)
            for at, column in enumerate(table.columns)
        )
        total -= 2.0 * sum(_inner(row.text(at)) for at, column in enumerate(table.columns) if column.role == "text")
        total += GAP * sum(_GAP.search(cell.text) is not None for cell in row.cells if "  " in cell.text)
        value = _number(row, table)
        total -= 1.5 if value is not None and before is not None and value == before + 1 else 0.0
        before = value if value is not None else before
    return total


def _scattered(table: Table) -> int:
    """Numbered cells outside the column where most of them stand: the numbers of one run stand under each other."""
    counts = [
        sum(
            number is not None and number.style == "arabic"
            for row in table.rows
            if (number := number_of(row.text(at)[:40]))
        )
        for at, column in enumerate(table.columns)
        if column.role == "text"
    ]
    return sum(counts) - max(counts, default=0)


def _empty(table: Table, at: int) -> float:
    later = any(column.role == "text" for column in table.columns[at + 1 :])
    return 0.4 if later and table.columns[at].role == "text" else price(table.columns[at].role, "")


def _inner(text: str) -> int:
    """Numbers that go on within a cell."""
    return len(items(unmark(text))) - 1 if "2" in text or "3" in text or len(text) > 60 else 0


def _number(row: Row, table: Table) -> int | None:
    for at, column in enumerate(table.columns):
        text = unmark(row.text(at)).strip()
        if column.role == "number" and (plain := bare_number(text)):
            return value_of(plain)
        if column.role == "text" and (number := number_of(text[:40])):
            return number.value
    return None


def _heading(row: Row) -> float:
    text = "".join(cell.text for cell in row.cells)
    if not text.strip():
        return 0.0
    plain = squeeze(text)
    if is_section(plain) and len(plain) <= 120:
        return -1.0
    return 1.0 if row.across or (len(plain) <= 24 and not number_of(plain)) else 3.0


def is_told(text: str) -> bool:
    """Whether a line outside the rows is a paragraph that says who does it."""
    return len(text) < LONGEST_TOLD and _TELLS.search(text) is not None and duty.has(text)


def _left_over(text: str) -> float:
    plain = squeeze(text)
    if not plain or furniture.is_rule(text) or furniture.is_page_number(text) or furniture.is_footer(text):
        return 0.0
    if len(plain) < 60 and (reads_as_units(plain) or reads_as_deadline(folded(plain))):
        return 1.0
    if is_told(text):
        return TOLD
    return 0.5 if len(plain) < 200 else 1.0
