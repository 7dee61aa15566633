"""What inspections have found since the bulletin before (检查发现的问题): finished worksheets that judge something wanting."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger
from workflow.year.inspections.models import Worksheet


class FindingLine(BaseModel):
    """One finished worksheet (检查发现)."""

    model_config = ConfigDict(frozen=True)

    sheet_id: int
    number: str
    text: str
    unit_id: int
    unit: str
    judgement: str
    category: str
    facts: str
    demand: str
    mend_by: date | None


def findings(session: Session, ledger: Ledger, since: datetime | None, as_of: datetime) -> tuple[FindingLine, ...]:
    """What was found wanting after a moment (from the beginning where there is none) and by another, in the order of the table."""
    finished = (Worksheet.ledger_id == ledger.id, Worksheet.closed_at <= as_of)
    wanted = select(Worksheet).where(*finished, *([Worksheet.closed_at > since] if since else []))
    failing = [one for one in session.scalars(wanted) if one.judgement is not None and one.judgement.fails]
    ordered = sorted(failing, key=lambda one: (one.item.position, one.checked.position, one.id))
    return tuple(
        FindingLine(
            sheet_id=one.id, number=one.item.number, text=one.item.text, unit_id=one.checked_id, unit=one.checked.name,
            judgement=one.judgement.word if one.judgement else "", category=one.category, facts=one.facts, demand=one.demand,
            mend_by=one.mend_by,
        )
        for one in ordered
    )  # fmt: skip
