"""Days (日历): the day of a moment, working days by China's calendar with 调休, and how dates are said."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

import holidays

from workflow.record.errors import Invalid
from workflow.record.settings import ZONE

OWN = "holidays.txt"
"""The office's own list in its home (调休安排), for a year that the library does not hold yet."""


_SHAPE = re.compile(r"(\d{4})(?:(\d{2})(\d{2})|\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?)")


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
    return sum(map(is_working_day, days))


def after_working_days(day: date, count: int) -> date:
    """The day so many working days later; the day itself for none."""
    while count > 0:
        day += timedelta(1)
        count -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    """Whether offices work on this day, by the official calendar with 调休; the office's own list goes before it."""
    return _own[day] if day in _own else bool(_china().is_working_day(day))


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


def adopt(path: Path) -> None:
    """Take over the office's own list where there is one: a line a day, ``2027-02-11 放假`` or ``2027-02-20 上班``. Raises Invalid."""
    lines = path.read_text("utf-8-sig").splitlines() if path.is_file() else []
    days = {day: works for n, line in enumerate(lines, 1) if line.strip() for day, works in [_own_day(path, n, line)]}
    if days != _own:
        _own.clear()
        _own.update(days)
        working_days.cache_clear()


def arrangement_known(year: int) -> bool:
    """Whether the exchanged days (调休) of a year are known, from the library or the office's own list."""
    if any(day.year == year for day in _own):
        return True
    known = _china()
    _ = date(year, 1, 1) in known  # the library fills a year when it is first asked for
    return any(day.year == year for day in known.weekend_workdays)


_own: dict[date, bool] = {}


def _own_day(path: Path, number: int, line: str) -> tuple[date, bool]:
    found = re.fullmatch(r"\s*(\d{4}-\d{2}-\d{2})[\s,，]+(放假|上班)\s*", line)
    try:
        if found:
            return date.fromisoformat(found[1]), found[2] == "上班"
    except ValueError:
        pass  # 2027-02-30: told like any other line that is none
    raise Invalid(
        f"{path.name} 第 {number} 行「{line.strip()[:40]}」写法不对，应写成“2027-02-11 放假”或“2027-02-20 上班”，一行一天。"
    )


@lru_cache(maxsize=1)
def _china() -> holidays.HolidayBase:
    return holidays.country_holidays("CN")


def read_day(text: str) -> date | None:
    """The date that was typed: 2026-06-30, 20260630, 2026/6/30 or 2026年6月30日; None for nothing.

    Raises ValueError with the sentence to show.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    if not typed:
        return None
    found = _SHAPE.fullmatch(typed)
    try:
        if found:
            return date(*(int(part) for part in found.groups() if part))
    except ValueError:
        pass  # the thirtieth of February
    raise ValueError(
        f"「{typed[:20]}」不是有效的日期，请按 2026-06-30 的形式填写，也可以写成 20260630 或 2026年6月30日。"
    )
