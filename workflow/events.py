"""Every kind of event (留痕事项) of all rooms under one import: for the trail, for what holds it against the rows, for the documents."""

from __future__ import annotations

from workflow.ledgers import events as _ledgers
from workflow.office import events as _office
from workflow.posting import events as _posting
from workflow.record import events as _record
from workflow.record.events import KINDS
from workflow.tasks import events as _tasks
from workflow.year import events as _year
from workflow.year.assessments import events as _assessments
from workflow.year.filings import events as _filings
from workflow.year.inspections import events as _inspections
from workflow.year.look_backs import events as _look_backs
from workflow.year.missives import events as _missives
from workflow.year.outside import events as _outside

ROOMS = (
    _tasks,
    _ledgers,
    _office,
    _posting,
    _year,
    _filings,
    _look_backs,
    _missives,
    _inspections,
    _outside,
    _assessments,
    _record,
)

__all__ = ["KINDS", "ROOMS"]
