"""Judging by the own register (在线核对): what this installation says of any file, on the page and at the command line alike."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from packets.authority import LocalAuthority
from packets.isolation import verify_isolated
from packets.trust import pinned
from packets.verdict import Fact, Verification
from workflow.record.errors import Unsound
from workflow.record.installation import Installation
from workflow.record.models import Registration
from workflow.record.registering import registration_of
from workflow.tasks.models import PacketRevision
from workflow.tasks.registering import issuing_offices
from workflow.year.models import Paper

EARLY = "本系统存有这一文件，但它是在有登记以前签章的，没有登记，也不能补：应由谁盖章无从确认。重启任务后重新办结，或重新生成卷宗，即有登记。"
"""What was sealed before registrations were is said to be so: a registration made now would vouch for what nobody checked then."""


def bundle(installation: Installation) -> bytes:
    """Everything a stranger needs to trust beside a paper and its registration: the file ``ca.pem``."""
    with installation.database.reading() as session:
        offices = issuing_offices(session) if _sealed_here(session) else ()
    authority = LocalAuthority(installation.settings.common, installation.clock)
    return b"".join([*authority.anchors(), pinned(offices)])


def judge(installation: Installation, pdf: bytes) -> Verification:
    """The verdict on any file by this installation's own anchors and register."""
    digest = hashlib.sha256(pdf).hexdigest()
    with installation.database.reading() as session:
        here = _sealed_here(session)
        known = registration_of(session, digest) if here else None
        text = known.text.encode() if known else None
        early = here and known is None and _ours(session, digest)
    try:
        anchors = bundle(installation)
    except Unsound as damaged:
        return Verification((Fact("anchors", "信任锚可用", "unknown", damaged.message),))
    result = verify_isolated(pdf, anchors=[anchors], registration=text, at=installation.clock())
    if not early:
        return result
    return Verification(tuple(replace(f, detail=EARLY) if f.code == "registered" else f for f in result.facts))


def _ours(session: Session, digest: str) -> bool:
    """True for a file that was sealed here."""
    packets = select(PacketRevision.id).where(PacketRevision.sha256 == digest)
    papers = select(Paper.id).where(Paper.pdf_sha256 == digest)
    return any(session.scalars(wanted).first() is not None for wanted in (packets, papers))


def _sealed_here(session: Session) -> bool:
    """False where the database has no tables: nothing was ever sealed here."""
    return inspect(session.connection()).has_table(Registration.__tablename__)
