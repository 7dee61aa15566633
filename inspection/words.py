"""The words of a file as lines (文字): text in any coding, the parts of office files, pages; cut into windows, so that size is no matter."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator

WINDOW = 2 << 20
"""Bytes that are decoded at a time."""
LARGE = 16 << 20
"""Above this what is no text at its head is none: five codings of a recording take longer than anybody waits."""
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSED = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5")
_LINE_ENDS = re.compile(r"</(?:\w+:)?(?:p|h|h[1-6]|si|is|c|li|td|th|tr|div|title|TextObject|subject|description|keywords)\s*>|<(?:\w+:)?(?:br|cr)\b[^>]*>", re.IGNORECASE)  # fmt: skip
_SYMBOL = re.compile(r"<w:sym\b[^>]*>")
_CHUNKS = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SAID = re.compile(r"=\s*\"([^\"<]*密[^\"<]*)\"|=\s*'([^'<]*密[^'<]*)'")
"""Values of attributes: what a watermark or a sheet's name says stands there."""
_SHEET_CODES = re.compile(r'&(?:[LCRBIUSEXYDTPNFAZGK]|"[^"]*"|\d+)')
"""What places and dresses the words of a spreadsheet's header."""
_RTF_BYTES, _RTF_CODE = re.compile(r"(?:\\'[0-9a-fA-F]{2}[\r\n]*)+"), re.compile(r"\\u(-?\d{1,5}) ?\??")
_RTF_BREAK, _RTF_WORD = re.compile(r"\\(?:par|cell|line|row)\b ?"), re.compile(r"\\[a-z]+-?\d* ?|[{}]")


def codings(data: bytes) -> tuple[str, ...]:
    """The codings that bytes may be text in: the one that they name, else UTF-8 where all of it is, else each that offices use."""
    for bom, coding in _BOMS:
        if data[:4].startswith(bom):
            return (coding,)
    head = bytes(data[: 1 << 16])
    if b"\0" not in head and _fits(head, "utf-8"):
        return ("utf-8", "gb18030")
    if len(data) > LARGE and not _fits(head, "gb18030"):
        return ()
    return _GUESSED


def windows(data: bytes, coding: str, first: int = 0) -> Iterator[str]:
    """The text in pieces that end where a line or a tag does; what fits no character is left out."""
    decoder, kept = codecs.getincrementaldecoder(coding)("ignore"), ""
    for start in range(first, len(data), WINDOW):
        text = kept + decoder.decode(bytes(data[start : start + WINDOW]))
        cut = max(text.rfind("\n"), text.rfind(">")) + 1 or len(text)
        yield text[:cut]
        kept = text[cut:]
    yield kept + decoder.decode(b"", True)


def of_text(data: bytes) -> Iterator[str]:
    """Plain text in every coding that it may be in."""
    for coding in codings(data):
        yield from windows(data, coding)


def of_markup(data: bytes) -> Iterator[str]:
    """XML or HTML as the lines that a reader sees, and the values of attributes that name a mark."""
    for coding in codings(data):
        for text in windows(data, coding):
            yield shown(text)


def shown(markup: str) -> str:
    """The words of markup: a paragraph, a cell or a drawn text a line; runs within it are one word again."""
    said = [one or other for one, other in _SAID.findall(markup)]
    text = _HIDDEN.sub("", _CHUNKS.sub(lambda found: html.escape(found[1]), markup))
    text = text.replace("\r", "").replace("\n", "") if "<w:" in text else text
    text = _TAG.sub("", _LINE_ENDS.sub("\n", _SYMBOL.sub("★", text)))
    return html.unescape("\n".join((text, *said)))


def of_sheet(data: bytes) -> Iterator[str]:
    """A part of a workbook: header and footer words stand between codes."""
    for text in of_markup(data):
        yield _SHEET_CODES.sub("\n", text) if "&" in text else text


def of_rich_text(data: bytes) -> Iterator[str]:
    """RTF: bytes of the code page and numbered characters as they are spelt there."""
    for written in windows(data, "latin-1"):
        text = _RTF_CODE.sub(lambda found: chr(int(found[1]) % 65536), _RTF_BYTES.sub(_spelt, written))
        yield _RTF_WORD.sub("", _RTF_BREAK.sub("\n", text))


def _spelt(found: re.Match[str]) -> str:
    return bytes.fromhex(re.sub(r"[^0-9a-fA-F]", "", found[0])).decode("gb18030", "ignore")


def _fits(head: bytes, coding: str) -> bool:
    try:
        head.decode(coding)
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4  # a character cut at the end
    return True
