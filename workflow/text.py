"""The one gate for words from outside (文字规整): what is kept is what can be shown, stored, hashed and printed."""

from __future__ import annotations

import re
import unicodedata

from workflow.errors import Invalid

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""C0/C1 controls, zero-width and bidirectional marks: they hide or turn round what a reader sees."""


def clean_text(text: str) -> str:
    """Running text: NFC, one kind of line end, no invisible characters. Raises Invalid for half characters."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Invalid("文字中有无法识别的字符，请从原文件重新复制后粘贴。") from None
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text).strip()


def clean_line(text: str, *, limit: int) -> str:
    """One line of at most ``limit`` characters. Raises Invalid above it."""
    line = re.sub(r"\s+", " ", clean_text(text))
    if len(line) > limit:
        raise Invalid(f"「{line[:20]}…」共 {len(line)} 字，超过 {limit} 字的上限，请缩短后重试。")
    return line
