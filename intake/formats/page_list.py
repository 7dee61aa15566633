"""The numbers that a browser sets before the items of a list (网页编号): they stand nowhere in the text."""

from __future__ import annotations

import re
from typing import Any

from intake.grammar.headings import CHINESE, number_of

_BARE = re.compile(r"list-style(?:-type)?\s*:[^;]*(?:none|disc|circle|square)", re.IGNORECASE)
_HAN = re.compile(r"list-style(?:-type)?\s*:[^;]*(?:cjk|chinese|hanzi)", re.IGNORECASE)


def mark(item: Any) -> str:
    """What stands before an item; nothing in a list without numbers, or where the words have one of their own."""
    above = item.getparent()
    if above is None or above.tag != "ol" or number_of(item.text_content().strip()[:20]):
        return ""
    style = f"{above.get('style', '')};{item.get('style', '')}"
    if _BARE.search(style) or above.get("type", "1") != "1":
        return ""
    count = _whole(above.get("start")) or 1
    for one in above.iterchildren("li"):
        count = _whole(one.get("value")) or count
        if one is item:
            break
        count += 1
    return f"{CHINESE[count - 1]}、" if _HAN.search(style) and count <= 10 else f"{count}."


def _whole(printed: str | None) -> int | None:
    return int(printed) if printed and printed.isdecimal() and len(printed) < 5 else None
