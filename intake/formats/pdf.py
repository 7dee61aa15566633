"""PDF files: ruled tables over many pages with their merged cells; text without rules by where the words stand.

Pages that are pictures are for :mod:`intake.scans`, which hands in the ``Sight`` that reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfparser import PDFSyntaxError
from pdfminer.pdftypes import resolve1
from pdfminer.psparser import PSException
from pdfplumber.utils.exceptions import PdfminerException

from intake.blocks import SOFT, Document, Grid, Paragraph, Span
from intake.formats import drawn, printed, running_heads, unruled
from intake.formats.left_out import LeftOut
from intake.formats.unruled import Word
from intake.grammar import furniture
from intake.programs import Needs
from workflow.record.errors import Unreadable

MAX_PAGES, MANY_PAGES = 400, 60
"""Pages that are read, and those for which nobody waits: a hundred take about ten seconds."""
NAMELESS = 0.3
"""The share of characters that a font does not name from which a page is read like a picture."""
PICTURE, STAMPED = 0.5, 30
"""The share of a page that its pictures cover, and the characters it has at most, where it is a scan."""
_PIECE = re.compile(r"[（(《“‘\[〔]*(?:[A-Za-z0-9.%-]+|.)[、，。；：！？）》”’,.;:!?)\]〕%]*")
"""What a line break may not part: an opening bracket and what follows, a number, a character and the marks after it."""
CLOSE = 3.0
"""Points within which two rulings are one."""
_RULED = {
    "vertical_strategy": "lines",
    "horizontal_strategy": "lines",
    "snap_tolerance": CLOSE,
    "join_tolerance": CLOSE,
}


@dataclass
class Page:
    """A page as it was read (页): its blocks, its words by where they stand, and whether a table is ruled on it."""

    blocks: list[Paragraph | Grid] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    ruled: bool = False


Sight = Callable[[Any, int], Page]
"""Reads a page that is a picture: the page of pdfplumber, its number."""


def read(data: bytes, name: str, sight: Sight | None = None) -> Document:
    """Every page in order. Raises Unreadable, and Needs where a page is a picture and nobody is given to read it."""
    data = data[max(data.find(b"%PDF-"), 0) :]  # mail programs and printers put lines before it
    try:
        with pdfplumber.open(BytesIO(data)) as opened:
            if len(opened.pages) > MAX_PAGES:
                raise Unreadable(
                    f"没有读到任务表：{name}有 {len(opened.pages)} 页，超过 {MAX_PAGES} 页的上限；请只保留任务表所在的页后再读入。"
                )
            drawn.allow(opened)
            return _document(opened, name, sight)
    except PDFPasswordIncorrect:
        raise Unreadable(f"没有读到任务表：{name}设有密码，请去除密码后再读入。") from None
    except drawn.TooMuch:
        raise _crowded(name) from None
    except (PdfminerException, PDFSyntaxError, PSException) as error:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in error.args):
            raise Unreadable(f"没有读到任务表：{name}设有密码，请去除密码后再读入。") from None
        if any(isinstance(cause, drawn.TooMuch) for cause in error.args):
            raise _crowded(name) from None
        if any(isinstance(cause, MemoryError) for cause in (*error.args, error.__context__)):
            raise MemoryError from None  # a bomb is no broken file: the limited process says which limit it met
        raise Unreadable(f"没有读到任务表：{name}已损坏，不能打开；请重新导出 PDF 后再读入。") from None


def _crowded(name: str) -> Unreadable:
    return Unreadable(
        f"没有读到任务表：{name}画的线条和文字多得不像任务表，没有读完；请只保留任务表所在的页，或用 Word、Excel 的原件读入。"
    )


def pages_of(data: bytes) -> int:
    """How many pages it has; none where it cannot be opened."""
    try:
        return len(pypdfium2.PdfDocument(data))
    except pypdfium2.PdfiumError:
        return 0


def _document(opened: Any, name: str, sight: Sight | None) -> Document:
    left, pages = LeftOut(), []
    for number, whole in enumerate(opened.pages, start=1):
        if not _is_picture(whole):
            pages.append(_printed(whole, left, number))
        elif sight is not None:
            pages.append(sight(whole, number))
        else:
            raise Needs("ocr", f"没有读到任务表：{name}第 {number} 页是图片，需要文字识别。")
        whole.close()  # its layout would stay in memory
    heads = running_heads.repeated([page.words for page in pages])
    for page in pages if heads else ():
        page.words = running_heads.without(page.words, heads)
        page.blocks = _without(page.blocks, heads)
    if any(page.ruled for page in pages):
        blocks = [block for page in pages for block in page.blocks]
    else:
        blocks = unruled.blocks([(number, page.words) for number, page in enumerate(pages, start=1)])
    return Document(blocks, [*_active(opened), *left.notes()])


def _without(blocks: list[Paragraph | Grid], heads: set[str]) -> list[Paragraph | Grid]:
    """The blocks of a page without what all pages repeat at its edges."""
    edges = [
        block
        for block in (*blocks[:1], *blocks[-1:])
        if isinstance(block, Paragraph) and running_heads.plain(block.text) in heads
    ]
    return [block for block in blocks if not any(block is edge for edge in edges)]


def _printed(whole: Any, left: LeftOut, number: int) -> Page:
    """A page of characters."""
    page = printed.seen(whole, left)
    ends = _ends(page)
    drawn.cross(page, CLOSE)
    found = page.find_tables(_RULED | {"explicit_horizontal_lines": ends})
    tables = [table for table in found if len(table.cells) > 1]
    return Page(list(_page(page, tables, number, ends)), _words(page), bool(tables))


def _is_picture(page: Any) -> bool:
    """Whether a page is a scan, words laid under it or not, or its font does not name its characters."""
    nameless = sum(char["text"].startswith("(cid:") for char in page.chars)
    if nameless > NAMELESS * len(page.chars):
        return True
    covered = sum((one["x1"] - one["x0"]) * (one["bottom"] - one["top"]) for one in page.images)
    shown = sum(not _is_laid_under(char) for char in page.chars)
    return bool(covered > PICTURE * page.width * page.height and shown <= STAMPED)


def _is_laid_under(char: dict[str, Any]) -> bool:
    """Whether recognition laid a character under a picture: its font has no glyphs."""
    return "GlyphLess" in char["fontname"]


def _active(opened: Any) -> Iterator[str]:
    """A sentence where a PDF could do something by itself or brings other files: none of it is run or opened here."""
    catalog = opened.doc.catalog
    names = resolve1(catalog.get("Names")) or {}
    if {"OpenAction", "AA"} & set(catalog) or {"JavaScript", "EmbeddedFiles"} & set(names):
        yield "这份 PDF 带有自动动作、脚本或内嵌附件，读表时没有执行也没有打开；请确认文件来源可靠。"


def _ends(page: Any) -> list[float]:
    """Where the upright rules of a page begin and end without a level one: there a page break tore a row."""
    upright = [edge for edge in page.edges if edge["orientation"] == "v" and edge["bottom"] - edge["top"] > 1]
    level = [edge["top"] for edge in page.edges if edge["orientation"] == "h"]
    if not upright:
        return []
    ends = (min(edge["top"] for edge in upright), max(edge["bottom"] for edge in upright))
    return [end for end in ends if not any(abs(end - at) <= CLOSE for at in level)]


def _page(page: Any, tables: list[Any], number: int, ends: list[float]) -> Iterator[Paragraph | Grid]:
    """The lines and grids of a page from top to bottom."""
    inside = [table.bbox for table in tables]
    outside = page.filter(lambda one: one["object_type"] != "char" or not any(_within(one, box) for box in inside))
    lines = [(line["top"], line["text"]) for line in outside.extract_text_lines(return_chars=False)]
    blocks: list[tuple[float, Paragraph | Grid]] = [(top, Paragraph(text, f"第 {number} 页")) for top, text in lines]
    blocks += [(table.bbox[1], _grid(page, table, number, ends)) for table in tables]
    for _, block in sorted(blocks, key=lambda pair: pair[0]):
        if isinstance(block, Grid) or not furniture.is_page_number(block.text):
            yield block


def _within(char: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _grid(page: Any, table: Any, number: int, ends: list[float]) -> Grid:
    lefts = _apart([edge for cell in table.cells for edge in (cell[0], cell[2])])
    tops = _apart([edge for cell in table.cells for edge in (cell[1], cell[3])])
    chars: dict[tuple[float, ...], list[dict[str, Any]]] = {cell: [] for cell in table.cells}
    for char in page.chars:
        home = next((cell for cell in table.cells if _within(char, cell)), None)
        if home is not None:
            chars[home].append(char)
    pad = min((char["x0"] - cell[0] for cell, held in chars.items() for char in held), default=0.0)
    spans = []
    for cell in table.cells:
        left, top, right, bottom = (
            _nearest(edge, edges) for edge, edges in zip(cell, (lefts, tops, lefts, tops), strict=True)
        )
        spans.append(
            Span(top, left, _text(chars[cell], cell[2] - cell[0] - 2 * pad), max(bottom - top, 1), max(right - left, 1))
        )
    places = [f"第 {number} 页第 {n} 行" for n in range(1, len(tops))]
    torn = any(abs(table.bbox[3] - end) <= CLOSE for end in ends)
    return Grid(sorted(spans, key=lambda span: (span.row, span.column)), places, goes_on=True, open_end=torn)


def _apart(edges: Iterable[float]) -> list[float]:
    """Rulings in order, those that lie closer together than ``CLOSE`` as one."""
    found: list[float] = []
    for edge in sorted(edges):
        if not found or edge - found[-1] > CLOSE:
            found.append(edge)
    return found


def _nearest(edge: float, edges: list[float]) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - edge))


def _text(chars: list[dict[str, Any]], width: float) -> str:
    """The lines of a cell of this inner width; a line with no room for one more character goes on in the next."""
    lines = _lines(sorted(chars, key=lambda one: (round(one["doctop"]), one["x0"])))
    for line in lines:
        line.sort(key=lambda one: one["x0"])
    nothing: list[dict[str, Any]] = []
    return "".join(
        _said(line) + _break(line, below, width) for line, below in zip(lines, [*lines[1:], nothing], strict=False)
    )


def _lines(chars: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Characters that follow each other at one height."""
    lines: list[list[dict[str, Any]]] = []
    for char in chars:
        middle = (char["top"] + char["bottom"]) / 2
        if lines and abs((lines[-1][-1]["top"] + lines[-1][-1]["bottom"]) / 2 - middle) < char["size"] * 0.5:
            lines[-1].append(char)
        else:
            lines.append([char])
    return lines


def _said(line: list[dict[str, Any]]) -> str:
    return "".join(char["text"] for char in line).strip()


def _break(line: list[dict[str, Any]], below: list[dict[str, Any]], width: float) -> str:
    """A paragraph's end, or the place where a line was only full: what may not be parted had no more room in it."""
    if not below:
        return ""
    piece = _PIECE.match(_said(below))
    whole = below[: len(piece.group()) if piece else 1]
    needed = sum(char["x1"] - char["x0"] for char in whole)
    return SOFT if line[-1]["x1"] - line[0]["x0"] + needed > width - 0.5 else "\n"


def _words(page: Any) -> list[Word]:
    return [
        Word(word["text"], word["x0"], word["x1"], word["top"], word["bottom"])
        for word in page.extract_words(keep_blank_chars=False, x_tolerance=2, y_tolerance=3)
    ]
