"""Which ledgers somebody may open (台账可见范围): those of one's level, and those in which one's unit has a part; and to whom their offices give work."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from workflow.ledgers.models import ItemParty, Ledger, LedgerItem, PartyUnit
from workflow.ledgers.permissions import level_with, of_level, runs
from workflow.office.models import Unit, User
from workflow.office.permissions import Permission, may
from workflow.office.reading import choices_of_units
from workflow.record.errors import Invalid
from workflow.tasks.case import case_of
from workflow.tasks.levels import upper_of, within_of
from workflow.tasks.models import Matter, Task
from workflow.tasks.permissions import sees


def may_open(session: Session, ledger: Ledger, person: User) -> bool:
    """Whether somebody may look at a ledger: a draft is its office's alone."""
    if runs(ledger, person):
        return True
    if ledger.published_at is None or not may(person, Permission.WORK):
        return False
    if level_with(ledger, person):
        return True
    return session.scalar(select(Ledger.id).where(Ledger.id == ledger.id, _has_part(person.unit_id))) is not None


def openable(person: User) -> ColumnElement[bool]:
    """:func:`may_open` as a condition on ledgers."""
    if not may(person, Permission.WORK):
        return false()
    shown = and_(Ledger.published_at.is_not(None), or_(of_level(person), _has_part(person.unit_id)))
    return or_(shown, Ledger.office_id == person.unit_id) if may(person, Permission.OFFICE) else shown


def upper_seen(session: Session, ledger_id: int, person: User) -> tuple[Task, bool] | None:
    """The task of the level above that a ledger carries out, and whether the person may open its page."""
    task = upper_of(session, ledger_id)
    return (task, sees(case_of(session, task), person)) if task is not None else None


def in_reach(session: Session, ledger: Ledger, unit: Unit) -> None:
    """Refuse a unit to which the ledger's office may give nothing: one under another has a say over itself and those below alone.

    Who has a part in the ledger keeps it wherever they stand now. Raises Invalid.
    """
    with session.no_autoflush:  # what is just being made gives nobody a part
        reach = _reach(session, ledger)
    if reach is not None and unit.id not in reach:
        raise Invalid(f"{unit.name}不是{ledger.office.name}的下级单位，不能向其交办，请改选。")


def units_in_reach(session: Session, ledgers: Iterable[Ledger]) -> list[tuple[int, str]]:
    """Active units to which the office of one of these ledgers may give something, in the directory's order, for a choice."""
    reaches = [_reach(session, ledger) for ledger in ledgers]
    return [
        (number, name)
        for number, name in choices_of_units(session)
        if any(one is None or number in one for one in reaches)
    ]


def _reach(session: Session, ledger: Ledger) -> frozenset[int] | None:
    """The units that :func:`in_reach` lets through; None where it lets through all."""
    bound = within_of(session, ledger)
    if bound is None:
        return None
    named, doing = _parts(ledger.id)
    return bound.units | {ledger.office_id, *session.scalars(named.union(doing))}


def _has_part(unit_id: int) -> ColumnElement[bool]:
    """A row names the unit, or something of the ledger's is the unit's to do."""
    named, doing = _parts(Ledger.id)
    return or_(named.where(PartyUnit.unit_id == unit_id).exists(), doing.where(Matter.unit_id == unit_id).exists())


def _parts(ledger_id: InstrumentedAttribute[int] | int) -> tuple[Select[int], Select[int]]:
    """The units that rows of a ledger name, and those that something of it is to be done by."""
    named = (
        select(PartyUnit.unit_id)
        .join(ItemParty, ItemParty.id == PartyUnit.party_id)
        .join(LedgerItem, LedgerItem.id == ItemParty.item_id)
    )
    return named.where(LedgerItem.ledger_id == ledger_id), select(Matter.unit_id).where(Matter.ledger_id == ledger_id)
