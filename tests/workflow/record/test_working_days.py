"""Working days: the years that the library knows, with days worked in exchange (调休)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from workflow.record.calendar import adopt, after_working_days, arrangement_known, is_working_day, working_days
from workflow.record.errors import Invalid


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


@pytest.fixture
def written_days(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "holidays.txt"
    adopt(tmp_path / "none")


def test_the_office_writes_down_a_year_that_the_library_lacks(written_days: Path) -> None:
    thursday, sunday, october = date(2031, 10, 9), date(2031, 10, 12), (date(2031, 9, 30), date(2031, 10, 31))
    before = working_days(*october)
    assert not arrangement_known(2031)
    written_days.write_text("\ufeff2031-10-09 放假\n\n2031-10-11 放假\n2031-10-12，上班\n", "utf-8")
    adopt(written_days)
    assert (is_working_day(thursday), is_working_day(sunday), arrangement_known(2031)) == (False, True, True)
    assert working_days(date(2031, 9, 30), date(2031, 10, 31)) == before, "one day given, one day taken"


@pytest.mark.parametrize("line", ["2031-10-06", "2031-02-30 放假", "10月6日 放假"])
def test_a_line_that_is_no_day_is_told_by_its_number(written_days: Path, line: str) -> None:
    written_days.write_text(f"2031-10-12 上班\n{line}\n", "utf-8")
    with pytest.raises(Invalid, match="第 2 行"):
        adopt(written_days)
    assert not arrangement_known(2031), "nothing of a list with a fault is taken over"
