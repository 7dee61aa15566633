"""Columns told by their cells (按内容认栏): for a table without a head, or with names that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from intake.grammar import columns
from intake.grammar.columns import Column
from intake.grammar.fit import price
from intake.grammar.headings import bare_number, number_of
from intake.grammar.segments import reads_as_deadline, reads_as_units
from intake.grammar.wording import folded, squeeze
from intake.grid import Cell
from intake.layouts.views import HEAD_WITHIN, Rows, View, filled, plain
from workflow.record.published import Role

MOST = 60
"""Rows by which columns are told."""
NARROWEST, WIDEST = 3, 14
MOSTLY = 0.7
ABOVE = 4
"""Rows of a form's head (填报单位：…　填报日期：…) that may stand above the names."""
_HAN = re.compile("[\u3400-\u9fff]")


def guessed(rows: Rows) -> Iterator[View]:
    """Under a row of names that are not known, and without any head."""
    if not NARROWEST <= rows.width <= WIDEST:
        return
    top = len(list(takewhile(lambda row: len(filled(row)) < 2, rows.cells[:HEAD_WITHIN])))
    if top >= len(rows.cells):
        return
    top = next((at for at in range(top, min(top + ABOVE, len(rows.cells))) if _is_named(rows.cells[at])), top)
    line = rows.cells[top][0].line
    if _is_named(rows.cells[top]) and top + 1 < len(rows.cells):
        names = [squeeze(plain(cell.text)) for cell in rows.cells[top]]
        head = _told(rows.below(top + 1), names)
        if head:
            yield View("unknown names", head, rows.below(top + 1), top, line, guessed=True)
            if sum(columns.role_of(name) is not None for name in names if name) * 2 > len(names):
                return
    head = _told(rows.below(top), [""] * rows.width)
    if head:
        yield View("no head", head, rows.below(top), top, line, guessed=True)


def _is_named(cells: Sequence[Cell]) -> bool:
    """Whether a row may be names: short words, most of them known, or none of them what a cell of a table would say."""
    words = filled(cells)
    unknown = [text for text in words if columns.role_of(text) is None]
    if len(words) * 3 < len(cells) * 2 or not all(map(columns.is_name, words)):
        return len(words) > 3 and len(unknown) * 3 < len(words)
    return len(unknown) * 2 < len(words) or not any(
        bare_number(text) or number_of(text) or reads_as_units(text) or reads_as_deadline(folded(text))
        for text in unknown
    )


def _told(body: Rows, names: Sequence[str]) -> tuple[Column, ...] | None:
    """The columns by what stands in them; None where they hold no words of tasks, or nobody and no time."""
    rows = [row for n, row in enumerate(body.cells[: MOST * 2]) if n not in body.across and len(filled(row)) > 1][:MOST]
    if not rows:
        return None
    roles = [_role([row[at] for row in rows], names[at]) for at in range(body.width)]
    for role in ("number", "deadline") if not any(names) else ("number",):
        for at in [n for n, one in enumerate(roles) if one == role][1:]:
            roles[at] = "other"
    texts = [at for at, role in enumerate(roles) if role == "text"]
    units = [at for at, role in enumerate(roles) if role == "responsible"]
    if not texts or not units or (len(rows) < 2 and not any(names)):
        return None
    for at in [n for n in texts if n > units[-1] and columns.role_of(names[n]) is None]:
        roles[at] = "other" if texts[0] < units[0] else "text"
    if len(units) > 1 and not any(names):
        roles[units[0]] = "lead"
    for at in range(texts[0]):  # short words before those of the task are its title, or group it
        if roles[at] == "other" and not names[at] and sum(_words(row[at]) for row in rows) * 10 >= len(rows) * 5:
            roles[at] = "text"
    return tuple(Column(role, name) for role, name in zip(roles, names, strict=True))


def _role(cells: Sequence[Cell], name: str) -> Role:
    said = filled(cells)
    known = columns.role_of(name) if name else None
    if known or not said:
        return known or "other"
    if _share([bare_number(text) is not None for text in said]) >= MOSTLY:
        return "number"
    if _share([price("responsible", text) < -1 for text in said]) >= MOSTLY:
        return "lead" if name and columns.leads(name) else "responsible"
    if _share([price("deadline", text) < -0.5 for text in said]) >= MOSTLY:
        return "deadline"
    long = sum(len(_HAN.findall(text)) for text in said) >= 5 * len(said)
    return "text" if long or _share([text[-1:] in "。；" for text in said]) >= MOSTLY else "other"


def _words(cell: Cell) -> bool:
    return len(_HAN.findall(cell.text)) > 2


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits)
