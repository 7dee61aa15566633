"""A document of this year or a later one for the demonstration (演示年度): moved back whole years until its year is over.

Seals are put at the times at which people sign, and no seal may lie ahead of now: a demonstration lives in a year gone by.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from workflow.record.published import PublishedLedger

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
AHEAD = 5
"""Years after the document's own that are moved with it: earlier ones name other documents, and stay."""


def redated(published: PublishedLedger, *, today: date) -> PublishedLedger:
    """The document as if it were of the last full year, where it is of a later one or of none; otherwise as it is."""
    last_full = today.year - 1
    year = published.year or (published.issued_on.year if published.issued_on else last_full)
    back = max(year - last_full, 0)
    moved: PublishedLedger = _moved(published, range(year, year + AHEAD + 1), back) if back else published
    return replace(moved, year=year - back)


def named(published: PublishedLedger, file: Path) -> PublishedLedger:
    """The document under a title that papers can bear, where it prints none and would go by the name of its file."""
    if published.title and published.title != file.stem:
        return published
    return replace(published, title=f"{published.year}年重点工作任务分解表")


def a_year_earlier(published: PublishedLedger) -> PublishedLedger:
    """The document as if it had been issued the year before."""
    year = published.year or (published.issued_on.year if published.issued_on else 0)
    moved: PublishedLedger = _moved(published, range(year, year + AHEAD + 1), 1)
    return replace(moved, year=year - 1)


def _moved(value: Any, own: range, back: int) -> Any:
    """The value with every year of ``own`` in its words and dates put back; numbers of lines and places stay."""
    again = partial(_moved, own=own, back=back)
    if isinstance(value, str):
        return _YEAR.sub(lambda found: str(int(found[0]) - (back if int(found[0]) in own else 0)), value)
    if isinstance(value, date):
        return _put_back(value, back) if value.year in own else value
    if isinstance(value, tuple):
        return tuple(again(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: again(getattr(value, field.name)) for field in fields(value)})
    return value


def _put_back(day: date, years: int) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - years, day=28 if leap else day.day)
