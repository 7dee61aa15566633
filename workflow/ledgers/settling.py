"""The head of a draft, and a second look at its names (台账抬头与重新对照)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers import events
from workflow.ledgers.drafting import answer_doubts, editable, with_rows
from workflow.ledgers.models import Ledger
from workflow.office.directory import load_directory
from workflow.office.models import Unit, User
from workflow.record import audit
from workflow.record.errors import Invalid
from workflow.record.text import clean_line

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class HeadEdit:
    """What the office may set on the ledger itself (台账抬头)."""

    title: str
    year: int
    document_number: str
    report_due: date | None
    lead_tasks: bool


def edit_head(session: Session, ledger: Ledger, edit: HeadEdit, *, by: User, at: datetime) -> None:
    """Set title, year, number, report date and whether leads get a task of their own. Raises Invalid."""
    editable(ledger, by)
    title = clean_line(edit.title, limit=300)
    if not title:
        raise Invalid("请填写台账名称。")
    if not FIRST_YEAR <= edit.year <= LAST_YEAR:
        raise Invalid(f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间。")
    ledger.title, ledger.year, ledger.report_due = title, edit.year, edit.report_due
    ledger.document_number = clean_line(edit.document_number, limit=80) or None
    ledger.lead_tasks = edit.lead_tasks
    told = events.Head(
        ledger_id=ledger.id,
        title=title,
        year=edit.year,
        document_number=ledger.document_number,
        report_due=edit.report_due,
        lead_tasks=edit.lead_tasks,
    )
    audit.record(session, events.HEAD_EDITED, told, subject=ledger.id, by=by, at=at)


def resolve_again(session: Session, ledger: Ledger, *, by: User, at: datetime) -> int:
    """Hold the names that are still open against the directory as it is now; returns how many were settled."""
    editable(ledger, by)
    directory = load_directory(session)
    units = {unit.id: unit for unit in session.scalars(select(Unit))}
    ledger, settled = with_rows(session, ledger.id), []
    for party in (party for item in ledger.items for party in item.parties if not party.units):
        match = directory.resolve(party.phrase, is_group=party.is_group)
        party.resolution = match.resolution
        if match.unit_ids:
            party.units = [units[unit_id] for unit_id in match.unit_ids]
            settled.append(party.phrase)
    doubts = answer_doubts(ledger, set(settled), by=by, at=at)
    told = events.Resolved(ledger_id=ledger.id, settled=len(settled), doubts=doubts)
    audit.record(session, events.RESOLVED_AGAIN, told, subject=ledger.id, by=by, at=at)
    return len(settled)
