"""What recognition left of a scan (识别结果): blocks as JSON, made by :mod:`intake.scans` in a process of its own."""

from __future__ import annotations

import pydantic

from intake.blocks import Document
from intake.formats import RECOGNISED
from workflow.record.errors import Unreadable

_DOCUMENT = pydantic.TypeAdapter(Document)


def written(document: Document) -> bytes:
    """The document as a file that :func:`read` takes."""
    return RECOGNISED + _DOCUMENT.dump_json(document)


def read(data: bytes, name: str) -> Document:
    """The document that was recognised. Raises Unreadable where no word was, or somebody else wrote this."""
    try:
        document = _DOCUMENT.validate_json(data[len(RECOGNISED) :])
    except pydantic.ValidationError:
        raise Unreadable(f"没有读到任务表：{name}已损坏，不能打开；请重新扫描后再读入。") from None
    if not document.blocks:
        raise Unreadable(
            f"没有读到任务表：{name}的图片里没有认出文字；请确认扫描清楚、没有缺页，或改用 Word、Excel 原件。"
        )
    return document
