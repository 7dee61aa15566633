"""Somebody leaves (离岗): what is theirs by name, and who could take it over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from workflow.office.desks import sits_at
from workflow.office.models import User
from workflow.office.people import GATES
from workflow.office.permissions import Permission, may
from workflow.office.reading import colleagues, people_of
from workflow.office.words import Role
from workflow.tasks.case import Case, case_of
from workflow.tasks.models import Delegation, GatePolicy, Matter, Seat
from workflow.tasks.seats import owed_seats

SHOWN = 50
"""Matters that are listed by name; the others are counted."""


@dataclass(frozen=True)
class Heir:
    """A colleague who may take over, or why not (接手人选)."""

    user: User
    against: str
    """Why not; empty where nothing stands against it."""


@dataclass(frozen=True)
class Holdings:
    """What is somebody's by name (名下事项)."""

    matters: tuple[str, ...]
    """What waits, or will wait, for this very person: no more than :data:`SHOWN` of ``count``."""
    count: int
    policies: int
    delegations: int
    alone: tuple[Role, ...]
    """Desks of the unit at which nobody else sits: what comes there has nobody once the person is gone."""
    heirs: tuple[Heir, ...]

    @property
    def words(self) -> str:
        """All of it in one sentence; empty where there is nothing."""
        parts = [f"等待其本人签批 {self.count} 件"] if self.count else []
        parts += [f"{self.policies} 处审批设置指定此人"] if self.policies else []
        parts += [f"代理 {self.delegations} 项"] if self.delegations else []
        parts += [f"“{'、'.join(role.word for role in self.alone)}”岗位上只有此人"] if self.alone else []
        return "，".join(parts) + "。" if parts else ""


def holdings(session: Session, person: User) -> Holdings:
    """What somebody would leave behind, and to whom it could go."""
    owed = [matter.name for _, matter, _ in seats_of(session, person)]
    policies = session.scalars(select(GatePolicy.people).where(GatePolicy.unit_id == person.unit_id))
    mine = or_(Delegation.principal_id == person.id, Delegation.deputy_id == person.id)
    given = select(func.count()).select_from(Delegation).where(mine, Delegation.ended_at.is_(None))
    others = colleagues(session, person)
    held = {role for other in others for role in other.roles}
    return Holdings(
        matters=tuple(owed[:SHOWN]),
        count=len(owed),
        policies=sum(person.id in people for people in policies),
        delegations=session.scalars(given).one(),
        alone=tuple(role for role in Role if role in person.roles & GATES and role not in held),
        heirs=tuple(Heir(other, _against(other)) for other in others),
    )


def seats_of(session: Session, person: User) -> Iterator[tuple[Seat, Matter, Case]]:
    """Every place where a matter waits, or will wait, for this person by name."""
    named = select(Seat).join(Matter, (Matter.id == Seat.task_id) & (Matter.round == Seat.round))
    for seat in session.scalars(
        named.where(Seat.user_id == person.id, Seat.signoff_id.is_(None)).order_by(Seat.id)
    ).all():
        matter = session.get_one(Matter, seat.task_id)
        case = case_of(session, matter)
        if seat in owed_seats(case.seats):  # else settled by somebody else's 或签
            yield seat, matter, case


def may_sit(case: Case, seat: Seat, person: User) -> bool:
    """Whether somebody may sign at this place: sits at the desk, and has neither written the matter nor signed it."""
    return person.id not in case.authors | case.signers and sits_at(person, seat.role, seat.unit_id)


def anybody_left(session: Session, case: Case, seat: Seat, leaver: User) -> bool:
    """Whether somebody but the leaver could sign at the desk of this place."""
    return any(person.id != leaver.id and may_sit(case, seat, person) for person in people_of(session, seat.unit_id))


def _against(person: User) -> str:
    return "" if may(person, Permission.WORK) else "没有业务岗位"
