"""Making a paper (编制): facts, PDF, the office's seal, registration, archive; every kind by the same road."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from packets import render
from packets.authority import LocalAuthority, SealKey
from packets.beside import beside
from packets.paper import PaperContents, manifest_of, with_manifest
from packets.seal import SealAct, seal_plain
from packets.seals import sealing_key
from packets.vouching import vouched
from reports.binding import printed
from reports.kinds import Binder, Facts, Made, PaperKind, Place, Planned
from reports.papers import PAPERS
from workflow.record.errors import NotFound, Refused
from workflow.record.installation import Installation
from workflow.record.registering import registered_as, vouch
from workflow.record.store import Blob
from workflow.year.models import Paper
from workflow.year.registering import finish_paper, volumes_of

Progress = Callable[[int, int, str], None]
NOTHING: Mapping[str, Any] = MappingProxyType({})


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
        share = {"unit_id": request.unit_id} if kind.shares else {}
        facts = kind.gather(session, number, as_of=request.as_of, **share)
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
    """Write what was made: ``KIND.pdf`` and ``KIND-02.pdf`` …, each with its registration beside it, and ``KIND.zip``."""
    with installation.database.reading() as session:
        row = session.get_one(Paper, paper_id)
        kind, archive = row.kind, row.zip_sha256
        files = volumes_of(session, row)
    if not files:
        raise NotFound(f"{PAPERS[kind].word}还没有编制完成，请稍后再试。")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, sha256, said in files:
        path = _written(installation, sha256, folder / (f"{kind}-{number:02d}.pdf" if number > 1 else f"{kind}.pdf"))
        written.append(path)
        if said:  # one of before registrations has none
            beside(path).write_text(said, "utf-8")
    return [*written, *([_written(installation, archive, folder / f"{kind}.zip")] if archive else [])]


def _written(installation: Installation, sha256: str, path: Path) -> Path:
    with path.open("wb") as file:
        file.writelines(installation.store.stream(sha256))
    return path


def _build(here: Installation, paper_id: int, kind: PaperKind, facts: Facts, progress: Progress | None) -> None:
    key = _key(_about(kind, facts, paper_id).sealer, here)  # it is looked at before the work begins, not at its end
    step = _Steps(here, paper_id, 2, progress)
    archive = None
    if kind.volume is None:
        about = _about(kind, facts, paper_id)
        pdf, place = _printed(here, kind, facts)
        step("排印正文")
        made = _kept(here, about.number, 1) or _made(here, pdf, kind, about, key, place, paper_id)
    else:
        binder = kind.volume(facts, here, step)
        step.total = binder.steps
        volumes = [_volume(here, paper_id, kind, facts, binder, one, key) for one in binder.planned]
        made = next(one for one in volumes if one.number == 1)
        archive = _packed(binder, sorted(volumes, key=lambda one: one.number), here)
    with here.database.writing() as session:
        finish_paper(
            session, session.get_one(Paper, paper_id), pdf=Blob(made.sha256, made.size), bag=archive, at=here.clock()
        )


def _volume(
    here: Installation, paper_id: int, kind: PaperKind, facts: Facts, binder: Binder, one: Planned, key: SealKey
) -> Made:
    """One volume; what was sealed before the work was broken off is not made again."""
    kept = _kept(here, _about(kind, facts, paper_id, one).number, one.number)
    if kept is not None:
        binder.recall(one, manifest_of(here.store.read(kept.sha256)))
        return kept
    bound = binder.bind(one)
    about = _about(kind, facts, paper_id, one, binder.vouches(one))
    return _made(here, bound, kind, about, key, Place(kind.page, kind.corners), paper_id, one.number)


def _printed(here: Installation, kind: PaperKind, facts: Facts) -> tuple[bytes, Place]:
    """A paper of one file, and where on it its seal stands."""
    if kind.prints:
        return kind.prints(here.settings, facts)
    return printed(here.settings, kind.template, facts=facts), Place(kind.page, kind.corners)


def _kept(here: Installation, number: str, volume: int) -> Made | None:
    """What was sealed and registered under a number before the work was broken off."""
    with here.database.reading() as session:
        known = registered_as(session, number)
    if known is None:
        return None
    size = sum(map(len, here.store.stream(known.sha256)))
    return Made(volume, known.sha256, size, known.text)


def _made(
    here: Installation, pdf: bytes, kind: PaperKind, about: PaperContents, key: SealKey, place: Place, paper_id: int,
    number: int = 1,
) -> Made:  # fmt: skip
    """Sealed, registered and stored, once under its number."""
    sealed = _sealed(with_manifest(pdf, about), kind, about, key, here, place)
    registration = vouched(here, about.draft(), sealed)
    blob = here.store.add_bytes(sealed)
    with here.database.writing() as session:
        session.get_one(Paper, paper_id, with_for_update=True)
        if registered_as(session, about.number) is None:
            vouch(session, registration, kind=about.kind, number=about.number, blob=blob, at=here.clock())
    # where another worker was faster, theirs counts
    return _kept(here, about.number, number) or Made(number, blob.sha256, blob.size, registration)


def _about(
    kind: PaperKind, facts: Facts, paper_id: int, one: Planned | None = None, extra: Mapping[str, Any] = NOTHING
) -> PaperContents:
    """What the paper says of itself: whose it is, its number, and what else it vouches for."""
    return PaperContents(
        kind=kind.word,
        number=_number(kind, facts, paper_id, one),
        title=facts.title,
        office=facts.office,
        gathered_at=facts.as_of,
        audit_seq=facts.head_seq,
        audit_hash=facts.head_hash,
        unit=kind.unit(facts),
        extra=extra,
    )


def _number(kind: PaperKind, facts: Facts, paper_id: int, one: Planned | None) -> str:
    """Its own where it has one (文号), else one of the series."""
    if kind.prints:
        return str(facts.number)  # type: ignore[attr-defined]
    return f"{kind.series}-{facts.year}-{paper_id:06d}" + (f"-{one.number:02d}" if one and one.number > 1 else "")


def _packed(binder: Binder, made: list[Made], here: Installation) -> Blob | None:
    with tempfile.TemporaryDirectory(prefix="bag-") as folder:
        path = binder.pack(made, Path(folder))
        if path is None:
            return None
        with path.open("rb") as stream:
            return here.store.add(stream, limit=path.stat().st_size)


def _key(sealer: str, here: Installation) -> SealKey:
    return sealing_key(LocalAuthority(here.settings.common, here.clock), sealer, now=here.clock())


def _sealed(pdf: bytes, kind: PaperKind, about: PaperContents, key: SealKey, here: Installation, place: Place) -> bytes:
    """The one seal, which locks the file; on an issued paper it is the round seal alone."""
    stamp = render.bare_seal if kind.prints else render.stamp
    at = key.sealing_time(about.gathered_at, now=here.clock())
    return seal_plain(
        pdf,
        SealAct(about.field, kind.word, about.sealer, "编制", kind.statement, at),
        key=key,
        page=place.page,
        corners=place.corners,
        stamp=lambda one: stamp(one, demo=key.demo, settings=here.settings),
        tsa_url=here.settings.tsa_url,
    )
