"""Printed numbers (编号): 一、（一）1. 1．（1）① 第一部分 …, what they say and where several items share a cell."""

from __future__ import annotations

import re
from typing import NamedTuple

CHINESE = "一二三四五六七八九十百零〇"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"\s*第\s*([{CHINESE}]{{1,4}}|\d{{1,3}})\s*(?:部分|章|节|篇)\s*[、：:.．]?\s*")),
    ("item", re.compile(rf"\s*第\s*([{CHINESE}]{{1,4}}|\d{{1,3}})\s*[条项](?!目)\s*[、：:.．]?\s*")),
    ("chinese", re.compile(rf"\s*([{CHINESE}]{{1,4}})\s*[、.．,，]\s*")),
    ("chinese-bracket", re.compile(rf"\s*[（(]\s*([{CHINESE}]{{1,4}})\s*[）)]\s*[、.．]?\s*")),
    ("bracket", re.compile(r"\s*[（(]\s*(\d{1,3})\s*[）)]\s*[、.．]?\s*")),
    ("half-bracket", re.compile(r"\s*(\d{1,3})\s*[）)]\s*")),
    ("decimal", re.compile(r"\s*(\d{1,3}(?:[.．]\d{1,3}){1,3})(?:[.．、]|\s+)\s*(?=\D)")),
    (
        "arabic",
        re.compile(r"\s*(\d{1,3})\s*[.．、,，]\s*(?=$|[^\d]|(?:19|20)\d\d\s*(?:年|[-—－至~])|\d{1,2}(?:月|日))"),
    ),
    ("circled", re.compile(rf"\s*([{CIRCLED}])\s*[、.．]?\s*")),
    ("code", re.compile(r"\s*([A-Z]{1,2}[-—－]?\d{1,3})\s*[.．、]\s*(?=\D)")),
)
"""Longer forms stand before shorter ones; ``31.2021 年底前`` is number 31, ``2.5倍`` is none."""
_MAY_BE = re.compile(rf"\s*[第（({CHINESE}{CIRCLED}\dA-Z]")
"""How all of them begin: most texts begin otherwise."""
_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0}
_BARE = re.compile(
    rf"\s*(?:第\s*(\d{{1,4}}|[一二三四五六七八九十百]{{1,4}})\s*[项条号款]|[（(]?(\d{{1,4}}(?:[.．]\d{{1,3}}){{0,3}}|[一二三四五六七八九十百]{{1,4}}|[{CIRCLED}]|(?:[A-Za-z]{{1,4}}[-—－]?\d{{1,4}}|\d{{1,3}}[-—－]\d{{1,3}})(?:[-—－]\d{{1,4}})?)[）)]?\s*[.．、]?)\s*$"
)
_SECTION_STYLES = ("part", "chinese", "chinese-bracket")


class Number(NamedTuple):
    """A printed number at the head of a text."""

    style: str
    printed: str
    value: int | None
    rest: str
    comma: bool = False
    """Printed with 、 behind it, as chapters are."""


def number_of(text: str) -> Number | None:
    """The printed number that ``text`` begins with."""
    if not _MAY_BE.match(text):
        return None
    for style, pattern in STYLES:
        found = pattern.match(text)
        if found:
            printed = found.group(1).replace("．", ".")
            return Number(style, printed, value_of(printed), text[found.end() :], "、" in found.group())
    return None


def bare_number(text: str) -> str | None:
    """The number in a cell that holds nothing else: ``3``, ``3.``, ``三``, ``第3项``."""
    found = _BARE.match(text)
    return found.group(1) or found.group(2) if found else None


_CODE = re.compile(
    r"\s*((?:[A-Za-z]{1,6}|[\u4e00-\u9fff]{1,4})?[-—－]?(?:[〔\[（(]?(?:19|20)\d\d[〕\]）)]?[-—－第]?)?\d{1,12}号?)\s*$"
)


def code(text: str) -> str | None:
    """What a cell under 序号 or 编号 says: a bare number, or one made of letters, years and figures: DB2024001, 2025-01."""
    found = _CODE.match(text)
    return bare_number(text) or (found.group(1) if found else None)


def value_of(printed: str) -> int | None:
    """What a printed number counts: ``十一`` and ``11`` and ``⑪`` are 11."""
    if printed.isascii() and printed.isdigit():
        return int(printed)
    if printed in CIRCLED and printed:
        return CIRCLED.index(printed) + 1
    total = digit = 0
    for char in printed:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif char == "百":
            total, digit = total + (digit or 1) * 100, 0
        else:
            return None
    return total + digit


def in_digits(printed: str) -> str:
    """A printed number with the value that it prints: ③ and 三 are 3, 05 and 1.2 stay."""
    value = None if printed.isascii() else value_of(printed)
    return printed if value is None else str(value)


def is_section(text: str) -> bool:
    """Whether a text is numbered in the way of headings: 第一部分, 一、（一）."""
    number = number_of(text)
    return number is not None and number.style in _SECTION_STYLES


_INNER = re.compile(r"(?:^|(?<=[。；！？;>]))\s*(?=[\d（(①-⑳])", re.MULTILINE)


def items(text: str, running: bool = True) -> list[tuple[int, str]]:
    """The numbered items of one cell as (offset, text); the numbers must count on from the first, or it is one item."""
    first = number_of(text)
    if first is None or first.value is None or not running:
        return [(0, text)]
    starts, expected = [0], first.value + 1
    for found in _INNER.finditer(text, 1):
        number = number_of(text[found.end() : found.end() + 40])
        if number and number.style == first.style and number.value == expected:
            starts.append(found.end())
            expected += 1
    return [(start, text[start:end]) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


class Outline:
    """The headings above a row (所在章节): a heading ends those of its own style and all below it.

    Headings without a number are told apart by how many stand together: of two, the first is above the second.
    """

    def __init__(self, together: int = 1) -> None:
        self._levels: list[tuple[str, str]] = []
        self._together = together

    def enter(self, names: list[str]) -> None:
        """Begin the sections that the headings above a run of rows open, from the outermost in."""
        plain = [name for name in names if number_of(name) is None]
        missing = max(self._together - len(plain), 0)
        before = self.path()
        for name in names:
            number = number_of(name)
            if number:
                self._open(self._goes_on(number, before) or number.style, name)
            else:
                self._open(f"plain-{missing + plain.index(name)}", name)

    def _goes_on(self, number: Number, before: tuple[str, ...]) -> str | None:
        """The style of the heading open before that this one counts on from, though printed otherwise: 十、 then 11、."""
        styles = [style for style, _ in self._levels]
        if number.style in styles or number.value is None or not number.comma:
            return None
        for style, text in self._levels:
            open_number = number_of(text)
            if text in before and open_number and open_number.value == number.value - 1:
                return style
        return None

    def _open(self, style: str, text: str) -> None:
        styles = [level for level, _ in self._levels]
        if style in styles:
            del self._levels[styles.index(style) :]
        elif style == "part" or (style == "chinese" and "part" not in styles):
            self._levels.clear()
        self._levels.append((style, text))

    def path(self) -> tuple[str, ...]:
        """The headings from the outermost in."""
        return tuple(text for _, text in self._levels)
