"""Pictures of what people brought (预览): pages of a document, a photograph set upright, words and mails. Runs in the limited process."""

from __future__ import annotations

import base64
import codecs
import email
import email.policy
import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO

import pypdfium2
from lxml import html
from pi_heif import register_heif_opener
from PIL import Image, ImageDraw, ImageFont, ImageOps

FACE = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
SIMPLIFIED = 2
"""The face of the collection that draws characters as the mainland writes them."""
SHEET, MARGIN, LETTERS, LEADING = (1240, 1754), 90, 26, 40
"""A sheet of A4 at 150 dots an inch for words that have no pages of their own."""
MOST_WORDS, MOST_PAGES = 200_000, 500
Draw = Callable[[BinaryIO, int, int], tuple[int, Image.Image]]


def answer(stream: BinaryIO, question: dict[str, Any]) -> dict[str, Any]:
    """How many pages a file has, and one of them as JPEG in each of the widths that are asked for."""
    stream.seek(0)
    pages, picture = _DRAWN[question["kind"]](stream, question["page"], max(question["widths"]))
    return {"pages": pages, "pictures": {str(width): _jpeg(picture, width) for width in question["widths"]}}


def _jpeg(picture: Image.Image, width: int) -> str:
    shrunk = picture.copy()
    shrunk.thumbnail((width, 4 * width))
    kept = io.BytesIO()
    shrunk.save(kept, "JPEG", quality=82, optimize=True)
    return base64.b64encode(kept.getvalue()).decode()


def _pdf(stream: BinaryIO, page: int, width: int) -> tuple[int, Image.Image]:
    document = pypdfium2.PdfDocument(stream)
    pages = len(document)
    sheet = document[min(page, pages) - 1]
    across, down = sheet.get_size()
    scale = min(width / max(across, 1), 4 * width / max(down, 1))
    return pages, sheet.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")


def _picture(stream: BinaryIO, page: int, width: int) -> tuple[int, Image.Image]:
    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # memory is limited by the process
    opened = Image.open(stream)
    pages = min(getattr(opened, "n_frames", 1), MOST_PAGES) if opened.format == "TIFF" else 1
    if pages > 1:
        opened.seek(min(page, pages) - 1)
    opened.draft("RGB", (2 * width, 2 * width))  # a JPEG of many pixels is decoded small at once
    upright = ImageOps.exif_transpose(opened)
    if upright.mode in ("RGBA", "LA", "P", "PA"):
        clear = upright.convert("RGBA")
        ground = Image.new("RGBA", clear.size, "white")
        return pages, Image.alpha_composite(ground, clear).convert("RGB")
    return pages, upright.convert("RGB")


def _words(stream: BinaryIO, page: int, width: int) -> tuple[int, Image.Image]:
    return _sheets(_text(stream.read(4 * MOST_WORDS)), page)


def _mail(stream: BinaryIO, page: int, width: int) -> tuple[int, Image.Image]:
    """The head of a mail, its words, and the names of what hangs on it; nothing of its page is run."""
    mail = email.message_from_binary_file(stream, policy=email.policy.default)
    head = [
        f"{word}：{mail.get(name, '')}"
        for name, word in (("From", "发件人"), ("To", "收件人"), ("Date", "日期"), ("Subject", "主题"))
    ]
    body = mail.get_body(("plain", "html"))
    said = ""
    if body is not None:
        inside = body.get_payload(decode=True)
        said = _text(inside if isinstance(inside, bytes) else b"", body.get_content_charset() or "")
        said = _without_tags(said) if body.get_content_type() == "text/html" else said
    hanging = [f"附件：{part.get_filename() or '（无名）'}" for part in mail.iter_attachments()]
    return _sheets("\n".join([*head, *hanging, "", said]), page)


def _without_tags(page: str) -> str:
    return str(html.fromstring(page).text_content()) if page.strip() else ""


def _text(data: bytes, charset: str = "") -> str:
    """The words in the encoding that reads them; their end may be cut within a character."""
    marked = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""
    for one in filter(None, (marked, charset, "utf-8-sig", "gb18030")):
        with suppress(UnicodeDecodeError, LookupError):
            return codecs.getincrementaldecoder(one)().decode(data)
    return data.decode("gb18030", "replace")


def _sheets(text: str, page: int) -> tuple[int, Image.Image]:
    font = ImageFont.truetype(FACE, LETTERS, index=SIMPLIFIED)
    lines = list(_wrapped(text[:MOST_WORDS], font))
    room = (SHEET[1] - 2 * MARGIN) // LEADING
    pages = max(1, -(-len(lines) // room))
    first = (min(page, pages) - 1) * room
    sheet = Image.new("RGB", SHEET, "white")
    pen = ImageDraw.Draw(sheet)
    for row, line in enumerate(lines[first : first + room]):
        pen.text((MARGIN, MARGIN + row * LEADING), line, font=font, fill="#1f2733")
    return pages, sheet


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    """Lines as wide as the sheet; a wide character is one em, all others half of one at most."""
    most = (SHEET[0] - 2 * MARGIN) / LETTERS
    for paragraph in text.expandtabs(4).splitlines():
        line, used = "", 0.0
        for char in (c for c in paragraph if c.isprintable()):
            size = 1.0 if ord(char) > 0x2000 else 0.62
            if used + size > most:
                yield line
                line, used = "", 0.0
            line, used = line + char, used + size
        yield line


_DRAWN: dict[str, Draw] = {"pdf": _pdf, "picture": _picture, "words": _words, "mail": _mail}
