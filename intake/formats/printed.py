"""The characters of a PDF page that a reader sees (版面文字): once each, without watermarks, pale, white and struck words."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

from intake.formats.left_out import LeftOut

TILTED = 3.0
"""Degrees from which a line of text is taken to be a stamp laid over the page."""
PALE, WHITE = 0.78, 0.97
"""Brightness from which words are a watermark, or nothing at all, on white paper."""
SMALLEST = 2.0
THIN = 1.6
"""Points: smaller letters nobody reads; a thicker bar is no stroke through words."""
_SPACES = ("DeviceGray", "CalGray", "DeviceRGB", "CalRGB", "DeviceCMYK", "ICCBased", None)


def seen(page: Any, left: LeftOut) -> Any:
    """The page with only the characters that are seen; the others are noted."""
    chars = page.chars
    if not chars:
        return page
    turned = _main_turn(chars)
    strokes = _strokes(page)
    gone: dict[str, list[dict[str, Any]]] = {}
    for char in chars:
        kind = _unseen(char, page, turned, strokes)
        if kind:
            gone.setdefault(kind, []).append(char)
    if gone:
        out = {id(char) for some in gone.values() for char in some}
        page = page.filter(lambda one: id(one) not in out)
        for kind, some in gone.items():
            left.add(kind, "".join(dict.fromkeys(_runs(some))), f"第 {page.page_number} 页")
    return page.dedupe_chars(tolerance=1) if _is_doubled(page.chars) else page


def _runs(chars: list[dict[str, Any]]) -> Iterable[str]:
    """Characters of one line as one piece, so that a tiled watermark is named once."""
    run, before = "", chars[0]
    for char in chars:
        if run and (char["matrix"][:4] != before["matrix"][:4] or char["x0"] < before["x0"]):
            yield run
            run = ""
        run, before = run + char["text"], char
    yield run


def _is_doubled(chars: list[dict[str, Any]]) -> bool:
    """Whether glyphs are drawn more than once to look bold."""
    places = {(char["text"], round(char["x0"]), round(char["top"])) for char in chars if char["text"].strip()}
    return len(places) < sum(bool(char["text"].strip()) for char in chars)


def _angle(char: dict[str, Any]) -> float:
    a, b = char["matrix"][:2]
    return math.degrees(math.atan2(b, a)) if a or b else 0.0


def _main_turn(chars: list[dict[str, Any]]) -> float:
    """The angle at which most of the page is written: some tables lie on their side."""
    turns: dict[int, int] = {}
    for char in chars:
        turn = round(_angle(char))
        turns[turn] = turns.get(turn, 0) + 1
    return float(max(turns, key=lambda turn: turns[turn]))


def _unseen(char: dict[str, Any], page: Any, turned: float, strokes: list[tuple[float, float, float]]) -> str:
    off = abs(_angle(char) - turned) % 360
    if char["text"].strip() and TILTED < off < 360 - TILTED:
        return "watermark"
    if char["size"] < SMALLEST and char["text"].strip():
        return "hidden"
    bright = _brightness(char)
    if bright >= PALE and not _on_ground(char, page):
        return "white" if bright >= WHITE else "watermark"
    return "struck" if strokes and _is_struck(char, strokes) else ""


def _brightness(char: dict[str, Any]) -> float:
    """0 black to 1 white; inks that are no known colour count as black."""
    colour = char.get("non_stroking_color")
    if colour is None or char.get("ncs") not in _SPACES or not all(isinstance(one, (int, float)) for one in colour):
        return 0.0
    if len(colour) == 1:
        return float(colour[0])
    if len(colour) == 3:
        return float(0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2])
    if len(colour) == 4:
        return float((1 - colour[3]) * (1 - (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2])))
    return 0.0


def _on_ground(char: dict[str, Any], page: Any) -> bool:
    """Whether a picture or a filled shape that is darker lies under a character."""
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    shapes = [one for one in (*page.rects, *page.curves) if one.get("fill")]
    return any(
        one["x0"] <= x <= one["x1"]
        and one["top"] <= y <= one["bottom"]
        and (one["object_type"] == "image" or _brightness(one) < _brightness(char) - 0.2)
        for one in (*shapes, *page.images)
    )


def _strokes(page: Any) -> list[tuple[float, float, float]]:
    """(height on the page, begin, end) of thin level lines, from top to bottom."""
    return sorted(
        ((one["top"] + one["bottom"]) / 2, one["x0"], one["x1"])
        for one in (*page.lines, *page.rects)
        if one["bottom"] - one["top"] <= THIN and one["x1"] - one["x0"] > THIN
    )


def _is_struck(char: dict[str, Any], strokes: list[tuple[float, float, float]]) -> bool:
    """Whether a line runs through the middle third of a character."""
    height, x = char["bottom"] - char["top"], (char["x0"] + char["x1"]) / 2
    at = bisect_left(strokes, (char["top"] + 0.36 * height,))
    while at < len(strokes) and strokes[at][0] <= char["top"] + 0.66 * height:
        if strokes[at][1] <= x <= strokes[at][2]:
            return bool(char["text"].strip())
        at += 1
    return False
