"""What a leader sees first (领导看板): papers that wait for a signature, the last bulletin as it was printed, and how bulletins have moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger
from workflow.ledgers.permissions import looks_over
from workflow.office.models import User
from workflow.office.words import Role
from workflow.tasks.progress import Pace
from workflow.tasks.words import Status
from workflow.year.missives.bulletin_facts import Figures, RowLine
from workflow.year.missives.drafting import figures_of
from workflow.year.missives.models import Bulletin, Missive

KEPT = 6
"""Bulletins whose shares are shown beside each other."""


@dataclass(frozen=True)
class Told:
    """An issued bulletin and the figures that it prints (已印发通报)."""

    missive: Bulletin
    figures: Figures

    @property
    def red(self) -> list[RowLine]:
        """Rows that are late or behind, as the annex lists them."""
        return [row for row in self.figures.rows if row.pace in (Pace.LATE, Pace.BEHIND)]

    def share(self, pace: Pace) -> str:
        """What share of the rows is in a class."""
        return next(share for each, _, share in self.figures.classes if each is pace)


@dataclass(frozen=True)
class Leading:
    """The leader's part of the overview (领导看板)."""

    waiting: Sequence[Missive]
    """Papers that wait for this person's signature."""
    last: Told | None
    before: tuple[Told, ...]
    """The last ones, the oldest first, the newest among them."""


def leading(session: Session, person: User, year: int) -> Leading | None:
    """Read it for a leader or for the office that issues; None for anybody else."""
    if not {Role.LEADER, Role.OFFICE} & person.roles:
        return None
    mine = (Missive.signer_id == person.id, Missive.status == Status.UNIT_APPROVED)
    waiting = session.scalars(select(Missive).where(*mine).order_by(Missive.due, Missive.id)).all()
    paper = Missive.__table__.c
    printed = select(paper.id).where(
        paper.issued_at.is_not(None), paper.figures != ""
    )  # first, for tasks are many more
    issued = (
        select(Bulletin)
        .join(Ledger, Ledger.id == Bulletin.ledger_id)
        .where(Bulletin.id.in_(printed), Ledger.year == year)
        .order_by(Bulletin.issued_at.desc(), Bulletin.id.desc())
    )
    found: list[Told] = []
    for one in session.scalars(issued):
        told = figures_of(one) if looks_over(one.ledger, person) else None
        if told is not None and one.revoked is None and (not found or one.ledger_id == found[0].missive.ledger_id):
            found.append(Told(one, told))
        if len(found) == KEPT:
            break
    return Leading(waiting, found[0] if found else None, tuple(reversed(found)))
