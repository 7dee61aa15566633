"""Everything a task's page shows (任务页): read once, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workflow.office.models import Unit, User
from workflow.office.reading import colleagues
from workflow.office.words import Role
from workflow.record import outbox
from workflow.tasks.at_hand import Desk, at_hand
from workflow.tasks.case import TaskCase, awaited_besides, chair_of, seals_due
from workflow.tasks.conditions import Attempt, EvidenceCheck
from workflow.tasks.cutting import Level, level_of
from workflow.tasks.events import ACTS, SHARES
from workflow.tasks.models import Delegation, Evidence, Packet, PacketRevision, Request, Seat, Signoff, TaskShare
from workflow.tasks.page.history import Happening, happenings_of
from workflow.tasks.page.rail import Stop, stops_of
from workflow.tasks.permissions import in_unit, is_lead_reviewer, is_next_signer, is_office
from workflow.tasks.process import TASK
from workflow.tasks.requests.requesting import open_to
from workflow.tasks.seats import open_seats, owed_seats
from workflow.tasks.sight import units_in_reach
from workflow.tasks.steps import Step, refusals
from workflow.tasks.words import Action, Gate, RequestKind, Status

_NONE = ("offers", "may_ask", "units", "paper_seats", "added", "colleagues")
_NOT = ("may_resume", "may_decide", "may_seat", "may_receive", "may_urge")
_SHUT: dict[str, Any] = dict.fromkeys(_NONE, ()) | dict.fromkeys(_NOT, False) | {"standing_in": None}
"""What a year that was closed leaves to do on a task: nothing, for the process takes nothing there."""


@dataclass(frozen=True)
class Offer:
    """A step this person may take (可办事项), and what stands against it now."""

    step: Step
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Sealed:
    """A packet with the seals it carries so far (证据包)."""

    packet: Packet
    seals: tuple[tuple[PacketRevision, Signoff], ...]


@dataclass(frozen=True)
class TaskDesk:
    """What one person sees of one task (任务页内容)."""

    case: TaskCase
    offers: tuple[Offer, ...]
    stops: tuple[Stop, ...]
    happenings: tuple[Happening, ...]
    packets: tuple[Sealed, ...]
    evidence: tuple[Evidence, ...]
    shares: tuple[TaskShare, ...]
    may_share: bool
    """True while this person may cut the task by section (科室分工)."""
    requests: tuple[Request, ...]
    may_ask: tuple[RequestKind, ...]
    """What this person may ask the office for."""
    units: tuple[tuple[int, str], ...]
    """Units to choose from where the task may change hands."""
    may_resume: bool
    """True for the office while the clock stands still."""
    may_copy: bool
    """True where this person may let others know."""
    paper_seats: tuple[tuple[Seat, str], ...]
    """Places with their units that the office may fill with a form signed on paper."""
    may_decide: bool
    """True for the office where a request waits."""
    may_seat: bool
    """True while this person may ask somebody to sign, or put a colleague in the own place."""
    added: tuple[Seat, ...]
    """Places of people whom this person has asked to sign, and who have not yet."""
    colleagues: tuple[User, ...]
    standing_in: Delegation | None
    """In whose place this person would sign here (授权代理)."""
    may_receive: bool
    """True while the unit has not taken note of it."""
    may_urge: bool
    """True where this person may press whoever it waits for."""
    seals_due: int
    """Seals that the standing sign-offs call for and the background has still to make."""
    seals_held: str
    """Why they wait, where the background could not make them; empty otherwise."""
    level: Level | None
    """The level below, where there is one or the person may make one."""
    hand: Desk
    """What this person has opened, who else has, and who is writing at the report."""

    @property
    def returned(self) -> Happening | None:
        """Why the task came back into the present round, while it is under way."""
        task = self.case.task
        kinds = {ACTS[action] for action in (Action.SEND_BACK, Action.STEP_BACK, Action.REOPEN)}
        back = (h for h in self.happenings if h.kind in kinds and h.round == task.round - 1)
        return next(back, None) if task.closed_at is None else None

    @property
    def editable(self) -> bool:
        """True while this person may write the report."""
        return any(offer.step.action is Action.SUBMIT for offer in self.offers)


def desk_of(session: Session, case: TaskCase, person: User, at: datetime) -> TaskDesk:
    """Read the page's facts for one person."""
    happenings, inside = happenings_of(session, case), in_unit(case, person)
    packets = _packets(session, case)
    made = sum(len(p.seals) for p in packets if p.packet.round == case.task.round)
    return TaskDesk(
        case=case,
        stops=stops_of(session, case, happenings),
        happenings=tuple(h for h in happenings if inside or h.kind not in SHARES),
        packets=packets,
        evidence=tuple(case.task.live_evidence),
        **(_SHUT if shut(case) else _open(session, case, person, at)),
        requests=case.asked,
        may_copy=inside or is_lead_reviewer(case, person) or is_office(case, person),
        shares=_shares(session, case) if inside else (),
        may_share=inside and case.task.closed_at is None,
        seals_due=(due := len(seals_due(case)) - made),
        seals_held=seals_held(session, case) if due > 0 else "",
        level=level_of(session, case, person),
        hand=at_hand(session, case.task, person),
    )


def shut(case: TaskCase) -> bool:
    """Whether the task's year was closed: nothing more is done on it."""
    return case.task.ledger.closed_on is not None


def _open(session: Session, case: TaskCase, person: User, at: datetime) -> dict[str, Any]:
    """What there is to do, to ask and to decide while the year lasts."""
    task, office = case.task, is_office(case, person)
    may_ask = open_to(session, case, person, at)
    may_decide = bool(case.requests) and office
    disputed = RequestKind.OBJECTION in {*may_ask, *(one.kind for one in case.requests if may_decide)}
    return {
        "offers": tuple(offers_of(case, person)),
        "may_ask": may_ask,
        "units": tuple(units_in_reach(session, [task.ledger])) if disputed else (),
        "may_resume": office and task.paused_at is not None,
        "paper_seats": _paper_seats(session, case) if office else (),
        "may_receive": in_unit(case, person) and task.status is Status.ASSIGNED and not task.received_at,
        "may_decide": may_decide,
        "may_urge": bool(awaited_besides(case, person)) and (office or is_lead_reviewer(case, person)),
        **_seating(session, case, person),
    }


def _paper_seats(session: Session, case: TaskCase) -> tuple[tuple[Seat, str], ...]:
    others = [seat for seat in open_seats(case.seats) if seat.role is not Role.OFFICE and seat.gate is not Gate.OFFICE]
    return tuple((seat, session.get_one(Unit, seat.unit_id).name) for seat in others)


def _seating(session: Session, case: TaskCase, person: User) -> dict[str, Any]:
    """Whom this person may ask, and has asked, to sign."""
    may_seat = is_next_signer(case, person)
    chair = chair_of(case, person)
    return {
        "standing_in": chair.standing_in if chair else None,
        "may_seat": may_seat,
        "added": tuple(seat for seat in owed_seats(case.seats) if seat.added_by_id == person.id),
        "colleagues": tuple(colleagues(session, person)) if may_seat else (),
    }


def _shares(session: Session, case: TaskCase) -> tuple[TaskShare, ...]:
    """How the unit has cut its task: its own affair, shown to its own people."""
    return tuple(session.scalars(select(TaskShare).where(TaskShare.task_id == case.task.id).order_by(TaskShare.id)))


def seals_held(session: Session, case: TaskCase) -> str:
    """Why the background has given up making a seal of the present round; empty where it has not."""
    return outbox.parked(session, f"packet:{case.task.id}:{case.task.round}:")


def sealing(session: Session, case: TaskCase) -> tuple[int, int]:
    """How many seals of the present round are made, and how many its sign-offs call for."""
    made = select(PacketRevision.id).join(Packet).where(Packet.task_id == case.task.id, Packet.round == case.task.round)
    return len(session.scalars(made).all()), len(seals_due(case))


def offers_of(case: TaskCase, person: User) -> list[Offer]:
    """The steps as far as the person goes, each with the sentences that would refuse it now.

    What only the attempt can know, the opinion and the bytes on disk, is taken as given. A closed year offers none.
    """
    if shut(case):
        return []
    attempt = Attempt(case, person, "…", EvidenceCheck(case.task.content_digest, ()))
    return [Offer(step, tuple(refusals(step, attempt))) for step in TASK.actions_for(case, person)]


def _packets(session: Session, case: TaskCase) -> tuple[Sealed, ...]:
    """The task's packets, newest first, each with its seals."""
    signoffs = {signoff.id: signoff for signoff in case.task.signoffs}
    packets = select(Packet).where(Packet.task_id == case.task.id).options(joinedload(Packet.revisions))
    return tuple(
        Sealed(packet, tuple((revision, signoffs[revision.signoff_id]) for revision in packet.revisions))
        for packet in session.scalars(packets.order_by(Packet.round.desc())).unique()
    )
