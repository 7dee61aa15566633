"""The plain words of a cell (去标记): markup and white space away, one form of each punctuation mark."""

from __future__ import annotations

import re
import unicodedata

_PARAGRAPH = re.compile(r"</?(?:p|br|div|li)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,10}\b[^<>]{0,200}>")
_ENTITIES = {"&nbsp;": " ", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}
_CLOCK = re.compile(r"\d{1,2}:\d\d")
TERMINAL = "。；！？.;!?”）)》"
"""A cell whose text ends in one of these is not cut."""
_OPENERS = {"（": "）", "(": ")", "〔": "〕", "[": "]", "《": "》", "“": "”"}


def unmark(text: str) -> str:
    """Markup out, paragraphs as lines."""
    if "<" in text:
        text = _TAG.sub("", _PARAGRAPH.sub("\n", text))
    if "&" in text:
        for entity, plain in _ENTITIES.items():
            text = text.replace(entity, plain)
    return text


def squeeze(text: str) -> str:
    """All white space and markup out; a blank between a day and the time of day stays."""
    words = unmark(text).split()
    if ":" in text and len(words) > 1:
        return "".join(
            " " * (words[at - 1][-1:].isdigit() and bool(_CLOCK.match(word)) and at > 0) + word
            for at, word in enumerate(words)
        )
    return "".join(words)


def folded(text: str) -> str:
    """Squeezed, with half-width letters, digits and brackets: for comparing and matching, never for showing."""
    return unicodedata.normalize("NFKC", squeeze(text))


def is_open(text: str) -> bool:
    """Whether a text breaks off in mid-sentence."""
    plain = squeeze(text)
    return bool(plain) and plain[-1] not in TERMINAL


def top_level(text: str, separators: str) -> list[str]:
    """Split at separators that stand outside brackets and quotes; a bracket that never closes does not count."""
    parts: list[str] = []
    start = 0
    closers: list[str] = []
    for at, char in enumerate(text):
        if char in _OPENERS and text.find(_OPENERS[char], at, at + 200) > 0:
            closers.append(_OPENERS[char])
        elif closers and char == closers[-1]:
            closers.pop()
        elif not closers and char in separators:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    return parts
