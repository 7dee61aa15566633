"""A county files with its towns (下级汇总): units below fill in forms of their own, which become parts of the one above."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.office.hierarchy import below
from workflow.office.models import Unit, User
from workflow.office.notices import tell_each_unit
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import Forbidden, Invalid, NotInState
from workflow.tasks.permissions import handles
from workflow.tasks.urging import urge_matters
from workflow.year.filings.filling import may_fill
from workflow.year.filings.models import Filing, FilingPart
from workflow.year.filings.prefilling import Draft, drafts, drafts_below
from workflow.year.filings.process import rebind
from workflow.year.filings.rounds import give


def ask_below(
    session: Session, form: Filing, *, by: User, at: datetime, seen_version: int, due: date | None = None
) -> list[str]:
    """Give every unit directly below, which has no form in the round yet, one with the rows of this form; their names.

    What they have reported in the ledgers that the unit cut from its rows stands there already. They file by ``due``, which leaves the unit time to gather; without one, by when this form is due itself.
    Raises Forbidden, Stale, Invalid, NotInState where the form is not being filled in or nobody is left to ask.
    """
    may_fill(session, form, by, seen_version)
    due = due or form.due
    if due > form.due or (due < form.due and due < day_of(at)):
        raise Invalid(f"下级单位的报送时限应在今天与本单位的报送时限（{spoken(form.due)}）之间，请改正。")
    units = unasked(session, form)
    if not units:
        raise NotInState(
            "没有可以下发的下级单位：名录里本单位没有在用的下级单位，或都已下发；下级单位由办公室在单位名录的「上级单位」栏登记。"
        )
    row, months = form.in_round, form.in_round.months
    known = drafts(session, form.ledger_id, months) | drafts_below(session, form.ledger_id, form.unit_id, months)
    lines = {
        unit.id: [known.get((unit.id, each.item_id), Draft()).values(each.item_id) for each in form.rows]
        for unit in units
    }
    through = dict.fromkeys(lines, form.unit_id)
    give(session, row, units, lines, edition=1, by=by, at=at, through=through, due=due)
    session.add_all(FilingPart(form_id=form.id, unit_id=unit.id) for unit in units)
    session.flush()
    session.expire(form, ["parts"])
    names = [unit.name for unit in units]
    rebind(session, form, f"请下级单位填报：{'、'.join(names)}", by=by, at=at)
    text = f"请于{spoken(due)}前向{form.unit.name}报送《{row.title}》。"
    tell_each_unit(session, dict.fromkeys(lines, text), by=by, at=at, ledger_id=form.ledger_id)
    return names


def unasked(session: Session, form: Filing) -> list[Unit]:
    """The units directly below that have no form in the round."""
    asked = set(session.scalars(select(Filing.unit_id).where(Filing.round_id == form.round_id)))
    return [unit for unit in below(session, form.unit_id) if unit.id not in asked]


def urge_below(session: Session, form: Filing, *, by: User, at: datetime) -> int:
    """Press the units below that have not filed to this form, each once a day; returns how many. Raises Forbidden."""
    if not handles(form, by):
        raise Forbidden("只有本单位的经办人可以催下级单位。")
    return urge_matters(session, parts_asked(session, form), by=by, at=at)


def parts_asked(session: Session, form: Filing) -> list[Filing]:
    """The forms that units below fill in for this one, all editions, in the directory's order."""
    mine = (Filing.round_id == form.round_id, Filing.through_id == form.unit_id)
    known = select(Filing).join(Unit, Unit.id == Filing.unit_id).where(*mine)
    return list(session.scalars(known.order_by(Unit.position, Unit.id, Filing.edition)))
