"""One folding before any rule (归一): characters that look or mean the same are read as one, and printed values kept.

``clean`` changes what is shown (entities, invisible characters, radicals for characters); ``simplified`` is for the
grammar alone and keeps every place, so that values are cut out of the printed text again.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from intake.grammar.wording import squeeze

_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#[xX][0-9a-fA-F]{1,5});")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_RADICAL = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
_SUPPLEMENT = str.maketrans(
    "⼾⺠⻁⻄⻅⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻤⻥⻦⻨⻩⻬⻮⻰⺟⺏⺨⺩⺫⺮⺷⻆",
    "户民虎西见贝车长门青页风飞食马鬼鱼鸟麦黄齐齿龙母兀犭王目竹羊角",
)
"""Radicals of the supplement that Unicode gives no character for."""
_WIDE = {code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
"""Full-width digits and letters."""
_HAN = re.compile("[\u3400-\u9fff]")


def clean(text: str) -> str:
    """The text as it reads: entities as characters, radicals as the characters they stand for, nothing invisible."""
    if "&" in text and _ENTITY.search(text):
        text = _ENTITY.sub(lambda found: _entity(found.group()), text)
    text = _INVISIBLE.sub("", text)
    if _RADICAL.search(text):
        text = _RADICAL.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text.translate(_SUPPLEMENT))
    return text


def _entity(mark: str) -> str:
    """The character of an entity; one for a tag's bracket or a line break stays what it is."""
    char = html.unescape(mark)
    return " " if char in "\xa0\u2002\u2003\u2009\n\r\t" else mark if char in "<>&" and len(mark) > 6 else char


def _simple() -> dict[int, str]:
    """Each character that the grammar reads as another: OpenCC's table of single characters, and full-width digits."""
    table = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text("utf-8")
    pairs = (line.split()[:2] for line in table.splitlines())
    return {ord(char): simple for char, simple in pairs if _HAN.match(char) and simple != char} | _WIDE


_SIMPLE = _simple()
_CHANGED = re.compile(f"[{''.join(map(chr, _SIMPLE))}]")


_MARKDOWN = re.compile(
    r"^#{1,6}(?= )|^[ \t]*[-*+](?=[ \t]+(?:\*\*|__)?[\u4e00-\u9fff]{2,8}(?:\*\*|__)?[ \t]*[：:])|\*\*|__(?=\S)",
    re.MULTILINE,
)


def simplified(text: str) -> str:
    """The text in simplified characters and plain digits, without marks of headings, labels and bold words, one for one."""
    if _MARKS.search(text):
        text = _MARKDOWN.sub(lambda found: " " * len(found.group()), text)
    return text.translate(_SIMPLE) if _CHANGED.search(text) else text


_MARKS = re.compile(r"#|\*\*|[-*+][ \t]|__")


class Printed:
    """What was folded away (原字): finds the printed form of a value that was read from folded text."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._text = squeeze("\n".join(lines))
        self._folded = simplified(self._text)
        both = zip(self._folded, self._text, strict=True) if self._folded != self._text else ()
        pairs = Counter(pair for pair in both if pair[0] != pair[1])
        self._usual = {folded: char for (folded, char), _ in reversed(pairs.most_common())}
        self._changed = self._usual.keys()

    def __bool__(self) -> bool:
        return bool(self._usual)

    def of(self, value: Any) -> Any:
        """A value with its printed characters; of tuples, every member."""
        if isinstance(value, tuple):
            return tuple(self.of(part) for part in value)
        if not isinstance(value, str) or self._changed.isdisjoint(value):
            return value
        at = self._folded.find(value)
        if at >= 0:
            return self._text[at : at + len(value)]
        return "".join(self._usual.get(char, char) for char in value)
