"""Making a paper (编制): facts, PDF, the office's seal, registration, archive; every kind by the same road."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from packets import render
from packets.authority import LocalAuthority, SealKey
from packets.beside import beside
from packets.paper import PaperContents, with_manifest
from packets.seal import SealAct, seal_plain
from packets.seals import sealing_key
from packets.vouching import vouched
from reports.binding import printed
from reports.kinds import Facts, PaperKind, Volume
from reports.papers import PAPERS
from workflow.record.errors import NotFound, Refused
from workflow.record.installation import Installation
from workflow.record.registering import registration_of, vouch
from workflow.record.store import Blob
from workflow.year.models import Paper
from workflow.year.registering import finish_paper

Progress = Callable[[int, int, str], None]


class _Steps:
    """Counts steps for the progress bar and writes them down for the screen."""

    def __init__(self, installation: Installation, paper_id: int, total: int, told: Progress | None) -> None:
        self._installation, self._id, self._told = installation, paper_id, told
        self.done, self.total = 0, total

    def __call__(self, words: str = "") -> None:
        self.done += 1
        if self._told is not None:
            self._told(self.done, self.total, words)
        if words or self.done % 10 == 0:
            with self._installation.database.writing() as session:
                row = session.get_one(Paper, self._id)
                row.done, row.total, row.step = self.done, self.total, words or row.step


def build(installation: Installation, paper_id: int, *, progress: Progress | None = None) -> None:
    """Make and register one paper that was asked for; making it a second time changes nothing.

    A refusal is kept with the request, where the screen shows it, and raised again for the queue.
    """
    with installation.database.reading() as session:
        request = session.get(Paper, paper_id)
        if request is None:
            raise NotFound
        if request.finished_at is not None:
            return
        kind = PAPERS[request.kind]
        number = {"matter": request.matter_id, "round": request.round_id}.get(kind.about) or request.ledger_id
        facts = kind.gather(session, number, as_of=request.as_of)
    if facts is None:
        _given_up(installation, paper_id)
        return
    try:
        _build(installation, paper_id, kind, facts, progress)
    except Refused as refused:
        with installation.database.writing() as session:
            session.get_one(Paper, paper_id).error = refused.message
        raise


def _given_up(installation: Installation, paper_id: int) -> None:
    """What was to be sealed has been taken back: it is not sealed any more, and that is no fault."""
    with installation.database.writing() as session:
        session.get_one(Paper, paper_id).error = "签章之前已被退回或修改，本次不再签章。"


def export(installation: Installation, paper_id: int, folder: Path) -> list[Path]:
    """Write what was made as ``KIND.pdf``, its registration beside it, and ``KIND.zip`` where it has an archive."""
    with installation.database.reading() as session:
        row = session.get_one(Paper, paper_id)
        kind, digests = row.kind, {"pdf": row.pdf_sha256, "zip": row.zip_sha256}
        known = registration_of(session, row.pdf_sha256 or "")
        said = known.text if known else None
    if digests["pdf"] is None:
        raise NotFound(f"{PAPERS[kind].word}还没有编制完成，请稍后再试。")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for ending, digest in digests.items():
        if digest is not None:
            path = folder / f"{kind}.{ending}"
            with path.open("wb") as file:
                file.writelines(installation.store.stream(digest))
            written.append(path)
    if said is not None:  # one of before registrations has none
        beside(written[0]).write_text(said, "utf-8")
    return written


def _build(here: Installation, paper_id: int, kind: PaperKind, facts: Facts, progress: Progress | None) -> None:
    volume, about = kind.volume, _about(kind, facts, paper_id)
    key = _key(about.sealer, here)  # the key is looked at before the work begins, not at its end
    step = _Steps(here, paper_id, 2 + (volume.steps(facts) if volume else 0), progress)
    bound = volume.bind(facts, here, step) if volume else printed(here.settings, kind.template, facts=facts)
    step("排印正文")
    sealed = _sealed(with_manifest(bound, about), kind, about, key, here)
    registration = vouched(here, about.draft(), sealed)
    step("办公室签章")
    archive = _packed(volume, facts, sealed, registration, here, step) if volume and volume.pack else None
    pdf = here.store.add_bytes(sealed)
    with here.database.writing() as session:
        now = here.clock()
        finish_paper(session, session.get_one(Paper, paper_id), pdf=pdf, bag=archive, at=now)
        vouch(session, registration, kind=about.kind, number=about.number, blob=pdf, at=now)


def _about(kind: PaperKind, facts: Facts, paper_id: int) -> PaperContents:
    """What the paper says of itself: whose it is, its number, and what else it vouches for."""
    return PaperContents(
        kind=kind.word,
        number=f"{kind.series}-{facts.year}-{paper_id:06d}",
        title=facts.title,
        office=facts.office,
        gathered_at=facts.as_of,
        audit_seq=facts.head_seq,
        audit_hash=facts.head_hash,
        unit=kind.unit(facts),
        extra=kind.volume.vouches(facts) if kind.volume else {},
    )


def _packed(volume: Volume, facts: Facts, sealed: bytes, registration: str, here: Installation, step: _Steps) -> Blob:
    pack = volume.pack
    if pack is None:
        raise TypeError("a volume that is not packed")
    with tempfile.TemporaryDirectory(prefix="bag-") as folder:
        path = pack(facts, sealed, registration, here, Path(folder), step)
        with path.open("rb") as stream:
            return here.store.add(stream, limit=path.stat().st_size)


def _key(sealer: str, here: Installation) -> SealKey:
    return sealing_key(LocalAuthority(here.settings.home, here.clock), sealer, now=here.clock())


def _sealed(pdf: bytes, kind: PaperKind, about: PaperContents, key: SealKey, here: Installation) -> bytes:
    """The one seal, which locks the file."""
    at = key.sealing_time(about.gathered_at, now=here.clock())
    return seal_plain(
        pdf,
        SealAct(about.field, kind.word, about.sealer, "编制", kind.statement, at),
        key=key,
        page=kind.page,
        corners=kind.corners,
        stamp=lambda one: render.stamp(one, demo=key.demo, settings=here.settings),
        tsa_url=here.settings.tsa_url,
    )
