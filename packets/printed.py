"""Heads of the trail in papers (纸面链头): every registration and every sealed packet names one, and no database holds them alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import pikepdf
from sqlalchemy import select

from packets import checkpoints
from packets.authority import LocalAuthority
from packets.isolation import verify_isolated
from packets.registration import Unregistered, opened
from workflow.record.audit import Head, KnownHeads, Published
from workflow.record.errors import Damaged
from workflow.record.events import CHECKPOINTS_BEGUN
from workflow.record.installation import Installation
from workflow.record.models import Registration
from workflow.tables import stored_digests

SIGNED = b"/ByteRange"


def known_heads(installation: Installation, *, files: bool = True) -> tuple[KnownHeads, list[str]]:
    """Every head that was noted outside the database, and what is wrong with those notes, one sentence each.

    Without ``files`` no stored paper is opened: that takes a minute for some thousand packets.
    """
    signed, wrong = checkpoints.published(installation)
    printed, false = published(installation, files=files)
    return KnownHeads([*signed, *printed]), [*wrong, *false]


def published(installation: Installation, *, files: bool) -> tuple[list[Published], list[str]]:
    """The head in each registration, in each registered paper, and in sealed papers that no row speaks of any more."""
    certificates = LocalAuthority(installation.settings.common, installation.clock).registered_by()
    found, faults = [], []
    with installation.database.reading() as session:
        kept = session.execute(
            select(Registration.sha256, Registration.kind, Registration.number, Registration.text)
        ).all()
    for row in kept:
        name = f"{row.kind} {row.number} "
        try:
            said = opened(row.text.encode(), certificates)
        except Unregistered as broken:
            faults.append(f"{name}的登记与签署不符：{broken}")
            continue
        if said.sha256 != row.sha256 or said.number != row.number:
            faults.append(f"{name}的登记被换过：它签署的是另一个文件。")
            continue
        found.append(Published(Head(said.audit_seq, said.audit_hash), f"{name}的登记"))
        found += _inside(installation, row.sha256, name) if files else []
    return [*found, *(_forgotten(installation) if files else ())], faults


def _inside(installation: Installation, sha256: str, name: str) -> list[Published]:
    """The head printed in a registered paper: its bytes are those that were vouched for, or they do not count here."""
    try:
        manifest = _manifest(installation.store.read(sha256))
    except Damaged:
        return []  # told by who looks at stored files
    return [Published(Head(manifest["audit_seq"], manifest["audit_hash"]), f"{name}")] if manifest else []


def _forgotten(installation: Installation) -> Iterator[Published]:
    """Sealed papers in the store that the database does not know: it may be an older one than it was."""
    with installation.database.reading() as session:
        known, begun = set(stored_digests(session)), checkpoints.begun_at(session)
    since = (
        datetime.fromisoformat(begun.at) if begun is not None and CHECKPOINTS_BEGUN.read(begun.data).reason else None
    )
    for digest in installation.store.digests():
        if digest in known:
            continue
        try:
            pdf = installation.store.read(digest)
        except Damaged:
            continue
        if not pdf.startswith(b"%PDF-") or SIGNED not in pdf or not _sealed_here(installation, pdf):
            continue
        manifest = _manifest(pdf)
        if manifest and (since is None or datetime.fromisoformat(manifest["gathered_at"]) >= since):
            name = f"存储中的证据包 {manifest['number']}（数据库里没有登记）"
            yield Published(Head(manifest["audit_seq"], manifest["audit_hash"]), name)


def _sealed_here(installation: Installation, pdf: bytes) -> bool:
    """Whether its seals hold and are trusted; a stranger's file is looked at where it can do no harm."""
    anchors = LocalAuthority(installation.settings.common, installation.clock).anchors()
    facts = verify_isolated(pdf, anchors=anchors, at=installation.clock()).facts
    judged = {fact.code: fact.state for fact in facts}
    return "fail" not in judged.values() and judged.get("trusted") == "ok"


def _manifest(pdf: bytes) -> dict[str, Any] | None:
    """The manifest of a paper whose seals or digest have been checked."""
    with pikepdf.open(BytesIO(pdf)) as paper:
        if "manifest.json" not in paper.attachments:
            return None
        found: dict[str, Any] = json.loads(paper.attachments["manifest.json"].get_file().read_bytes())
    return found if "audit_seq" in found and "audit_hash" in found else None
