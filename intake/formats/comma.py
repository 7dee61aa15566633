"""Values between separators (.csv): one grid by the separator that gives the head its columns, ``sep=`` heard."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from io import StringIO

from intake.blocks import Document, Grid, Span
from intake.decode import characters, decode, spoilt
from intake.grammar import columns
from workflow.record.errors import Unreadable

MARKS = (",", ";", "\t", "|", "，", "；")
HEAD_WITHIN, TRIED, LOOKED_AT = 60, 400, 60_000
"""Rows among which the head stands; lines by which a separator is chosen; bytes by which the format is told."""
MAX_ACROSS = 2_000
"""Cells of a line: each is looked at as a name of a column, and no table of tasks has a hundred."""
_SEP = re.compile(r"\ufeff?\"?sep=(.)\"?\s*\n", re.IGNORECASE)
_FORMULA = re.compile(r'="((?:[^"]|"")*)"')


@dataclass(frozen=True)
class _Reading:
    """A way to cut the text: the separator, whether quotes hold cells together, the lines it passes over."""

    mark: str
    quoting: bool
    skip: int = 0


def is_meant(data: bytes) -> bool:
    """Whether a text without a name for it is such a table: ``sep=``, or a head and rows as wide between commas."""
    begin = data[:LOOKED_AT]
    if len(data) > LOOKED_AT:
        begin = begin[: begin.rfind(b"\n") + 1]
    text = "\n".join(characters(begin).splitlines())
    if _SEP.match(text):
        return True
    try:
        rows = [row for _, row in _rows(_head(text), _best(text, (",", ";")))] if "," in text or ";" in text else []
    except csv.Error:
        return False
    at = next((n for n, row in enumerate(rows) if columns.header_of(row)), None)
    return at is not None and len(rows[at]) > 2 and sum(len(row) == len(rows[at]) for row in rows[at:]) > 1


def read(data: bytes, name: str) -> Document:
    """The rows as one grid. Raises Unreadable."""
    text = decode(data, name)
    said = _SEP.match(text)
    found = _Reading(said.group(1), True, 1) if said else _best(text, MARKS)
    try:
        rows = _rows(text, found)
    except csv.Error as error:
        raise Unreadable(f"没有读到任务表：{name}{_spoilt_by(error)}，请用 Excel 或 WPS 另存为 XLSX 再读入。") from None
    wide = next(((line, len(row)) for line, row in rows if len(row) > MAX_ACROSS), None)
    if wide is not None:
        raise Unreadable(
            f"没有读到任务表：{name}第 {wide[0]} 行有 {wide[1]} 栏，超过 {MAX_ACROSS} 栏的上限；请确认分隔符，只保留任务表后再读入。"
        )
    spans = [
        Span(at, n, cell) for at, (_, row) in enumerate(rows) for n, cell in enumerate(map(_plain, row)) if cell.strip()
    ]
    return Document([Grid(spans, [f"第 {line} 行" for line, _ in rows])], spoilt(text))


def _spoilt_by(error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"有一格超过 {csv.field_size_limit()} 字，多半是引号没有成对"
    return "不是可以读取的 CSV"


def _best(text: str, marks: tuple[str, ...]) -> _Reading:
    """The way that gives most rows the width of the head; without a head, most rows one width."""
    ways = [_Reading(mark, quoting) for mark in marks for quoting in (True, False)]
    return max(ways, key=lambda way: _fit(_head(text), way))


def _head(text: str) -> str:
    return "\n".join(text.split("\n", TRIED)[:TRIED])


def _fit(text: str, way: _Reading) -> tuple[bool, int, int]:
    try:
        rows = [row for _, row in _rows(text, way)]
    except csv.Error:
        return (False, 0, 0)
    head = next((row for row in rows[:HEAD_WITHIN] if columns.header_of(row)), None)
    if head is not None:
        return (True, sum(len(row) == len(head) for row in rows), len(head))
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return (False, count, width)


def _rows(text: str, way: _Reading) -> list[tuple[int, list[str]]]:
    """(line of the file, cells) of every row."""
    lines = StringIO(text)
    for _ in range(way.skip):
        lines.readline()
    reader = csv.reader(lines, delimiter=way.mark, quoting=csv.QUOTE_MINIMAL if way.quoting else csv.QUOTE_NONE)
    found, before = [], way.skip
    for row in reader:
        found.append((before + 1, row))
        before = way.skip + reader.line_num
    return found


def _plain(cell: str) -> str:
    """``="001"`` is how a number is kept from losing its zeros."""
    formula = _FORMULA.fullmatch(cell.strip())
    return formula.group(1).replace('""', '"') if formula else cell
