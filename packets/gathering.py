"""From the database to the frozen contents of a packet (证据包取数): the last reader of rows before the PDF."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from packets.contents import PacketContents, PacketFile, RailEntry, SealSlot
from workflow.ledgers.words import Part
from workflow.office.models import Unit
from workflow.record.calendar import spoken_moment
from workflow.record.events import Kind, kind_of
from workflow.record.models import AuditEvent
from workflow.tasks.case import TaskCase, guests, one_lead_seals
from workflow.tasks.events import ACTS, ASSIGNED, OnTask
from workflow.tasks.milestones import milestones_in
from workflow.tasks.models import Evidence, Packet, Signoff, Task
from workflow.tasks.page.drawing import Mark
from workflow.tasks.page.history import who_did
from workflow.tasks.seats import SPARE_SLOTS
from workflow.tasks.words import Action, EvidenceKind, Gate, PacketState, Side


def gather(session: Session, packet: Packet, case: TaskCase, *, embed_limit: int) -> PacketContents:
    """Everything the packet prints, as it stood when the unit's gate was passed; the same rows give the same value."""
    task, item, ledger = packet.task, packet.task.item, packet.task.item.ledger
    approval = max(case.passed(Gate.UNIT), key=lambda signoff: signoff.event_seq)
    return PacketContents(
        number=packet.number,
        ledger_title=ledger.title,
        ledger_year=ledger.year,
        document_number=ledger.document_number,
        issuer=ledger.issuer or ledger.office.name,
        source_name=ledger.source.name,
        source_sha256=ledger.source.sha256,
        item_number=item.number,
        section=tuple(item.section),
        title=item.title,
        requirement=item.requirement,
        responsibility_text=item.responsibility_text,
        lead_units=tuple(unit.name for unit in item.units(Part.LEAD)),
        unit=task.unit.name,
        kind=task.kind.word,
        period=task.period or None,
        deadline_text=item.deadline_text,
        due=task.due,
        due_reason=task.due_reason,
        round=packet.round,
        task_id=task.id,
        report_by=_reporter(session, task, approval.event_seq),
        **_stated(task),
        files=_files(case, embed_limit),
        rail=tuple(_rail(session, task, approval.event_seq, packet.round)),
        chain=_chain(case, approval),
        slots=_slots(session, case),
        content_digest=approval.content_digest,
        audit_seq=approval.event_seq,
        audit_hash=session.get_one(AuditEvent, approval.event_seq).hash,
        supersedes=superseded(session, packet),
        gathered_at=approval.at,
    )


def _stated(task: Task) -> dict[str, Any]:
    """What the unit says, as far as the digest of its content goes."""
    return {
        "outcome": task.outcome.word, "report": task.report, "progress": task.progress,
        "milestones": milestones_in(task.milestones),
    }  # fmt: skip


def field_of(case: TaskCase, gate: Gate, unit_id: int) -> str:
    """The box in which a unit seals at a gate; units whose people were added on the way take the spare ones."""
    regular = unit_id in [unit for unit, _ in case.benches(gate)]
    if regular and gate.side is not Side.LEADS:
        return gate.value
    if regular:
        return "lead-1" if one_lead_seals(case) else f"lead-{case.leads.index(unit_id) + 1}"
    return f"spare-{guests(case).index((gate, unit_id)) + 1}"


def _slots(session: Session, case: TaskCase) -> tuple[SealSlot, ...]:
    slots: list[SealSlot] = []
    for gate in Gate:
        names = _names(session, tuple(unit for unit, _ in case.benches(gate)))
        if gate.side is not Side.LEADS:
            slots.append(SealSlot(gate.value, gate.word, names[0]))
        elif one_lead_seals(case):
            slots.append(SealSlot("lead-1", gate.word, None, tuple(names)))
        else:
            slots += [SealSlot(f"lead-{n}", gate.word, lead) for n, lead in enumerate(names, start=1)]
    spare = (SealSlot(f"spare-{n}", "备用", None) for n in range(1, SPARE_SLOTS + 1))
    return (*slots[:-1], *spare, slots[-1])


def _files(case: TaskCase, embed_limit: int) -> tuple[PacketFile, ...]:
    """The evidence, and the scans of what the unit signed on paper."""
    pieces = (_file(piece, embed_limit) for piece in case.task.live_evidence)
    return (*pieces, *(_scan(s, embed_limit) for s in case.passed(Gate.UNIT) if s.paper_sha256))


def _scan(signoff: Signoff, embed_limit: int) -> PacketFile:
    return PacketFile(
        name=signoff.paper_name,
        sha256=signoff.paper_sha256,
        size=signoff.paper_size,
        media_type="application/octet-stream",
        embedded=signoff.paper_size <= embed_limit,
        note=f"线下签批扫描件：{signoff.paper_signer}",
        uploaded_by=signoff.user_name,
        uploaded_at=signoff.at,
    )


def _file(piece: Evidence, embed_limit: int) -> PacketFile:
    return PacketFile(
        name=piece.name,
        sha256=piece.sha256,
        size=piece.size,
        media_type=piece.media_type,
        embedded=piece.kind is EvidenceKind.FILE and piece.size <= embed_limit and not piece.apart,
        note=piece.note,
        uploaded_by=piece.uploaded_by.name,
        uploaded_at=piece.uploaded_at,
        remarks=tuple(piece.remarks),
        apart=piece.apart,
        scanned=piece.scanned,
    )


def _rail(session: Session, task: Task, until: int, round_: int) -> list[RailEntry]:
    """What happened to the task up to and including the approval; a backward step voids what its round had."""
    until = max(until, _began(session, task, round_))
    events = session.scalars(
        select(AuditEvent).where(AuditEvent.task_id == task.id, AuditEvent.seq <= until).order_by(AuditEvent.seq)
    )
    told = [(event, kind, kind.read(event.data)) for event in events if (kind := kind_of(event.kind)) in _TOLD]
    present = max(data.round for _, _, data in told)
    return [_entry(event, kind, data, present) for event, kind, data in told]


_TOLD: frozenset[Kind[Any]] = frozenset({ASSIGNED, *ACTS.values()})


def _entry(event: AuditEvent, kind: Kind[Any], data: OnTask, present: int) -> RailEntry:
    unit, person = who_did(event, data)
    return RailEntry(
        seq=event.seq,
        at=datetime.fromisoformat(event.at).astimezone(UTC),
        action=kind.word,
        person=person,
        unit=unit,
        opinion=kind.say(data),
        round=data.happened_in,
        void=data.happened_in < present and kind is not ASSIGNED,
    )


def _chain(case: TaskCase, approval: Signoff) -> tuple[Mark, ...]:
    """Who had signed when the unit was through, and which seals were still to come."""
    task = case.task
    given = [s for s in case.passed(Gate.UNIT) if s.event_seq <= approval.event_seq]
    office = task.item.ledger.office
    names = {unit.id: unit.name for unit in (*task.item.units(Part.LEAD), task.unit, office)}
    ahead = []
    for gate in list(Gate)[1:]:
        seated = dict.fromkeys(seat.unit_id for seat in case.seats if seat.gate is gate and not seat.added_by_id)
        ahead += [(gate, names[unit]) for unit in seated or [unit for unit, _ in case.benches(gate)]]
    return (
        *(Mark(s.gate.word, "done", f"{s.unit_name} {s.signer} {spoken_moment(s.at)}") for s in given),
        *(Mark(gate.word, "ahead", name) for gate, name in ahead),
    )


def _began(session: Session, task: Task, round_: int) -> int:
    """The event that began the round, where the unit's approval was carried over into it; 0 where it was given in it."""
    kind = ACTS[Action.STEP_BACK]
    back = select(AuditEvent).where(AuditEvent.task_id == task.id, AuditEvent.kind == kind.name)
    return max((event.seq for event in session.scalars(back) if kind.read(event.data).round == round_), default=0)


def _reporter(session: Session, task: Task, until: int) -> str:
    submitted = session.scalars(
        select(AuditEvent.actor_name)
        .where(AuditEvent.task_id == task.id, AuditEvent.seq <= until, AuditEvent.kind == ACTS[Action.SUBMIT].name)
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    return submitted.one()


def boxes_of(session: Session, case: TaskCase) -> dict[str, list[str]]:
    """Seal field → the units of which one has to seal there as things stand; none for a spare box nobody was asked for."""
    boxes = {slot.field: [slot.unit] if slot.unit else list(slot.one_of) for slot in _slots(session, case)}
    asked = guests(case)
    boxes.update({f"spare-{n}": _names(session, (unit,)) for n, (_, unit) in enumerate(asked, start=1)})
    return boxes


def superseded(session: Session, packet: Packet) -> str | None:
    """The newest earlier packet of the task that had been complete."""
    earlier = select(Packet.number).where(
        Packet.task_id == packet.task_id, Packet.round < packet.round, Packet.state == PacketState.SUPERSEDED
    )
    return session.scalars(earlier.order_by(Packet.round.desc()).limit(1)).first()


def _names(session: Session, unit_ids: tuple[int, ...]) -> list[str]:
    return [session.get_one(Unit, unit_id).name for unit_id in unit_ids]
