"""The background side of a packet (证据包后台): brings it up to its sign-offs, one seal and one registration at a time.

Idempotent: whatever has been registered is not made again, and a crash anywhere leaves the next run to go on. A packet
passes its own verification before its digest is registered, or is not registered at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from packets.authority import LocalAuthority
from packets.contents import PacketContents
from packets.gathering import field_of, gather
from packets.registration import Registration
from packets.render import render, stamp
from packets.seal import SealAct, seal, stated
from packets.seals import sealing_key
from packets.vouching import of_packet, vouched
from workflow.record.errors import NotFound
from workflow.record.installation import Installation
from workflow.record.registering import vouch
from workflow.tasks.case import TaskCase, case_of, seals_due
from workflow.tasks.models import Packet, Signoff, Task
from workflow.tasks.registering import packet_of, register_revision
from workflow.tasks.words import PacketState


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
    draft: Registration


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
        case = case_of(session, task)
        due = seals_due(case) if task.round == round_ else []  # an earlier round is void
        if not due:
            return None
        packet = packet_of(session, task, round_, at=installation.clock())
        if packet.state is not PacketState.OPEN:
            return None
        sealed = {revision.signoff_id for revision in packet.revisions}
        for gate, unit_id in due:
            given = [s for s in case.passed(gate) if s.unit_id == unit_id]
            if given[-1].id not in sealed:
                return _plan(session, installation, packet, case, given)
        return None


def _plan(
    session: Session, installation: Installation, packet: Packet, case: TaskCase, given: Sequence[Signoff]
) -> _Next:
    """The seal of one unit at one gate, under everybody of it who signed there."""
    last = given[-1]
    first = not packet.revisions
    limit = installation.settings.embed_limit_bytes
    return _Next(
        packet_id=packet.id,
        signoff_id=last.id,
        act=SealAct(
            field=field_of(case, last.gate, last.unit_id),
            unit=last.unit_name,
            person="、".join(signoff.signer for signoff in given),
            opinion="；".join(signoff.opinion for signoff in given if signoff.opinion) or "同意",
            at=last.at,
            gate=last.gate.word,
        ),
        final=last.gate.closes,
        base=None if first else packet.revisions[-1].sha256,
        contents=gather(session, packet, case, embed_limit=limit) if first else None,
        draft=of_packet(session, packet, case),
    )


def _apply(installation: Installation, step: _Next) -> bool:
    settings, store, now = installation.settings, installation.store, installation.clock()
    key = sealing_key(LocalAuthority(settings.common, installation.clock), step.act.unit, now=now)
    if step.contents is not None:
        files = {f.sha256: store.read(f.sha256) for f in step.contents.files if f.embedded and f.sha256}
        base = render(step.contents, files, settings=settings)
    else:
        base = store.read(step.base or "")
    # whoever was asked to sign first seals only when the packet is printed, and a clock may have been put back, or a
    # seal may have waited for its certificate: but times in a packet never run backwards
    sealed = seal(
        base,
        replace(step.act, at=max([key.sealing_time(step.act.at, now=now), *stated(base)])),
        key=key,
        final=step.final,
        stamp=lambda act: stamp(act, demo=key.demo, settings=settings),
        tsa_url=settings.tsa_url,
    )
    text = vouched(installation, step.draft, sealed, finished=step.final)
    blob, now = store.add_bytes(sealed), installation.clock()
    with installation.database.writing() as session:
        packet = session.get_one(Packet, step.packet_id)
        signoff = session.get_one(Signoff, step.signoff_id)
        if not register_revision(session, packet, signoff, field=step.act.field, blob=blob, at=now):
            return False
        vouch(session, text, kind=step.draft.kind, number=packet.number, blob=blob, at=now)
        return True
