"""PDF files (版式文件): words page by page, what would act by itself, and how far their streams open."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
import pypdfium2

from inspection import pictures, words
from inspection.findings import Looking, NotTaken, Piece

MAX_STREAM, MAX_OBJECTS, MAX_PAGES = 64 << 20, 400_000, 3_000
"""Bytes that one stream may open to (pictures are measured by their pixels), and how many there may be of the rest."""
_ACTS = {
    "/JavaScript": "带有 JavaScript 脚本",
    "/Launch": "会启动外部程序",
    "/SubmitForm": "会向外提交表单",
    "/ImportData": "会导入外部数据",
    "/GoToR": "会打开其他文件",
    "/GoToE": "会打开内嵌文件",
    "/Rendition": "内嵌多媒体",
    "/Movie": "内嵌多媒体",
    "/Sound": "内嵌多媒体",
    "/RichMedia": "内嵌多媒体",
}
_HAS = {"/JS": "带有 JavaScript 脚本", "/XFA": "带有 XFA 动态表单", "/RichMediaContent": "内嵌多媒体"}
_NAMED = re.compile(rb"/(?:" + b"|".join(name[1:].encode() for name in (*_ACTS, *_HAS, "/EmbeddedFile")) + rb")\b")
_DEEPEST = 40


def look(piece: Piece, looking: Looking, into: Callable[[Piece, Looking], None]) -> None:
    """Objects first, so that no page is opened that is a bomb. Raises NotTaken."""
    try:
        with pikepdf.open(piece.stream, access_mode=pikepdf.AccessMode.stream) as opened:
            _objects(opened, piece, looking, into)
    except pikepdf.PasswordError:
        looking.tell("设有密码，系统不能查看内容", piece)
        return
    except (pikepdf.PdfError, ValueError, RecursionError):
        _broken(piece, looking)
        return
    looking.words(_pages(piece), piece)


def _objects(opened: Any, piece: Piece, looking: Looking, into: Callable[[Piece, Looking], None]) -> None:
    for number, item in enumerate(opened.objects):
        if number > MAX_OBJECTS:
            raise NotTaken(f"的内部对象超过 {MAX_OBJECTS} 个，可能被恶意构造；请重新导出 PDF 后上传。")
        for part in _dictionaries(item, 0):
            _acts(part, piece, looking)
            _embedded(part, piece, looking, into)
        if isinstance(item, pikepdf.Stream):
            _stream(item, piece, looking)


def _dictionaries(item: Any, depth: int) -> Iterator[Any]:
    """An object and what lies directly in it; what it refers to comes in its own turn."""
    if depth > _DEEPEST:
        return
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        yield item
        inner = list(item.keys())
        for key in inner:
            value = item.get(key)
            if isinstance(value, pikepdf.Object) and not value.is_indirect:
                yield from _dictionaries(value, depth + 1)
    elif isinstance(item, pikepdf.Array):
        for value in item:
            if isinstance(value, pikepdf.Object) and not value.is_indirect:
                yield from _dictionaries(value, depth + 1)


def _acts(part: Any, piece: Piece, looking: Looking) -> None:
    kinds = {str(part.get(key)) for key in ("/S", "/Subtype") if isinstance(part.get(key), pikepdf.Name)}
    for said in (*(_ACTS[kind] for kind in kinds & _ACTS.keys()), *(_HAS[key] for key in _HAS.keys() & part.keys())):
        looking.tell(said, piece)
    texts = [str(part[key]) for key in part if isinstance(part.get(key), pikepdf.String)]
    looking.words(texts, piece, "批注、表单或文件属性")


def _embedded(part: Any, piece: Piece, looking: Looking, into: Callable[[Piece, Looking], None]) -> None:
    files = part.get("/EF")
    if not isinstance(files, pikepdf.Dictionary):
        return
    looking.tell("内嵌文件", piece)
    name = str(part.get("/UF") or part.get("/F") or "附件")
    for stream in {stream.objgen: stream for _, stream in files.items() if isinstance(stream, pikepdf.Stream)}.values():
        into(Piece.of(name, opened_stream(stream), piece), looking)


def _stream(stream: Any, piece: Piece, looking: Looking) -> None:
    if stream.get("/Subtype") == "/Image":
        pictures.few(int(stream.get("/Width", 0)), int(stream.get("/Height", 0)), piece)
        return
    data = opened_stream(stream)
    looking.opened(len(data))
    if stream.get("/Type") == "/Metadata":
        looking.words(words.of_markup(data), piece, "文件属性")


def opened_stream(stream: Any) -> bytes:
    """What a stream opens to, up to the cap; other filters than Flate do not grow. Raises NotTaken above it."""
    filters = stream.get("/Filter", pikepdf.Array())
    names = [str(one) for one in (filters if isinstance(filters, pikepdf.Array) else [filters])]
    data: bytes = stream.read_raw_bytes()
    for name in names:
        if name not in ("/FlateDecode", "/Fl"):
            return data
        data = _inflated(data)
    return data


def _inflated(data: bytes) -> bytes:
    opening = zlib.decompressobj()
    try:
        opened = opening.decompress(data, MAX_STREAM)
    except zlib.error:
        return data
    if opening.unconsumed_tail:
        raise NotTaken(
            f"中有一段内容解开后超过 {MAX_STREAM >> 20} MB，可能被恶意构造，文件没有保存；请重新导出 PDF 后上传。"
        )
    return opened


def _pages(piece: Piece) -> Iterator[str]:
    """The words of each page, and of those beyond the last one that is read nothing."""
    piece.stream.seek(0)
    opened = pypdfium2.PdfDocument(piece.stream)
    try:
        for number in range(min(len(opened), MAX_PAGES)):
            page = opened[number]
            text = page.get_textpage()
            yield text.get_text_bounded().replace("\r\n", "\n")
            text.close()
            page.close()
    except pypdfium2.PdfiumError:
        return
    finally:
        opened.close()


def _broken(piece: Piece, looking: Looking) -> None:
    """What no library opens a reader may still repair: its bytes are searched for what would act."""
    looking.tell("不能打开，内容没有查看", piece, apart=False)
    for name in sorted({found.decode() for found in _NAMED.findall(piece.data)}):
        looking.tell((_ACTS | _HAS).get(name, "内嵌文件"), piece)
