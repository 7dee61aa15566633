"""Workbooks (.xlsx): every visible sheet as a grid of what its cells display, read straight off the parts of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from intake.blocks import Document
from intake.formats import archive, displayed
from intake.formats.cell_styles import PLAIN, Look, looks
from intake.formats.left_out import LeftOut
from intake.formats.package import Package
from intake.formats.sheet import Tab, address, put
from workflow.record.errors import Unreadable

_PLACE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})$")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NS = "{*}"


def read(data: bytes, name: str) -> Document:
    """Every visible sheet in order. Raises Unreadable."""
    if data.startswith(b"PK"):
        archive.check(data, name)
    try:
        return _Workbook(Package(data, name)).document()
    except (etree.XMLSyntaxError, KeyError, ValueError, AttributeError, IndexError):
        raise Unreadable(
            f"没有读到任务表：{name}不是可以打开的表格，请在 Excel 或 WPS 中打开并另存后再读入。"
        ) from None


class _Workbook:
    """The parts that all sheets share: strings, styles, the day from which days are counted."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.main = package.main()
        self.parts = package.related(self.main)
        self.root = package.tree(self.main)
        self.left = LeftOut()
        parts = {one.kind: one.part for one in self.parts.values()}
        self.looks: list[Look] = looks(package.tree(parts.get("styles", "")))
        self.strings = [self._string(one) for one in _children(package.tree(parts.get("sharedStrings", "")), "si")]
        setting = self.root.find(f"{_NS}workbookPr")
        self.since_1904 = setting is not None and setting.get("date1904") in ("1", "true")

    def document(self) -> Document:
        """All sheets, then what was left out."""
        document = Document()
        for meta in self.root.iter(f"{_NS}sheet"):
            title = meta.get("name", "")
            related = self.parts.get(next((value for key, value in meta.attrib.items() if key.endswith("}id")), ""))
            if related is None or related.kind != "worksheet":
                continue
            if meta.get("state", "visible") != "visible":
                self.left.add("sheet", title)
                continue
            put(self._tab(title, related.part), document, self.left, self.package.name)
        document.notes += self.left.notes()
        return document

    def _tab(self, title: str, part: str) -> Tab:
        tab = Tab(title)
        tags = [f"{_NS}{tag}" for tag in ("row", "col", "mergeCell")]
        stream = BytesIO(self.package.bytes(part))
        row = -1
        for _, node in etree.iterparse(stream, tag=tags, resolve_entities=False, no_network=True, load_dtd=False):
            kind = node.tag.rsplit("}", 1)[-1]
            if kind == "row":
                row = int(node.get("r", row + 2)) - 1
                self._row(node, row, tab)
            elif kind == "col":
                if node.get("hidden") in ("1", "true") or node.get("width") == "0":
                    tab.hidden_columns.update(range(int(node.get("min")) - 1, min(int(node.get("max")), 16_384)))
            elif kind == "mergeCell":
                first, _, last = node.get("ref", "").partition(":")
                tab.merged.append((*_place(first), *_place(last or first)))
            node.clear()
        return tab

    def _row(self, node: Any, row: int, tab: Tab) -> None:
        if node.get("hidden") in ("1", "true") or (node.get("ht") == "0" and node.get("customHeight")):
            tab.hidden_rows.add(row)
        column = -1
        for cell in node:
            place = cell.get("r")
            column = _column(place) if place else column + 1
            if len(cell):
                text = self._text(cell, f"“{tab.title}”{address(row, column)}")
                if text:
                    tab.cells[row, column] = text

    def _text(self, cell: Any, place: str) -> str:
        """What a cell displays; why it displays nothing is noted."""
        kind, value, formula, inline = cell.get("t", "n"), None, False, None
        for child in cell:
            tag = child.tag[child.tag.rfind("}") + 1 :]
            if tag == "v":
                value = child.text
            elif tag == "f":
                formula = True
            elif tag == "is":
                inline = child
        at = cell.get("s")
        look = self.looks[int(at)] if at and int(at) < len(self.looks) else PLAIN
        if kind == "e":
            self.left.add("error", value or "", place)
            return ""
        if inline is not None:
            text = self._string(inline)
        elif value is None or (not value and kind == "n"):
            if formula and kind != "str":
                self.left.add("uncounted", "", place)
            return ""
        else:
            text = self._value(value, kind, look)
        text = text.strip()
        if text and look.unseen:
            self.left.add(look.unseen, text, place)
            return ""
        return text

    def _value(self, value: str, kind: str, look: Look) -> str:
        if kind == "s":
            return displayed.shown_text(self.strings[int(value)], look.code)
        if kind == "n":
            return displayed.shown(float(value), look.code, since_1904=self.since_1904)
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind == "d":  # a day as ISO 8601 has it
            return displayed.shown(displayed.serial(value), look.code or "yyyy/m/d")
        return displayed.shown_text(_unescaped(value), look.code)

    def _string(self, node: Any) -> str:
        """A string of runs without those struck out; sounds beside the characters are no text."""
        pieces = []
        for child in node:
            tag = child.tag[child.tag.rfind("}") + 1 :]
            if tag == "t":
                pieces.append(child.text or "")
            elif tag == "r":
                text = "".join(one.text or "" for one in child.iter(f"{_NS}t"))
                struck = child.find(f"{_NS}rPr/{_NS}strike")
                if struck is not None and struck.get("val", "1") not in ("0", "false"):
                    self.left.add("struck", text)
                else:
                    pieces.append(text)
            elif tag == "rPh":
                self.left.add("ruby", "".join(child.itertext()))
        return _unescaped("".join(pieces))


def _children(root: Any, tag: str) -> Iterator[Any]:
    return root.iterchildren(f"{_NS}{tag}") if root is not None else iter(())


def _unescaped(text: str) -> str:
    """``_x000D_`` is how a carriage return is stored."""
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text).replace("\r", "") if "_x" in text else text


def _column(place: str) -> int:
    at = 0
    for char in place:
        if not char.isalpha():
            break
        at = at * 26 + ord(char.upper()) - 64
    return at - 1


def _place(ref: str) -> tuple[int, int]:
    found = _PLACE.match(ref.replace("$", ""))
    if found is None:
        raise ValueError(ref)
    return int(found.group(2)) - 1, _column(found.group(1))
