"""Programs of the system that bring a file to a format that a library reads (外部程序): LibreOffice and tesseract."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from workflow.record.errors import Unreadable
from workflow.record.sandbox import Exhausted, run

MAX_SCANNED = 60
"""Pages of a scan that are recognised: each takes some seconds of both cores."""
DOTS = 300
"""Dots an inch at which tesseract reads best."""


class Needs(Unreadable):
    """A file that only a program of the system can open; its sentence is for where that is missing."""

    def __init__(self, program: str, message: str) -> None:
        super().__init__(message)
        self.program = program


def has(needed: str) -> bool:
    """Whether this machine has what is needed for ``office`` documents, ``sheets`` or ``ocr``."""
    return all(shutil.which(tool) for tool in _PROGRAMS[needed][0])


def convert(needed: str, data: bytes, name: str) -> bytes | None:
    """The file as a program leaves it; None where that is not installed. Raises Unreadable where it fails."""
    _, work, sentence = _PROGRAMS[needed]
    if not has(needed):
        return None
    with tempfile.TemporaryDirectory(prefix="program-") as folder:
        try:
            return work(Path(folder), data)
        except Exhausted as exhausted:
            if exhausted.args == ("busy",):
                raise Unreadable(f"没有读到任务表：正在转换的文件较多，{name}还没有轮到；请稍后再试。") from None
            raise Unreadable(sentence.format(name=name)) from None
        except OSError:
            raise Unreadable(sentence.format(name=name)) from None


def _office(folder: Path, data: bytes, target: str = "docx:MS Word 2007 XML") -> bytes:
    """A document as .docx, under a profile of its own: two conversions with one profile wait for each other."""
    source, made = folder / "source.file", folder / f"source.{target.split(':', maxsplit=1)[0]}"
    source.write_bytes(data)
    command = [
        "soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--nolockcheck",
        "--convert-to", target, "--outdir", str(folder), str(source),
    ]  # fmt: skip
    run(command, cwd=folder)
    return made.read_bytes()


def _sheets(folder: Path, data: bytes) -> bytes:
    """A workbook as .xlsx."""
    return _office(folder, data, "xlsx:Calc MS Excel 2007 XML")


def _recognise(folder: Path, data: bytes) -> bytes:
    """A scan as a PDF whose words lie under its pictures."""
    (folder / "scan.pdf").write_bytes(data)
    run(["pdftoppm", "-r", str(DOTS), "-gray", "-png", "-l", str(MAX_SCANNED), "scan.pdf", "page"], cwd=folder)
    pages = sorted(folder.glob("page*.png"))
    (folder / "pages.txt").write_text("\n".join(map(str, pages)))
    languages = "chi_sim"
    run(
        ["tesseract", "pages.txt", "read", "-l", languages, "--psm", "11", "pdf"],
        cwd=folder,
        seconds=60 + 30 * len(pages),
    )
    return (folder / "read.pdf").read_bytes()


_PROGRAMS: dict[str, tuple[tuple[str, ...], Callable[[Path, bytes], bytes], str]] = {
    "office": (
        ("soffice",),
        _office,
        "没有读到任务表：{name}不能转换，可能已损坏或设有密码；请在 Word 或 WPS 中另存为 .docx 后再读入。",
    ),
    "sheets": (
        ("soffice",),
        _sheets,
        "没有读到任务表：{name}不能转换，可能已损坏或设有密码；请在 Excel 或 WPS 中另存为 .xlsx 后再读入。",
    ),
    "ocr": (
        ("pdftoppm", "tesseract"),
        _recognise,
        "没有读到任务表：{name}是扫描件，文字识别没有完成；请改用 Word、Excel 原件，或分成几份再读入。",
    ),
}
