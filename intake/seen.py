"""What was seen of a file that holds no task table (所见): its tables or lines, what looks like a head, and what it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from intake.blocks import SOFT, Document
from intake.grammar import columns
from intake.grammar.wording import squeeze

LOOKED_AT = 80
"""Rows among which a head is looked for."""
SHOWN, NAMES = 3, 8
"""Tables that are told one by one, and names of a head."""
_PARTS = re.compile(r"[\t|｜│,，]| {2,}|\u3000")


def of_document(document: Document) -> str:
    """Every table with its size and the row that looks most like a head; empty where there is no table."""
    told = []
    for grid in document.grids:
        _, shown = grid.matrix()
        rows = [[cell.replace(SOFT, "") for cell in row] for row in shown]
        width = max((len(row) for row in rows), default=0)
        empty = not any(cell.strip() for row in rows for cell in row)
        told.append(f"“{grid.name}”是空的" if empty else f"“{grid.name}”{len(rows)} 行 {width} 列，{_head(rows)}")
    more = f"；另有 {len(told) - SHOWN} 张" if len(told) > SHOWN else ""
    return f"看到 {len(told)} 张表：{'；'.join(told[:SHOWN])}{more}" if told else ""


def of_text(lines: Sequence[str]) -> str:
    """How many lines there are, and the line that looks most like a head."""
    filled = [line for line in lines if line.strip()]
    return f"看到 {len(filled)} 行文字，{_head([_PARTS.split(line.strip()) for line in filled])}"


def _head(rows: Iterable[Sequence[str]]) -> str:
    """The row with most names that are known, and what a head must have besides."""
    best: list[str] = []
    at = 0
    for number, row in enumerate(rows, start=1):
        names = [name for cell in row if (name := squeeze(cell)) and columns.role_of(name)]
        if number <= LOOKED_AT and len(names) > len(best):
            best, at = names, number
    if not best:
        return "没有一行像表头"
    roles = {columns.role_of(name) for name in best}
    lacks = [] if "text" in roles else ["工作任务（内容、事项）"]
    lacks += [] if roles & {"lead", "responsible"} else ["责任单位（牵头单位、落实单位）"]
    missing = f"，缺少“{'”“'.join(lacks)}”一类的栏" if lacks else "，但下面没有成行的任务"
    return f"最像表头的是第 {at} 行（{'、'.join(best[:NAMES])}）{missing}"
