"""Deadlines (时限): which date binds a task, why, and how near it is. Working days follow China's calendar with 调休."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from workflow.record.calendar import (
    spoken,
)
from workflow.record.published import Recurrence

QUOTED = 60
"""Characters of the document's own words that a reason quotes."""


@dataclass(frozen=True)
class Deadline:
    """A date with the sentence that says where it comes from (时限及依据)."""

    on: date
    reason: str


@dataclass(frozen=True)
class Period:
    """One period of a recurring row (期次)."""

    label: str
    opens: date
    due: date
    reason: str


def effective(*, own: date | None, report: date | None, year: int, said: str | None) -> Deadline:
    """The date that binds: the row's own, else the ledger's report date; the office's inspection is the office's own.

    A row with neither is bound by the last day of the ledger's year: a null would hide it. ``said`` is what the
    document says about time; it is quoted where another date than its own binds.
    """
    if own:
        return Deadline(own, f"按本条任务的完成时限：{spoken(own)}。")
    if report:
        return Deadline(report, f"{undated(said)}，按全表的报送日期：{spoken(report)}。")
    last = date(year, 12, 31)
    return Deadline(last, f"{undated(said)}，按台账年度最后一天：{spoken(last)}。")


def undated(said: str | None) -> str:
    """What a document says about time where no date of its own came of it: its words, or that there are none."""
    words = " ".join((said or "").split())
    if not words:
        return "原文没有写明时限"
    return f"原文时限「{words[:QUOTED]}{'…' if len(words) > QUOTED else ''}」未定出完成日期"


def row_deadline(
    *,
    own: date | None,
    recurrence: Recurrence | None,
    report: date | None,
    year: int,
    said: str | None,
) -> str:
    """When the tasks of a row will be due and why, before there are any (时限及依据)."""
    cut = periods(recurrence, year) if own is None else []
    if cut:
        return f"按期报送，共 {len(cut)} 期，期末为{'、'.join(spoken(period.due) for period in cut)}。"
    found = effective(own=own, report=report, year=year, said=said)
    return f"{spoken(found.on)}。{found.reason}"


def periods(recurrence: Recurrence | None, year: int) -> list[Period]:
    """The periods of a recurring row within the ledger's year, each due on its last day; empty for the others.

    Daily, weekly and continuing work is not cut into periods: nobody files a report every day.
    """
    months = {Recurrence.MONTHLY: 1, Recurrence.QUARTERLY: 3, Recurrence.HALF_YEARLY: 6}.get(
        recurrence or Recurrence.YEARLY
    )
    if months is None:
        return []
    return [_period(year, start, months) for start in range(1, 13, months)]


def more_to_come(recurrence: Recurrence | None, own: date | None, year: int, today: date) -> bool:
    """Whether periods of a row are left that have not begun on a day."""
    return own is None and any(period.opens > today for period in periods(recurrence, year))


def spoken_period(label: str) -> str:
    """The label of a period as papers write it: 2026年3月, 2026年第一季度, 2026年上半年; empty for none."""
    if not label:
        return ""
    year, _, part = label.partition("-")
    if part[0] == "Q":
        return f"{year}年第{'一二三四'[int(part[1]) - 1]}季度"
    if part[0] == "H":
        return f"{year}年{'上半年' if part[1] == '1' else '下半年'}"
    return f"{year}年{int(part)}月"


def _period(year: int, start: int, months: int) -> Period:
    end = start + months - 1
    due = (date(year + end // 12, end % 12 + 1, 1)) - timedelta(1)
    label, words = {
        1: (f"{year}-{start:02d}", f"{start}月"),
        3: (f"{year}-Q{end // 3}", f"第{'一二三四'[end // 3 - 1]}季度"),
        6: (f"{year}-H{end // 6}", "上半年" if end == 6 else "下半年"),
    }[months]
    return Period(label, date(year, start, 1), due, f"本条按期报送，{words}的期末：{spoken(due)}。")
