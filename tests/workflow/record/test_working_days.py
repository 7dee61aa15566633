"""Working days: the years that the library knows, with days worked in exchange (调休)."""

from __future__ import annotations

from datetime import date

import pytest

from workflow.record.calendar import after_working_days, is_working_day, working_days


@pytest.mark.parametrize(
    ("year", "count"),
    [(2019, 250), (2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)],
)
def test_a_year_has_the_working_days_of_the_official_calendar(year: int, count: int) -> None:
    assert working_days(date(year - 1, 12, 31), date(year, 12, 31)) == count


@pytest.mark.parametrize("month_day", [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)])
def test_a_weekend_worked_in_exchange_is_a_working_day(month_day: tuple[int, int]) -> None:
    assert date(2026, *month_day).weekday() > 4
    assert is_working_day(date(2026, *month_day))


def test_a_weekday_given_in_exchange_is_none() -> None:
    assert not is_working_day(date(2026, 10, 7))
    assert after_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
