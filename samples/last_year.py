"""The table of the year before (上年任务表): a few rows of the document a year earlier, lived through shortly, to be looked back on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from samples.agenda import Agenda, SteeredClock, on
from samples.fates import Plan
from samples.office import issue
from samples.redated import a_year_earlier
from samples.year import Year
from workflow.record.installation import Installation
from workflow.record.published import PublishedLedger, PublishedTask

ROWS, UNITS = 5, 8
"""How many rows it has at most, and how many units they name together: each of its tasks leaves a packet."""
UNDATED, UNNAMED = 2, 3
"""Which of its rows, counted from 0, says nothing of when, and which nothing of who: they are looked back on by choice."""


def read_in(published: PublishedLedger) -> PublishedLedger:
    """Rows of the document as they may have stood in the table of the year before: few units by name, and one date each."""
    before = a_year_earlier(published)
    year = before.year or 0
    rows = tuple(_plain(row, year, dated=n != UNDATED, named=n != UNNAMED) for n, row in enumerate(_chosen(before)))
    plain = replace(
        before, tasks=rows, problems=(), doubts=(), report_due=None, issued_on=None, places={}, alternative=None
    )
    return replace(plain, source_text=document(plain).decode())


def live_last_year(here: Installation, clock: SteeredClock, published: PublishedLedger) -> int:
    """Publish it in spring and have its tasks done until the end of that year; returns its number."""
    before = read_in(published)
    ledger_id = issue(here, before, document(before), name=f"{before.title or '任务分解表'}.txt", at=clock.now)
    until = on(date(before.year or 0, 12, 20), 17)
    agenda = Agenda()
    Year(here, agenda, ledger_id, Plan(until, left=0.05, least=1), until).begin(clock.now)
    agenda.run(clock, until)
    return ledger_id


def published_at(published: PublishedLedger) -> datetime:
    """When the table of the year before was published."""
    return on(date((published.year or 0) - 1, 3, 18), 9)


def document(table: PublishedLedger) -> bytes:
    """The table as a file: a line a row, cells apart by tabs."""
    lines = [table.title or "", "序号\t工作任务\t牵头单位\t责任单位\t完成时限"]
    for row in table.tasks:
        words = f"{row.title or ''}{row.requirement or ''}"
        lines.append("\t".join((row.number, words, "、".join(row.lead_units), "、".join(row.responsible_units), row.deadline_text or "")))  # fmt: skip
    return "\n".join(lines).encode()


def _chosen(table: PublishedLedger) -> Iterator[PublishedTask]:
    """Rows that name units, as long as these are few; a table that names none lends its first rows to its issuer."""
    units: set[str] = set()
    taken = 0
    for row in table.tasks:
        named = {*row.lead_units, *row.responsible_units}
        if named and taken < ROWS and len(units | named) <= UNITS:
            units, taken = units | named, taken + 1
            yield row
    if not taken:
        own = tuple(name for name in (table.issuer,) if name)
        yield from (replace(row, responsible_units=own) for row in table.tasks[:3])


def _duty(row: PublishedTask) -> str:
    """The cells of its units, without the groups."""
    return "|".join(cell for cell in ("、".join(row.lead_units), "、".join(row.responsible_units)) if cell)


def _plain(row: PublishedTask, year: int, *, dated: bool, named: bool) -> PublishedTask:
    """The row without groups, rhythms and doubts, its date one of its year or none, its units as named or none."""
    month = row.due.month if row.due and row.due.year == year and row.due.month > 4 else 10
    due = date(year, month + 1, 1) - timedelta(days=1) if month < 12 else date(year, 12, 15)
    return replace(
        row, lead_groups=(), responsible_groups=(), responsibility_text=_duty(row) if named else "",
        lead_units=row.lead_units if named else (), responsible_units=row.responsible_units if named else (), due=due if dated else None,
        deadline_text=f"{due.month}月{due.day}日前" if dated else None, recurrence=None, inspection=None,
        inspection_on=None, extra=(), line=None, line_end=None, origins=(), doubts=(),
    )  # fmt: skip
