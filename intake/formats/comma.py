"""Comma-separated text (.csv): one grid; the encoding is found like that of any text."""

from __future__ import annotations

import csv
from io import StringIO

from intake.blocks import Document, Grid, Span
from intake.decode import decode
from workflow.record.errors import Unreadable


def read(data: bytes, name: str) -> Document:
    """The rows as one grid. Raises Unreadable."""
    text = decode(data, name)
    head = text[:4000]
    mark = max(",;\t，", key=head.count)
    try:
        rows = list(csv.reader(StringIO(text), delimiter=mark))
    except csv.Error:
        raise Unreadable(f"没有读到任务表：{name}不是可以读取的 CSV，请用 Excel 或 WPS 另存为 XLSX 再读入。") from None
    spans = [Span(at, n, cell) for at, row in enumerate(rows) for n, cell in enumerate(row) if cell.strip()]
    return Document([Grid(spans, [f"第 {n} 行" for n in range(1, len(rows) + 1)])])
