"""What a unit reports up, in one file (年度报送材料): covering list, evidence list, reading copies, and the sealed originals inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import OutlineItem, Pdf
from pikepdf.models.metadata import encode_pdf_date

from reports.binding import pages_of, printed
from reports.kinds import Made, Planned, Step
from workflow.record.installation import Installation
from workflow.year.reporting_up import ReportingFacts

SEAL_AT = (320.0, 110.0, 530.0, 230.0)
"""Where the unit's seal stands on the covering list, in PDF points."""


def _originals(facts: ReportingFacts) -> list[tuple[str, str, str]]:
    """(name in words, name of the file inside, digest) of every sealed paper that goes along."""
    found = [("落实情况表", "form.pdf", facts.form[1])]
    return found + ([("回头看自查表", "self-check.pdf", facts.sheet[1])] if facts.sheet else [])


class ReportingBinder:
    """Lays what a unit reports up into one file."""

    steps = 1

    def __init__(self, facts: ReportingFacts, here: Installation, step: Step) -> None:
        self._facts, self._here, self._step = facts, here, step

    @property
    def planned(self) -> Sequence[Planned]:
        """One volume."""
        return [Planned(1, "年度报送材料")]

    def bind(self, one: Planned) -> bytes:
        """The lists first, then a reading copy of each sealed paper; the originals are embedded byte for byte."""
        facts, here = self._facts, self._here
        originals = [(*each, here.store.read(each[2])) for each in _originals(facts)]
        pages = {word: pages_of(data) for word, _, _, data in originals}
        with Pdf.open(BytesIO(printed(here.settings, "reporting", facts=facts, pages=pages))) as volume:
            marks = [("报送清单", 0)]
            for word, name, _, data in originals:
                marks.append((word, len(volume.pages)))
                _add(volume, data)
                _embed(volume, name, word, data, facts)
            with volume.open_outline() as outline:
                outline.root[:] = [OutlineItem(word, page) for word, page in marks]
            self._step("合订报送材料")
            out = BytesIO()
            volume.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
            return out.getvalue()

    def vouches(self, one: Planned) -> dict[str, Any]:
        """The receipt's number, every sealed paper inside by its digest, and the digest of the evidence list."""
        found = _originals(self._facts)
        files = [{"name": name, "title": word, "sha256": sha, "embedded": True} for word, name, sha in found]
        return {"receipt": self._facts.receipt, "files": files, "evidence_list": self._facts.evidence_digest}

    def recall(self, one: Planned, said: Mapping[str, Any]) -> None:
        """Nothing is known of other volumes here."""

    def pack(self, made: Sequence[Made], folder: Path) -> None:
        """The file is all: its originals are inside."""


def _add(volume: Pdf, data: bytes) -> None:
    with Pdf.open(BytesIO(data)) as opened:
        opened.flatten_annotations("all")  # its seal stays visible; it is valid in the embedded original
        volume.pages.extend(opened.pages)


def _embed(volume: Pdf, name: str, word: str, data: bytes, facts: ReportingFacts) -> None:
    when = encode_pdf_date(facts.as_of)
    volume.attachments[name] = pikepdf.AttachedFileSpec(
        volume, data, filename=name, description=word, mime_type="application/pdf", creation_date=when, mod_date=when
    )
