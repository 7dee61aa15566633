"""The numbers that Word computes for lists (自动编号): ECMA-376 part 1 clause 17.9, as far as notices use it."""

from __future__ import annotations

import re
from typing import Any

import cn2an
from docx.oxml.ns import qn

from intake.headings import CIRCLED

_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "ideographDigital",
    "japaneseCounting",
    "taiwaneseCountingThousand",
    "chineseLegalSimplified",
}
DEEPEST = 9


class Numbering:
    """Counts the numbered paragraphs of one document, which must be asked in order."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, list[int]] = {}
        self._abstract: dict[str, str] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        part = next(
            (rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None
        )
        if part is not None:
            self._read(part.element)
        for style in document.styles.element.findall(qn("w:style")):
            found = _reference(style)
            if found:
                self._styles[style.get(qn("w:styleId"))] = found

    def number(self, paragraph: Any) -> str:
        """The printed number of a paragraph with what follows it, or nothing."""
        found = _reference(paragraph) or self._of_style(paragraph)
        if found is None or found[0] not in self._abstract:
            return ""
        number, level = found
        abstract = self._abstract[number]
        levels = self._levels.get(abstract, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(abstract, [0] * DEEPEST)
        counts[level] = counts[level] + 1 if counts[level] else levels[level][2]
        counts[level + 1 :] = [0] * (DEEPEST - level - 1)
        return _printed(levels, level, counts)

    def _of_style(self, paragraph: Any) -> tuple[str, int] | None:
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return self._styles.get(style.get(qn("w:val"))) if style is not None else None

    def _read(self, numbering: Any) -> None:
        for abstract in numbering.findall(qn("w:abstractNum")):
            levels = {}
            for level in abstract.findall(qn("w:lvl")):
                at = int(level.get(qn("w:ilvl"), 0))
                if at < DEEPEST:
                    levels[at] = (
                        _value(level, "numFmt", "decimal"),
                        _value(level, "lvlText", ""),
                        int(_value(level, "start", "1")),
                    )
            self._levels[abstract.get(qn("w:abstractNumId"))] = levels
        for num in numbering.findall(qn("w:num")):
            self._abstract[num.get(qn("w:numId"))] = _value(num, "abstractNumId", "")


def _reference(owner: Any) -> tuple[str, int] | None:
    mark = owner.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if mark is None or mark.find(qn("w:numId")) is None:
        return None
    level = int(_value(mark, "ilvl", "0"))
    return (_value(mark, "numId", ""), level) if 0 <= level < DEEPEST else None


def _value(owner: Any, name: str, otherwise: str) -> str:
    child = owner.find(qn(f"w:{name}"))
    return str(child.get(qn("w:val"), otherwise)) if child is not None else otherwise


def _printed(levels: dict[int, tuple[str, str, int]], level: int, counts: list[int]) -> str:
    shape, text, _ = levels[level]
    if shape in ("bullet", "none"):
        return ""

    def one(found: re.Match[str]) -> str:
        at = int(found.group(1)) - 1
        return _spelt(counts[at] or 1, levels[at][0] if at in levels else "decimal")

    return re.sub(r"%([1-9])", one, text)


def _spelt(value: int, shape: str) -> str:
    if shape in _CHINESE:
        chinese = str(cn2an.an2cn(value))
        return chinese.removeprefix("一") if 10 <= value < 20 else chinese  # 十一, not 一十一
    if shape.startswith("decimalEnclosedCircle") and value <= len(CIRCLED):
        return CIRCLED[value - 1]
    if shape.endswith("Letter") and value <= 26:
        letter = chr(ord("a") + value - 1)
        return letter.upper() if shape.startswith("upper") else letter
    return str(value)
