"""Days (日历): the day of a moment, working days by China's calendar with 调休, and how dates are said."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from workflow.record.settings import ZONE


def day_of(at: datetime) -> date:
    """The day that a moment falls on in China: what is today to every screen, paper and rule."""
    return at.astimezone(ZONE).date()


def end_of(day: date) -> datetime:
    """The last moment of a day in China: what is asked of a day is asked of its end."""
    return datetime.combine(day, time.max, ZONE)


@lru_cache(maxsize=10_000)
def working_days(after: date, until: date) -> int:
    """Working days after one day up to and including another, by the official calendar with 调休."""
    days = (after + timedelta(n) for n in range(1, (until - after).days + 1))
    calendar = _china()
    return sum(1 for day in days if calendar.is_working_day(day))


def after_working_days(day: date, count: int) -> date:
    """The day so many working days later; the day itself for none."""
    while count > 0:
        day += timedelta(1)
        count -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    """Whether offices work on this day, by the official calendar with 调休."""
    return bool(_china().is_working_day(day))


def last_working_day(day: date) -> date:
    """The day itself, or the last working day before it: what is due on a day off is due before."""
    while not is_working_day(day):
        day -= timedelta(1)
    return day


def spoken(day: date) -> str:
    """A date as papers write it: 2026年9月30日."""
    return f"{day.year}年{day.month}月{day.day}日"


def spoken_moment(at: datetime) -> str:
    """A time as screens and papers write it, in China's zone: 2026年9月30日 14:05."""
    return f"{spoken(day_of(at))} {at.astimezone(ZONE):%H:%M}"


def last_day_within(today: date, count: int) -> date:
    """The last day that at most so many working days lie before."""
    return after_working_days(today, count + 1) - timedelta(1)


@lru_cache(maxsize=1)
def _china() -> holidays.HolidayBase:
    return holidays.country_holidays("CN")
