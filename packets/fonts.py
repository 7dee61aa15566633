"""Fonts by file (字体): the office's own if present, the open base otherwise; what they cannot show is said, not left out."""

from __future__ import annotations

import fcntl
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

from workflow.errors import PacketFailed
from workflow.settings import Settings

BASE = Path("/usr/share/fonts/opentype/noto")
"""Where Debian's fonts-noto-cjk lies."""
OWN = {
    "Fangsong": ("仿宋*", "simfang*", "*Fangsong*", "FandolFang*"),
    "Title": ("*小标宋*", "FandolSong-Bold*"),
    "Kai": ("楷体*", "simkai*", "FandolKai*"),
}
"""Families an office may bring in ``settings.fonts``, by file name; the first match counts."""


@dataclass(frozen=True)
class Face:
    """One face to embed (字体文件)."""

    family: str
    weight: int
    path: Path


def faces(settings: Settings) -> tuple[Face, ...]:
    """The faces of a document. Raises PacketFailed where the base fonts are not installed."""
    cache = settings.home.resolve() / "fonts"
    cache.mkdir(parents=True, exist_ok=True)
    base = (
        Face("Song", 400, _extracted(cache, "NotoSerifCJK-Regular.ttc")),
        Face("Song", 700, _extracted(cache, "NotoSerifCJK-Bold.ttc")),
        Face("Hei", 700, _extracted(cache, "NotoSansCJK-Bold.ttc")),
    )
    return _own(settings.fonts) + base


def style(all_faces: tuple[Face, ...]) -> str:
    """The ``@font-face`` rules; the files come through the closed fetcher as ``resource:font-…``."""
    rules = [
        f"@font-face {{ font-family: '{face.family}'; font-weight: {face.weight}; src: url('resource:{name(face)}'); }}"
        for face in all_faces
    ]
    return "\n".join(rules)


def name(face: Face) -> str:
    """The resource name of a face."""
    return f"font-{face.family}-{face.weight}"


def printable(text: str, settings: Settings) -> str:
    """The text with every character that no font can show written out as 〔U+1F600〕: nothing is left out unseen."""
    known = _known(tuple(face.path for face in faces(settings)))
    return "".join(c if c in "\n\t" or ord(c) in known else f"〔U+{ord(c):04X}〕" for c in text)


def refuse_unprintable(text: str, settings: Settings) -> None:
    """Raise PacketFailed naming the first character that no font can show."""
    known = _known(tuple(face.path for face in faces(settings)))
    for c in text:
        if ord(c) not in known and not c.isspace() and not 0x200B <= ord(c) <= 0x200F:
            raise PacketFailed(f"字体里没有「{c}」（U+{ord(c):04X}），纸面上会出现空白，已停止生成；请系统管理员安装所需字体。")


@lru_cache(maxsize=8)
def _known(paths: tuple[Path, ...]) -> frozenset[int]:
    covered: set[int] = set()
    for path in paths:
        with TTFont(path, lazy=True) as font:
            covered.update(font.getBestCmap())
    return frozenset(covered)


def _own(folder: Path) -> tuple[Face, ...]:
    found = []
    for family, patterns in OWN.items():
        files = [path for pattern in patterns for path in sorted(folder.glob(pattern)) if path.suffix in (".ttf", ".otf")]
        if files:
            found.append(Face(family, 400, files[0]))
    return tuple(found)


def _extracted(cache: Path, collection: str) -> Path:
    """The Simplified Chinese face of a collection as a file of its own, made once."""
    made = cache / collection.replace(".ttc", "-SC.otf")
    if made.is_file():
        return made
    if not (BASE / collection).is_file():
        raise PacketFailed("没有安装中文字体（fonts-noto-cjk），不能生成 PDF；请系统管理员安装后重试。")
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.is_file():
            with TTCollection(BASE / collection) as whole:
                face = next(f for f in whole.fonts if " CJK SC" in (f["name"].getDebugName(4) or ""))
                fresh = made.with_suffix(".tmp")
                face.save(fresh)
                fresh.replace(made)
    return made
