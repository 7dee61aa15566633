"""What had been issued by a moment and who was talked with (发文、约谈登记): numbers, who signed, how many had signed for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from workflow.record.calendar import day_of
from workflow.year.missives.models import Letter, Missive, MissiveUnit
from workflow.year.missives.talk_models import Talk
from workflow.year.missives.talks import view_of


@dataclass(frozen=True)
class Registered:
    """An issued paper in the register (登记行)."""

    number: str
    title: str
    to: str
    signer: str
    on: date
    sent: int
    received: int
    corrected: str
    """What puts it right or takes it back, by its number; empty for nothing."""
    letter: bool
    matter_id: int


def register(
    session: Session, ledger_id: int, *, as_of: datetime, unit_id: int | None = None
) -> tuple[Registered, ...]:
    """Every paper of a ledger that was issued by a moment, or those that one unit has got, by the day of issue."""
    wanted = select(Missive).where(Missive.ledger_id == ledger_id, Missive.issued_at <= as_of)
    if unit_id is not None:
        wanted = wanted.where(Missive.units.any(MissiveUnit.unit_id == unit_id))
    found = session.scalars(wanted.options(selectinload(Missive.units)).order_by(Missive.issued_at, Missive.id))
    return tuple(_line(one, as_of, one.issued_at, unit_id) for one in found if one.issued_at is not None)


def _line(missive: Missive, as_of: datetime, issued_at: datetime, unit_id: int | None) -> Registered:
    rows = [row for row in missive.units if unit_id in (None, row.unit_id)]
    later = [
        f"已{one.puts_right}：{one.number}"
        for one in missive.corrected
        if one.issued_at is not None and one.issued_at <= as_of
    ]
    return Registered(
        number=missive.number,
        title=missive.title,
        to=missive.addressed,
        signer=missive.signer.name,
        on=day_of(issued_at),
        sent=len(rows),
        received=sum(row.received_at is not None and row.received_at <= as_of for row in rows),
        corrected="、".join(later),
        letter=isinstance(missive, Letter),
        matter_id=missive.id,
    )


@dataclass(frozen=True)
class Talked:
    """A talk in the register (约谈登记行)."""

    matter_id: int
    unit_id: int
    held_on: date | None
    convener: str
    letter: str
    """The number of the letter that it goes beyond."""
    demand: str
    mend_by: date | None
    signed: str
    """What the unit said and who signed, or why nobody did."""


def talked(session: Session, ledger_id: int, *, as_of: datetime, unit_id: int | None = None) -> tuple[Talked, ...]:
    """Every talk of a ledger whose record was finished by a moment, or those with one unit; nothing of it changes any more."""
    wanted = select(Talk).where(Talk.ledger_id == ledger_id, Talk.closed_at <= as_of)
    if unit_id is not None:
        wanted = wanted.where(Talk.talked_id == unit_id)
    found = session.scalars(
        wanted.options(selectinload(Talk.letter), selectinload(Talk.signoffs)).order_by(Talk.held_at, Talk.id)
    )
    return tuple(
        Talked(
            talk.id, talk.talked_id, day_of(talk.held_at) if talk.held_at else None, talk.convener, talk.letter.number, talk.demand,
            talk.mend_by, view_of(talk),
        )
        for talk in found
    )  # fmt: skip
