"""Which format a file has, and its reader (文件格式): by its first bytes, never by its name alone."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from intake.blocks import Document
from intake.programs import Needs
from workflow.record.errors import Unreadable

Reader = Callable[[bytes, str], Document]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def reader_of(data: bytes, name: str) -> Reader | None:
    """The reader of this file; None for plain text. Raises Unreadable for what nobody reads. ``name`` ends in its type."""
    ending = name.rstrip("》").rsplit(".", 1)[-1].lower()
    if data.startswith(b"%PDF"):
        return _reader("pdf")
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data, name)
    if data.startswith(OLE):
        return _old(data, ending)
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<?xml")) or (b"<html" in head or b"<table" in head):
        return _reader("page")
    if ending == "csv":
        return _reader("comma")
    return None


def _reader(format_: str) -> Reader:
    """The reader of one format, loaded when the first such file comes: pdfminer alone takes half a second."""
    module = importlib.import_module(f"intake.formats.{format_}")
    read: Reader = module.read
    return read


def _needs_office(data: bytes, name: str) -> Document:
    raise Needs(
        "office",
        f"没有读到任务表：{name}是旧版 Word 或 WPS 文档，服务器没有安装 LibreOffice，不能转换；请另存为 .docx 后再读入。",
    )


def _zipped(data: bytes, name: str) -> Reader:
    try:
        with ZipFile(BytesIO(data)) as packed:
            names = set(packed.namelist())
    except BadZipFile:
        raise Unreadable(f"没有读到任务表：{name}已损坏，不能打开；请在 Word 或 WPS 中打开并另存后再读入。") from None
    if "word/document.xml" in names:
        return _reader("word")
    if any(part.startswith("xl/") for part in names):
        return _reader("workbook")
    if "OFD.xml" in names:
        raise Unreadable(
            f"没有读到任务表：{name}是 OFD 版式文件，请用版式阅读软件另存为 PDF，或改用 Word、Excel 原件。"
        )
    raise Unreadable(f"没有读到任务表：{name}是压缩包，不是任务表；请解压后选择其中的文件。")


def _old(data: bytes, ending: str) -> Reader:
    """The old binary formats: a workbook holds a stream of that name (UTF-16), the rest is for LibreOffice."""
    if any(stream.encode("utf-16-le") in data for stream in ("Workbook", "Book")) and ending not in ("doc", "wps"):
        return _reader("workbook")
    return _needs_office
