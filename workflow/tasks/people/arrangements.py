"""The page of 签批安排: policies and delegations that concern one person, and what they may set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.office.models import Unit, User
from workflow.office.permissions import Permission, may
from workflow.office.reading import colleagues
from workflow.office.words import Role
from workflow.record.calendar import day_of
from workflow.tasks.models import Delegation, GatePolicy
from workflow.tasks.permissions import may_arrange
from workflow.tasks.sight import openable
from workflow.tasks.words import Gate


@dataclass(frozen=True)
class PolicyLine:
    """One policy as the page lists it (审批设置)."""

    policy: GatePolicy
    unit: str
    ledger: str
    item: str
    people: tuple[str, ...]
    mine: bool
    """True where this person may take it back."""


@dataclass(frozen=True)
class SigningDesk:
    """What one person sees of who signs (签批安排)."""

    today: date
    policies: tuple[PolicyLine, ...]
    given: tuple[Delegation, ...]
    held: tuple[Delegation, ...]
    colleagues: tuple[User, ...]
    """People of the own unit, oneself among them, with their desks."""
    gates: tuple[Gate, ...]
    """Gates of the own unit whose signers this person may set."""
    ledgers: tuple[Ledger, ...]
    """Published ledgers, newest first."""
    runs: tuple[Ledger, ...]
    """Those that this person's office runs."""
    may_delegate: bool


def signing_desk(session: Session, person: User, *, at: datetime) -> SigningDesk:
    """Read the page for one person."""
    today = day_of(at)
    published = select(Ledger).where(Ledger.published_at.is_not(None), openable(person)).order_by(Ledger.id.desc())
    ledgers = tuple(session.scalars(published.limit(50)))
    runs = tuple(one for one in ledgers if Role.OFFICE in person.roles and one.office_id == person.unit_id)
    return SigningDesk(
        today=today,
        policies=_policies(session, person, runs),
        given=_delegations(session, Delegation.principal_id == person.id),
        held=_delegations(session, Delegation.deputy_id == person.id, Delegation.ends >= today),
        colleagues=(person, *(one for one in colleagues(session, person) if may(one, Permission.WORK))),
        gates=tuple(gate for gate in Gate if may_arrange(person, gate, person.unit_id, None)),
        ledgers=ledgers,
        runs=runs,
        may_delegate=bool({gate.desk for gate in Gate} & person.roles),
    )


def _delegations(session: Session, *which: object) -> tuple[Delegation, ...]:
    standing = select(Delegation).where(*which, Delegation.ended_at.is_(None))  # type: ignore[arg-type]
    people = (joinedload(Delegation.principal), joinedload(Delegation.deputy))
    return tuple(session.scalars(standing.options(*people).order_by(Delegation.starts)))


def _policies(session: Session, person: User, runs: tuple[Ledger, ...]) -> tuple[PolicyLine, ...]:
    bearing = or_(GatePolicy.unit_id == person.unit_id, GatePolicy.ledger_id.in_([ledger.id for ledger in runs]))
    found = session.scalars(select(GatePolicy).where(bearing).order_by(GatePolicy.id)).all()
    ids = {person_id for policy in found for person_id in policy.people}
    names = {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(ids)))}
    units = _named(session, select(Unit).where(Unit.id.in_([p.unit_id for p in found if p.unit_id])), "name")
    ledgers = {p.ledger_id for p in found if p.ledger_id}
    titles = {one.id: one for one in session.scalars(select(Ledger).where(Ledger.id.in_(ledgers)))}
    items = _named(
        session, select(LedgerItem).where(LedgerItem.id.in_([p.item_id for p in found if p.item_id])), "number"
    )
    return tuple(
        PolicyLine(
            policy=policy,
            unit=units.get(policy.unit_id or 0, ""),
            ledger=titles[policy.ledger_id].title if policy.ledger_id else "",
            item=items.get(policy.item_id or 0, ""),
            people=tuple(names.get(person_id, "") for person_id in policy.people),
            mine=may_arrange(person, policy.gate, policy.unit_id, titles.get(policy.ledger_id or 0)),
        )
        for policy in found
    )


def _named(session: Session, rows: object, field: str) -> dict[int, str]:
    return {row.id: getattr(row, field) for row in session.scalars(rows)}  # type: ignore[call-overload]
