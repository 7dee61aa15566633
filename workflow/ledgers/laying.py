"""A reading laid into a draft (落稿): head, rows, names held against the directory, what is doubted."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.beside import beside
from workflow.ledgers.models import ItemParty, Ledger, LedgerItem, ReadAs, ReadingProblem, RememberedPointing
from workflow.ledgers.words import Part
from workflow.office.directory import Directory, load_directory
from workflow.office.models import Unit
from workflow.record.published import Problem, PublishedLedger, PublishedTask


def head(ledger: Ledger, published: PublishedLedger, *, at: datetime) -> None:
    """Set what a reading says of the ledger itself; where it says no title the file's name stands in."""
    due = published.report_due
    ledger.title = published.title or Path(ledger.source.name).stem
    ledger.year = published.year or at.year
    ledger.issuer, ledger.document_number = published.issuer, published.document_number
    ledger.issued_on = published.issued_on
    ledger.report_due, ledger.report_to = (due.date, due.to) if due else (None, None)


def rows(session: Session, ledger: Ledger, published: PublishedLedger) -> None:
    """Set columns, rows and doubts of a draft that has none, and the text that their lines refer to."""
    ledger.columns = [list(column) for column in published.columns]
    ledger.duties = [json.loads(json.dumps(asdict(duty), default=str)) for duty in published.duties]
    ledger.source.text = published.source_text
    ledger.source.places = {str(line): place for line, place in published.places.items()}
    directory = load_directory(session)
    units = {unit.id: unit for unit in session.scalars(select(Unit))}
    ledger.items = [_item(position, row, directory, units) for position, row in enumerate(published.tasks, start=1)]
    ledger.problems = [_problem(problem) for problem in published.problems]


def way(published: PublishedLedger, *, pointing: RememberedPointing | None, second: bool = False) -> ReadAs | None:
    """How a draft was read, where there was a choice; ``second``: by the reader's second best reading."""
    sides = beside(published, second=second)
    return ReadAs(beside=sides, pointing=pointing) if sides or pointing else None


def _item(position: int, row: PublishedTask, directory: Directory, units: dict[int, Unit]) -> LedgerItem:
    item = LedgerItem(
        position=position,
        number=row.number[:40],
        section=list(row.section),
        title=row.title,
        requirement=row.requirement,
        responsibility_text=row.responsibility_text,
        deadline_text=row.deadline_text,
        due=row.due,
        recurrence=row.recurrence,
        inspection=row.inspection,
        inspection_on=row.inspection_on,
        line=row.line,
        line_end=row.line_end,
        extra=[list(pair) for pair in row.extra],
        origins=[asdict(origin) for origin in row.origins],
    )
    named = [
        (Part.LEAD, False, row.lead_units),
        (Part.LEAD, True, row.lead_groups),
        (Part.RESPONSIBLE, False, row.responsible_units),
        (Part.RESPONSIBLE, True, row.responsible_groups),
    ]
    for part, is_group, phrases in named:
        for phrase in dict.fromkeys(phrases):
            match = directory.resolve(phrase, is_group=is_group)
            members = [units[unit_id] for unit_id in match.unit_ids]
            item.parties.append(
                ItemParty(part=part, phrase=phrase[:200], is_group=is_group, resolution=match.resolution, units=members)
            )
    return item


def _problem(problem: Problem) -> ReadingProblem:
    name = problem.name[:200] if problem.name else None
    return ReadingProblem(
        message=problem.message[:500],
        line=problem.line,
        number=problem.task[:40] if problem.task is not None else None,
        name=name,
        doubts=list(problem.doubts),
    )
