"""One look at one file (查看): by its first bytes it goes to whoever knows its kind. Runs in the limited process."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from mmap import ACCESS_READ, mmap
from pkgutil import resolve_name
from typing import Any, BinaryIO

from inspection import marks, words
from inspection.findings import MAX_DEPTH, Looking, NotTaken, Piece, secret

TOO_MUCH = "在查看时超出了时间或内存限度，可能被恶意构造，文件没有保存；请另存或拆分后重新上传。"
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"#!/",
    b"#! ",
    b"dex\n",
    b"L\0\0\0\x01\x14\x02\0",
)
_RUN = re.compile(
    r"(?:exe|dll|com|scr|bat|cmd|ps1|psm1|vbs|vbe|js|jse|mjs|wsf|wsh|hta|jar|msi|msp|msix|reg|lnk|pif|cpl|sys|ocx|drv|sh|bash|py|pyc|pl|rb|php"
    r"|jsp|jspx|asp|aspx|ashx|cgi|apk|app|dmg|pkg|deb|rpm|so|dylib|elf|run|inf|url|scf|iso|img|vhd|chm|hlp|xll|xla|docm|dotm|xlsm|xltm|xlam|pptm|potm|ppam|ppsm|application|gadget|class|swf|sct|appx|desktop)"
)
"""Endings that a computer runs, mounts or follows."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
_CLOSED = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF", b"`\xea")
_SCRIPTED = re.compile(
    r"<script|<iframe|<object|<embed|<foreignObject|javascript:|vbscript:|\bon[a-z]{3,20}\s*=", re.IGNORECASE
)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|svg|script)[\s>]", re.IGNORECASE)
_MAIL = re.compile(rb"\A(?:[A-Za-z-]{2,40}:[^\n]{0,2000}\n(?:[ \t][^\n]{0,2000}\n)*){2,}", re.ASCII)
_RECORDED = frozenset(["mp3", "mp4", "mov", "m4a", "amr", "aac", "wav", "3gp"])


def answer(stream: BinaryIO, question: dict[str, Any]) -> dict[str, Any]:
    """What is to be told of a file, or the sentence with which it is refused."""
    looking = Looking(stream.seek(0, 2))
    try:
        stream.seek(0)
        with mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
            piece = Piece(question["name"], data, stream)  # type: ignore[arg-type]  # a mapped file reads like bytes
            if mark := marks.in_name(piece.name):
                raise NotTaken(secret("文件名", mark))
            look(piece, looking)
    except NotTaken as refused:
        return {"refused": str(refused)}
    except MemoryError:
        return {"refused": TOO_MUCH}
    except Exception:  # a broken file breaks each library in its own way: it is told, and kept out of packets
        looking.tell("不能打开，内容没有查看", Piece("", b"", BytesIO()))
    return {"remarks": looking.remarks, "apart": looking.apart}


def look(piece: Piece, looking: Looking) -> None:
    """Look into a piece and whatever lies in it. Raises NotTaken."""
    if piece.depth > MAX_DEPTH:
        raise NotTaken(f"层层打包超过 {MAX_DEPTH} 层，系统不能逐层查看；请解开后重新打包上传。")
    head = bytes(piece.data[:4096])
    if piece.depth and (_RUN.fullmatch(piece.ending) or head.startswith(_PROGRAMS)):
        looking.tell("内含程序或脚本", piece)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _kind("archive")(piece, looking, look)
    elif b"%PDF-" in head[:1024]:
        _kind("pdf")(piece, looking, look)
    elif head.startswith(_OLE):
        _kind("old")(piece, looking)
    elif head.startswith(_CLOSED):
        looking.tell("系统不能查看这种压缩包的内容", piece)
    elif piece.ending in ("eml", "mht", "mhtml") or (_MAIL.match(head) and b"\nMIME-Version:" in head):
        _kind("mail")(piece, looking, look)
    else:
        _single(piece, head, looking)


def _kind(room: str, name: str = "look") -> Callable[..., None]:
    """Who looks into a kind, loaded when the first such file comes."""
    found: Callable[..., None] = resolve_name(f"inspection.{room}:{name}")
    return found


def _single(piece: Piece, head: bytes, looking: Looking) -> None:
    """A file that holds no others, as far as one can see."""
    if mark := marks.in_bytes(piece.data):
        raise NotTaken(secret(f"{piece.inside}内容", mark))
    if head[4:8] == b"ftyp":
        _kind("pictures", "look_heif")(piece, looking)
    elif head.startswith(_PICTURES) and piece.ending not in _RECORDED:
        _kind("pictures")(piece, looking)
    elif head.startswith(b"{\\rtf"):
        looking.words(words.of_rich_text(piece.data), piece)
        if b"\\object" in bytes(piece.data[: 8 << 20]):
            looking.tell("内嵌 OLE 对象或控件", piece)
    elif piece.ending not in _RECORDED:
        _text(piece, head, looking)


def _text(piece: Piece, head: bytes, looking: Looking) -> None:
    looking.words(words.of_text(piece.data), piece)
    if piece.ending in ("htm", "html", "xhtml", "svg", "xml", "shtml") or _PAGE.search(head.replace(b"\0", b"")):
        looking.words(words.of_markup(piece.data), piece)
        if any(_SCRIPTED.search(text) for text in words.of_text(piece.data)):
            looking.tell("内含带脚本的网页或图形", piece)
        elif piece.ending == "svg" and "media/" not in piece.name:
            looking.tell("内含 SVG 图形", piece)
