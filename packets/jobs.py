"""The background side of a packet (证据包后台): brings it up to its sign-offs, one seal and one registration at a time.

Idempotent: whatever has been registered is not made again, and a crash anywhere leaves the next run to go on.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from packets.authority import LocalAuthority
from packets.contents import PacketContents
from packets.gathering import gather
from packets.render import render, stamp
from packets.seal import SealAct, seal
from workflow.errors import NotFound
from workflow.installation import Installation
from workflow.models import Packet, Signoff, Task
from workflow.operations import packet_of, register_revision
from workflow.roles import case_of
from workflow.vocabulary import Decision, Gate, PacketState


@dataclass(frozen=True)
class _Next:
    """The one seal that comes next (下一枚印章), with all it needs."""

    packet_id: int
    signoff_id: int
    act: SealAct
    final: bool
    base: str | None
    """Digest of the packet so far; None where it has still to be rendered."""
    contents: PacketContents | None


def advance(installation: Installation, task_id: int, round_: int) -> int:
    """Apply and register every seal that the round's sign-offs call for; returns how many were new.

    Rendering and sealing happen outside any transaction; each result is registered in a short one.
    """
    made = 0
    while (step := _next(installation, task_id, round_)) is not None:
        if not _apply(installation, step):
            return made
        made += 1
    return made


def _next(installation: Installation, task_id: int, round_: int) -> _Next | None:
    with installation.database.writing() as session:
        task = session.get(Task, task_id)
        if task is None:
            raise NotFound
        signoffs = _signed(session, task, round_)
        if not signoffs:
            return None
        packet = packet_of(session, task, round_, at=installation.clock())
        if packet.state is not PacketState.OPEN:
            return None
        sealed = {revision.signoff_id for revision in packet.revisions}
        waiting = [signoff for signoff in signoffs if signoff.id not in sealed]
        return _plan(session, installation, packet, waiting[0]) if waiting else None


def _signed(session: Session, task: Task, round_: int) -> list[Signoff]:
    """Standing approvals of the round in the order they were given; none once the round is void."""
    given = select(Signoff).where(
        Signoff.task_id == task.id,
        Signoff.round == round_,
        Signoff.decision == Decision.PASSED,
        Signoff.void_at.is_(None),
    )
    return list(session.scalars(given.order_by(Signoff.event_seq)))


def _plan(session: Session, installation: Installation, packet: Packet, signoff: Signoff) -> _Next:
    first = signoff.gate is Gate.UNIT
    limit = installation.settings.embed_limit_bytes
    return _Next(
        packet_id=packet.id,
        signoff_id=signoff.id,
        act=SealAct(
            field=_field(session, packet.task, signoff),
            unit=signoff.unit_name,
            person=signoff.user_name,
            opinion=signoff.opinion or "同意",
            at=signoff.at,
            gate=signoff.gate.word,
        ),
        final=signoff.gate is Gate.OFFICE,
        base=None if first else packet.revisions[-1].sha256,
        contents=gather(session, packet, signoff, embed_limit=limit) if first else None,
    )


def _field(session: Session, task: Task, signoff: Signoff) -> str:
    if signoff.gate is Gate.LEAD:
        return f"lead-{case_of(session, task).leads.index(signoff.unit_id) + 1}"
    return signoff.gate.value


def _apply(installation: Installation, step: _Next) -> bool:
    settings, store = installation.settings, installation.store
    if step.contents is not None:
        files = {f.sha256: store.read(f.sha256) for f in step.contents.files if f.embedded and f.sha256}
        base = render(step.contents, files, settings=settings)
    else:
        base = store.read(step.base or "")
    key = LocalAuthority(settings.home).key_for(step.act.unit)
    sealed = seal(
        base,
        step.act,
        key=key,
        final=step.final,
        stamp=lambda act: stamp(act, demo=key.demo, settings=settings),
        tsa_url=settings.tsa_url,
    )
    blob = store.add_bytes(sealed)
    with installation.database.writing() as session:
        packet = session.get_one(Packet, step.packet_id)
        signoff = session.get_one(Signoff, step.signoff_id)
        return register_revision(session, packet, signoff, field=step.act.field, blob=blob, at=installation.clock())
