"""A directory of units from a list (单位名录导入): CSV or XLSX with the columns 名称, 类别, 简称, 所属组."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl

from intake.cells import asked_apart
from intake.decode import decode
from workflow.record.errors import Invalid, Unreadable
from workflow.record.published import UnitRow

COLUMNS = {
    "name": ("名称", "单位名称", "单位"),
    "kind": ("类别", "单位类别"),
    "aliases": ("简称", "别名"),
    "groups": ("所属组", "单位组"),
}
MAX_ROWS, MAX_COLUMNS, MAX_UNPACKED = 5_000, 40, 64 << 20


def read_units(data: bytes, *, filename: str) -> list[UnitRow]:
    """The rows of a directory, read in a process apart. Raises Unreadable or Invalid, naming the line, where it cannot be used."""
    rows = asked_apart("intake.units_list:rows_of", data, {"filename": filename})["rows"]
    head_at = next((n for n, row in enumerate(rows[:20]) if _column(row, "name") is not None), None)
    if head_at is None:
        raise Unreadable(f"《{filename}》里没有找到表头；第一行应为：名称、类别、简称、所属组。")
    head = rows[head_at]
    places = {field: _column(head, field) for field in COLUMNS}
    found = []
    for line, row in enumerate(rows[head_at + 1 :], start=head_at + 2):
        if any(cell.strip() for cell in row):
            found.append(_unit(line, row, places))
    return found


def rows_of(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    """The cells of a list, or the sentence of refusal."""
    try:
        return {"rows": sheet_rows(data) if data[:2] == b"PK" else _lines(data, question["filename"])}
    except (Unreadable, Invalid) as refused:
        return {"unreadable": refused.message}


def _lines(data: bytes, filename: str) -> list[list[str]]:
    try:
        return list(csv.reader(StringIO(decode(data, f"《{filename}》"))))
    except (Unreadable, csv.Error):
        raise Unreadable(
            f"《{filename}》不是可以读取的名录；请用 UTF-8 或 GB18030 编码的 CSV，或 XLSX 表格。"
        ) from None


def _unit(line: int, row: Sequence[str], places: dict[str, int | None]) -> UnitRow:
    cells = {field: _cell(row, place) for field, place in places.items()}
    if not cells["name"]:
        raise Invalid(f"第 {line} 行没有单位名称，请补上后重新导入。")
    if len(cells["name"]) > 120:
        raise Invalid(f"第 {line} 行的单位名称超过 120 字，请检查后重新导入。")
    return UnitRow(line, cells["name"], cells["kind"] or "其他", _several(cells["aliases"]), _several(cells["groups"]))


def _column(row: Sequence[str], field: str) -> int | None:
    for n, cell in enumerate(row):
        if re.sub(r"\s", "", cell) in COLUMNS[field]:
            return n
    return None


def _cell(row: Sequence[str], place: int | None) -> str:
    return re.sub(r"\s+", "", row[place]) if place is not None and place < len(row) else ""


def _several(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in re.split(r"[、,，;；]", cell) if part))


def sheet_rows(data: bytes) -> list[list[str]]:
    """The first sheet of a workbook, as text; its unpacked size is looked at before it is opened (safety.md P14)."""
    try:
        with ZipFile(BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED or len(packed.infolist()) > 500:
                raise Unreadable("这个表格文件解开后太大；请只保留需要的一张表，另存后再导入。")
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows: Iterable[tuple[object, ...]] = sheet.iter_rows(
            max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True
        )
        text = [["" if value is None else str(value) for value in row] for row in rows]
    except (BadZipFile, KeyError, ValueError, IndexError, OSError):
        raise Unreadable("这个文件不是可以读取的 XLSX 表格；请另存为 XLSX 后导入。") from None
    if len(text) > MAX_ROWS:
        raise Invalid(f"名录超过 {MAX_ROWS} 行，请拆分后导入。")
    return text
