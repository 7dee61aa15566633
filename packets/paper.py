"""Papers that an office, or one unit for it, seals alone (公文): the manifest embedded in them and what is registered of them.

A packet has boxes for a whole chain; every other paper has one seal and is judged by the same rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf.models.metadata import encode_pdf_date

from packets.policy import PAPER
from packets.registration import Registration

FIELD = "office"


@dataclass(frozen=True)
class PaperContents:
    """What a paper says of itself (公文清单)."""

    kind: str
    """In Chinese: 年度卷宗, 通报 …"""
    number: str
    title: str
    office: str
    gathered_at: datetime
    audit_seq: int
    audit_hash: str
    supersedes: str | None = None
    unit: str | None = None
    """Who seals it in the place of the office that keeps it; None for a paper of the office's own."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Whatever else the paper vouches for, e.g. the packets bound in it with their digests."""

    @property
    def field(self) -> str:
        """The box of its one seal."""
        return "unit" if self.unit else FIELD

    @property
    def sealer(self) -> str:
        """Who seals it."""
        return self.unit or self.office

    def manifest(self) -> dict[str, Any]:
        """The machine-readable form embedded as ``manifest.json``."""
        plain = {
            "schema": PAPER,
            "kind": self.kind,
            "number": self.number,
            "title": self.title,
            "slots": [{"field": self.field, "gate": "签章", "unit": self.sealer}],
            "files": [],
            "gathered_at": self.gathered_at.isoformat(),
            "audit_seq": self.audit_seq,
            "audit_hash": self.audit_hash,
            "supersedes": self.supersedes,
            **({"unit": self.unit, "issuer": self.office} if self.unit else {}),
            **self.extra,
        }
        said = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return {**plain, "content_digest": hashlib.sha256(said.encode()).hexdigest()}

    def draft(self) -> Registration:
        """What is registered of it, but for the bytes that are still to be sealed."""
        return Registration(
            kind=self.kind,
            number=self.number,
            ledger=self.title,
            task=None,
            round=None,
            unit=self.unit,
            leads=(),
            office=self.office,
            boxes={self.field: [self.sealer]},
            content=self.manifest()["content_digest"],
            sha256="",
            size=0,
            audit_seq=self.audit_seq,
            audit_hash=self.audit_hash,
            at="",
            supersedes=self.supersedes,
        )


def with_manifest(pdf: bytes, contents: PaperContents) -> bytes:
    """The paper with its manifest embedded, ready to be sealed."""
    said = json.dumps(contents.manifest(), ensure_ascii=False, indent=1, sort_keys=True).encode()
    when = encode_pdf_date(contents.gathered_at)
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.attachments["manifest.json"] = pikepdf.AttachedFileSpec(
            opened,
            said,
            filename="manifest.json",
            description="清单",
            mime_type="application/json",
            creation_date=when,
            mod_date=when,
        )
        out = BytesIO()
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
        return out.getvalue()


def manifest_of(pdf: bytes) -> dict[str, Any]:
    """The manifest embedded in a paper that was made here."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        said: dict[str, Any] = json.loads(opened.attachments["manifest.json"].get_file().read_bytes())
        return said
