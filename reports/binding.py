"""Binding one volume (装订): its papers one after the other, folios through all volumes, links, bookmarks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Page, Pdf

from packets import render
from workflow.record.settings import Settings

LINK = "dossier:"
"""How a table of contents writes its links; they become jumps within the file when it is bound."""
HEAVY = 1 << 20
"""From so many bytes on a sealed paper is bound without the files embedded in it: a volume holds on to what it is made from."""
_DIGIT, _BEFORE, _BEHIND, _RIGHT, _FOOT = 5, 14, 80, 40, 20


@dataclass(frozen=True)
class Part:
    """One paper of a volume (件): the bookmark that leads to it and its PDF."""

    title: str
    pdf: bytes
    sealed: bool = False
    """Bound as a reading copy: its seals stay visible, they are valid in the original."""


def printed(settings: Settings, name: str, **values: object) -> bytes:
    """Print ``templates/reports/NAME.html``. Raises PacketFailed."""
    template = render.environment(settings).get_template(f"reports/{name}.html")
    return render.html_to_pdf(template.render(**values), resources={}, settings=settings, pdf_variant=None)


def pages_of(pdf: bytes) -> int:
    """How many pages a paper has."""
    with Pdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)


def heads_of(pdf: bytes) -> list[tuple[str, int]]:
    """(heading, page counted from 0) of a printed paper's parts, as the press has marked them."""
    with Pdf.open(BytesIO(pdf)) as opened, opened.open_outline() as outline:
        return [(str(one.title), _place(opened, one)) for one in outline.root if one.destination is not None]


def _place(opened: Pdf, item: OutlineItem) -> int:
    target = item.destination
    return opened.pages.index(Page(target[0])) if isinstance(target, Array) else 0


def marks(settings: Settings, total: int) -> bytes:
    """The pieces that the folios of all volumes are put together from."""
    return printed(settings, "marks", total=total)


def bind(parts: Iterable[Part], marks_pdf: bytes, *, first: int = 1) -> bytes:
    """One PDF of all parts, taken one at a time; its pages are numbered on from ``first``."""
    with Pdf.new() as volume:
        starts: list[tuple[str, int]] = []
        plain: list[int] = []
        for part in parts:
            begins = len(volume.pages)
            starts.append((part.title, begins))
            _take(volume, part)
            plain += [] if part.sealed else range(begins, len(volume.pages))
        for n in plain:
            _jumps(volume, volume.pages[n], first)
        _bookmarks(volume, starts)
        _folios(volume, marks_pdf, first)
        out = BytesIO()
        volume.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
        return out.getvalue()


def _take(volume: Pdf, part: Part) -> None:
    with Pdf.open(BytesIO(_lightened(part.pdf) if part.sealed else part.pdf)) as opened:
        if part.sealed:
            opened.flatten_annotations("all")
        volume.pages.extend(opened.pages)


def _lightened(pdf: bytes) -> bytes:
    """A sealed paper's pages alone, where it is heavy with embedded files."""
    if len(pdf) < HEAVY:
        return pdf
    with Pdf.open(BytesIO(pdf)) as opened:
        del opened.Root[Name.Names]
        out = BytesIO()
        opened.save(out)
        return out.getvalue()


def _jumps(volume: Pdf, page: Page, first: int) -> None:
    """Turn a page's written links into jumps; those that lead into another volume are taken away."""
    links: Any = page.obj.get(Name.Annots, [])
    kept = []
    for link in links:
        target = str(link.get(Name.A, Dictionary()).get(Name.URI, ""))
        if not target.startswith(LINK):
            kept.append(link)
            continue
        place = int(target.removeprefix(LINK)) - first
        if 0 <= place < len(volume.pages):
            del link[Name.A]
            link[Name.Dest] = Array([volume.pages[place].obj, Name.Fit])
            kept.append(link)
    if links:
        page.obj[Name.Annots] = Array(kept)


def _bookmarks(volume: Pdf, starts: list[tuple[str, int]]) -> None:
    with volume.open_outline() as outline:
        outline.root.clear()
        outline.root.extend(OutlineItem(title, page) for title, page in starts if title)


def _folios(volume: Pdf, marks_pdf: bytes, first: int) -> None:
    """「第 x 页 共 y 页」 in the lower right corner; sealed papers keep their own numbers beside."""
    with Pdf.open(BytesIO(marks_pdf)) as opened:
        forms = [volume.copy_foreign(page.as_form_xobject()) for page in opened.pages]
    names = Dictionary({f"/Folio{n}": form for n, form in enumerate(forms)})
    shared: dict[tuple[int, int], Dictionary] = {}
    for n, page in enumerate(volume.pages, start=first):
        resources = page.obj.get(Name.Resources)
        if resources is None:
            resources = page.obj[Name.Resources] = Dictionary()
        _add_names(resources, names, shared)
        page.contents_add(b"q", prepend=True)
        page.contents_add(_folio(str(n), float(page.mediabox[2])))


def _add_names(resources: pikepdf.Object, names: Dictionary, seen: dict[tuple[int, int], Dictionary]) -> None:
    """Make the marks known to a page, once where pages share their resources."""
    if resources.is_indirect and resources.objgen in seen:
        return
    known = resources.get(Name.XObject)
    if known is None:
        resources[Name.XObject] = Dictionary(dict(names.items()))
    else:
        for name, form in names.items():
            known[name] = form
    if resources.is_indirect:
        seen[resources.objgen] = names


def _folio(number: str, width: float) -> bytes:
    x = width - _RIGHT - _BEHIND - _BEFORE - _DIGIT * len(number)
    drawn = [f"1 0 0 1 {x:.1f} {_FOOT} cm /Folio10 Do 1 0 0 1 {_BEFORE} 0 cm"]
    drawn += [f"/Folio{digit} Do 1 0 0 1 {_DIGIT} 0 cm" for digit in number]
    return ("Q q " + " ".join([*drawn, "/Folio11 Do Q"])).encode("ascii")
