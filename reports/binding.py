"""Binding papers into one volume (装订): contents with page numbers and links, bookmarks, folios, packets behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf

from packets import render
from workflow.record.settings import Settings

LINK = "dossier:"
"""How the contents page writes its links; they become jumps within the file when it is bound."""


@dataclass(frozen=True)
class Part:
    """One part of the volume (分册): its title in the contents and its PDF."""

    title: str
    pdf: bytes
    packet: bool = False
    """A sealed packet: bound as a reading copy, listed under the packets."""


@dataclass(frozen=True)
class _Entry:
    """A line of the contents (目录条目), with its first page counted from the volume's first page, 0."""

    title: str
    page: int
    packet: bool


def printed(settings: Settings, name: str, **values: object) -> bytes:
    """Print ``templates/reports/NAME.html``. Raises PacketFailed."""
    template = render.environment(settings).get_template(f"reports/{name}.html")
    return render.html_to_pdf(template.render(**values), resources={}, settings=settings, pdf_variant=None)


def bind(parts: list[Part], packets: Iterable[Part], settings: Settings) -> bytes:
    """One PDF: the cover, the contents, the other parts, then the packets, which are taken one at a time."""
    with Pdf.open(BytesIO(parts[0].pdf)) as volume:
        cover = len(volume.pages)
        entries: list[_Entry] = []
        for part in [*parts[1:], *packets]:
            entries.append(_Entry(part.title, len(volume.pages), part.packet))
            with Pdf.open(BytesIO(part.pdf)) as opened:
                if part.packet:
                    opened.flatten_annotations("all")  # seals stay visible; they are valid in the originals only
                volume.pages.extend(opened.pages)
        added = _insert_contents(volume, entries, cover, settings)
        _bookmarks(volume, entries, added)
        _folios(volume, settings)
        out = BytesIO()
        volume.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
        return out.getvalue()


def _insert_contents(volume: Pdf, entries: list[_Entry], cover: int, settings: Settings) -> int:
    """Print the contents behind the cover; its own length moves every number, so it is printed until they agree."""
    length = 1
    while True:
        lines = [(entry.title, entry.page + length + 1, entry.packet) for entry in entries]
        contents_pdf = printed(settings, "contents", lines=lines, link=LINK)
        with Pdf.open(BytesIO(contents_pdf)) as contents:
            if len(contents.pages) != length:
                length = len(contents.pages)
                continue
            for n, page in enumerate(contents.pages):
                volume.pages.insert(cover + n, page)
        for page in volume.pages[cover : cover + length]:
            _jump(volume, page)
        return length


def _jump(volume: Pdf, page: pikepdf.Page) -> None:
    """Turn the contents page's written links into jumps."""
    for link in page.obj.get(Name.Annots, []):
        target = str(link.get(Name.A, Dictionary()).get(Name.URI, ""))
        if target.startswith(LINK):
            del link[Name.A]
            link[Name.Dest] = Array([volume.pages[int(target.removeprefix(LINK)) - 1].obj, Name.Fit])


def _bookmarks(volume: Pdf, entries: list[_Entry], added: int) -> None:
    first = next((entry.page + added for entry in entries if entry.packet), None)
    group = OutlineItem("附：证据包", first)
    with volume.open_outline() as outline:
        outline.root.clear()
        outline.root.append(OutlineItem("封面", 0))
        outline.root.append(OutlineItem("目录", 1))
        for entry in entries:
            item = OutlineItem(entry.title, entry.page + added)
            (group.children if entry.packet else outline.root).append(item)
        if first is not None:
            outline.root.append(group)


def _folios(volume: Pdf, settings: Settings) -> None:
    """Number every page of the volume in its lower right corner; the packets keep their own numbers beside."""
    with Pdf.open(BytesIO(printed(settings, "folios", count=len(volume.pages)))) as numbers:
        for n, (page, number) in enumerate(zip(volume.pages, numbers.pages, strict=True), start=1):
            name = page.add_resource(volume.copy_foreign(number.as_form_xobject()), Name.XObject, Name(f"/Folio{n}"))
            page.contents_add(b"q", prepend=True)
            page.contents_add(f"Q q 1 0 0 1 {float(page.mediabox[2]) - 88:.1f} 26 cm {name} Do Q".encode("ascii"))
