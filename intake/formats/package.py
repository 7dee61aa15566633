"""Parts of an office file (文档包): found by their relations, whatever they are called (ECMA-376 part 2, clause 9)."""

from __future__ import annotations

import base64
import posixpath
import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from lxml import etree

from intake.formats.archive import BROKEN
from workflow.record.errors import Unreadable

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_FLAT = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(main|relationships|wordprocessingDrawing)")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/\2"
"""A file saved as 'Strict' names the same elements by other addresses."""
_WORD_2003 = b"http://schemas.microsoft.com/office/word/2003/wordml"
_WORD = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN = ("word/document.xml", "xl/workbook.xml", "xl/workbook.bin", "ppt/presentation.xml")
"""Where the programs put the main part: for files whose relations were lost."""


def parser() -> etree.XMLParser:
    """A parser that opens nothing else and expands nothing."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True, remove_comments=True
    )


def tree(data: bytes, name: str) -> Any:
    """The root of an XML part under today's namespaces. Raises Unreadable, or XMLSyntaxError for a broken part."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = re.sub(r"^\ufeff?<\?xml[^>]*\?>", "", data.decode("utf-16", "replace")).encode()
    if b"purl.oclc.org" in data:
        data = _STRICT.sub(_TRANSITIONAL, data)
    if _WORD_2003 in data:
        data = data.replace(_WORD_2003, _WORD)
    root = etree.fromstring(data, parser())
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(f"没有读到任务表：{name}含有外部引用，已拒绝读取；请在 Word 或 Excel 中另存后再读入。")
    return root


@dataclass(frozen=True)
class Related:
    """One relation: its kind without the address before it, the part it points to."""

    kind: str
    part: str


class Package:
    """An office file as parts by name; names count without case, and with slashes of either kind."""

    def __init__(self, data: bytes, name: str) -> None:
        """Look into ``data``, a ZIP or one XML file. Raises Unreadable where it is neither."""
        self.name = name
        self._flat: dict[str, bytes] = {}
        self._zip: ZipFile | None = None
        if data.startswith(b"PK"):
            try:
                self._zip = ZipFile(BytesIO(data))
            except (BadZipFile, ValueError, OSError):
                raise Unreadable(
                    f"没有读到任务表：{name}已损坏，不能打开；请在 Word 或 WPS 中打开并另存后再读入。"
                ) from None
            self._names = {_plain(part): part for part in self._zip.namelist()}
        else:
            self._flat = dict(_flat_parts(tree(data, name)))
            self._names = {part: part for part in self._flat}

    def __contains__(self, part: str) -> bool:
        return _plain(part) in self._names

    def bytes(self, part: str) -> bytes:
        """The content of a part; nothing where there is none. Raises Unreadable where it does not unpack."""
        stored = self._names.get(_plain(part))
        if stored is None:
            return b""
        if self._zip is None:
            return self._flat[stored]
        try:
            return self._zip.read(stored)
        except BROKEN:
            raise Unreadable(
                f"没有读到任务表：{self.name}已损坏或设有密码，不能打开；请去除密码、另存后再读入。"
            ) from None

    def tree(self, part: str) -> Any:
        """The root of a part, or None where it is missing. Raises Unreadable, XMLSyntaxError."""
        data = self.bytes(part)
        return tree(data, self.name) if data else None

    def related(self, part: str) -> dict[str, Related]:
        """The relations of a part by their identifiers; of the package itself where ``part`` is empty."""
        folder, leaf = posixpath.split(part)
        root = self.tree(posixpath.join(folder, "_rels", f"{leaf}.rels"))
        found = {}
        for one in root.iter(_RELATION) if root is not None else ():
            if one.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, one.get("Target", "").replace("\\", "/")))
                found[one.get("Id", "")] = Related(one.get("Type", "").rsplit("/", 1)[-1], target.lstrip("/"))
        return found

    def main(self) -> str:
        """The name of the main part, or nothing."""
        try:
            named = [one.part for one in self.related("").values() if one.kind == "officeDocument"]
        except etree.XMLSyntaxError:
            named = []
        return next((part for part in (*named, *_MAIN) if part in self), "")


def _plain(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()


def _flat_parts(root: Any) -> Any:
    """The parts of a package that was saved as one XML file."""
    for part in root.findall(f"{_FLAT}part"):
        inner, packed = part.find(f"{_FLAT}xmlData"), part.find(f"{_FLAT}binaryData")
        name = _plain(part.get(f"{_FLAT}name", ""))
        if inner is not None and len(inner):
            yield name, etree.tostring(inner[0])
        elif packed is not None:
            yield name, base64.b64decode(packed.text or "")
