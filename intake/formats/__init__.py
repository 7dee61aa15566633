"""Which format a file has, and its reader (文件格式): by what stands in it, never by what it is called."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from functools import partial
from zipfile import BadZipFile

from lxml import etree

from intake.blocks import Document
from intake.programs import Needs
from workflow.errors import Unreadable

Reader = Callable[[bytes, str], Document]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PDF_WITHIN = 1024
"""Bytes within which programs look for the header of a PDF (ISO 32000-2, annex I)."""
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|body|table)[\s>]", re.IGNORECASE)
_ROOT = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!doctype[^>\[]*>\s*)*<([\w:.-]+)", re.IGNORECASE | re.DOTALL)
_MAIL = re.compile(rb"\s*(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?mime-version:", re.IGNORECASE)
_WORDS = ("旧版 Word 或 WPS 文档", "office", "请另存为 .docx 后再读入")
_SHEETS = ("旧版或二进制表格", "sheets", "请另存为 .xlsx 后再读入")
_OPEN_DOCUMENT = {
    "text": ("OpenDocument 文档（.odt）", "office", "请另存为 .docx 后再读入"),
    "spreadsheet": ("OpenDocument 表格（.ods）", "sheets", "请另存为 .xlsx 后再读入"),
}
_SLIDES = "演示文稿，不是任务表；请把其中的任务表另存为 .docx 或 .xlsx 后再读入。"


def reader_of(data: bytes, name: str) -> Reader | None:
    """The reader of this file; None for plain text. Raises Unreadable for what nobody reads. ``name`` ends in its type."""
    ending = name.rstrip("》").rsplit(".", 1)[-1].lower()
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(data, name)
    if data.startswith(OLE):
        return _old(data, name)
    if data.startswith(b"%PDF-") or (b"%PDF-" in data[:PDF_WITHIN] and b" obj" in data):
        return _reader("pdf")
    text = data.replace(b"\x00", b"") if b"\x00" in data[:200] else data
    head = text[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"{\\rtf"):
        return partial(_needs, ("RTF 文档", "office", "请另存为 .docx 后再读入"))
    if _MAIL.match(head) and b"content-type:" in text[:65_536].lower():
        return _reader("mail")
    return _of_text(text, head, ending)


def _of_text(text: bytes, head: bytes, ending: str) -> Reader | None:
    """XML by its root, pages by a mark wherever it stands, values between separators by the head they give."""
    root = _ROOT.match(head)
    if root and head.startswith(b"<"):
        xml = _xml(root.group(1).rsplit(b":", 1)[-1].lower(), text)
        if xml is not None:
            return xml
    if _PAGE.search(text):
        return _reader("page")
    comma = importlib.import_module("intake.formats.comma")
    return _reader("comma") if ending in ("csv", "tsv") or comma.is_meant(text) else None


def _reader(format_: str) -> Reader:
    """The reader of one format, loaded when the first such file comes: pdfminer alone takes half a second."""
    module = importlib.import_module(f"intake.formats.{format_}")
    read: Reader = module.read
    return read


def _needs(what: tuple[str, str, str], data: bytes, name: str) -> Document:
    kind, program, remedy = what
    raise Needs(program, f"没有读到任务表：{name}是{kind}，服务器没有安装 LibreOffice，不能转换；{remedy}。")


def _xml(root: bytes, text: bytes) -> Reader | None:
    if root == b"html":
        return _reader("page")
    if root == b"workbook" and b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        return _reader("xml_workbook")
    if root == b"worddocument":
        return _reader("word")
    if root == b"package" and b"office/2006/xmlPackage" in text:
        return _packed(text, "文件")
    if root == b"document" and b"opendocument" in text[:4096]:
        return partial(_needs, _OPEN_DOCUMENT["spreadsheet" if b"opendocument.spreadsheet" in text else "text"])
    if root == b"uof":
        return partial(_needs, ("标文通（UOF）文档", "office", "请另存为 .docx 后再读入"))
    return None


def _zipped(data: bytes, name: str) -> Reader:
    package = importlib.import_module("intake.formats.package").Package(data, name)
    if "OFD.xml" in package:
        raise Unreadable(
            f"没有读到任务表：{name}是 OFD 版式文件，请用版式阅读软件另存为 PDF，或改用 Word、Excel 原件。"
        )
    if "mimetype" in package:
        kind = package.bytes("mimetype").decode("ascii", "replace").strip().rsplit(".", 1)[-1].removesuffix("-template")
        if kind in _OPEN_DOCUMENT:
            return partial(_needs, _OPEN_DOCUMENT[kind])
        if kind == "presentation":
            raise Unreadable(f"没有读到任务表：{name}是{_SLIDES}")
    reader = _packed(data, name)
    if reader is None:
        raise Unreadable(f"没有读到任务表：{name}是压缩包，不是任务表；请解压后选择其中的文件。")
    return reader


def _packed(data: bytes, name: str) -> Reader | None:
    """The reader of an office package by the root of its main part."""
    try:
        package = importlib.import_module("intake.formats.package").Package(data, name)
        main = package.main()
        if not main:
            return None
        if main.endswith(".bin"):
            return partial(_needs, _SHEETS)
        root = package.tree(main)
    except (etree.XMLSyntaxError, BadZipFile, ValueError):
        raise Unreadable(
            f"没有读到任务表：{name}的内部结构不完整，不能打开；请在 Word 或 WPS 中打开并另存后再读入。"
        ) from None
    kind = etree.QName(root).localname if root is not None else ""
    if kind == "presentation":
        raise Unreadable(f"没有读到任务表：{name}是{_SLIDES}")
    return {"document": _reader("word"), "workbook": _reader("workbook")}.get(kind)


def _old(data: bytes, name: str) -> Reader:
    """The old binary formats by the names in their directory; what is neither sheet nor slides is for LibreOffice."""
    if _has_stream(data, "EncryptedPackage"):
        raise Unreadable(f"没有读到任务表：{name}设有密码，请去除密码后再读入。")
    if _has_stream(data, "WordDocument"):
        return partial(_needs, _WORDS)
    if _has_stream(data, "Workbook") or _has_stream(data, "Book"):
        return _reader("old_workbook")
    if _has_stream(data, "PowerPoint Document"):
        raise Unreadable(f"没有读到任务表：{name}是{_SLIDES}")
    return partial(
        _needs, ("旧版 Office 格式的文件", "office", "请用 Word、Excel 或 WPS 另存为 .docx 或 .xlsx 后再读入")
    )


def _has_stream(data: bytes, stream: str) -> bool:
    """Whether a directory entry of a compound file has this name: 128 bytes each, the length of the name at 64."""
    wanted, at = stream.encode("utf-16-le") + b"\x00\x00", -1
    while (at := data.find(wanted, at + 1)) >= 0:
        if at % 128 == 0 and data[at + 64 : at + 66] == len(wanted).to_bytes(2, "little"):
            return True
    return False
