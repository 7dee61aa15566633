"""What a ledger asks of whom by when (拟交办): one assignment a row, unit and period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workflow.ledgers.deadlines import Deadline, effective, periods
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.words import Part, TaskKind
from workflow.office.models import Unit
from workflow.record.calendar import day_of


@dataclass(frozen=True)
class Assignment:
    """A task that a ledger asks for and that may not be open yet (拟交办任务)."""

    item: LedgerItem
    unit: Unit
    kind: TaskKind
    period: str
    deadline: Deadline

    @property
    def key(self) -> tuple[int, int, str]:
        """What there is one task of."""
        return self.item.id, self.unit.id, self.period


def assignments(ledger: Ledger, today: date) -> list[Assignment]:
    """Every task that the ledger asks for by a day, in the order of its rows; periods that open later are left out."""
    return [
        Assignment(item, unit, kind, label, deadline)
        for item in ledger.items
        for terms in [_terms(ledger, item, today)]
        for unit, kind in _bearers(ledger, item)
        for label, deadline in terms
    ]


def last_due(ledger: Ledger, item: LedgerItem) -> date:
    """When the last task of a row will be due."""
    cut = periods(item.recurrence, ledger.year) if item.due is None else []
    plain = effective(own=item.due, report=ledger.report_due, year=ledger.year, said=item.deadline_text)
    return cut[-1].due if cut else plain.on


def _terms(ledger: Ledger, item: LedgerItem, today: date) -> list[tuple[str, Deadline]]:
    """(period label, deadline) pairs that are open by now: those that ended before publishing are not asked for."""
    cut = periods(item.recurrence, ledger.year) if item.due is None else []
    if not cut:
        plain = effective(own=item.due, report=ledger.report_due, year=ledger.year, said=item.deadline_text)
        return [("", plain)]
    start = day_of(ledger.published_at) if ledger.published_at else today
    current = [period for period in cut if period.due >= start and period.opens <= today]
    # A table published after its year still asks for the last period rather than for nothing.
    wanted = current or ([cut[-1]] if cut[-1].due < start else [])
    return [(period.label, Deadline(period.due, period.reason)) for period in wanted]


def _bearers(ledger: Ledger, item: LedgerItem) -> list[tuple[Unit, TaskKind]]:
    """Who gets a task: every responsible unit, and the lead units for their summary where the ledger says so.

    Where a row names leads only, they do the work themselves.
    """
    responsible = item.units(Part.RESPONSIBLE)
    leads = [unit for unit in item.units(Part.LEAD) if unit not in responsible]
    bearers = [(unit, TaskKind.RESPONSIBLE) for unit in responsible]
    if not responsible:
        return [(unit, TaskKind.RESPONSIBLE) for unit in leads]
    if ledger.lead_tasks:
        bearers += [(unit, TaskKind.SUMMARY) for unit in leads]
    return bearers
