"""Looking into a PDF (文件内容检查): what is embedded in it, and what has no place in a packet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_ACTIVE = ("/OpenAction", "/AA", "/URI", "/PieceInfo", "/Collection", "/Requirements")
"""Entries of the catalog that could act or hide something."""


@dataclass(frozen=True)
class Embedded:
    """A file inside a PDF (内嵌文件)."""

    name: str
    data: bytes


def embedded_files(reader: Any) -> list[Embedded]:
    """Every file of the embedded-files name tree; ``reader`` is pyHanko's."""
    tree = _at(_at(reader.root, "/Names") or {}, "/EmbeddedFiles")
    if tree is None:
        return []
    return [Embedded(_name(spec), bytes(spec["/EF"]["/F"].data)) for spec in _leaves(tree, 0)]


def forbidden_parts(reader: Any, *, links: bool = False) -> str:
    """Names what has no place in a sealed paper: scripts, actions, other annotations than seal boxes; empty if nothing.

    ``links`` allows jumps within the file, such as those of a table of contents.
    """
    root = reader.root
    for entry in _ACTIVE:
        if entry in root:
            return entry
    if "/JavaScript" in (_at(root, "/Names") or {}):
        return "/JavaScript"
    form = root["/AcroForm"]
    if "/XFA" in form or "/CO" in form:
        return "/XFA"
    for page in _pages(root["/Pages"], 0):
        if "/AA" in page:
            return "/AA"
        for annotation in _each(page, "/Annots"):
            kind = _at(annotation, "/Subtype"), _at(annotation, "/FT")
            known = kind == ("/Widget", "/Sig") or (links and kind == ("/Link", None) and "/Dest" in annotation)
            if not known or "/A" in annotation or "/AA" in annotation:
                return f"{kind[0]} 批注"
    return ""


def _at(node: Any, key: str) -> Any:
    """The value of an entry with references followed, or None."""
    return _followed(node[key]) if key in node else None


def _each(node: Any, key: str) -> Iterator[Any]:
    """The items of an array entry with references followed."""
    for item in _at(node, key) or []:
        yield _followed(item)


def _followed(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _name(spec: Any) -> str:
    return str(_at(spec, "/UF") or spec["/F"])


def _leaves(node: Any, depth: int) -> Iterator[Any]:
    if depth > 32:
        raise ValueError("name tree too deep")
    yield from list(_each(node, "/Names"))[1::2]
    for kid in _each(node, "/Kids"):
        yield from _leaves(kid, depth + 1)


def _pages(node: Any, depth: int) -> Iterator[Any]:
    if depth > 32:
        raise ValueError("page tree too deep")
    if "/Kids" not in node:
        yield node
        return
    for kid in _each(node, "/Kids"):
        yield from _pages(kid, depth + 1)
