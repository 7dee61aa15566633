"""A scan as a document (扫描件读入): pages of a PDF or pictures, all by one warm engine. Runs in a process apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from typing import Any

import pydantic
from PIL import Image, ImageOps, ImageSequence

from intake import formats
from intake.blocks import Box, Document
from intake.formats import pdf, recognised, unruled
from intake.scans import sight
from workflow.record.errors import Unreadable

MOST_PAGES = 60
"""Pages of a file that are recognised: each takes some seconds of both cores."""


_PAGE = pydantic.TypeAdapter(sight.Seen)


def answer(data: bytes, question: dict[str, Any]) -> dict[str, str]:
    """The document of a scan, written for :mod:`intake.formats.recognised`, or the sentence of refusal."""
    known = [_PAGE.validate_json(said) for said in question.get("pages", ())]
    looking = _Looking(known, most=MOST_PAGES)
    try:
        document = _document(data, question["name"], looking)
    except Unreadable as unreadable:
        return {"unreadable": unreadable.message}
    document.notes += looking.notes()
    document.unsure, document.boxes = looking.unsure, looking.boxes
    return {"document": recognised.written(document).decode("utf-8")}


def pages(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    """The next pages behind those that are ``done``, ``most`` of them, and how many there are; or the refusal."""
    looking = _Looking([sight.Seen()] * question["done"], most=question["most"])
    try:
        _document(data, question["name"], looking)
    except Unreadable as unreadable:
        return {"unreadable": unreadable.message}
    said = [_PAGE.dump_json(page).decode("utf-8") for page in looking.fresh]
    return {"total": min(looking.seen, MOST_PAGES), "pages": said}


def _document(data: bytes, name: str, looking: _Looking) -> Document:
    return _of_picture(data, looking) if data.startswith(formats.PICTURES) else pdf.read(data, name, looking.at_page)


class _Looking:
    """The pages looked at so far, behind those that are known; what there is to say of them."""

    def __init__(self, known: Sequence[sight.Seen], *, most: int) -> None:
        self.unsure: dict[str, list[str]] = {}
        self.boxes: dict[str, list[Box]] = {}
        self.seen = self.left = self.lost = 0
        self.fresh: list[sight.Seen] = []
        self._known, self._most = known, most

    def at_page(self, page: Any, number: int) -> pdf.Page:
        """A page of a PDF."""
        share = min((sight.MOST_DOTS / (page.width * page.height)) ** 0.5 * 72, sight.DOTS)
        return self.at(lambda: page.to_image(resolution=share).original, number, dots=share)

    def at(self, picture: Callable[[], Any], number: int, *, dots: float = sight.DOTS) -> pdf.Page:
        """A picture; those beyond the last that is recognised are counted."""
        self.seen += 1
        if self.seen > MOST_PAGES:
            self.left += 1
            return pdf.Page()
        if self.seen <= len(self._known):
            found = self._known[self.seen - 1]
        elif len(self.fresh) < self._most:
            found = sight.look(sight.grey(picture()), number, dots=dots)
            self.fresh.append(found)
        else:
            return pdf.Page()
        self.unsure |= found.unsure
        self.boxes |= found.boxes
        self.lost += found.lost
        return found

    def notes(self) -> list[str]:
        """What was not read."""
        said = []
        if self.left:
            said.append(
                f"扫描页超过 {MOST_PAGES} 页，后面的 {self.left} 页没有识别，没有读入；请把文件分成几份再读入。"
            )
        if self.lost:
            said.append(f"有 {self.lost} 处像是文字但认不出来（印章、手写或污迹），没有读入，请对照原件核对。")
        return said


def _of_picture(data: bytes, looking: _Looking) -> Document:
    """Every frame of a picture as a page. Raises Unreadable."""
    Image.MAX_IMAGE_PIXELS = None  # the memory of this process is the measure
    try:
        with Image.open(BytesIO(data)) as opened:
            frames = enumerate(ImageSequence.Iterator(opened), start=1)
            pages = [looking.at(partial(ImageOps.exif_transpose, frame), number) for number, frame in frames]
    except (OSError, SyntaxError, ValueError, EOFError):  # Pillow has several words for broken
        raise Unreadable("没有读到任务表：图片已损坏，不能打开；请重新扫描或拍照后再读入。") from None
    if any(page.ruled for page in pages):
        return Document([block for page in pages for block in page.blocks])
    return Document(unruled.blocks([(number, page.words) for number, page in enumerate(pages, start=1)]))
