"""The one gate for words from outside (文字规整): what is kept is what can be shown, stored, hashed and printed."""

from __future__ import annotations

import re
import unicodedata

from workflow.record.errors import Invalid

UNSEEN = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff"
    r"\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e007f"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
)
"""For a class of a pattern: zero-width, blank and bidirectional marks, which hide or turn round what a reader sees; and what is
no character at all, which no Word document and no workbook can hold (XML 1.0, 2.2). What picks a form of a character is none."""
_CONTROL = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{UNSEEN}]")
_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")


_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def clean_text(text: str) -> str:
    """Running text: NFC, one kind of line end, no invisible characters. Raises Invalid for half characters."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Invalid("文字中有无法识别的字符，请从原文件重新复制后粘贴。") from None
    return _CONTROL.sub("", _BREAK.sub("\n", unicodedata.normalize("NFC", text))).strip()


def clean_line(text: str, *, limit: int) -> str:
    """One line of at most ``limit`` characters. Raises Invalid above it."""
    line = re.sub(r"\s+", " ", clean_text(text))
    if len(line) > limit:
        raise Invalid(f"「{line[:20]}…」共 {len(line)} 字，超过 {limit} 字的上限，请缩短后重试。")
    return line


def quoted(text: str, limit: int = 40) -> str:
    """The beginning of a text as a sentence quotes it: at most ``limit`` characters, … where it goes on, no stop at its end."""
    line = " ".join(text.split())
    return line.rstrip("。；，、：") if len(line) <= limit else line[: limit - 1].rstrip("。；，、：") + "…"


def safe_name(words: str) -> str:
    """Words as a file name that every system can keep: what is no letter to some of them becomes ``_``."""
    return _UNSAFE.sub("_", words).strip(". ") or "_"


def file_name(name: str) -> str:
    """An uploaded file's own name, without any folder. Raises Invalid for NUL and for more than 255 characters."""
    if "\x00" in name:
        raise Invalid("文件名中有非法字符，请改名后重新上传。")
    last = re.split(r"[/\\／＼]", name.strip())[-1]
    if len(last) > 255:
        raise Invalid(f"文件名共 {len(last)} 字，超过 255 字的上限，请改短后重新上传。")
    last = clean_line(last, limit=255).strip(". ")
    if not last:
        raise Invalid("文件没有名称，请改名后重新上传。")
    return last


def unspaced(text: str) -> str:
    """A text without white space, as cells that went through an office program are compared."""
    return "".join(text.split())
