"""Saved web pages (.html): visible text and tables with their spans; what a browser does not show is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import html
from lxml.etree import ParserError

from intake.blocks import Document, Grid, Paragraph
from intake.decode import characters, spoilt
from intake.formats import page_list, page_table
from intake.formats.left_out import LeftOut
from intake.formats.page_styles import Sheet
from workflow.record.errors import Unreadable

_UNSEEN = {
    "script", "style", "head", "noscript", "template", "iframe", "svg", "nav", "select", "button", "input", "object",
    "audio", "video", "canvas", "datalist", "title", "meta", "link",
}  # fmt: skip
_BLOCKS = {
    "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "br", "hr", "section", "article", "center",
    "dd", "dt", "dl", "pre", "caption", "blockquote", "header", "footer", "main", "aside", "form", "fieldset",
}  # fmt: skip
_NOTED = {"del": "struck", "s": "struck", "strike": "struck", "rt": "ruby", "rtc": "ruby", "rp": ""}
"""Elements whose words are shown as taken out, or stand beside the words."""
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([a-z0-9_-]{3,20})", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\xa0\u3000]*[ \t\r\n\xa0][ \t\r\n\xa0]*")


def read(data: bytes, name: str, *, charset: str = "") -> Document:
    """Every visible block in order; ``charset``: as a mail declares it. Raises Unreadable."""
    found = _CHARSET.search(data[:8192])
    text = characters(data, charset or (found.group(1).decode() if found else ""))
    try:
        plain = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\x00", ""))
        root = html.document_fromstring(plain, parser=html.HTMLParser(no_network=True, huge_tree=False))
    except (ParserError, ValueError):
        raise Unreadable(f"没有读到任务表：{name}不是可以读取的网页，请在浏览器中另存后再读入。") from None
    walk = Walk(Sheet(root))
    try:
        blocks = list(_blocks(walk.over(root)))
    except RecursionError:
        raise Unreadable(f"没有读到任务表：{name}的网页嵌套过深，不能读取；请把任务表复制到 Word 后再读入。") from None
    return Document(blocks, [*walk.left.notes(), *spoilt(text)])


def _blocks(pieces: Iterator[str | Grid]) -> Iterator[Paragraph | Grid]:
    """Lines and grids of pieces: a line ends where a block does."""
    line: list[str] = []
    for piece in pieces:
        if not isinstance(piece, Grid) and piece != "\n":
            line.append(piece)
            continue
        text = "".join(line).strip()
        line = []
        if text:
            yield Paragraph(text)
        if isinstance(piece, Grid):
            yield piece
    text = "".join(line).strip()
    if text:
        yield Paragraph(text)


class Walk:
    """One way through a page: what is seen comes out, what is not is noted."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet, self.left = sheet, LeftOut()

    def over(self, node: Any) -> Iterator[str | Grid]:
        """The words, line ends and tables under a node, then the words behind it."""
        tag = node.tag
        if not isinstance(tag, str) or tag in _UNSEEN or not self.is_seen(node):
            pass
        elif tag == "table":
            yield from self._table(node)
        else:
            block = tag in _BLOCKS
            if block:
                yield "\n"
            if tag == "li":
                yield page_list.mark(node)
            if node.text:
                yield run(node.text)
            for child in node:
                yield from self.over(child)
            if block:
                yield "\n"
        if node.tail:
            yield run(node.tail)

    def is_seen(self, node: Any) -> bool:
        """Whether a node's words are shown as valid; those that are not are noted."""
        tag = node.tag
        kind = _NOTED.get(tag)
        if kind is None:
            kind = self._sheet.unseen(node) if node.attrib else None
        if kind:
            self.left.add(kind, node.text_content())
        return kind is None

    def cell(self, cell: Any) -> str:
        """The words of a cell, a line a block; a table within it that is more than a list is told."""
        if not len(cell):
            return run(cell.text).strip()
        lines = "".join(self._in_cell(cell)).split("\n")
        return "\n".join(line.strip() for line in lines if line.strip())

    def _in_cell(self, cell: Any) -> Iterator[str]:
        yield run(cell.text)
        for child in cell:
            for piece in self.over(child):
                if not isinstance(piece, Grid):
                    yield piece
                elif page_table.is_list(piece):
                    yield "\n" + "\n".join(span.text for span in piece.spans) + "\n"
                else:
                    self.left.add("inner", page_table.told(piece))

    def _table(self, table: Any) -> Iterator[str | Grid]:
        """A table as a grid under its caption; one that only lays out others is opened up."""
        rows = page_table.rows(table)
        if page_table.is_frame(rows):
            for group in rows:
                for cell in (cell for row in group for cell in page_table.cells(row)):
                    yield "\n"
                    yield from self._inside(cell)
                    yield "\n"
            return
        for caption in table.iterchildren("caption"):
            if self.is_seen(caption):
                yield "\n"
                yield from self._inside(caption)
                yield "\n"
        yield page_table.grid(rows, self)

    def _inside(self, node: Any) -> Iterator[str | Grid]:
        yield run(node.text)
        for child in node:
            yield from self.over(child)


def run(text: str | None) -> str:
    """Text between tags: its own line breaks are only blanks."""
    return _BLANKS.sub(" ", text) if text else ""
