"""What waits for a person (待办): one range of one index, however many tasks there are."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload, with_polymorphic

from workflow.ledgers.models import Ledger
from workflow.office.models import Notice, User
from workflow.office.words import Role
from workflow.tasks.lists.listing import PAGE, Cursor, Page, Wanted, page_of
from workflow.tasks.models import Awaiting, Delegation, Matter, Task
from workflow.tasks.rows import in_force
from workflow.tasks.sight import openable
from workflow.tasks.words import Gate

SIGNING = frozenset(gate.desk for gate in Gate)
"""Desks that sign, and at which somebody may stand in."""
WAITING = SIGNING | {Role.HANDLER, Role.LEADER}
"""Desks a task can wait at."""


def counts_of(session: Session, person: User, today: date) -> tuple[int, int]:
    """How many tasks wait for the person, and how many messages are unread."""
    waiting = select(func.count(Awaiting.task_id.distinct())).where(or_(*_ranges(session, person, today)))
    unread = select(func.count()).select_from(Notice).where(Notice.user_id == person.id, Notice.read_at.is_(None))
    return session.execute(select(waiting.scalar_subquery(), unread.scalar_subquery())).one()


def count_waiting(session: Session, person: User, today: date) -> int:
    """How many tasks wait for the person."""
    mine = or_(*_ranges(session, person, today))
    return session.scalars(select(func.count(Awaiting.task_id.distinct())).where(mine)).one()


def page_waiting(session: Session, person: User, wanted: Wanted, after: Cursor | None) -> Page:
    """One page of the tasks that wait for the person, the nearest deadline first: one index range a desk, merged."""
    a_task = exists().where(Task.id == Awaiting.task_id)  # other matters would take the places of tasks on the page
    arms = [
        select(Awaiting.task_id.label("task_id"), Awaiting.due.label("due")).where(mine, a_task)
        for mine in _ranges(session, person, wanted.today)
    ]
    return page_of(session, arms, (Awaiting.due, Awaiting.task_id), wanted, after)


def others_waiting(session: Session, person: User, today: date) -> list[Matter]:
    """What waits for the person besides tasks, the nearest deadline first: filings, sheets, rectifications."""
    mine = select(Awaiting.task_id).where(or_(*_ranges(session, person, today)))
    whole = with_polymorphic(Matter, "*", flat=True)  # what names each kind comes along, not one by one
    others = select(whole).where(whole.id.in_(mine), whole.matter != "task").order_by(whole.due, whole.id)
    return list(session.scalars(others.options(joinedload(whole.unit)).limit(PAGE)))


def _ranges(session: Session, person: User, today: date) -> list[ColumnElement[bool]]:
    """The person's own desks and name, and those of whom the person stands in for, each one range of an index."""
    ranges = _of(person, WAITING, true())
    for delegation in session.scalars(_standing(today).where(Delegation.deputy_id == person.id)):
        inside: ColumnElement[bool] = true()
        if delegation.ledger_id is not None:
            inside = Awaiting.task_id.in_(select(Matter.id).where(Matter.ledger_id == delegation.ledger_id))
        if delegation.principal.active:
            ranges += _of(delegation.principal, SIGNING, inside)
    return ranges


def _standing(today: date) -> Select[Delegation]:
    """Delegations in force on a day, with the people who gave them."""
    principal = joinedload(Delegation.principal).options(selectinload(User.role_rows))
    return select(Delegation).where(*in_force(today)).options(principal)


def _of(person: User, desks: frozenset[Role], inside: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    at_desks = [
        and_(Awaiting.unit_id == person.unit_id, Awaiting.role == role, Awaiting.user_id.is_(None), inside)
        for role in sorted(desks & person.roles)
    ]
    return [*at_desks, and_(Awaiting.user_id == person.id, inside)]


def ledgers_waiting(session: Session, person: User) -> list[tuple[int, str]]:
    """Published ledgers that the person may open, for the filter, newest first: id and title."""
    published = select(Ledger.id, Ledger.title).where(Ledger.published_at.is_not(None), openable(person))
    return [(row.id, row.title) for row in session.execute(published.order_by(Ledger.id.desc()).limit(50))]


def page_notices(session: Session, person: User, *, before: int | None) -> tuple[list[Notice], int | None]:
    """A page of the person's messages, newest first, and before which one the next page begins, if there is one."""
    mine = select(Notice).where(Notice.user_id == person.id)
    if before is not None:
        mine = mine.where(Notice.id < before)
    found = list(session.scalars(mine.order_by(Notice.id.desc()).limit(PAGE + 1)))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def page_told(session: Session, person: User, *, before: int | None) -> tuple[list[list[Notice]], int | None]:
    """A page of the person's messages by the task they tell of, newest first, and before which one the next page begins."""
    about = func.coalesce(Notice.task_id, -Notice.id)  # what tells of no task stands alone
    newest = func.max(Notice.id)
    groups = select(about, newest).where(Notice.user_id == person.id).group_by(about).order_by(newest.desc())
    if before is not None:
        groups = groups.having(newest < before)
    found = session.execute(groups.limit(PAGE + 1)).all()
    wanted = [row[0] for row in found[:PAGE]]
    told: dict[int, list[Notice]] = {one: [] for one in wanted}
    mine = select(Notice).where(Notice.user_id == person.id, about.in_(wanted)).order_by(Notice.id.desc())
    for notice in session.scalars(mine):
        told[notice.task_id or -notice.id].append(notice)
    return list(told.values()), found[PAGE - 1][1] if len(found) > PAGE else None
