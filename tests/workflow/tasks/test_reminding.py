"""One message a day about dates, on working days, capped, and nothing moves because time has passed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.desk_office import Office
from tests.filings_desk import opened
from worker import hourly
from workflow.office.models import Notice
from workflow.office.words import NoticeKind
from workflow.record.settings import ZONE
from workflow.tasks.models import Task
from workflow.tasks.reminding import is_time


def reminders(office: Office, login: str = "wang") -> list[str]:
    with office.here.database.reading() as session:
        mine = select(Notice.text).where(Notice.user_id == office.ids[login], Notice.kind == NoticeKind.REMINDER)
        return list(session.scalars(mine.order_by(Notice.id)))


def live(office: Office, days: int, *, hours: int = 6) -> None:
    """So many days pass, and every so many hours the clock strikes: by day and by night."""
    for _ in range(days * 24 // hours):
        office.clock.now += timedelta(hours=hours)
        hourly(office.here)


def near(office: Office, days_before: int) -> None:
    """Go to eight in the morning some days before the first task falls due."""
    due = office.task(office.task_id()).due - timedelta(days_before)
    office.clock.now = datetime(due.year, due.month, due.day, 0, 30, tzinfo=UTC)


def test_three_before_and_three_after_then_no_more(office: Office) -> None:
    near(office, 14)
    live(office, 40)
    told = [text for text in reminders(office) if "「1 " in text]
    assert any("剩 3 个工作日" in text for text in told)
    assert any("剩 1 个工作日" in text for text in told)
    assert any("逾期" in text for text in told)
    assert 4 <= len(told) <= 6
    live(office, 20)
    assert len([text for text in reminders(office) if "「1 " in text]) == len(told)


def test_one_message_a_day_however_often_the_clock_strikes(office: Office) -> None:
    near(office, 14)
    live(office, 30, hours=1)
    with office.here.database.reading() as session:
        times = session.execute(select(Notice.user_id, Notice.created_at).where(Notice.kind == NoticeKind.REMINDER))
        days = [(user, at.astimezone(ZONE).date()) for user, at in times]
    assert days
    assert len(days) == len(set(days))


def test_only_whoever_is_awaited_is_told(office: Office) -> None:
    office.walk(office.task_id(), "submit", "approve")
    near(office, 14)
    live(office, 16)
    assert not any("「1 " in text for text in reminders(office))
    assert any("「1 " in text for text in reminders(office, "zhao"))


def test_a_form_is_reminded_of_like_a_task(office: Office) -> None:
    opened(office, due=date(2026, 3, 31))
    office.clock.now = datetime(2026, 3, 30, 1, tzinfo=UTC)
    hourly(office.here)
    assert any("落实情况表（1-3月）》（市财政局）剩 1 个工作日" in text for text in reminders(office))


def test_nothing_moves_because_time_has_passed(office: Office) -> None:
    with office.here.database.reading() as session:
        before = {task.id: (task.status, task.version, task.due) for task in session.scalars(select(Task))}
    near(office, 14)
    live(office, 60)
    with office.here.database.reading() as session:
        after = {task.id: (task.status, task.version, task.due) for task in session.scalars(select(Task))}
    assert {key: after[key] for key in before} == before


@pytest.mark.parametrize(
    ("at", "may"),
    [
        (datetime(2026, 11, 20, 1, tzinfo=UTC), True),  # Friday, nine in the morning
        (datetime(2026, 11, 19, 23, tzinfo=UTC), False),  # Friday, seven in the morning
        (datetime(2026, 11, 21, 1, tzinfo=UTC), False),  # Saturday
        (datetime(2026, 10, 1, 2, tzinfo=UTC), False),  # 国庆节
        (datetime(2026, 2, 14, 2, tzinfo=UTC), True),  # a Saturday worked in exchange (调休)
    ],
)
def test_days_off_and_early_hours_are_quiet(at: datetime, may: bool) -> None:
    assert is_time(at) is may
