"""Word documents (.docx, Word 2003 XML): paragraphs with the numbers Word computes, tables with their merged cells, boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from intake.blocks import Document, Grid, Paragraph, Span
from intake.formats import archive, chunk
from intake.formats.left_out import LeftOut
from intake.formats.numbering import Numbering
from intake.formats.package import Package, Related, tree
from intake.formats.styles import Styles, shaded, value_of, w
from intake.formats.word_text import Words, plain
from intake.grammar import columns
from workflow.record.errors import Unreadable

_OPENED = {
    "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "sect", "sub-section", "annotation", "content",
}  # fmt: skip
"""What stands around blocks without being one."""
MAX_ACROSS = 200


def read(data: bytes, name: str) -> Document:
    """Every block of the body in order. Raises Unreadable."""
    if data.startswith(b"PK"):
        archive.check(data, name)
    try:
        return _Reading(data, name).document()
    except (etree.XMLSyntaxError, KeyError, ValueError, AttributeError, RecursionError):
        raise Unreadable(
            f"没有读到任务表：{name}的内部结构不完整，不能打开；请在 Word 或 WPS 中打开并另存后再读入。"
        ) from None


class _Reading:
    """One document while it is read."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name, self.left, self.tables = name, LeftOut(), 0
        self.parts: dict[str, Related] = {}
        root = None if data.startswith(b"PK") else tree(data, name)
        if root is not None and root.tag == w("wordDocument"):
            self.root, styles, numbering = root, root.find(w("styles")), None
        else:
            self.package = Package(data, name)
            main = self.package.main()
            self.root, self.parts = self.package.tree(main), self.package.related(main)
            parts = {one.kind: one.part for one in self.parts.values()}
            styles, numbering = (self.package.tree(parts.get(kind, "")) for kind in ("styles", "numbering"))
        known = Styles(styles)
        self.words = Words(known, Numbering(numbering, known), self.left)
        self.notes: list[str] = []

    def document(self) -> Document:
        """The blocks, then what was left out."""
        blocks = list(self._blocks(self.root.find(w("body"))))
        return Document(blocks, [*self.left.notes(), *self.notes])

    def _blocks(self, parent: Any) -> Iterator[Paragraph | Grid]:
        for child in parent:
            kind = etree.QName(child).localname
            if child.tag == w("p"):
                said = self.words.read(child)
                yield from (Paragraph(line) for line in said.text.split("\n"))
                for box in said.boxes:
                    yield from self._blocks(box)
            elif child.tag == w("tbl"):
                yield from self._table(child)
            elif child.tag == w("altChunk"):
                yield from self._embedded(child)
            elif child.get(w("type")) == "Word.Deletion":
                self.left.add("deleted", plain(child))
            elif kind in _OPENED:
                if child.find(f"{w('sdtPr')}/{w('showingPlcHdr')}") is not None:
                    self.left.add("placeholder", plain(child))
                else:
                    yield from self._blocks(child)

    def _embedded(self, node: Any) -> Iterator[Paragraph | Grid]:
        """A page or document that was put in whole and is opened by Word alone (w:altChunk)."""
        related = self.parts.get(next((value for key, value in node.attrib.items() if key.endswith("}id")), ""))
        document = chunk.read(self.package.bytes(related.part), self.name) if related else None
        if document is None:
            self.left.add("embedded", related.part.rsplit("/", 1)[-1] if related else "?")
        else:
            self.notes += document.notes
            yield from document.blocks

    def _table(self, table: Any) -> Iterator[Paragraph | Grid]:
        """A table as a grid; one that only lays out others is opened up."""
        rows = list(self._rows(table))
        if _is_frame(rows):
            for row in rows:
                for cell in _cells(row):
                    yield from self._blocks(cell)
            return
        self.tables += 1
        label = f"表 {self.tables}"
        properties = table.find(w("tblPr"))
        ground = shaded(properties) or self.words.styles.shade(value_of(properties, "tblStyle"))
        spans: list[Span] = []
        open_down: dict[int, int] = {}
        for at, row in enumerate(rows):
            self._row(row, at, spans, open_down, ground=ground)
        yield Grid(spans, [f"{label} 第 {n} 行" for n in range(1, len(rows) + 1)], goes_on=True)

    def _rows(self, table: Any) -> Iterator[Any]:
        """The rows that are shown: neither deleted nor hidden."""
        for child in table:
            if child.tag == w("tr"):
                properties = child.find(w("trPr"))
                gone = next((k for tag, k in (("del", "deleted"), ("hidden", "hidden")) if _is_on(properties, tag)), "")
                if gone:
                    self.left.add(gone, plain(child))
                else:
                    yield child
            elif etree.QName(child).localname in _OPENED:
                yield from self._rows(child)

    def _row(self, row: Any, at: int, spans: list[Span], open_down: dict[int, int], *, ground: bool) -> None:
        mark = row.find(f"{w('trPr')}/{w('gridBefore')}")
        column = int(mark.get(w("val"), 0)) if mark is not None else 0
        for cell in _cells(row):
            properties = cell.find(w("tcPr"))
            width, down = _across(properties), _down(properties)
            if _goes_on_across(properties) and spans and spans[-1].row == at:
                last = spans[-1]
                spans[-1] = Span(at, last.column, last.text, last.rows, last.columns + width)
            elif down == "continue" and column in open_down:
                first = spans[open_down[column]]
                spans[open_down[column]] = Span(first.row, first.column, first.text, at - first.row + 1, first.columns)
            else:
                open_down.pop(column, None)
                if down is not None:
                    open_down[column] = len(spans)
                text = "\n".join(self._lines(cell, f"第 {at + 1} 行", ground=ground or shaded(properties)))
                spans.append(Span(at, column, text, 1, width))
            column += width

    def _lines(self, cell: Any, place: str, *, ground: bool) -> Iterator[str]:
        """The paragraphs of a cell, a line each; a table within it is told where it is more than a list."""
        for child in cell:
            if child.tag == w("p"):
                said = self.words.read(child, ground=ground)
                if said.text.strip():
                    yield said.text
                for box in said.boxes:
                    yield from self._lines(box, place, ground=False)
            elif child.tag == w("tbl"):
                yield from self._inner(child, place, ground=ground)
            elif child.tag == w("altChunk"):
                yield from (block.text for block in self._embedded(child) if isinstance(block, Paragraph))
            elif etree.QName(child).localname in _OPENED:
                if child.find(f"{w('sdtPr')}/{w('showingPlcHdr')}") is not None:
                    self.left.add("placeholder", plain(child))
                else:
                    yield from self._lines(child, place, ground=ground)

    def _inner(self, table: Any, place: str, *, ground: bool) -> Iterator[str]:
        rows = [list(_cells(row)) for row in self._rows(table)]
        if len(rows) > 1 and max(map(len, rows), default=0) > 1:
            self.left.add("inner", "；".join("｜".join(plain(cell) for cell in row) for row in rows), place)
            return
        for row in rows:
            for cell in row:
                yield from self._lines(cell, place, ground=ground)


def _is_frame(rows: list[Any]) -> bool:
    """Whether a table only lays out what stands in it: tables within, and no head of its own."""
    cells = [list(_cells(row)) for row in rows]
    inner = [table for row in cells for cell in row for table in cell.findall(w("tbl"))]
    if not inner:
        return False
    if any(columns.header_of(["".join(map(plain, cell.findall(w("p")))) for cell in row]) for row in cells[:10]):
        return False
    within = sum(len(list(table.iter(w("tc")))) for table in inner)
    return all(len(row) == 1 for row in cells) or within > sum(map(len, cells))


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == w("tc"):
            yield child
        elif etree.QName(child).localname in _OPENED:
            yield from _cells(child)


def _is_on(properties: Any, tag: str) -> bool:
    return properties is not None and properties.find(w(tag)) is not None


def _across(properties: Any) -> int:
    said = value_of(properties, "gridSpan")
    return min(max(int(said), 1), MAX_ACROSS) if said.isdigit() else 1


def _down(properties: Any) -> str | None:
    mark = None
    if properties is not None:
        mark = properties.find(w("vMerge"))
        mark = properties.find(w("vmerge")) if mark is None else mark  # Word 2003
    return None if mark is None else str(mark.get(w("val"), "continue"))


def _goes_on_across(properties: Any) -> bool:
    """An old way to merge with the cell on the left."""
    for tag in ("hMerge", "hmerge"):
        mark = properties.find(w(tag)) if properties is not None else None
        if mark is not None:
            return str(mark.get(w("val"), "continue")) == "continue"
    return False
