"""Looking at what people brought (在线查看): pictures made apart from us, kept by the file's digest, thrown away at will.

Nothing of a stranger reaches a browser but these pictures; they are never part of a packet, and the original stays as it came.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from shutil import rmtree, which
from threading import Lock
from typing import Any

from workflow.record.errors import Unavailable
from workflow.record.sandbox import Exhausted, converted, look
from workflow.record.settings import Settings
from workflow.record.store import Store

WIDTHS = {"s": 200, "m": 1100, "l": 2200}
"""A thumbnail, a page beside the report, a page looked at closely."""
SECONDS = 60
KEPT = timedelta(days=30)
"""How long pictures are kept after the last look; they can be made again."""
DOUBTED = timedelta(hours=1)
"""How long a file that could not be shown is not tried again: it may have been the machine, busy or short of memory, that failed."""
_OFFICE = ("doc", "docx", "wps", "xls", "xlsx", "et", "ppt", "pptx", "dps", "odt", "ods", "odp")
_KINDS = {
    "pdf": "pdf", "eml": "mail", "txt": "words", "csv": "words",
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "webp", "heic", "heif"), "picture"),
    **dict.fromkeys(_OFFICE, "office"),
}  # fmt: skip
SORRY = "这个文件不能预览，可能已损坏、设有密码或过于复杂；请下载原件查看。"
NO_PROGRAM = "本机没有安装 LibreOffice，Office 和 WPS 文件不能预览；请下载原件查看。"
_turns: defaultdict[str, Lock] = defaultdict(Lock)


@dataclass(frozen=True)
class Shown:
    """One page as a picture (预览页), or why there is none."""

    pages: int
    picture: bytes
    sorry: str = ""


def showable(name: str) -> bool:
    """Whether files of this name are looked at in place; others are fetched."""
    return _kind(name) != ""


def show(store: Store, settings: Settings, sha256: str, name: str, *, page: int = 1, size: str = "m") -> Shown:
    """A page of a stored file as JPEG. Raises Unavailable where all places are taken, Damaged."""
    folder = settings.home / "previews" / sha256[:2] / sha256
    with _turns[sha256]:  # who comes second finds what the first had made
        found = _kept(folder, page, size)
        return found or _made(store, folder, sha256, name, page, size)


def clean(settings: Settings, *, at: datetime) -> int:
    """Throw away pictures that nobody has made or looked at for :data:`KEPT`; returns of how many files they were."""
    gone = 0
    for told in (settings.home / "previews").glob("*/*/pages.json"):
        with suppress(OSError):  # whoever makes them anew at this moment finds nothing, and makes them
            if datetime.fromtimestamp(told.stat().st_mtime, UTC) < at - KEPT:
                rmtree(told.parent)
                gone += 1
    return gone


def _kind(name: str) -> str:
    return _KINDS.get(name.rpartition(".")[2].lower(), "")


def _kept(folder: Path, page: int, size: str) -> Shown | None:
    try:
        told = json.loads((folder / "pages.json").read_text("utf-8"))
        if told.get("sorry"):
            tried = datetime.fromtimestamp((folder / "pages.json").stat().st_mtime, UTC)
            return Shown(0, b"", told["sorry"]) if datetime.now(UTC) - tried < DOUBTED else None
        os.utime(folder / "pages.json")
        return Shown(told["pages"], (folder / f"{min(page, told['pages'])}-{size}.jpg").read_bytes())
    except (OSError, ValueError, KeyError):
        return None


def _made(store: Store, folder: Path, sha256: str, name: str, page: int, size: str) -> Shown:
    sizes = ("s", "m") if size != "l" else ("l",)
    try:
        told = _drawn(store, folder, sha256, name, page, [WIDTHS[one] for one in sizes])
    except Exhausted as exhausted:
        if exhausted.args == ("busy",):
            raise Unavailable("正在生成预览的文件较多，请稍后再看，或下载原件。") from None
        told = {"pages": 0, "sorry": SORRY}
    except FileNotFoundError:
        return Shown(0, b"", NO_PROGRAM)  # not kept: it may be installed tomorrow
    pictures = (
        {one: base64.b64decode(told["pictures"][str(WIDTHS[one])]) for one in sizes} if not told.get("sorry") else {}
    )
    for one, data in pictures.items():
        _keep(folder, f"{min(page, told['pages'])}-{one}.jpg", data)
    facts = {"pages": told["pages"], "sorry": told.get("sorry", "")}
    _keep(folder, "pages.json", json.dumps(facts, ensure_ascii=False).encode())
    return Shown(facts["pages"], pictures.get(size, b""), facts["sorry"])


def _drawn(store: Store, folder: Path, sha256: str, name: str, page: int, widths: Sequence[int]) -> dict[str, Any]:
    kind, data = _kind(name), b""
    if kind == "office":
        kind, data = "pdf", _as_pdf(store, folder, sha256, name)
    question = {"kind": kind, "page": page, "widths": list(widths)}
    told: dict[str, Any] = look(
        "inspection.preview:answer", BytesIO(data or store.read(sha256)), question, seconds=SECONDS
    )
    return told


def _as_pdf(store: Store, folder: Path, sha256: str, name: str) -> bytes:
    """The document as pages, made once. Raises Exhausted, FileNotFoundError where nothing can make them."""
    kept = folder / "pages.pdf"
    if kept.exists():
        return kept.read_bytes()
    if which("soffice") is None:
        raise FileNotFoundError("soffice")
    with tempfile.TemporaryDirectory(prefix="preview-") as made:
        try:
            data = converted(
                Path(made), store.read(sha256), "pdf", ending=name.rpartition(".")[2].lower(), seconds=SECONDS
            )
        except OSError:
            raise Exhausted("soffice") from None
    _keep(folder, "pages.pdf", data)
    return data


def _keep(folder: Path, name: str, data: bytes) -> None:
    """Whole or not at all, and ours alone to read; a full disk costs the next look its speed, no more."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(fresh).replace(folder / name)
    except OSError:
        return
