"""What brings a file to a format that a reader knows (转换): LibreOffice of the system, our own recognition of scans."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from workflow.record.errors import Unavailable, Unreadable
from workflow.record.sandbox import Exhausted, call, converted

SCAN_MEMORY, SCAN_SECONDS = 1 << 30, 2400
"""What recognition may take: the engine writes to half of it, an A3 page to the rest; forty seconds of a core a page."""
PAGES = 3
"""Pages that are recognised at a time in the background: half a minute or so, then whoever waits has a turn."""


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


def _office(folder: Path, data: bytes) -> bytes:
    """A document as .docx."""
    return converted(folder, data, "docx:MS Word 2007 XML")


def _sheets(folder: Path, data: bytes) -> bytes:
    """A workbook as .xlsx."""
    return converted(folder, data, "xlsx:Calc MS Excel 2007 XML")


def recognised_pages(data: bytes, name: str, *, done: int) -> tuple[int, list[str]]:
    """(pages that are pictures, what the next of them say) of a scan, behind those that are done.

    Raises Unreadable, and Unavailable where others are at it.
    """
    try:
        said = _scanned("pages", data, {"name": name, "done": done, "most": PAGES})
    except Exhausted as exhausted:
        if exhausted.args == ("busy",):
            raise Unavailable("正在识别的文件较多，还没有轮到，稍后自动再试。") from None
        raise Unreadable(_PROGRAMS["ocr"][2].format(name=name)) from None
    return said["total"], said["pages"]


def recognised(data: bytes, name: str, pages: Sequence[str]) -> bytes:
    """A scan of whose pages this is known, as a file that is read like any other. Raises Unreadable."""
    try:
        document: str = _scanned("answer", data, {"name": name, "pages": pages})["document"]
    except Exhausted:
        raise Unreadable(_PROGRAMS["ocr"][2].format(name=name)) from None
    return document.encode("utf-8")


def _recognise(_: Path, data: bytes) -> bytes:
    """A scan as what its pages say. Raises Unreadable."""
    document: str = _scanned("answer", data, {"name": "文件"})["document"]
    return document.encode("utf-8")


def _scanned(task: str, data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    limits: dict[str, Any] = {"seconds": SCAN_SECONDS, "memory": SCAN_MEMORY, "kind": "program"}
    said: dict[str, Any] = call(f"intake.scans.reading:{task}", data, question, **limits)
    if "unreadable" in said:
        raise Unreadable(said["unreadable"])
    return said


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
        (),
        _recognise,
        "没有读到任务表：{name}是扫描件，文字识别超出了时间或内存限度；请降低扫描分辨率，或分成几份再读入。",
    ),
}
