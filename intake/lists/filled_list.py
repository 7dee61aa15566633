"""A list that was taken away as a workbook and comes back filled in (台账回读): its lines by the names of their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from intake.lists.cells import asked_apart
from intake.lists.list_rows import sheet_rows
from workflow.record.errors import Invalid, Unreadable


@dataclass(frozen=True)
class FilledLine:
    """One line with its cells (回读的一行)."""

    line: int
    cells: dict[str, str]
    places: dict[str, str]
    """Column name → address of the cell: 「整改结果」 → L7."""


def read_filled(data: bytes, *, columns: Sequence[str], filename: str) -> list[FilledLine]:
    """The lines below the head that has all these columns, read in a process apart. Raises Unreadable where there is no such head."""
    question = {"columns": list(columns), "filename": filename}
    return [FilledLine(*line) for line in asked_apart("intake.lists.filled_list:lines_of", data, question)["lines"]]


def lines_of(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    """Number, cells and addresses of every line, or the sentence of refusal."""
    columns = question["columns"]
    try:
        rows = sheet_rows(data)
    except (Unreadable, Invalid) as refused:
        return {"unreadable": refused.message}
    head = next((n for n, row in enumerate(rows[:20]) if set(columns) <= {cell.strip() for cell in row}), None)
    if head is None:
        named = "、".join(columns)
        return {
            "unreadable": f"《{question['filename']}》里没有找到表头；请在导出的台账上填写，不要改动表头：{named}。"
        }
    at = {name.strip(): n for n, name in enumerate(rows[head])}
    lines = [
        (
            line,
            {name: row[at[name]].strip() for name in columns},
            {name: f"{get_column_letter(at[name] + 1)}{line}" for name in columns},
        )
        for line, row in enumerate(rows[head + 1 :], start=head + 2)
        if row[at[columns[0]]].strip()
    ]
    return {"lines": lines}
