"""What reports said at a moment (某时落实情况): the words that were kept, proved by the digest that sign-offs are bound to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workflow.tasks.binding import content_digest
from workflow.tasks.models import ReportRevision, Task
from workflow.tasks.past.asof import TaskThen


def texts_of(session: Session, tasks: Iterable[TaskThen], *which: ColumnElement[bool]) -> dict[int, str]:
    """The report of each task as it stood, by the task's id; ``which`` as the tasks were asked for.

    What was submitted is always found. A draft that its writer wrote over before submitting it was never kept: its
    task is left out, for no other words match the digest.
    """
    kept: dict[int, set[str]] = defaultdict(lambda: {""})
    revisions = select(ReportRevision.task_id, ReportRevision.text).join(Task, Task.id == ReportRevision.task_id)
    for task_id, text in session.execute(revisions.where(*which)):
        kept[task_id].add(text)
    found = {}
    for task in tasks:
        for text in kept[task.id]:
            if content_digest(text, task.evidence, task.outcome, task.progress, task.milestones) == task.content_digest:
                found[task.id] = text
    return found
