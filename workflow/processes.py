"""Every process (流程) of all rooms under one import: what climbs is known by whoever folds the trail or works in the background."""

from __future__ import annotations

from workflow.tasks import process as _tasks
from workflow.tasks.steps import PROCESSES
from workflow.year.filings import process as _filings
from workflow.year.inspections import worksheets as _worksheets
from workflow.year.look_backs import rectifying as _rectifications
from workflow.year.look_backs import self_checks as _self_checks
from workflow.year.missives import process as _missives
from workflow.year.missives import talks as _talks

ROOMS = (_tasks, _filings, _self_checks, _rectifications, _missives, _talks, _worksheets)

__all__ = ["PROCESSES", "ROOMS"]
