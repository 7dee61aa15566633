"""The cells of a list (名录单元格) as CSV or XLSX gives them; called where it can do no harm."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl

from intake.decode import decode
from workflow.record.errors import Invalid, Unreadable

MAX_ROWS, MAX_COLUMNS, MAX_UNPACKED = 5_000, 40, 64 << 20


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
