"""Word documents (.docx): paragraphs with the numbers Word computes, tables with their merged cells, nested ones too."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn
from lxml import etree

from intake.blocks import Document, Grid, Paragraph, Span
from intake.formats import archive
from intake.formats.numbering import Numbering
from workflow.record.errors import Unreadable

_DELETED = {qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:delText")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}


def read(data: bytes, name: str) -> Document:
    """Every block of the body in order. Raises Unreadable."""
    archive.check(data, name)
    try:
        opened = docx.Document(BytesIO(data))
        numbering = Numbering(opened)
        return Document(list(_blocks(opened.element.body, numbering, [0])))
    except (KeyError, ValueError, AttributeError, etree.XMLSyntaxError):
        raise Unreadable(
            f"没有读到任务表：{name}的内部结构不完整，不能打开；请在 Word 或 WPS 中打开并另存后再读入。"
        ) from None


def _blocks(parent: Any, numbering: Numbering, tables: list[int]) -> Iterator[Paragraph | Grid]:
    for child in parent:
        if child.tag == qn("w:p"):
            for line in _paragraph(child, numbering).split("\n"):
                yield Paragraph(line)
        elif child.tag == qn("w:tbl"):
            yield from _table(child, numbering, tables)
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:smartTag"), qn("w:ins")):
            yield from _blocks(child, numbering, tables)


def _table(table: Any, numbering: Numbering, tables: list[int]) -> Iterator[Paragraph | Grid]:
    """A table as a grid; one that only lays out others is opened up."""
    rows = list(_rows(table))
    nested = [inner for row in rows for cell in _cells(row) for inner in cell.findall(qn("w:tbl"))]
    if nested and all(len(list(_cells(row))) == 1 for row in rows):
        for row in rows:
            for cell in _cells(row):
                yield from _blocks(cell, numbering, tables)
        return
    tables[0] += 1
    spans: list[Span] = []
    open_down: dict[int, int] = {}
    for at, row in enumerate(rows):
        column = _before(row)
        for cell in _cells(row):
            width, down = _across(cell), _down(cell)
            if down == "continue" and column in open_down:
                first = spans[open_down[column]]
                spans[open_down[column]] = Span(first.row, first.column, first.text, at - first.row + 1, first.columns)
            else:
                open_down.pop(column, None)
                if down is not None:
                    open_down[column] = len(spans)
                spans.append(Span(at, column, _text(cell, numbering), 1, width))
            column += width
    yield Grid(spans, [f"表 {tables[0]} 第 {n} 行" for n in range(1, len(rows) + 1)], goes_on=True)


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == qn("w:tr"):
            if child.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
                yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml")):
            yield from _rows(child)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == qn("w:tc"):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml")):
            yield from _cells(child)


def _before(row: Any) -> int:
    mark = row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
    return int(mark.get(qn("w:val"), 0)) if mark is not None else 0


def _across(cell: Any) -> int:
    mark = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    return min(max(int(mark.get(qn("w:val"), 1)), 1), 200) if mark is not None else 1


def _down(cell: Any) -> str | None:
    mark = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return None if mark is None else str(mark.get(qn("w:val"), "continue"))


def _text(cell: Any, numbering: Numbering) -> str:
    """All paragraphs of a cell, those of a table within it too, a line each."""
    lines = []
    for paragraph in cell.iter(qn("w:p")):
        if not _inside(paragraph, cell, (_FALLBACK,)):
            lines.append(_paragraph(paragraph, numbering))
    return "\n".join(line for line in lines if line.strip())


def _paragraph(paragraph: Any, numbering: Numbering) -> str:
    """The words of a paragraph as they stand after all changes, its computed number in front."""
    parts = []
    for node in paragraph.iter(qn("w:t"), *_BREAKS):
        if not _inside(node, paragraph, (*_DELETED, _FALLBACK)) and next(node.iterancestors(qn("w:p"))) is paragraph:
            parts.append(_BREAKS.get(node.tag) or node.text or "")
    text = "".join(parts)
    return numbering.number(paragraph) + text if text.strip() else text


def _inside(node: Any, top: Any, tags: tuple[str, ...]) -> bool:
    for parent in node.iterancestors():
        if parent is top:
            return False
        if parent.tag in tags:
            return True
    return False
