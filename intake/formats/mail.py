"""Single-file web pages and saved mails (.mht, 单个文件网页): the pages within, read as pages are."""

from __future__ import annotations

import email
import email.policy
from typing import Any

from intake.blocks import Document, Paragraph
from intake.decode import characters
from intake.formats import page
from workflow.record.errors import Unreadable

MAX_PARTS = 300


def read(data: bytes, name: str) -> Document:
    """The pages that hold tables, else all pages, else the text. Raises Unreadable."""
    try:
        message = email.message_from_bytes(data.lstrip(b"\xef\xbb\xbf \t\r\n"), policy=email.policy.compat32)
        parts = [part for part, _ in zip(message.walk(), range(MAX_PARTS), strict=False)]
        pages = [(_content(part), _charset(part)) for part in parts if part.get_content_type() == "text/html"]
    except (LookupError, ValueError, RecursionError, TypeError):
        raise _broken(name) from None
    found = [(content, charset) for content, charset in pages if b"<table" in content.lower()] or pages
    document = Document()
    for content, charset in found:
        read_page = page.read(content, name, charset=charset)
        document.blocks += read_page.blocks
        document.notes += read_page.notes
    if not found:
        texts = [_content(part) for part in parts if part.get_content_type() == "text/plain"]
        if not any(texts):
            raise _broken(name)
        for text in texts:
            document.blocks += [Paragraph(line) for line in characters(text).splitlines()]
    return document


def _broken(name: str) -> Unreadable:
    return Unreadable(
        f"没有读到任务表：{name}是单个文件网页，但其中没有可以读取的网页；请在浏览器中另存为 .html 后再读入。"
    )


def _content(part: Any) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _charset(part: Any) -> str:
    return str(part.get_content_charset() or "")
