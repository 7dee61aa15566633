"""What a unit reports up, in one file (年度报送材料): covering list, evidence list, reading copies, and the sealed originals inside."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import OutlineItem, Pdf
from pikepdf.models.metadata import encode_pdf_date

from reports.binding import printed
from reports.kinds import Step, Volume
from workflow.record.installation import Installation
from workflow.year.reporting_up import ReportingFacts

SEAL_AT = (320.0, 110.0, 530.0, 230.0)
"""Where the unit's seal stands on the covering list, in PDF points."""


def _originals(facts: ReportingFacts) -> list[tuple[str, str, str]]:
    """(name in words, name of the file inside, digest) of every sealed paper that goes along."""
    found = [("落实情况表", "form.pdf", facts.form[1])]
    return found + ([("回头看自查表", "self-check.pdf", facts.sheet[1])] if facts.sheet else [])


def _bound(facts: ReportingFacts, here: Installation, step: Step) -> bytes:
    """The lists first, then a reading copy of each sealed paper; the originals are embedded byte for byte."""
    originals = [(*one, here.store.read(one[2])) for one in _originals(facts)]
    pages = {}
    for word, _, _, data in originals:
        with Pdf.open(BytesIO(data)) as opened:
            pages[word] = len(opened.pages)
    with Pdf.open(BytesIO(printed(here.settings, "reporting", facts=facts, pages=pages))) as volume:
        marks = [("报送清单", 0)]
        for word, name, _, data in originals:
            marks.append((word, len(volume.pages)))
            _add(volume, data)
            _embed(volume, name, word, data, facts)
        with volume.open_outline() as outline:
            outline.root[:] = [OutlineItem(word, page) for word, page in marks]
        step("合订报送材料")
        out = BytesIO()
        volume.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
        return out.getvalue()


def _add(volume: Pdf, data: bytes) -> None:
    with Pdf.open(BytesIO(data)) as opened:
        opened.flatten_annotations("all")  # its seal stays visible; it is valid in the embedded original
        volume.pages.extend(opened.pages)


def _embed(volume: Pdf, name: str, word: str, data: bytes, facts: ReportingFacts) -> None:
    when = encode_pdf_date(facts.as_of)
    volume.attachments[name] = pikepdf.AttachedFileSpec(
        volume, data, filename=name, description=word, mime_type="application/pdf", creation_date=when, mod_date=when
    )


def _vouches(facts: ReportingFacts) -> dict[str, Any]:
    """The receipt's number, every sealed paper inside by its digest, and the digest of the evidence list."""
    files = [{"name": name, "title": word, "sha256": sha, "embedded": True} for word, name, sha in _originals(facts)]
    return {"receipt": facts.receipt, "files": files, "evidence_list": facts.evidence_digest}


VOLUME = Volume(_bound, _vouches, None, steps=lambda facts: 1)
