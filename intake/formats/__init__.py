"""Which format a file has, and its reader (文件格式): by what stands in it, never by what it is called."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from functools import partial

from intake.blocks import Document
from intake.programs import Needs
from workflow.record.errors import Unreadable

Reader = Callable[[bytes, str], Document]
PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")
RECOGNISED = b"%TAIZHANG-RECOGNISED\n"
"""What :mod:`intake.scans` leaves of a scan: this line, and a document as JSON."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PDF_WITHIN = 1024
"""Bytes within which programs look for the header of a PDF (ISO 32000-2, annex I)."""
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|body|table)[\s>]", re.IGNORECASE)
_ROOT = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!doctype[^>\[]*>\s*)*<([\w:.-]+)", re.IGNORECASE | re.DOTALL)
_MAIL = re.compile(rb"\s*(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?mime-version:", re.IGNORECASE)
_WORDS = ("旧版 Word 或 WPS 文档", "office", "请另存为 .docx 后再读入")
SHEETS = ("旧版或二进制表格", "sheets", "请另存为 .xlsx 后再读入")
OPEN_DOCUMENT = {
    "text": ("OpenDocument 文档（.odt）", "office", "请另存为 .docx 后再读入"),
    "spreadsheet": ("OpenDocument 表格（.ods）", "sheets", "请另存为 .xlsx 后再读入"),
}
SLIDES = "演示文稿，不是任务表；请把其中的任务表另存为 .docx 或 .xlsx 后再读入。"


ENDINGS = {
    "Word": (".docx", ".doc"),
    "WPS": (".wps", ".et"),
    "Excel": (".xlsx", ".xls"),
    "OpenDocument": (".odt", ".ods"),
    "RTF": (".rtf",),
    "PDF": (".pdf",),
    "照片": (".jpg", ".jpeg", ".png", ".tif", ".tiff"),
    "网页": (".html", ".htm", ".mht", ".mhtml", ".xml"),
    "文本": (".txt", ".csv"),
}
"""What files of each kind are mostly called: for the box in which a file is chosen, never to tell them apart."""


def reader_of(data: bytes, name: str) -> Reader | None:
    """The reader of this file; None for plain text. Raises Unreadable for what nobody reads. ``name`` ends in its type."""
    return next((found for sign in SIGNS if (found := sign(data, name)) is not None), None)


def _of_package(data: bytes, name: str) -> Reader | None:
    return _packed(data, name) if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) else None


def _of_compound(data: bytes, name: str) -> Reader | None:
    return _old(data, name) if data.startswith(OLE) else None


def _of_picture(data: bytes, name: str) -> Reader | None:
    """A picture, or what was recognised of one by its own process."""
    if data.startswith(RECOGNISED):
        return reader("recognised")
    return needs_recognition if data.startswith(PICTURES) else None


def _of_print(data: bytes, name: str) -> Reader | None:
    is_pdf = data.startswith(b"%PDF-") or (b"%PDF-" in data[:PDF_WITHIN] and b" obj" in data)
    return reader("pdf") if is_pdf else None


def has_many_pages(data: bytes) -> bool:
    """Whether it is a print so long that nobody waits for its reading."""
    if _of_print(data, "") is None:
        return False
    pdf = importlib.import_module("intake.formats.pdf")
    return bool(pdf.pages_of(data) > pdf.MANY_PAGES)


def _of_rtf(data: bytes, name: str) -> Reader | None:
    found = _head(_text(data)).startswith(b"{\\rtf")
    return partial(needs, ("RTF 文档", "office", "请另存为 .docx 后再读入")) if found else None


def _of_mail(data: bytes, name: str) -> Reader | None:
    text = _text(data)
    return reader("mail") if _MAIL.match(_head(text)) and b"content-type:" in text[:65_536].lower() else None


def _of_markup(data: bytes, name: str) -> Reader | None:
    """XML by its root, pages by a mark wherever it stands."""
    text = _text(data)
    head = _head(text)
    root = _ROOT.match(head)
    if root and head.startswith(b"<"):
        xml = _xml(root.group(1).rsplit(b":", 1)[-1].lower(), text)
        if xml is not None:
            return xml
    return reader("page") if _PAGE.search(text) else None


def _of_values(data: bytes, name: str) -> Reader | None:
    """Values between separators by the head they give."""
    ending = name.rstrip("》").rsplit(".", 1)[-1].lower()
    comma = importlib.import_module("intake.formats.comma")
    return reader("comma") if ending in ("csv", "tsv") or comma.is_meant(_text(data)) else None


SIGNS: list[Callable[[bytes, str], Reader | None]] = [
    _of_package, _of_compound, _of_picture, _of_print, _of_rtf, _of_mail, _of_markup, _of_values,
]  # fmt: skip
"""What tells a format, the surest first: its reader, None where it is not meant, Unreadable for what nobody reads."""


def _text(data: bytes) -> bytes:
    return data.replace(b"\x00", b"") if b"\x00" in data[:200] else data


def _head(text: bytes) -> bytes:
    return text[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")


def reader(format_: str) -> Reader:
    """The reader of one format, loaded when the first such file comes: pdfminer alone takes half a second."""
    module = importlib.import_module(f"intake.formats.{format_}")
    read: Reader = module.read
    return read


def _packed(data: bytes, name: str) -> Reader:
    """The reader of an office package; lxml is loaded when the first such file comes."""
    found: Reader = importlib.import_module("intake.formats.packed").reader_of(data, name)
    return found


def needs(what: tuple[str, str, str], data: bytes, name: str) -> Document:
    """Not read here: raises Needs with the kind of the file, the program and what to do without it."""
    kind, program, remedy = what
    raise Needs(program, f"没有读到任务表：{name}是{kind}，服务器没有安装 LibreOffice，不能转换；{remedy}。")


def needs_recognition(data: bytes, name: str) -> Document:
    """A picture: raises Needs."""
    raise Needs("ocr", f"没有读到任务表：{name}是图片，需要文字识别。")


def _xml(root: bytes, text: bytes) -> Reader | None:
    if root == b"html":
        return reader("page")
    if root == b"workbook" and b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        return reader("xml_workbook")
    if root == b"worddocument":
        return reader("word")
    if root == b"package" and b"office/2006/xmlPackage" in text:
        return _packed(text, "文件")
    if root == b"document" and b"opendocument" in text[:4096]:
        return partial(needs, OPEN_DOCUMENT["spreadsheet" if b"opendocument.spreadsheet" in text else "text"])
    if root == b"uof":
        return partial(needs, ("标文通（UOF）文档", "office", "请另存为 .docx 后再读入"))
    return None


def _old(data: bytes, name: str) -> Reader:
    """The old binary formats by the names in their directory; what is neither sheet nor slides is for LibreOffice."""
    if _has_stream(data, "EncryptedPackage"):
        raise Unreadable(f"没有读到任务表：{name}设有密码，请去除密码后再读入。")
    if _has_stream(data, "WordDocument"):
        return partial(needs, _WORDS)
    if _has_stream(data, "Workbook") or _has_stream(data, "Book"):
        return reader("old_workbook")
    if _has_stream(data, "PowerPoint Document"):
        raise Unreadable(f"没有读到任务表：{name}是{SLIDES}")
    return partial(
        needs, ("旧版 Office 格式的文件", "office", "请用 Word、Excel 或 WPS 另存为 .docx 或 .xlsx 后再读入")
    )


def _has_stream(data: bytes, stream: str) -> bool:
    """Whether a directory entry of a compound file has this name: 128 bytes each, the length of the name at 64."""
    wanted, at = stream.encode("utf-16-le") + b"\x00\x00", -1
    while (at := data.find(wanted, at + 1)) >= 0:
        if at % 128 == 0 and data[at + 64 : at + 66] == len(wanted).to_bytes(2, "little"):
            return True
    return False
