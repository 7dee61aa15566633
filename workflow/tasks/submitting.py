"""Saving and submitting in one click (填报并提交): the words are kept, then laid before the signers, or neither."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflow.office.models import User
from workflow.record.text import clean_text
from workflow.tasks.acting import Outcome, act
from workflow.tasks.models import Matter
from workflow.tasks.reporting import save_report
from workflow.tasks.words import Action, TaskOutcome


def submit_report(
    session: Session,
    task: Matter,
    text: str,
    *,
    by: User,
    at: datetime,
    seen_version: int,
    outcome: TaskOutcome | None = None,
    progress: int | None = None,
    milestones: str | None = None,
) -> Outcome:
    """Save the report and submit it in the caller's transaction. Raises what ``save_report`` and ``act`` raise.

    A second click finds its own words submitted already and is answered like the first.
    """
    if task.version > seen_version and clean_text(text) == task.report:
        return act(session, task, Action.SUBMIT, by=by, at=at, seen_version=task.version - 1)
    save_report(
        session, task, text, by=by, at=at, seen_version=seen_version, outcome=outcome, progress=progress,
        milestones=milestones,
    )  # fmt: skip
    return act(session, task, Action.SUBMIT, by=by, at=at, seen_version=task.version)
