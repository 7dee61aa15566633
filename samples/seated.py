"""Whose turn it is in the sample office (办理人): every step is taken by somebody who may, through the one engine."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.office.models import User, UserRole
from workflow.office.words import Role
from workflow.record.installation import Installation
from workflow.tasks.acting import act
from workflow.tasks.checking import check_evidence
from workflow.tasks.models import Matter
from workflow.tasks.words import Action, Decision

_OWN = (Action.SUBMIT, Action.WITHDRAW)


def seated(session: Session, unit_id: int, role: Role) -> list[User]:
    """Who sits at a desk of a unit, in the order in which they came."""
    found = select(User).join(UserRole).where(User.unit_id == unit_id, UserRole.role == role).order_by(User.id)
    return list(session.scalars(found))


def office_of(session: Session, matter: Matter, *, other: bool = False) -> User:
    """One of the two people of the office that runs the ledger; ``other``: the second one."""
    return seated(session, matter.ledger.office_id, Role.OFFICE)[-1 if other else 0]


def whose_turn(session: Session, matter: Matter, action: Action) -> User:
    """Somebody who may take the step: at the awaited desk and not yet a signer of this round."""
    if action in _OWN:
        return seated(session, matter.unit_id, Role.HANDLER)[0]
    if action is Action.REOPEN:
        return office_of(session, matter)
    signed = {one.user_id for one in matter.signoffs if one.decision is Decision.PASSED and one.void_at is None}
    for row in matter.awaited:
        for person in seated(session, row.unit_id, row.role):
            if person.id not in signed and row.user_id in (None, person.id):
                return person
    raise LookupError(f"nobody to {action} {matter.matter} {matter.id}")


def take(here: Installation, matter_id: int, action: Action, at: datetime, opinion: str = "") -> None:
    """Take one step of a matter as the person whose turn it is. Raises Refused."""
    checked = None
    if action is Action.CLOSE:
        with here.database.reading() as session:
            checked = check_evidence(session.get_one(Matter, matter_id), here.store)
    with here.database.writing() as session:
        matter = session.get_one(Matter, matter_id)
        by = whose_turn(session, matter, action)
        act(session, matter, action, by=by, at=at, seen_version=matter.version, opinion=opinion, checked=checked)
