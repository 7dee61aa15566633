"""What was found in a file (查看结果), and how far one may look before it is too much."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

from inspection import marks

MAX_UNPACKED, MAX_PARTS, MAX_RATIO, MAX_DEPTH = 400 << 20, 5_000, 200, 4
"""Bytes and parts of a whole file with everything packed in it, how much it may grow, and how deep archives may lie."""
SMALL = 8 << 20
"""Below this much a high ratio is harmless: a sheet of blanks packs well."""
MAX_REMARKS = 12


class NotTaken(Exception):
    """The file is refused; the sentence says what, where and how to mend it."""


@dataclass(frozen=True)
class Piece:
    """A file, or one inside it (文件): its name, and where it lies in words, empty for the file itself."""

    name: str
    data: bytes
    stream: BinaryIO
    inside: str = ""
    depth: int = 0

    @classmethod
    def of(cls, name: str, data: bytes, within: Piece) -> Piece:
        """A piece that lies in another, held in memory."""
        return cls(name, data, BytesIO(data), f"{within.inside}{name} ", within.depth + 1)

    @property
    def ending(self) -> str:
        """What its name ends in."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else ""


@dataclass
class Looking:
    """One look at one file (一次查看): what is to be told, and what has been opened so far."""

    size: int
    remarks: list[str] = field(default_factory=list)
    apart: bool = False
    """True where the file may not ride in a packet."""
    unpacked: int = 0
    parts: int = 0

    def tell(self, what: str, piece: Piece, *, apart: bool = True) -> None:
        """Remember what is to be said beside the file; once each, and not without end."""
        said = f"{what}（{piece.inside.strip()[:80]}）" if piece.inside else what
        self.apart = self.apart or apart
        if said not in self.remarks and len(self.remarks) < MAX_REMARKS:
            self.remarks.append(said)

    def words(self, texts: Iterable[str], piece: Piece, place: str = "") -> None:
        """Raise NotTaken where one of the texts bears a secrecy mark."""
        for text in texts:
            if mark := marks.find(text):
                raise NotTaken(secret(f"{piece.inside}{place}" or "正文", mark))

    def opened(self, size: int, parts: int = 1) -> None:
        """Count what has been unpacked. Raises NotTaken where it is more than a file may open to."""
        self.unpacked, self.parts = self.unpacked + size, self.parts + parts
        grown = self.unpacked > SMALL and self.unpacked > MAX_RATIO * self.size
        if self.unpacked > MAX_UNPACKED or self.parts > MAX_PARTS or grown:
            raise NotTaken(
                f"解开后太大（超过 {MAX_UNPACKED >> 20} MB、{MAX_PARTS} 个文件或原大小的 {MAX_RATIO} 倍），可能被恶意构造，"
                "文件没有保存；请拆分或另存后重新上传。"
            )


def secret(where: str, mark: str) -> str:
    """The sentence for a secrecy mark."""
    return f"的{where.strip()}处带有密级标志“{mark}”。本系统为非涉密系统，文件没有保存；请立即停止上传，并联系本单位保密员处理。"
