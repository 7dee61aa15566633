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
TOP = 80.0
"""A heading that begins so near to the upper edge, in points, has nothing before it on its page."""
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


@dataclass(frozen=True)
class Head:
    """Where a part of a printed paper begins (部分标题): the page counted from 0, and whether at its top."""

    title: str
    page: int
    top: bool


def heads_of(pdf: bytes) -> list[Head]:
    """The headings of a printed paper, as the press has marked them."""
    with Pdf.open(BytesIO(pdf)) as opened, opened.open_outline() as outline:
        return [_head(opened, one) for one in outline.root]


def _head(opened: Pdf, item: OutlineItem) -> Head:
    target: Any = item.destination
    page = Page(target[0])
    return Head(str(item.title), opened.pages.index(page), float(target[3]) > float(page.mediabox[3]) - TOP)


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
            for page in opened.pages:
                _draw_seals(opened, page)
        volume.pages.extend(opened.pages)


def _draw_seals(opened: Pdf, page: Page) -> None:
    """Make the seals part of the page: their boxes belong to the original alone."""
    drawn = []
    boxes: Any = page.obj.get(Name.Annots, [])
    for n, box in enumerate(boxes):
        look = box.get(Name.AP, Dictionary()).get(Name.N)
        if not isinstance(look, pikepdf.Stream):
            continue
        left, low, right, high = _corners(box.Rect)
        x, y, width, height = _corners(look.BBox)
        across, up = (right - left) / ((width - x) or 1), (high - low) / ((height - y) or 1)
        name = page.add_resource(look, Name.XObject, Name(f"/Seal{n}"))
        drawn.append(f"q {across:.5f} 0 0 {up:.5f} {left - x * across:.3f} {low - y * up:.3f} cm {name} Do Q")
    if Name.Annots in page.obj:
        del page.obj[Name.Annots]
    if drawn:
        _draw(page, opened.make_stream(b"q"), opened.make_stream(("Q " + " ".join(drawn)).encode("ascii")))


def _draw(page: Page, before: pikepdf.Stream, behind: pikepdf.Stream) -> None:
    """Put something on top of a page, whatever its own drawing leaves behind."""
    own: Any = page.obj.get(Name.Contents, Array())
    page.obj[Name.Contents] = Array([before, *(own if isinstance(own, Array) else [own]), behind])


def _corners(box: Any) -> tuple[float, float, float, float]:
    """A rectangle from its lower left to its upper right corner, however it was written."""
    a, b, c, d = (float(one) for one in box)
    return min(a, c), min(b, d), max(a, c), max(b, d)


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
    before, shared = volume.make_stream(b"q"), dict[tuple[int, int], Dictionary]()
    for n, page in enumerate(volume.pages, start=first):
        resources = page.obj.get(Name.Resources)
        if resources is None:
            resources = page.obj[Name.Resources] = Dictionary()
        _add_names(resources, names, shared)
        _draw(page, before, volume.make_stream(_folio(str(n), float(page.mediabox[2]))))


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
