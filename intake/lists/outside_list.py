"""A third party's list of what it found wanting (外部问题清单): its lines by the meaning of their columns, each with the place of its result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from intake.blocks import SOFT, Document, Grid
from intake.formats import reader_of
from intake.lists.cells import asked_apart
from intake.programs import Needs
from workflow.record.errors import Unreadable

COLUMNS = {
    "result": ("整改结果", "整改情况", "整改落实情况", "整改完成情况", "整改进展"),
    "problem": ("问题明细", "失分原因", "扣分原因", "存在问题", "存在的问题", "问题描述", "主要问题", "问题"),
    "indicator": ("一级指标", "二级指标", "三级指标", "四级指标", "测评指标", "评估指标", "指标", "指标名称"),
    "standard": ("评价标准", "测评标准", "评分标准", "考核标准", "指标分值", "分值", "扣分", "失分"),
    "link": ("问题页面链接", "问题链接", "页面链接", "链接", "网址"),
    "unit": ("责任单位", "整改单位", "整改责任单位", "单位", "单位名称"),
    "limit": ("整改时限", "整改期限", "完成时限"),
}
"""What a column is, by its printed names; of ``indicator`` and ``standard`` a list may have several."""
MOST = 2_000
TOTALS = ("合计", "小计", "总计", "总分")
Where = dict[int, tuple[str, str]]
"""Column → what it is, and its printed name."""


@dataclass(frozen=True)
class OutsideLine:
    """One line (清单行); ``place`` says in which row, ``column`` in which visible column its result belongs."""

    place: str
    column: int
    said: dict[str, str]


def read_outside(data: bytes, *, filename: str) -> tuple[list[OutsideLine], list[str]]:
    """The lines of a list, and a sentence for whatever was left out. Raises Unreadable where it has no such head."""
    found = asked_apart("intake.lists.outside_list:lines_of", data, {"filename": filename})
    return [OutsideLine(*line) for line in found["lines"]], found["notes"]


def lines_of(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    """Read in a process apart: place, column and meaning of every line, or the sentence of refusal."""
    name = f"《{question['filename'][:80]}》"
    try:
        document = document_of(data, name)
        read = [pair for grid in grids_of(document) for pair in _lines(grid)]
    except (Unreadable, Needs) as refused:
        return {"unreadable": refused.message}
    lines, left = [line for line, _ in read if line], [said for _, said in read if said]
    if not lines:
        return {
            "unreadable": f"{name}里没有读到问题清单：表头应有“问题明细”或“失分原因”一列，和“整改结果”或“整改情况”一列。"
        }
    if len(lines) > MOST:
        return {"unreadable": f"{name}有 {len(lines)} 行问题，超过 {MOST} 行，请拆成几份分别读入。"}
    return {"lines": lines, "notes": [*document.notes, *left]}


def unspaced(text: str) -> str:
    """A text without white space, as printed names and cells are compared."""
    return "".join(text.split())


def document_of(data: bytes, name: str) -> Document:
    """The blocks of a workbook or a Word document. Raises Unreadable, Needs."""
    reader = reader_of(data, name) if data.startswith(b"PK") else None
    if reader is None:
        raise Unreadable(f"{name}不是 .xlsx 或 .docx 文件；整改结果要填回原表，请用 Word、Excel 或 WPS 另存后再读入。")
    return reader(data, name)


def grids_of(document: Document) -> list[Grid]:
    """Its tables, in order."""
    return [block for block in document.blocks if isinstance(block, Grid)]


def _lines(grid: Grid) -> Iterator[tuple[tuple[str, int, dict[str, str]] | None, str]]:
    """(line, nothing) or (nothing, what was left out and why) for every row below a head."""
    where: Where | None = None
    rows, _ = grid.matrix()
    for place, cells in zip(grid.places, rows, strict=False):
        texts = [cell.replace(SOFT, "").strip() for cell in cells]
        head = _head(texts)
        if head is not None:
            where = head
        elif where is not None and not _is_aside(texts):
            said = _said(texts, where)
            if said["problem"]:
                yield (place, next(at for at, (what, _) in where.items() if what == "result"), said), ""
            elif any(said[name] for name in ("indicator", "standard", "unit")):
                yield (
                    None,
                    f"{place}没有写问题，没有列入：{(said['indicator'] or said['unit'] or said['standard'])[:30]}",
                )


def _head(texts: Sequence[str]) -> Where | None:
    """What each column is, if this row is the head: a problem and a place for the result it must have."""
    found: Where = {}
    for at, text in enumerate(texts):
        what = next((what for what, names in COLUMNS.items() if unspaced(text) in names), None)
        several = what in ("indicator", "standard")
        if what and (several or what not in [one for one, _ in found.values()]):
            found[at] = (what, unspaced(text))
    kinds = {what for what, _ in found.values()}
    return found if {"result", "problem"} <= kinds else None


def _is_aside(texts: Sequence[str]) -> bool:
    """A heading over all columns, a row of totals, an empty row."""
    filled = [text for text in texts if text]
    return len(filled) < 2 or unspaced(filled[0]) in TOTALS


def _said(texts: Sequence[str], where: Where) -> dict[str, str]:
    said = dict.fromkeys(COLUMNS, "")
    for at, (what, name) in where.items():
        text = texts[at] if at < len(texts) else ""
        if what == "standard" and text and name not in ("评价标准", "测评标准", "评分标准", "考核标准"):
            text = f"{name} {text}"
        if text:
            said[what] = f"{said[what]}／{text}" if said[what] else text
    return said
