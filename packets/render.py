"""Papers from HTML (排版): the closed door to the press. Nothing a document shows comes from outside the job.

The packet is printed once, as PDF/A-3b with the evidence embedded and every seal box empty.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from textwrap import wrap
from typing import Any
from urllib.parse import urlencode

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from packets import fonts, picture
from packets.contents import PacketContents
from packets.seal import Box, SealAct, prepare
from workflow.ledgers.deadlines import spoken_period
from workflow.record.calendar import spoken, spoken_moment
from workflow.record.errors import PacketFailed
from workflow.record.registering import CODE
from workflow.record.settings import Settings
from workflow.record.showing import spoken_duty, spoken_size
from workflow.tasks.levels import LIST, told_in_list
from workflow.tasks.page.drawing import draw

ROOT = Path(__file__).resolve().parent.parent
PAGE_HEIGHT, MARGIN_LEFT, BOXES_TOP = 841.89, 48.0, 150.0
"""Points: height of A4, left margin, and where the first row of seal boxes begins below the page's top edge."""
GAP, PER_PAGE = 8.0, 8
MOST_LISTED = 300
"""Lines of a list from the level below that a packet prints."""


@dataclass(frozen=True)
class Attached:
    """A file embedded in a PDF/A-3 (附件)."""

    name: str
    data: bytes
    description: str
    relationship: str = "Supplement"


class Press:
    """One printing process, started when first needed and again if it dies; one document at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._owner = 0

    def print(self, folder: Path, settings: Settings) -> None:
        """Print the job in ``folder``; raises PacketFailed where nothing came out."""
        with self._lock:
            try:
                self._ask(fonts.alone(settings), f"{folder}\t{settings.render_bytes}\t{settings.render_seconds}")
            except (BrokenPipeError, EOFError):
                self._process = None
                raise PacketFailed("排版进程中断，请稍后重试。") from None
        if not (folder / "out.pdf").is_file():
            raise PacketFailed(
                "PDF 没有生成：内容超出排版的时间或内存限度，或引用了不允许的资源；请系统管理员查看日志。"
            )

    def _ask(self, known: Path, line: str) -> None:
        if self._owner != os.getpid() or self._process is None or self._process.poll() is not None:
            self._owner = os.getpid()  # a fork must not write into its parent's pipe
            self._process = subprocess.Popen(
                [sys.executable, "-m", "packets.press"],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                env=os.environ | {"FONTCONFIG_FILE": str(known)},
            )  # fmt: skip
            self._read()
        assert self._process.stdin is not None  # noqa: S101 — opened as a pipe above
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        self._read()

    def close(self) -> None:
        """End the process, when this one ends."""
        if self._process is not None and self._owner == os.getpid():
            self._process.kill()
            self._process.communicate()

    def _read(self) -> None:
        out = self._process.stdout if self._process else None
        if out is None or not out.readline():
            raise EOFError


_PRESS = Press()
atexit.register(_PRESS.close)


def render(contents: PacketContents, files: Mapping[str, bytes], *, settings: Settings) -> bytes:
    """Print a packet: PDF/A-3b, evidence and ``manifest.json`` embedded, all seal boxes there and empty.

    ``files`` maps SHA-256 to bytes for every embedded piece. Raises PacketFailed rather than print a hole.
    """
    printed = html_to_pdf(
        packet_html(contents, settings, files),
        resources={},
        settings=settings,
        attachments=_attachments(contents, files),
        identifier=contents.content_digest,
        at=contents.gathered_at,
    )
    return prepare(printed, _boxes(contents))


def packet_html(contents: PacketContents, settings: Settings, files: Mapping[str, bytes] | None = None) -> str:
    """The packet as the press is given it, without its fonts; a list of what was done below is printed as well as attached."""
    lists = [(files or {}).get(file.sha256 or "", b"") for file in contents.files if file.name == LIST]
    below = [row for data in lists for row in told_in_list(data)]
    return (
        environment(settings)
        .get_template("packets/packet.html")
        .render(
            packet=contents,
            below=below[:MOST_LISTED],
            more=len(below) - MOST_LISTED,
            boxes=[(slot, _placed(n)) for n, slot in enumerate(contents.slots)],
            per_page=PER_PAGE,
            rail=draw(contents.chain),
            code=" ".join(wrap(contents.content_digest[:CODE], 4)),
            qr=Markup(_qr(contents, settings)),  # noqa: S704 — made here from a number and a digest
        )
    )


def stamp(act: SealAct, *, demo: bool, settings: Settings) -> bytes:
    """One seal as a page of the size of its box: the round seal and the words beside it."""
    words = picture.stamp_words(gate=act.gate, unit=act.unit, person=act.person, opinion=act.opinion, at=act.at)
    html = (
        environment(settings)
        .get_template("packets/stamp.html")
        .render(seal=picture.round_seal(act.unit, demo=demo), words=words, demo=demo, size=picture.BOX)
    )
    return html_to_pdf(html, resources={}, settings=settings, identifier=act.field, at=act.at)


def bare_seal(act: SealAct, *, demo: bool, settings: Settings) -> bytes:
    """The round seal alone, as it stands over name and date of an issued paper: nothing behind it."""
    side = "42mm"
    html = (
        f"<html><head><style>@page {{ size: {side} {side}; margin: 0 }} body {{ margin: 0 }} svg {{ display: block }}</style></head>"
        f'<body><div style="width:{side};height:{side}">{picture.round_seal(act.unit, demo=demo)}</div></body></html>'
    )
    return html_to_pdf(html, resources={}, settings=settings, identifier=act.field, at=act.at)


def environment(settings: Settings) -> Environment:
    """Templates with everything escaped; ``| p`` writes out characters that no font can show."""
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters.update(
        day=spoken,
        period=spoken_period,
        moment=spoken_moment,
        size=spoken_size,
        duty=spoken_duty,
        p=lambda text: fonts.printable(str(text), settings),
    )
    return made


def html_to_pdf(
    html: str,
    *,
    resources: Mapping[str, bytes],
    settings: Settings,
    attachments: Sequence[Attached] = (),
    pdf_variant: str | None = "pdf/a-3b",
    identifier: str = "taizhang",
    at: datetime | None = None,
) -> bytes:
    """Print HTML whose resources are named ``resource:NAME``; fonts are added. Raises PacketFailed."""
    chosen = fonts.faces(settings, html)
    html = html.replace("<head>", f"<head><style>{fonts.style(chosen)}</style>", 1)
    with tempfile.TemporaryDirectory(prefix="press-") as name:
        folder = Path(name)
        named = {}
        for n, (resource, data) in enumerate(resources.items()):
            (folder / f"r{n}").write_bytes(data)
            named[resource] = f"r{n}"
        for face in chosen:
            (folder / face.name).symlink_to(face.path.resolve())
            named[face.name] = face.name
        job = {
            "html": html,
            "resources": named,
            "attachments": _written(folder, attachments),
            "variant": pdf_variant,
            "identifier": identifier,
            "at": at.isoformat() if at else None,
        }
        (folder / "job.json").write_text(json.dumps(job, ensure_ascii=False), "utf-8")
        _PRESS.print(folder, settings)
        return (folder / "out.pdf").read_bytes()


def _written(folder: Path, attachments: Sequence[Attached]) -> list[dict[str, Any]]:
    written = []
    for n, one in enumerate(attachments):
        (folder / f"a{n}").write_bytes(one.data)
        meta = {"name": one.name, "description": one.description, "relationship": one.relationship}
        written.append({"file": f"a{n}", **meta})
    return written


def _attachments(contents: PacketContents, files: Mapping[str, bytes]) -> list[Attached]:
    """The manifest and the evidence under its own names; two files of one name get a number."""
    manifest = json.dumps(contents.manifest(), ensure_ascii=False, indent=1, sort_keys=True).encode()
    attached = [Attached("manifest.json", manifest, "证据包清单", "Data")]
    for file, name in zip(contents.files, attachment_names(contents), strict=True):
        if name is not None and file.sha256 is not None:
            if file.sha256 not in files:
                raise PacketFailed(f"证明材料「{file.name}」没有取到，证据包不能缺页，已停止生成。")
            attached.append(Attached(name, files[file.sha256], file.sha256))
    return attached


def attachment_names(contents: PacketContents) -> list[str | None]:
    """The name under which each file is embedded, None for those that are not; unique, never ``manifest.json``."""
    taken = {"manifest.json"}
    names: list[str | None] = []
    for file in contents.files:
        if not file.embedded:
            names.append(None)
            continue
        stem, dot, ending = file.name.rpartition(".")
        name, n = file.name, 2
        while name in taken:
            name = f"{stem}（{n}）{dot}{ending}" if dot else f"{file.name}（{n}）"
            n += 1
        taken.add(name)
        names.append(name)
    return names


def _placed(n: int) -> tuple[float, float]:
    """Left and top of the n-th box in points, from the corner of the page's content area."""
    width, height = picture.BOX
    place = n % PER_PAGE
    return (place % 2) * (width + GAP - 1), (place // 2) * (height + GAP)


def _boxes(contents: PacketContents) -> list[Box]:
    """Where the seal fields stand on the last pages, in PDF coordinates."""
    width, height = picture.BOX
    pages = -(-len(contents.slots) // PER_PAGE)
    boxes = []
    for n, slot in enumerate(contents.slots):
        left, top = _placed(n)
        x, y = MARGIN_LEFT + left, PAGE_HEIGHT - BOXES_TOP - top
        last = slot.field == contents.slots[-1].field
        boxes.append(Box(slot.field, n // PER_PAGE - pages, (x, y - height, x + width, y), locks=last))
    return boxes


def _qr(contents: PacketContents, settings: Settings) -> str:
    """The page of the public check with number and check code; number and digest where nobody outside can reach it."""
    text = f"{contents.number} {contents.content_digest}"
    if settings.public_url:
        asked = urlencode({"number": contents.number, "code": contents.content_digest[:CODE]})
        text = f"{settings.public_url.rstrip('/')}/check?{asked}"
    return str(segno.make(text, error="m").svg_inline(scale=2, border=0, omitsize=True))
