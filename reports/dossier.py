"""The look-back dossier (回头看年度卷宗): one sealed PDF with the packets behind it, and a bag with the originals."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packets import render
from packets.authority import LocalAuthority, SealKey
from packets.beside import beside
from packets.paper import PaperContents, with_manifest
from packets.seal import SealAct, seal_plain
from packets.seals import sealing_key
from packets.vouching import vouched
from reports import bag, figures
from reports.binding import Paper, bind, paper
from workflow.record.errors import NotFound, Refused
from workflow.record.installation import Installation
from workflow.record.registering import registration_of, vouch
from workflow.record.settings import Settings
from workflow.tasks.progress import RULE
from workflow.year.lookback import LookBack, SealedPacket, look_back
from workflow.year.models import Dossier
from workflow.year.registering import finish_dossier

Progress = Callable[[int, int, str], None]
SEAL_AT = (174.0, 190.0, 420.0, 310.0)
"""Where the office's seal stands on the cover, in PDF points."""
LISTED = 1500
"""Lines of the list of open tasks; beyond them the bag's table has the rest."""
PART = 40
"""Rows of the item-by-item part that are printed at a time: layout grows faster than the number of rows."""


@dataclass(frozen=True)
class Behind:
    """A packet merged behind the papers (附入的证据包)."""

    number: str
    unit: str
    item: str
    text: str
    packet: SealedPacket


class _Steps:
    """Counts steps for the progress bar and writes them down for the screen."""

    def __init__(self, installation: Installation, dossier_id: int, total: int, told: Progress | None) -> None:
        self._installation, self._id, self._told = installation, dossier_id, told
        self.done, self.total = 0, total

    def __call__(self, words: str = "") -> None:
        self.done += 1
        if self._told is not None:
            self._told(self.done, self.total, words)
        if words or self.done % 10 == 0:
            with self._installation.database.writing() as session:
                row = session.get_one(Dossier, self._id)
                row.done, row.total, row.step = self.done, self.total, words or row.step


def build(installation: Installation, dossier_id: int, *, progress: Progress | None = None) -> None:
    """Build and register one requested dossier; a second building of the same request changes nothing.

    A refusal is kept with the request, where the screen shows it, and raised again for the queue.
    """
    with installation.database.reading() as session:
        request = session.get(Dossier, dossier_id)
        if request is None:
            raise NotFound
        if request.finished_at is not None:
            return
        look = look_back(session, request.ledger_id, as_of=request.as_of)
    try:
        _build(installation, dossier_id, look, progress)
    except Refused as refused:
        with installation.database.writing() as session:
            session.get_one(Dossier, dossier_id).error = refused.message
        raise


def export(installation: Installation, dossier_id: int, folder: Path) -> tuple[Path, Path]:
    """Write the built dossier as ``dossier.pdf``, its registration beside it, and ``dossier.zip``; returns PDF and zip."""
    with installation.database.reading() as session:
        row = session.get_one(Dossier, dossier_id)
        digests = (row.pdf_sha256, row.zip_sha256)
        known = registration_of(session, row.pdf_sha256 or "")
        said = known.text if known else None
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, digest in zip(("dossier.pdf", "dossier.zip"), digests, strict=True):
        if digest is None:
            raise NotFound("年度卷宗还没有编制完成，请稍后再试。")
        path = folder / name
        with path.open("wb") as file:
            file.writelines(installation.store.stream(digest))
        written.append(path)
    if said is not None:  # one of before registrations has none
        beside(written[0]).write_text(said, "utf-8")
    return written[0], written[1]


def _build(installation: Installation, dossier_id: int, look: LookBack, progress: Progress | None) -> None:
    behind, key = _behind(look), _key(look, installation)
    step = _Steps(installation, dossier_id, 5 + 2 * len(behind), progress)
    step("统计完成情况")
    papers = _papers(look, behind, installation.settings)
    step("排印正文")
    merged = bind(papers, _copies(behind, installation, step), installation.settings)
    step("装订成册")
    about = _about(look, behind, dossier_id)
    sealed = _sealed(with_manifest(merged, about), look, key, installation)
    registration = vouched(installation, about.draft(), sealed)
    step("办公室签章")
    with tempfile.TemporaryDirectory(prefix="bag-") as folder:
        path = bag.make(look, sealed, registration, installation.store, Path(folder), step=step)
        with path.open("rb") as stream:
            zipped = installation.store.add(stream, limit=path.stat().st_size)
    pdf = installation.store.add_bytes(sealed)
    step("打包归档")
    with installation.database.writing() as session:
        now = installation.clock()
        finish_dossier(session, session.get_one(Dossier, dossier_id), pdf=pdf, bag=zipped, at=now)
        vouch(session, registration, kind=about.kind, number=about.number, blob=pdf, at=now)


def _about(look: LookBack, behind: list[Behind], dossier_id: int) -> PaperContents:
    """What the volume says of itself: whose it is, and which packets are bound in it as reading copies."""
    return PaperContents(
        kind="年度卷宗",
        number=f"NDJZ-{look.year}-{dossier_id:06d}",
        title=look.title,
        office=look.office,
        gathered_at=look.as_of,
        audit_seq=look.head_seq,
        audit_hash=look.head_hash,
        extra={"packets": [{"number": one.number, "sha256": one.packet.sha256} for one in behind]},
    )


def _behind(look: LookBack) -> list[Behind]:
    return [
        Behind(task.packet.number, task.unit, item.number, item.text, task.packet)
        for item in look.items
        for task in item.tasks
        if task.packet is not None
    ]


def _copies(behind: list[Behind], installation: Installation, step: _Steps) -> Iterator[Paper]:
    """The sealed packets one after the other, each read whole and checked against its digest."""
    for one in behind:
        yield Paper(
            f"第 {one.item} 条　{one.unit}　{one.number}", installation.store.read(one.packet.sha256), packet=True
        )
        step("附入证据包")


def _papers(look: LookBack, behind: list[Behind], settings: Settings) -> list[Paper]:
    """Cover, figures, the rows in parts and what is left open: each a PDF of its own."""
    units, sections = figures.by_unit(look), figures.by_section(look)
    shared = {"look": look, "whole": figures.tally("合计", look.tasks)}
    papers = [
        Paper("封面", paper(settings, "cover", **shared)),
        Paper(
            "一、总体完成情况",
            paper(
                settings,
                "figures",
                **shared,
                units=units,
                sections=sections,
                charted=figures.charted(units),
                paces=figures.by_pace(look),
                rule=RULE,
            ),
        ),
    ]
    for start in range(0, len(look.items), PART):
        rows = look.items[start : start + PART]
        name = f"二、逐条核查（第 {rows[0].number} 条至第 {rows[-1].number} 条）"
        papers.append(Paper(name, paper(settings, "items", **shared, rows=rows, first=start == 0)))
    left = [(item, task) for item in look.items for task in item.tasks if not task.done]
    papers.append(
        Paper("三、未办结清单", paper(settings, "open", **shared, left=left[:LISTED], more=len(left[LISTED:])))
    )
    if behind:
        papers.append(Paper("四、证据包", paper(settings, "divider", **shared, behind=behind)))
    return papers


def _key(look: LookBack, installation: Installation) -> SealKey:
    """The office's key, looked at before the work begins and not at its end."""
    authority = LocalAuthority(installation.settings.home, installation.clock)
    return sealing_key(authority, look.office, now=installation.clock())


def _sealed(pdf: bytes, look: LookBack, key: SealKey, installation: Installation) -> bytes:
    """The office's one seal on the cover, which locks the file."""
    settings, at = installation.settings, key.sealing_time(look.as_of, now=installation.clock())
    act = SealAct("office", "年度卷宗", look.office, "编制", "情况属实，予以归档", at)
    return seal_plain(
        pdf,
        act,
        key=key,
        page=0,
        corners=SEAL_AT,
        stamp=lambda one: render.stamp(one, demo=key.demo, settings=settings),
        tsa_url=settings.tsa_url,
    )
