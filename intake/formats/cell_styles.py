"""How cells of a workbook look (单元格样式): their number format, and whether their words are struck out or unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from intake.formats.displayed import BUILT_IN

_NS = "{*}"
_WHITE = ("FFFFFFFF", "00FFFFFF", "FFFFFF")


@dataclass(frozen=True)
class Look:
    """A style of cells: ``unseen`` names why nobody sees the words (a kind of left_out), or is empty."""

    code: str = ""
    unseen: str = ""


PLAIN = Look()


def looks(styles: Any) -> list[Look]:
    """The styles of a workbook in the order by which cells name them."""
    if styles is None:
        return []
    codes = {**BUILT_IN, **{int(one.get("numFmtId")): one.get("formatCode", "") for one in styles.iter(f"{_NS}numFmt")}}
    fonts = [_font(one) for one in _all(styles, "fonts")]
    bare = [_is_bare(one) for one in _all(styles, "fills")]
    found = []
    for one in _all(styles, "cellXfs"):
        font, fill = int(one.get("fontId", 0)), int(one.get("fillId", 0))
        unseen = fonts[font] if font < len(fonts) else ""
        if unseen == "white" and fill < len(bare) and not bare[fill]:
            unseen = ""  # white on a coloured ground is how heads are printed
        code = codes.get(int(one.get("numFmtId", 0)), "")
        found.append(Look("" if code == "General" else code, unseen))
    return found


def _all(styles: Any, group: str) -> list[Any]:
    node = styles.find(f"{_NS}{group}")
    return list(node) if node is not None else []


def _font(font: Any) -> str:
    struck, colour = font.find(f"{_NS}strike"), font.find(f"{_NS}color")
    if struck is not None and struck.get("val", "1") not in ("0", "false"):
        return "struck"
    return "white" if colour is not None and _is_white(colour) else ""


def _is_white(colour: Any) -> bool:
    """White said outright, or as the first colour of the theme, which is that of paper, or of the old palette."""
    if colour.get("theme") == "0":
        return float(colour.get("tint", 0)) > -0.05
    return colour.get("rgb", "").upper() in _WHITE or colour.get("indexed") in ("1", "9")


def _is_bare(fill: Any) -> bool:
    """Whether a fill leaves the paper white."""
    pattern = fill.find(f"{_NS}patternFill")
    if pattern is None:
        return len(fill) == 0
    if pattern.get("patternType", "none") == "none":
        return True
    colour = pattern.find(f"{_NS}fgColor")
    return pattern.get("patternType") == "solid" and colour is not None and _is_white(colour)
