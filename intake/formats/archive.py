"""Looking into a packed file before it is opened (压缩包检查): what would unpack to too much is refused (safety.md P14)."""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from workflow.record.errors import Unreadable

BROKEN = (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error)
"""How a packed file shows that it is damaged, locked or packed in a way that is not known."""
MAX_UNPACKED, MAX_RATIO, MAX_PARTS = 200 << 20, 100, 2_000
SMALL = 1 << 20
"""Below this a high ratio is harmless: a short table of blanks packs well."""


def check(data: bytes, name: str) -> None:
    """Raise Unreadable for a bomb, a part outside the archive, macros, or a document type that could name other files."""
    try:
        with ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
            total = sum(part.file_size for part in parts)
            if total > MAX_UNPACKED or len(parts) > MAX_PARTS or (total > SMALL and total > MAX_RATIO * len(data)):
                raise Unreadable(f"没有读到任务表：{name}解开后太大，不像任务表；请只保留任务表部分，另存后再读入。")
            for part in parts:
                _check_part(packed, part.filename, name)
    except BROKEN:
        raise Unreadable(f"没有读到任务表：{name}已损坏或设有密码，不能打开；请去除密码、另存后再读入。") from None


def _check_part(packed: ZipFile, part: str, name: str) -> None:
    plain = part.replace("\\", "/")
    if plain.lower().endswith("vbaproject.bin"):
        raise Unreadable(f"没有读到任务表：{name}带有宏，已拒绝读取；请另存为不含宏的 .docx 或 .xlsx 后再读入。")
    if plain.startswith("/") or ".." in plain.split("/"):
        raise Unreadable(f"没有读到任务表：{name}内部结构异常，已拒绝读取；请在 Word 或 Excel 中另存后再读入。")
    if plain.lower().endswith((".xml", ".rels")) and b"<!DOCTYPE" in _head(packed, part):
        raise Unreadable(f"没有读到任务表：{name}含有外部引用，已拒绝读取；请在 Word 或 Excel 中另存后再读入。")


def _head(packed: ZipFile, part: str) -> bytes:
    with packed.open(part) as stream:
        return stream.read(4096).replace(b"\x00", b"")
