"""One message a day about dates (到期提醒): at 7, 3 and 1 working days before, at 1, 3 and 7 days after, then no more.

A reminder decides nothing: no task moves because time has passed.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.office.models import Notice, User, UserRole
from workflow.office.words import NoticeKind
from workflow.record.calendar import day_of, is_working_day, working_days
from workflow.record.settings import ZONE
from workflow.record.text import quoted
from workflow.tasks.lists.lighting import Rulebook, light_now, rulebook
from workflow.tasks.models import Awaiting, Matter, Task

BEFORE, AFTER = (7, 3, 1), (1, 3, 7)
FROM = time(8)
"""Nobody is disturbed before this hour, nor on a day off."""
_NAMED = 4
"""Tasks named in one message; the inbox has the others."""


def is_time(at: datetime) -> bool:
    """Whether reminders may go out now."""
    here = at.astimezone(ZONE)
    return here.time() >= FROM and is_working_day(here.date())


def remind(session: Session, *, at: datetime) -> int:
    """Tell everybody whose turn it is what falls due, once a day; returns how many people were told."""
    today, book = day_of(at), rulebook(session)
    told = _told_today(session, today)
    people = {person: tasks for person, tasks in _by_person(session, today).items() if person not in told}
    for person, tasks in sorted(people.items()):
        text = _text(tasks, book, today)
        session.add(Notice(user_id=person, kind=NoticeKind.REMINDER, text=text, created_at=at))
    return len(people)


def _by_person(session: Session, today: date) -> dict[int, list[Matter]]:
    days = [today + timedelta(n) for n in range(-max(AFTER), 3 * max(BEFORE))]
    wanted = [day for day in days if _counts(day, today)]
    rows = session.execute(
        select(User.id, Matter)
        .join(UserRole, UserRole.user_id == User.id)
        .join(
            Awaiting,
            (Awaiting.unit_id == User.unit_id)
            & (Awaiting.role == UserRole.role)
            & (Awaiting.user_id.is_(None) | (Awaiting.user_id == User.id)),
        )
        .join(Matter, Matter.id == Awaiting.task_id)
        .where(User.active, Awaiting.due.in_(wanted), Matter.paused_at.is_(None))
        .order_by(Awaiting.due, Matter.id)
    )
    found: dict[int, list[Matter]] = defaultdict(list)
    for person, task in rows:
        if task not in found[person]:
            found[person].append(task)
    return found


def _counts(due: date, today: date) -> bool:
    if due < today:
        return (today - due).days in AFTER
    return working_days(today, due) in BEFORE


def _told_today(session: Session, today: date) -> set[int]:
    begin = datetime.combine(today, time(), ZONE)
    mine = select(Notice.user_id).where(Notice.created_at >= begin, Notice.kind == NoticeKind.REMINDER)
    return set(session.scalars(mine))


def _text(matters: list[Matter], book: Rulebook, today: date) -> str:
    named = [_named(matter, book, today) for matter in matters[:_NAMED]]
    more = f"等 {len(matters)} 件" if len(matters) > _NAMED else ""
    return f"【{NoticeKind.REMINDER.word}】等待您办理、时限将到或已过的任务：{'；'.join(named)}{more}。"[:500]


def _named(matter: Matter, book: Rulebook, today: date) -> str:
    if isinstance(matter, Task):
        about = f"「{matter.item.number} {quoted(matter.item.text, 24)}」（{matter.unit.name}）"
        return about + light_now(book, matter, today).word
    days = (today - matter.due).days
    return matter.name + (f"逾期 {days} 天" if days > 0 else f"剩 {working_days(today, matter.due)} 个工作日")
