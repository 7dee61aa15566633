"""A directory of units from a list (单位名录导入): CSV or XLSX with the columns 名称, 类别, 简称, 所属组, 上级单位."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intake.lists.cells import asked_apart
from workflow.record.errors import Invalid, Unreadable
from workflow.record.published import UnitRow

COLUMNS = {
    "name": ("名称", "单位名称", "单位"),
    "kind": ("类别", "单位类别"),
    "aliases": ("简称", "别名"),
    "groups": ("所属组", "单位组"),
    "parent": ("上级单位", "主管单位", "上级", "隶属"),
}


def read_units(data: bytes, *, filename: str) -> list[UnitRow]:
    """The rows of a directory, read in a process apart. Raises Unreadable or Invalid, naming the line, where it cannot be used."""
    rows = asked_apart("intake.lists.list_rows:rows_of", data, {"filename": filename})["rows"]
    head_at = next((n for n, row in enumerate(rows[:20]) if _column(row, "name") is not None), None)
    if head_at is None:
        raise Unreadable(f"《{filename}》里没有找到表头；第一行应为：名称、类别、简称、所属组、上级单位。")
    head = rows[head_at]
    places = {field: _column(head, field) for field in COLUMNS}
    found = []
    for line, row in enumerate(rows[head_at + 1 :], start=head_at + 2):
        if any(cell.strip() for cell in row):
            found.append(_unit(line, row, places))
    return found


def _unit(line: int, row: Sequence[str], places: dict[str, int | None]) -> UnitRow:
    cells = {field: _cell(row, place) for field, place in places.items()}
    if not cells["name"]:
        raise Invalid(f"第 {line} 行没有单位名称，请补上后重新导入。")
    if len(cells["name"]) > 120:
        raise Invalid(f"第 {line} 行的单位名称超过 120 字，请检查后重新导入。")
    aliases, groups = _several(cells["aliases"]), _several(cells["groups"])
    return UnitRow(line, cells["name"], cells["kind"] or "其他", aliases, groups, cells["parent"])


def _column(row: Sequence[str], field: str) -> int | None:
    for n, cell in enumerate(row):
        if re.sub(r"\s", "", cell) in COLUMNS[field]:
            return n
    return None


def _cell(row: Sequence[str], place: int | None) -> str:
    return re.sub(r"\s+", "", row[place]) if place is not None and place < len(row) else ""


def _several(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in re.split(r"[、,，;；]", cell) if part))
