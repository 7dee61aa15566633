"""Saved web pages (.html): visible text and tables with their spans; scripts, styles and hidden parts are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import html
from lxml.etree import ParserError

from intake.blocks import Document, Grid, Paragraph, Span
from workflow.record.errors import Unreadable

_UNSEEN = {"script", "style", "head", "noscript", "template", "iframe", "svg", "nav", "select", "button"}
_BLOCKS = {
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "br",
    "section",
    "article",
    "center",
    "dd",
    "dt",
}
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([a-z0-9_-]{3,20})", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def read(data: bytes, name: str) -> Document:
    """Every visible block in order. Raises Unreadable."""
    found = _CHARSET.search(data[:4096])
    encoding = (found.group(1).decode() if found else "utf-8").lower()
    encoding = {"gb2312": "gb18030", "gbk": "gb18030"}.get(encoding, encoding)
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else encoding)
    except (UnicodeDecodeError, LookupError):
        text = data.decode("gb18030", "replace")
    try:
        root = html.document_fromstring(
            re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=html.HTMLParser(no_network=True)
        )
    except (ParserError, ValueError):
        raise Unreadable(f"没有读到任务表：{name}不是可以读取的网页，请在浏览器中另存后再读入。") from None
    document, lines = Document(), [""]
    for piece in _walk(root):
        if isinstance(piece, Grid):
            _flush(document, lines)
            document.blocks.append(piece)
        elif piece == "\n":
            _flush(document, lines)
        else:
            lines[0] += piece
    _flush(document, lines)
    return document


def _flush(document: Document, lines: list[str]) -> None:
    text = lines[0].strip()
    if text:
        document.blocks.append(Paragraph(text))
    lines[0] = ""


def _walk(node: Any) -> Iterator[str | Grid]:
    if not isinstance(node.tag, str) or node.tag in _UNSEEN or _HIDDEN.search(node.get("style", "")):
        yield _run(node.tail)
        return
    if node.tag == "table" and node.find(".//table") is None:
        yield Grid(_spans(node))
    else:
        if node.tag in _BLOCKS:
            yield "\n"
        yield _run(node.text)
        for child in node:
            yield from _walk(child)
        if node.tag in _BLOCKS:
            yield "\n"
    yield _run(node.tail)


def _run(text: str | None) -> str:
    """Text between tags: its own line breaks are only blanks."""
    return re.sub(r"[ \t\r\n\xa0]+", " ", text or "")


def _spans(table: Any) -> list[Span]:
    """The cells at their places: a span from above pushes what comes after it to the right (HTML, table model)."""
    spans: list[Span] = []
    taken: dict[int, int] = {}
    rows = [row for row in table.iter("tr") if not _HIDDEN.search(row.get("style", ""))]
    for at, row in enumerate(rows):
        column = 0
        for cell in row.iterchildren("td", "th"):
            while taken.get(column, 0) > at:
                column += 1
            down, across = (_times(cell.get(name)) for name in ("rowspan", "colspan"))
            down = len(rows) - at if cell.get("rowspan") == "0" else down
            spans.append(Span(at, column, _cell_text(cell), down, across))
            for place in range(column, column + across):
                taken[place] = at + down
            column += across
    return spans


def _times(value: str | None) -> int:
    return min(max(int(value), 1), 1000) if value and value.strip().isdigit() else 1


def _cell_text(cell: Any) -> str:
    words = "".join(piece for piece in _walk(cell) if isinstance(piece, str))
    return "\n".join(line.strip() for line in words.split("\n") if line.strip())
