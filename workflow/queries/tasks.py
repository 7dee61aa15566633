"""Everything a task's page shows (任务页): read once, in a constant number of queries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from workflow.conditions import Attempt, EvidenceCheck
from workflow.models import (
    AuditEvent,
    Evidence,
    Extension,
    Packet,
    PacketRevision,
    Signoff,
    TaskShare,
    Unit,
    User,
    UserRole,
)
from workflow.operations import extensions_of
from workflow.permissions import in_unit, is_lead_reviewer, is_office
from workflow.process import PROCESS, Step, actions_for, refusals
from workflow.queries.trail import kind_word
from workflow.roles import Case, awaited, awaited_besides
from workflow.vocabulary import Action, Gate, Role, Status

FORWARD = tuple(step for step in PROCESS if not step.starts_round)
"""The steps of the chain in order."""


@dataclass(frozen=True)
class Offer:
    """A step this person may take (可办事项), and what stands against it now."""

    step: Step
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Stop:
    """One place of the chain (审批链节点)."""

    label: str
    unit: str
    state: str
    """``done``, ``now`` or ``ahead``."""
    person: str = ""
    at: datetime | None = None
    waiting: tuple[str, ...] = ()
    """Names of the people who may act now."""
    desk: str = ""


@dataclass(frozen=True)
class Happening:
    """One event of the task's trail (办理过程)."""

    seq: int
    at: datetime
    kind: str
    what: str
    who: str
    said: str
    round: int
    void: str


@dataclass(frozen=True)
class Sealed:
    """A packet with the seals it carries so far (证据包)."""

    packet: Packet
    seals: tuple[tuple[PacketRevision, Signoff], ...]


@dataclass(frozen=True)
class TaskDesk:
    """What one person sees of one task (任务页内容)."""

    case: Case
    offers: tuple[Offer, ...]
    stops: tuple[Stop, ...]
    happenings: tuple[Happening, ...]
    packets: tuple[Sealed, ...]
    evidence: tuple[Evidence, ...]
    shares: tuple[TaskShare, ...]
    may_share: bool
    """True while this person may cut the task by section (科室分工)."""
    extensions: tuple[Extension, ...]
    may_extend: bool
    """True while this person may ask for a later date."""
    may_decide: bool
    """True for the office where a request waits."""
    may_receive: bool
    """True while the unit has not taken note of it."""
    may_urge: bool
    """True where this person may press whoever it waits for."""
    seals_due: int
    """Seals that the standing sign-offs call for and the background has still to make."""

    @property
    def returned(self) -> Happening | None:
        """Why the task came back into the present round, while it is under way."""
        task = self.case.task
        kinds = {f"task.{action.value}" for action in (Action.SEND_BACK, Action.REOPEN)}
        back = (h for h in self.happenings if h.kind in kinds and h.round == task.round - 1)
        return next(back, None) if task.closed_at is None else None

    @property
    def editable(self) -> bool:
        """True while this person may write the report."""
        return any(offer.step.action is Action.SUBMIT for offer in self.offers)


def desk_of(session: Session, case: Case, person: User) -> TaskDesk:
    """Read the page's facts for one person."""
    happenings, inside = _happenings(session, case), in_unit(case, person)
    packets = _packets(session, case)
    given = sum(1 for gate in Gate for _ in case.passed(gate))
    made = sum(len(p.seals) for p in packets if p.packet.round == case.task.round)
    return TaskDesk(
        case=case,
        offers=tuple(_offers(case, person)),
        stops=tuple(_stops(session, case, happenings)),
        happenings=tuple(h for h in happenings if inside or not h.kind.startswith("task.share_")),
        packets=packets,
        evidence=evidence_of(session, case),
        **_clock(session, case, person),
        shares=_shares(session, case) if inside else (),
        may_share=inside and case.task.closed_at is None,
        seals_due=given - made,
    )


def evidence_of(session: Session, case: Case) -> tuple[Evidence, ...]:
    """The evidence that stands, with the people who brought it."""
    pieces = select(Evidence).where(Evidence.task_id == case.task.id, Evidence.removed_at.is_(None))
    return tuple(session.scalars(pieces.options(selectinload(Evidence.uploaded_by)).order_by(Evidence.id)))


def _clock(session: Session, case: Case, person: User) -> dict[str, Any]:
    """What there is to say and to do about the date."""
    extensions = tuple(extensions_of(session, case.task))
    waiting = any(one.granted is None for one in extensions)
    return {
        "extensions": extensions,
        "may_extend": in_unit(case, person) and case.task.status is Status.ASSIGNED and not waiting,
        "may_receive": in_unit(case, person) and case.task.status is Status.ASSIGNED and not case.task.received_at,
        "may_decide": waiting and is_office(case, person),
        "may_urge": bool(awaited_besides(case, person)) and (is_office(case, person) or is_lead_reviewer(case, person)),
    }


def _shares(session: Session, case: Case) -> tuple[TaskShare, ...]:
    """How the unit has cut its task: its own affair, shown to its own people."""
    return tuple(session.scalars(select(TaskShare).where(TaskShare.task_id == case.task.id).order_by(TaskShare.id)))


def sealing(session: Session, case: Case) -> tuple[int, int]:
    """How many seals of the present round are made, and how many its sign-offs call for."""
    made = select(PacketRevision.id).join(Packet).where(Packet.task_id == case.task.id, Packet.round == case.task.round)
    return len(session.scalars(made).all()), sum(1 for gate in Gate for _ in case.passed(gate))


def _offers(case: Case, person: User) -> list[Offer]:
    """The steps as far as the person goes, each with the sentences that would refuse it now.

    What only the attempt can know, the opinion and the bytes on disk, is taken as given.
    """
    attempt = Attempt(case, person, "…", EvidenceCheck(case.task.content_digest, ()))
    return [Offer(step, tuple(refusals(step, attempt))) for step in actions_for(case, person)]


def _stops(session: Session, case: Case, happenings: tuple[Happening, ...]) -> list[Stop]:
    names = _unit_names(session, case)
    seats = _seats(session, awaited(case))
    opened = Stop("交办", names[case.office_id], "done", at=case.task.opened_at)
    return [
        opened,
        *(_stop(case, step, unit, names, seats, happenings) for step in FORWARD for unit in _signers(case, step)),
    ]


def _signers(case: Case, step: Step) -> tuple[int, ...]:
    if step.gate is Gate.LEAD:
        return case.leads
    return (case.office_id,) if step.gate is Gate.OFFICE else (case.task.unit_id,)


def _stop(
    case: Case,
    step: Step,
    unit: int,
    names: dict[int, str],
    seats: dict[int, tuple[Role, list[str]]],
    happenings: tuple[Happening, ...],
) -> Stop:
    label = step.gate.word if step.gate else step.action.word
    if step.gate is not None:
        signed = next((s for s in case.passed(step.gate) if s.unit_id == unit), None)
        if signed is not None:
            return Stop(label, signed.unit_name, "done", signed.user_name, signed.at)
    elif case.task.status not in step.sources:
        last = next((h for h in happenings if h.kind == f"task.{step.action.value}"), None)
        return Stop(label, names[unit], "done", last.who if last else "", last.at if last else None)
    if case.task.status in step.sources and unit in seats:
        role, people = seats[unit]
        return Stop(label, names[unit], "now", waiting=tuple(people), desk=role.word)
    return Stop(label, names[unit], "ahead")


def _unit_names(session: Session, case: Case) -> dict[int, str]:
    wanted = {case.task.unit_id, case.office_id, *case.leads}
    return {row.id: row.name for row in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(wanted)))}


def _seats(session: Session, desks: tuple[tuple[int, Role], ...]) -> dict[int, tuple[Role, list[str]]]:
    """Who sits at the awaited desks, by unit."""
    seats: dict[int, tuple[Role, list[str]]] = {unit: (role, []) for unit, role in desks}
    if not desks:
        return seats
    at_desk = or_(*((User.unit_id == unit) & (UserRole.role == role) for unit, role in desks))
    people = select(User.unit_id, User.name).join(UserRole).where(User.active, at_desk).order_by(User.id)
    for unit_id, name in session.execute(people):
        seats[unit_id][1].append(name)
    return seats


def _happenings(session: Session, case: Case) -> tuple[Happening, ...]:
    """Every event of the task, newest first; a decision that no longer stands says why."""
    voided = {s.event_seq: f"已失效：{s.void_reason}" for s in case.task.signoffs if s.void_at is not None}
    events = select(AuditEvent).where(AuditEvent.task_id == case.task.id).order_by(AuditEvent.seq.desc())
    return tuple(_happening(event, json.loads(event.data), voided) for event in session.scalars(events))


def _happening(event: AuditEvent, data: dict[str, Any], voided: dict[int, str]) -> Happening:
    unit = data.get("unit", "") if event.actor_id is not None and event.kind != "task.assigned" else ""
    return Happening(
        seq=event.seq,
        at=datetime.fromisoformat(event.at).astimezone(UTC),
        kind=event.kind,
        what=kind_word(event.kind),
        who=f"{unit} {event.actor_name}".strip(),
        said=_said(event.kind, data),
        round=data.get("acted_in_round", data.get("round", 1)),
        void=voided.get(event.seq, ""),
    )


def _said(kind: str, data: dict[str, Any]) -> str:
    if kind == "task.report":
        return f"共 {data['characters']} 字"
    if kind in ("task.evidence_added", "task.evidence_removed"):
        return str(data["name"])
    if kind == "task.assigned":
        return f"交办给{data['unit']}。{data['due_reason']}"
    if kind.startswith("task.extension_"):
        return f"{data['old_due']} → {data['new_due']}：{data['opinion']}"
    if kind == "task.urged":
        return f"第 {data['count']} 次，通知{'、'.join(data['told'])}。{data['opinion']}"
    if kind.startswith("task.share_"):
        return f"{data['section']}：{data['work']}"
    if kind == "packet.sealed":
        return f"{data['unit']}在证据包 {data['packet']} 上签章"
    return str(data.get("opinion", ""))


def _packets(session: Session, case: Case) -> tuple[Sealed, ...]:
    """The task's packets, newest first, each with its seals."""
    signoffs = {signoff.id: signoff for signoff in case.task.signoffs}
    packets = select(Packet).where(Packet.task_id == case.task.id).options(selectinload(Packet.revisions))
    return tuple(
        Sealed(packet, tuple((revision, signoffs[revision.signoff_id]) for revision in packet.revisions))
        for packet in session.scalars(packets.order_by(Packet.round.desc()))
    )
