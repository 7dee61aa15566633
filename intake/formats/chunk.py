"""What was put whole into a Word document (嵌入内容, w:altChunk): a page, a single-file page, another document, plain text."""

from __future__ import annotations

from intake import formats
from intake.blocks import Document, Paragraph
from intake.decode import decode
from workflow.record.errors import Unreadable


def read(data: bytes, name: str) -> Document | None:
    """The blocks of an embedded part; None where it is of a kind that is not read here."""
    try:
        reader = formats.reader_of(data, name)
        if reader is None:
            return Document([Paragraph(line) for line in decode(data, name).split("\n")])
        return reader(data, name)
    except Unreadable:
        return None
