"""What a packet says (证据包内容): a frozen value, gathered once; nothing behind it reads the database."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from workflow.tasks.milestones import Milestone
from workflow.tasks.page.drawing import Mark
from workflow.tasks.words import TaskOutcome


@dataclass(frozen=True)
class SealSlot:
    """One empty seal box (签章位). All exist before the first signature; spare ones are for signers added on the way."""

    field: str
    """PDF form field name: ``unit``, ``lead-1`` …, ``office``, ``spare-1`` …; order of the list is the order of sealing."""
    gate: str
    """Chinese name of the gate, e.g. 「牵头核验」; 「备用」 for a spare one."""
    unit: str | None
    """Name of the unit that must seal here; None for a spare one, and where one of several units seals."""
    one_of: tuple[str, ...] = ()
    """Units of which one must seal here (或签)."""


@dataclass(frozen=True)
class PacketFile:
    """One piece of evidence as listed in the packet (证明材料)."""

    name: str
    """Original file name, or the address of a link."""
    sha256: str | None
    """Hex digest of the original bytes; None for a link."""
    size: int
    media_type: str
    embedded: bool
    """False for links, for files above the embedding limit and for those with active content, which stand by their digest."""
    note: str
    uploaded_by: str
    uploaded_at: datetime
    remarks: tuple[str, ...] = ()
    """What is active in it or could not be looked into."""
    apart: bool = False
    """True where it is kept out of the PDF for that."""
    scanned: bool = False
    """False where nobody has looked for viruses (未查毒)."""


@dataclass(frozen=True)
class RailEntry:
    """One thing that happened to the task (办理过程), in audit order."""

    seq: int
    at: datetime
    action: str
    person: str
    unit: str
    opinion: str
    round: int
    void: bool


@dataclass(frozen=True)
class PacketContents:
    """Everything the PDF prints. Times are UTC; the page shows them in China's zone."""

    number: str
    ledger_title: str
    ledger_year: int
    document_number: str | None
    issuer: str
    source_name: str
    source_sha256: str
    item_number: str
    section: tuple[str, ...]
    title: str | None
    requirement: str | None
    responsibility_text: str
    lead_units: tuple[str, ...]
    unit: str
    kind: str
    period: str | None
    deadline_text: str | None
    due: date | None
    due_reason: str
    round: int
    task_id: int
    outcome: str
    """「已落实」, or 「不涉及本单位」 as the lead confirms it."""
    report: str
    report_by: str
    progress: int | None
    """Per cent, as the unit stated it with its report; None where its ledger asks for none."""
    milestones: tuple[Milestone, ...]
    """The steps of its work that it named (节点), by day; in the manifest each is ``[day, name, done]``."""
    files: tuple[PacketFile, ...]
    rail: tuple[RailEntry, ...]
    chain: tuple[Mark, ...]
    """The chain as it stood when the unit's gate was passed."""
    slots: tuple[SealSlot, ...]
    content_digest: str
    """The digest that every sign-off of the round is bound to."""
    audit_seq: int
    audit_hash: str
    """Head of the audit chain when the packet was gathered."""
    supersedes: str | None
    """Number of the packet this one replaces, after a reopening."""
    gathered_at: datetime

    @property
    def unusual(self) -> bool:
        """True where the outcome is another than that it was done."""
        return self.outcome != TaskOutcome.DONE.word

    def manifest(self) -> dict[str, Any]:
        """The machine-readable form embedded as ``manifest.json``: plain values, ISO times, stable keys."""
        plain = json.loads(json.dumps(asdict(self), default=lambda moment: moment.isoformat()))
        return {"schema": "taizhang-packet/1", **plain}
