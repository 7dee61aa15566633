"""Zip archives and the office files that are such (压缩包、办公文档): every part is counted, named and looked into."""

from __future__ import annotations

import re
import stat
import tempfile
import zlib
from collections.abc import Callable
from mmap import ACCESS_READ, mmap
from zipfile import BadZipFile, ZipFile, ZipInfo

from inspection import marks, words
from inspection.findings import Looking, NotTaken, Piece, secret

HELD = 16 << 20
"""Bytes of a part that are held in memory; a larger one is unpacked into a file that has no name."""
_OFFICE = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/", "ofd": "OFD.xml", "odt": "content.xml", "ods": "content.xml", "odp": "content.xml"}  # fmt: skip
"""What must lie in a file that calls itself so."""
_MACROS = re.compile(r"vbaProject\.bin$|vbaData\.xml$|/macrosheets/|^Basic/.|^Scripts/.", re.IGNORECASE)
_OBJECTS = re.compile(r"/embeddings/oleObject[^/]*$|/activeX/|/customUI/", re.IGNORECASE)
_AWAY = re.compile(r"<(?:\w+:)?Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)[^>]*>", re.IGNORECASE)
_HARMLESS = re.compile(r"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.IGNORECASE)
_FIELDS = re.compile(r"<w:instrText[^>]*>([^<]*)<|w:instr=\"([^\"]*)\"|<(?:\w+:)?(ddeLink)\b")
_ASKED_FOR = re.compile(r"\bDDE(?:AUTO)?\b", re.ASCII)
_LOST = (BadZipFile, EOFError, OSError, zlib.error, ValueError)


def look(piece: Piece, looking: Looking, into: Callable[[Piece, Looking], None]) -> None:
    """Every part, nested ones by ``into``. Raises NotTaken."""
    try:
        with ZipFile(piece.stream) as packed:
            parts = packed.infolist()
            looking.opened(sum(part.file_size for part in parts), len(parts))
            names = {_name(part) for part in parts}
            _is_what_it_says(piece, names)
            office = bool(names & {"[Content_Types].xml", "mimetype", "OFD.xml"})
            for part in parts:
                _part(packed, part, piece, looking, office, into)
    except NotTaken:
        raise
    except _LOST:
        raise NotTaken(
            f"{_inside(piece)}已损坏，不能打开；请在原来的软件中打开确认，另存或重新打包后重新上传。"
        ) from None


def _part(
    packed: ZipFile, part: ZipInfo, whole: Piece, looking: Looking, office: bool, into: Callable[[Piece, Looking], None]
) -> None:
    name = _name(part)
    _stays_inside(part, name, whole)
    if mark := marks.in_name(name.rstrip("/").rpartition("/")[2]):
        raise NotTaken(secret(f"{whole.inside}文件名「{name[:60]}」", mark))
    if part.is_dir():
        return
    if part.flag_bits & 1:
        looking.tell("设有密码，系统不能查看内容", whole)
        return
    try:
        with packed.open(part) as stream, tempfile.TemporaryFile() as spilled:
            if part.file_size <= HELD:
                _inner(Piece.of(name, stream.read(), whole), whole, looking, office, into)
                return
            while chunk := stream.read(1 << 20):
                spilled.write(chunk)
            spilled.flush()
            with mmap(spilled.fileno(), 0, access=ACCESS_READ) as mapped:
                inner = Piece(name, mapped, spilled, f"{whole.inside}{name} ", whole.depth + 1)  # type: ignore[arg-type]  # a mapped file reads like bytes
                _inner(inner, whole, looking, office, into)
    except (NotImplementedError, RuntimeError):
        looking.tell(f"系统不能解开的压缩方式：{name[:60]}", whole)


def _inner(part: Piece, whole: Piece, looking: Looking, office: bool, into: Callable[[Piece, Looking], None]) -> None:
    if not office:
        into(part, looking)
        return
    if _MACROS.search(part.name):
        looking.tell("带有宏", whole)
    elif _OBJECTS.search(part.name):
        looking.tell("内嵌 OLE 对象或控件", whole)
    if part.ending not in ("xml", "rels", "vml"):
        into(part, looking)
        return
    _markup(part, whole, looking)


def _markup(part: Piece, whole: Piece, looking: Looking) -> None:
    texts = (words.of_sheet if part.name.startswith("xl/") else words.of_markup)(part.data)
    place = next((word for start, word in _PLACES.items() if start in part.name), "正文")
    looking.words(texts, whole, place)
    head = bytes(part.data[:4096])
    if b"<!DOCTYPE" in head.replace(b"\0", b""):
        looking.tell("带有文档类型定义（DTD）", whole)
    for text in words.of_text(part.data):
        if part.ending == "rels" and any(not _HARMLESS.search(one) for one in _AWAY.findall(text)):
            looking.tell("引用外部模板、图片或对象", whole)
        if "macroEnabled" in text and part.name == "[Content_Types].xml":
            looking.tell("带有宏", whole)
        if "DDE" in text and _ASKED_FOR.search(_instructions(text)):
            looking.tell("带有 DDE 链接", whole)
        if "encryption-data" in text and part.name == "META-INF/manifest.xml":
            looking.tell("设有密码，系统不能查看内容", whole)


_PLACES = {
    "header": "页眉",
    "footer": "页脚",
    "docProps/": "文件属性",
    "meta.xml": "文件属性",
    "comments": "批注",
    "notes": "脚注或备注",
    "workbook.xml": "工作表名称",
}


def _instructions(text: str) -> str:
    """What a document's fields and a workbook's links ask for."""
    return " ".join("".join(found) for found in _FIELDS.findall(text)).replace("ddeLink", "DDE")


def _is_what_it_says(piece: Piece, names: set[str]) -> None:
    wanted = _OFFICE.get(piece.ending)
    if wanted and not any(name == wanted or (wanted.endswith("/") and name.startswith(wanted)) for name in names):
        raise NotTaken(
            f"{_inside(piece)}的内容与扩展名 .{piece.ending} 不符，它是一般的压缩包；请用原来的软件另存为正确格式后重新上传。"
        )


def _stays_inside(part: ZipInfo, name: str, whole: Piece) -> None:
    """A name that would unpack somewhere else, or a link that leads there, is nobody's slip."""
    steps = re.split(r"[\\/]", name)
    outside = ".." in steps or steps[0] == "" or re.match(r"[A-Za-z]:", name) or "\0" in part.orig_filename
    if outside or stat.S_ISLNK(part.external_attr >> 16):
        raise NotTaken(
            f"{_inside(whole)}中的「{name[:60]}」指向压缩包以外的位置，可能被恶意构造，文件没有保存；请重新打包后上传。"
        )


def _name(part: ZipInfo) -> str:
    """The part's name; without the mark of UTF-8 Chinese programs write GBK."""
    if part.flag_bits & 0x800:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename


def _inside(piece: Piece) -> str:
    return f"中的「{piece.inside.strip()[:80]}」" if piece.inside else ""
