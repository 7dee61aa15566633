"""Every process (流程) of all rooms under one import: what climbs is known by whoever folds the trail or works in the background."""

from __future__ import annotations

from workflow.tasks import process as _tasks
from workflow.tasks.steps import PROCESSES
from workflow.year import filing_process as _filings
from workflow.year import missive_process as _missives
from workflow.year import rectifying as _rectifications
from workflow.year import self_checks as _self_checks
from workflow.year import talks as _talks
from workflow.year import worksheets as _worksheets

ROOMS = (_tasks, _filings, _self_checks, _rectifications, _missives, _talks, _worksheets)

__all__ = ["PROCESSES", "ROOMS"]
