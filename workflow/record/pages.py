"""Reading a fetched page (读网页): its title, and whether expected words stand in it; run in the sandbox, for the page is a stranger's."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from lxml import etree

UNSHOWN = ("script", "style", "template", "noscript")
"""What no reader of the page sees."""


def read(body: bytes, question: dict[str, str]) -> dict[str, Any]:
    """``{title, found}`` of a page. ``question``: its media type, the expected words. ``found`` is None where it has no text."""
    media_type, words = question["media_type"].lower(), question["words"]
    text = _decoded(body, media_type)
    if "html" in media_type or (not media_type and text.lstrip()[:1] == "<"):
        title, text = _page(text)
    elif media_type.startswith("text/"):
        title = ""
    else:
        return {"title": "", "found": None}
    return {"title": title, "found": _plain(words) in _plain(text) if words else None}


def _page(text: str) -> tuple[str, str]:
    root = etree.fromstring(text.encode(), etree.HTMLParser(encoding="utf-8", no_network=True))
    if root is None:
        return "", ""
    title = " ".join((root.findtext(".//title") or "").split())
    etree.strip_elements(root, etree.Comment, *UNSHOWN, with_tail=False)
    return title[:200], "".join(root.itertext())


def _decoded(body: bytes, media_type: str) -> str:
    """Text by the charset that the server or the page names; by what fits where neither does."""
    named = re.search(r"charset=[\"']?([\w-]+)", media_type + body[:2048].decode("ascii", "ignore").lower())
    charset = named[1] if named else "utf-8"
    for one in ("gb18030" if charset.startswith("gb") else charset, "utf-8", "gb18030"):
        try:
            return body.decode(one)
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("gb18030", "replace")


def _plain(text: str) -> str:
    """Without spaces and widths: how a page breaks its lines does not matter."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
