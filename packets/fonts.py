"""Fonts by file (字体): the office's own if present, the open base otherwise; what no font can show is written out.

The base faces have 65,535 glyphs each; every PDF would pay for their tables. So a working cut of about 8,000
characters (GB/T 2312 and signs) is made once, and the whole face is added only to papers with rarer characters.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont
from markupsafe import escape

from workflow.record.errors import PacketFailed
from workflow.record.settings import Settings

BASE = Path("/usr/share/fonts/opentype/noto")
"""Where Debian's fonts-noto-cjk lies."""
OPEN = (("Song", 400, "NotoSerifCJK-Regular"), ("Song", 700, "NotoSerifCJK-Bold"), ("Hei", 700, "NotoSansCJK-Bold"))
"""(family, weight, collection) of the base faces."""
OWN = {
    "Kai": ("*楷*", "simkai*", "FandolKai-Regular*"),
    "Fangsong": ("仿宋*", "simfang*", "*Fangsong*", "FandolFang*"),
    "Title": ("*小标宋*", "FandolSong-Bold*"),
}
"""Families an office may bring in ``settings.fonts``, by file name; the first match counts."""
_SIGNS = ((0x20, 0x7F), (0xA0, 0x100), (0x370, 0x3D0), (0x2000, 0x2070), (0x2100, 0x2300), (0x2460, 0x2500),
          (0x2500, 0x2660), (0x3000, 0x3040), (0x3200, 0x3400), (0xFF00, 0xFFF0))  # fmt: skip


@dataclass(frozen=True)
class Face:
    """One face to embed (字体文件)."""

    family: str
    weight: int
    path: Path

    @property
    def name(self) -> str:
        """The name under which the press is given the file."""
        return f"font-{self.family}-{self.weight}"


def faces(settings: Settings, text: str) -> list[Face]:
    """The faces that show ``text``: own ones, the working cuts, whole faces where rarer characters ask for them.

    Raises PacketFailed where the base fonts are not installed, or where a character is in no font at all.
    """
    cut = [Face(family, weight, _made(settings, collection, cut=True)) for family, weight, collection in OPEN]
    rare = set(text) - {chr(code) for code in _covered(cut[0].path)}
    whole: list[Face] = []
    if any(not c.isspace() for c in rare):
        whole = [Face(f"Whole{f}", w, _made(settings, c, cut=False)) for f, w, c in OPEN]
        _refuse_unknown(rare, _covered(whole[0].path))
    return own_faces(settings) + cut + whole


def style(chosen: list[Face]) -> str:
    """The ``@font-face`` rules; the files come through the closed fetcher."""
    return "\n".join(
        f"@font-face {{ font-family: '{face.family}'; font-weight: {face.weight}; src: url('resource:{face.name}'); }}"
        for face in chosen
    )


def alone(settings: Settings) -> Path:
    """The fontconfig file of the press: it knows the Chinese faces made here and none of the machine's.

    Otherwise what no named face shows, or forgot to name one, is set in whatever the machine has: a Japanese face, mostly.
    """
    folder = _cache(settings)
    path = folder / "fonts.conf"
    said = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
        f"<fontconfig><dir>{escape(folder)}</dir><cachedir>{escape(folder)}/cache</cachedir></fontconfig>\n"
    )
    if not path.is_file() or path.read_text("utf-8") != said:
        path.write_text(said, "utf-8")
    return path


def printable(text: str, settings: Settings) -> str:
    """The text with every character that no font can show written out, e.g. 〔U+1F600〕: nothing goes unseen."""
    known = _covered(_made(settings, OPEN[0][2], cut=False))
    return "".join(c if c.isspace() or ord(c) in known else f"〔U+{ord(c):04X}〕" for c in text)


def _refuse_unknown(rare: set[str], known: frozenset[int]) -> None:
    for c in sorted(rare):
        if not c.isspace() and ord(c) not in known:
            raise PacketFailed(
                f"字体里没有「{c}」（U+{ord(c):04X}），纸面上会出现空白，已停止生成；请系统管理员安装所需字体。"
            )


@lru_cache(maxsize=16)
def _covered(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def own_faces(settings: Settings) -> list[Face]:
    """The faces that the office has brought in ``settings.fonts``, or none."""
    folder, found = settings.fonts, []
    for family, patterns in OWN.items():
        files = [
            path for pattern in patterns for path in sorted(folder.glob(pattern)) if path.suffix in (".ttf", ".otf")
        ]
        if files:
            found.append(Face(family, 400, files[0]))
    return found


def _made(settings: Settings, collection: str, *, cut: bool) -> Path:
    """The Simplified Chinese face of a collection as a file of its own, whole or cut; made once, beside the programs."""
    folder = _cache(settings)
    path = folder / f"{collection}-{'cut' if cut else 'SC'}.otf"
    if path.is_file():
        return path
    source = BASE / f"{collection}.ttc"
    if not source.is_file():
        raise PacketFailed("没有安装中文字体（fonts-noto-cjk），不能生成 PDF；请系统管理员安装后重试。")
    with _alone(folder):
        if not path.is_file():
            with TTCollection(source, lazy=True) as whole:
                face = next(f for f in whole.fonts if " CJK SC" in (f["name"].getDebugName(4) or ""))
                if cut:
                    _cut(face)
                fresh = path.with_suffix(".tmp")
                face.save(fresh)
                fresh.replace(path)
    return path


def _cut(face: TTFont) -> None:
    options = subset.Options(layout_features=[], hinting=False)
    options.drop_tables += ["vmtx", "vhea", "VORG", "GPOS", "GSUB", "BASE"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes={code for first, end in _SIGNS for code in range(first, end)} | set(_gb2312()))
    cutter.subset(face)


def _gb2312() -> Iterator[int]:
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            letter = bytes([high, low]).decode("gb2312", "ignore")
            yield from map(ord, letter)


def _cache(settings: Settings) -> Path:
    """Beside the programs, where every installation on the machine finds them; in the home where that is read-only."""
    shared = Path(sys.prefix) / "share" / "taizhang-fonts"
    if not shared.is_dir() and os.access(sys.prefix, os.W_OK):
        shared.mkdir(parents=True, exist_ok=True)
    folder = shared if os.access(shared, os.W_OK) else settings.home.resolve() / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":  # `make` prepares the faces, so that the first packet need not wait
    for *_, font in OPEN:
        for cut in (True, False):
            _made(Settings(), font, cut=cut)
