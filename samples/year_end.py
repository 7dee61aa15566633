"""The end of the year before (演示年结): closed by the office's head, what was left open carried over into this year's table."""

from __future__ import annotations

from datetime import date, timedelta

from samples.agenda import SteeredClock
from samples.seated import seated
from workflow.ledgers.models import Ledger
from workflow.office.words import Role
from workflow.record.installation import Installation
from workflow.year.registering import request_paper
from workflow.year.year_end.carrying import Settling, carried_at, proposals, settle
from workflow.year.year_end.closing import close_year, open_rows, take_over

LEFT = "上年度该项工作已并入常态管理，本年度不再单列"


def close_last_year(here: Installation, clock: SteeredClock, before: int, ledger_id: int) -> None:
    """Close it on its last day; a row that is like one of this year's is carried on by that, others by none, and say why."""
    clock.now += timedelta(minutes=20)
    with here.database.writing() as session:
        old, new = session.get_one(Ledger, before), session.get_one(Ledger, ledger_id)
        clerk, leader = (seated(session, old.office_id, role)[0] for role in (Role.OFFICE, Role.LEADER))
        at = clock.now
        close_year(session, old, date(old.year, 12, 31), by=leader, at=at)
        take_over(session, new, old, by=clerk, at=at)
        fates, offered = carried_at(session, before, at), proposals(session, old, new)
        waiting = [row.item_id for row in open_rows(session, old, at) if row.item_id not in fates]
        numbers = [item.number for item in new.items]
        into = {
            n: offered[n].item.number for n in waiting if n in offered and numbers.count(offered[n].item.number) == 1
        }
        left = {n: LEFT for n in waiting if n not in into}
        settle(session, old, new, Settling(into, left, frozenset()), by=clerk, at=at)
        request_paper(session, old, "carried", by=clerk, at=at)
