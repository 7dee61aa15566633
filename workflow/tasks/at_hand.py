"""What a person has at hand of a task (案头): what they have opened, and the words they are writing before these are saved.

Neither is content: no version, no event and no digest comes of it, and a packet never holds it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, joinedload

from workflow.office.models import User
from workflow.record.errors import Forbidden, Invalid, NotInState
from workflow.record.text import clean_text
from workflow.tasks.conditions import REPORT_LIMIT
from workflow.tasks.models import AtHand, Matter
from workflow.tasks.permissions import handles
from workflow.tasks.words import Status


@dataclass(frozen=True)
class Desk:
    """Who has what of one task at hand (案头情况)."""

    opened: int | None
    """The version that this person has opened; None where the person has nothing at hand."""
    opened_at: datetime | None
    words: str | None
    """This person's own words that are not saved yet."""
    passed: bool
    """True where somebody has saved another report since: what is stored stands, the words are offered."""
    saved_at: datetime | None
    others: tuple[AtHand, ...]
    """Colleagues who write at the same report now, with their words."""
    readers: tuple[AtHand, ...]
    """Everybody before whom a version of it was laid (阅看), the last one first."""


def at_hand(session: Session, task: Matter, person: User) -> Desk:
    """What this person and the colleagues have at hand of a task, in one query."""
    rows = select(AtHand).where(AtHand.task_id == task.id).options(joinedload(AtHand.user))
    found = list(session.scalars(rows.order_by(AtHand.saved_at)))
    mine = next((row for row in found if row.user_id == person.id), None)
    others = tuple(row for row in found if row.words is not None and row.user_id != person.id)
    seen = ((row.opened_at, row) for row in found if row.opened_at is not None)
    readers = tuple(row for _, row in sorted(seen, key=lambda one: one[0], reverse=True))
    if mine is None:
        return Desk(None, None, None, False, None, others, readers)
    return Desk(mine.version, mine.opened_at, mine.words, mine.base != task.report, mine.saved_at, others, readers)


def opened_of(session: Session, person: User, tasks: Collection[int]) -> dict[int, int]:
    """Which versions of these tasks the person has opened; a task that was never opened is not among them."""
    mine = select(AtHand.task_id, AtHand.version).where(AtHand.user_id == person.id, AtHand.task_id.in_(tasks))
    return {row.task_id: row.version for row in session.execute(mine)}


def note_opened(session: Session, task_id: int, user_id: int, version: int, *, known: bool, at: datetime) -> None:
    """Note that a version was laid before the person (阅看), in one statement; ``known`` where a row stands already."""
    values = {"version": version, "opened_at": at}
    mine = (AtHand.task_id == task_id, AtHand.user_id == user_id)
    session.execute(
        update(AtHand).where(*mine).values(**values)
        if known
        else insert(AtHand).values(task_id=task_id, user_id=user_id, **values)
    )


def keep_words(session: Session, task: Matter, words: str, base: str, *, by: User, at: datetime) -> None:
    """Keep the words of a report that is being written, and over what. Raises Forbidden, NotInState, Invalid."""
    if not handles(task, by):
        raise Forbidden("只有本单位的经办人可以填写落实情况。")
    words = clean_text(words)
    if task.status is not Status.ASSIGNED:
        if words == task.report:
            return  # what is submitted already came once more: nothing of it is lost
        raise NotInState(f"{task.last_actor or '他人'}已经提交此件，您填写的内容没有并入，请复制留用。")
    if len(words) > REPORT_LIMIT:
        raise Invalid(f"落实情况共 {len(words)} 字，超过 {REPORT_LIMIT} 字的上限；请精简。")
    row = _row(session, task.id, by)
    row.words, row.base, row.saved_at = (words, clean_text(base), at) if words != task.report else (None, None, None)


def drop_words(session: Session, task: Matter, *, by: User) -> None:
    """What was being written is saved now."""
    row = session.get(AtHand, (task.id, by.id))
    if row is not None:
        row.words, row.base, row.saved_at = None, None, None


def _row(session: Session, task_id: int, by: User) -> AtHand:
    row = session.get(AtHand, (task_id, by.id))
    if row is None:
        row = AtHand(task_id=task_id, user_id=by.id, version=0)
        session.add(row)
    return row
