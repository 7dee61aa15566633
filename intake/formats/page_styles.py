"""What a page's own styles hide (网页样式): inline declarations, and plain rules of its style elements, by tinycss2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import tinycss2

MAX_CSS = 200_000
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|(?:^|[;\s])opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|font-size\s*:\s*0(?:\.0+)?(?:pt|px|em|rem|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_WHITE = re.compile(
    r"(?:^|[;\s])color\s*:\s*(?:#fff(?:fff)?|white|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))\s*(?:;|!|$)", re.IGNORECASE
)
_GROUND = re.compile(r"background", re.IGNORECASE)
_SIMPLE = re.compile(r"([a-zA-Z][\w-]*)?([.#])([\w-]+)$")


class Sheet:
    """The rules of one page's style elements that take words from sight."""

    def __init__(self, root: Any) -> None:
        self._kinds: dict[tuple[str, str, str], str] = {}
        texts = [node.text or "" for node in root.iter("style") if node.get("media", "all") in ("all", "screen", "")]
        for text in texts:
            if _declared(text):
                self._kinds.update(_rules(text[:MAX_CSS]))
        self._styled = any(texts)

    def unseen(self, node: Any) -> str | None:
        """Why a node's words are not shown (a kind of left_out); None where they are."""
        style = node.get("style", "")
        if "hidden" in node.attrib:
            return "hidden"
        kind = _declared(style) if style else None
        if kind is None and self._kinds:
            kind = self._ruled(node)
        if kind is None and (style or node.tag == "font") and self._is_white(node, style):
            kind = "white"
        return kind

    def _ruled(self, node: Any) -> str | None:
        marks = [("#", node.get("id", "")), *((".", name) for name in node.get("class", "").split())]
        for sign, name in marks:
            kind = self._kinds.get((node.tag, sign, name)) or self._kinds.get(("", sign, name))
            if kind:
                return kind
        return None

    def _is_white(self, node: Any, style: str) -> bool:
        """White words with nothing said about the ground, here or above; rules of classes may say it."""
        if not _WHITE.search(style) and (node.get("color") or "").lower() not in ("#ffffff", "white", "#fff"):
            return False
        above = [node, *node.iterancestors()]
        grounds = (_GROUND.search(one.get("style", "")) or one.get("bgcolor") or one.get("background") for one in above)
        return not any(grounds) and not (self._styled and any(one.get("class") or one.get("id") for one in above))


def _declared(text: str) -> str | None:
    if _HIDDEN.search(text):
        return "hidden"
    return "struck" if _STRUCK.search(text) else None


def _rules(text: str) -> Iterator[tuple[tuple[str, str, str], str]]:
    """(element, sign, name) and kind of each plain rule; rules for print or for narrow screens do not count."""
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        kind = _declared(tinycss2.serialize(rule.content))
        for selector in tinycss2.serialize(rule.prelude).split(",") if kind else ():
            found = _SIMPLE.fullmatch(selector.strip())
            if found and kind:
                yield (found.group(1) or "", found.group(2), found.group(3)), kind
