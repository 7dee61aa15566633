"""The numbers that Word computes for lists (自动编号): ECMA-376 part 1 clause 17.9, as far as notices use it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from intake.formats.styles import Styles, value_of, w
from intake.formats.written_numbers import spelt

DEEPEST = 9


@dataclass(frozen=True)
class Level:
    """One level of a list: how its numbers are written, where they begin, after which level they begin anew."""

    shape: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None
    plain: bool = False
    """True where the numbers of upper levels are written in digits too (w:isLgl)."""


@dataclass
class _List:
    """A list as paragraphs name it (w:num): its levels, and those that begin anew with its first use."""

    abstract: str
    levels: dict[int, Level]
    overrides: dict[int, int]


class Numbering:
    """Counts the numbered paragraphs of one document, which must be asked in order, hidden ones left out."""

    def __init__(self, numbering: Any, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()
        self._level_of_style: dict[tuple[str, str], int] = {}
        if numbering is not None:
            self._read(numbering)

    def number(self, paragraph: Any) -> str:
        """The printed number of a paragraph with what follows it, or nothing."""
        printed = paragraph.find(f"{w('pPr')}/{w('listPr')}/{{*}}t")
        if printed is not None:  # Word 2003 wrote the number itself beside the list
            return str(next(iter(value for key, value in printed.attrib.items() if key.endswith("}val")), ""))
        found = self._place(paragraph)
        if found is None:
            return ""
        name, at = found
        list_ = self._lists[name]
        if at not in list_.levels:
            return ""
        counts = self._counts.setdefault(list_.abstract, [None] * DEEPEST)
        if at in list_.overrides and (name, at) not in self._begun:
            counts[at] = list_.overrides[at]
        else:
            before = counts[at]
            counts[at] = list_.levels[at].start if before is None else before + 1
        self._begun.add((name, at))
        for deeper in range(at + 1, DEEPEST):
            after = list_.levels[deeper].restart if deeper in list_.levels else None
            if after is None or (after and at < after):
                counts[deeper] = None
        return _printed(list_.levels, at, counts)

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        """(list, level) of a paragraph, its own or that of its style."""
        own = paragraph.find(f"{w('pPr')}/{w('numPr')}")
        style = self._styles.of_paragraph(paragraph)
        number, level = value_of(own, "numId"), value_of(own, "ilvl")
        inherited = next((one for one in self._styles.chain(style) if one.numbering[0]), None)
        if not number:
            if inherited is None:
                return None
            number = inherited.numbering[0]
            level = level or inherited.numbering[1]
            if not level:
                level = str(self._level_of_style.get((number, inherited.name), 0))
        at = int(level) if level.isdigit() else 0
        return (number, at) if number in self._lists and at < DEEPEST else None

    def _read(self, numbering: Any) -> None:
        abstracts = {one.get(w("abstractNumId")): one for one in numbering.findall(w("abstractNum"))}
        links = {value_of(one, "styleLink"): key for key, one in abstracts.items() if value_of(one, "styleLink")}
        for num in numbering.findall(w("num")):
            key = value_of(num, "abstractNumId")
            linked = value_of(abstracts.get(key), "numStyleLink")
            key = links.get(linked, key)
            levels, names = _levels(abstracts.get(key))
            list_ = _List(key, levels, {})
            for override in num.findall(w("lvlOverride")):
                _override(override, list_)
            name = num.get(w("numId"), "")
            self._lists[name] = list_
            self._level_of_style |= {(name, style): at for style, at in names.items()}


def _override(override: Any, list_: _List) -> None:
    at = int(override.get(w("ilvl"), 0))
    own, start = override.find(w("lvl")), value_of(override, "startOverride")
    if own is not None:
        list_.levels = {**list_.levels, at: _level(own)}
    if start.isdigit():
        list_.overrides[at] = int(start)
        if at in list_.levels:
            list_.levels = {**list_.levels, at: replace(list_.levels[at], start=int(start))}


def _levels(abstract: Any) -> tuple[dict[int, Level], dict[str, int]]:
    """The levels of a list, and which style belongs to which."""
    levels, names = {}, {}
    for one in abstract.findall(w("lvl")) if abstract is not None else ():
        at = int(one.get(w("ilvl"), 0))
        if at < DEEPEST:
            levels[at] = _level(one)
            if value_of(one, "pStyle"):
                names[value_of(one, "pStyle")] = at
    return levels, names


def _level(node: Any) -> Level:
    start, restart = value_of(node, "start"), value_of(node, "lvlRestart")
    shape = value_of(node, "numFmt")
    if not shape:  # newer kinds stand in an alternative
        chosen = node.find(f".//{w('numFmt')}")
        shape = chosen.get(w("val"), "decimal") if chosen is not None else "decimal"
    return Level(
        shape,
        value_of(node, "lvlText"),
        int(start) if start.isdigit() else 1 if not start else 0,
        int(restart) if restart.isdigit() else None,
        node.find(w("isLgl")) is not None,
    )


def _printed(levels: dict[int, Level], level: int, counts: list[int | None]) -> str:
    here = levels[level]
    if here.shape in ("bullet", "none"):
        return here.text if here.shape == "none" and "%" not in here.text else ""

    def one(found: re.Match[str]) -> str:
        at = int(found.group(1)) - 1
        upper = levels.get(at, Level())
        count = counts[at]
        return spelt(upper.start if count is None else count, "decimal" if here.plain else upper.shape)

    return re.sub(r"%([1-9])", one, here.text)
