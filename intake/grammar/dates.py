"""Dates as offices print them (日期写法): 2026年11月底前, 年底前, 12月上旬, 上半年, 第三季度, 十一月二十日."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from intake.grammar.headings import value_of
from intake.grammar.wording import folded

_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = r"(?:(?P<year>(?:19|20)\d\d)\s*年度?|(?<!\d)(?P<short>\d\d)年(?=\d{1,2}月|第?[一二三四1-4]季|[上下]半年|年?底)|(?P<named>[一二三四五六七八九〇零○]{4})年|(?P<said>今年|本年度?|当年|明年|次年|翌年|下一?年度?))"
_EDGE = r"(?P<edge>底|末|终|内|初|中旬|上旬|下旬|中)?"
PATTERNS: tuple[re.Pattern[str], ...] = (
    re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)"),
    re.compile(
        r"(?P<year>(?:19|20)\d\d)\s*[-./．]\s*(?P<month>\d{1,2})\s*[-./．]\s*(?P<day>\d{1,2}?)(?=\d\d:\d\d|\D|$)"
    ),
    re.compile(r"(?:(?<=^)|(?<=[于在，]))(?P<month>0?[1-9]|1[0-2])[-/.](?P<day>[0-3]?\d)(?=$|前|日|之前|以前)"),
    re.compile(r"(?<![\d.])(?P<year>20\d\d)[-./．](?P<month>0?[1-9]|1[0-2])(?=$|前|底|之前|以前|[，,；;。、])"),
    re.compile(rf"{_YEAR}?(?:的)?(?P<month>{_N})月份?(?P<day>{_N})[日号]"),
    re.compile(rf"{_YEAR}?(?:的)?(?P<month>{_N})月份?{_EDGE}"),
    re.compile(rf"{_YEAR}?(?:的)?第?(?P<quarter>[一二三四1234])季度?{_EDGE}"),
    re.compile(rf"{_YEAR}?(?:的)?(?P<half>上|下)半年{_EDGE}"),
    re.compile(rf"{_YEAR}[的年]?(?P<edge>底|末|内|终|全年)"),
    re.compile(r"(?P<year>20\d\d)\s*年(?=\s*(?:$|[-—－至到~～，。；]))"),
    re.compile(r"(?<![\d一二两三四五六七八九十几半])(?:全?年|年度)(?P<edge>底|末|内|终)|岁末"),
)
"""Tried at every place in this order; the first to match decides."""
_START = re.compile("|".join(f"(?:{re.sub(r'[?]P<[a-z]+>', '?:', pattern.pattern)})" for pattern in PATTERNS))
_AFTER = re.compile(
    r"\s*(?:[（(]含[）)])?(?:[上下]午)?(?:\d{1,2}(?:[时点]|:\d\d)半?|下班)?(?P<by>之前|以前|前|止|完成|截止|为止)"
)
_SPAN = re.compile(r"\s*(?:至|到|-|—|－|~|～)+\s*")
"""Between the two ends of a span; the second belongs to the year of the first."""
_TENS = {"上旬": 10, "初": 10, "中旬": 20, "中": 20}


@dataclass(frozen=True)
class Dated:
    """A date in a text: where it stands, what it says; ``day`` is None where the calendar has no such day."""

    start: int
    end: int
    text: str
    day: date | None
    year_printed: bool
    is_limit: bool
    """Said as a limit (前, 底前, 年内), not in passing."""


_TERM = re.compile(r"(?:19|20)(\d\d)\s*[-—－–~～至]+\s*(?:19|20)?(\d\d)\s*学年")


def of_school(title: str) -> bool:
    """Whether a title speaks of a school year: 2023—2024学年第二学期."""
    found = _TERM.search(title)
    return found is not None and int(found.group(2)) == int(found.group(1)) + 1


def in_school_year(text: str, year: int | None) -> str:
    """A text whose months up to August belong to the second year of a school year, that year printed before them."""
    return _SECOND_HALF.sub(rf"{year + 1}年\g<0>", text) if year else text


_SECOND_HALF = re.compile(r"(?<![\d年])0?[1-8](?=月(?!份?内每))")


def find(text: str, year: int | None) -> list[Dated]:
    """All dates in ``text``; a date without a year belongs to ``year``."""
    found: list[Dated] = []
    at = 0
    while begin := _START.search(text, at):
        at = begin.end()
        match = next((m for p in PATTERNS if (m := p.match(text, begin.start()))), None)
        if match is None or not match.group():
            continue
        at = match.end()
        by = _AFTER.match(text, at)
        end = by.end() if by else at
        span = found and _SPAN.fullmatch(text[found[-1].end : match.start()])
        own = found[-1].day.year if span and found[-1].year_printed and found[-1].day else year
        dated = _dated(match, by.group("by") if by else "", end, own)
        if dated:
            found.append(dated)
    return found


def limits(text: str) -> bool:
    """Whether a text says a date by which something is done; a heading's then does not hold for it."""
    return any(one.is_limit for one in find(folded(text), _LEAP))


_LEAP = 2000
"""A year for dates without one: whether a date is said does not hang on it."""


def _dated(match: re.Match[str], by: str, end: int, default: int | None) -> Dated | None:
    parts = match.groupdict()
    year = _year(parts, default)
    if year is None:
        return None
    text = match.string[match.start() : end]
    edge = parts.get("edge") or ""
    before = "前" in by and not edge and not parts.get("day")
    try:
        day: date | None = _day(parts, year, edge, before)
    except ValueError:
        day = None
    printed = bool(parts.get("year") or parts.get("short") or parts.get("named"))
    return Dated(match.start(), end, text, day, printed, bool(by) or edge in ("底", "末", "内", "终", "全年"))


def _year(parts: dict[str, str | None], default: int | None) -> int | None:
    if year := parts.get("year"):
        return int(year)
    if short := parts.get("short"):
        return 2000 + int(short)
    if named := parts.get("named"):
        return int("".join(str(value_of(char) or 0) for char in named))
    if default is not None and parts.get("said") and parts["said"] not in ("今年", "本年", "本年度", "当年"):
        return default + 1
    return default


def _day(parts: dict[str, str | None], year: int, edge: str, before: bool) -> date:
    """The last day that keeps the words; 8月前 without 底 ends on 31 July."""
    if parts.get("day"):
        return date(year, _int(parts["month"]), _int(parts["day"]))
    if parts.get("month"):
        month = _int(parts["month"])
        if not 1 <= month <= 12:
            raise ValueError(month)
        if before and month > 1:
            return _end_of(year, month - 1)
        return date(year, month, _TENS[edge]) if edge in _TENS else _end_of(year, month)
    if parts.get("quarter"):
        quarter = _int(parts["quarter"])
        return _end_of(year, 3 * (quarter - 1 if before and quarter > 1 else quarter))
    if parts.get("half"):
        return _end_of(year, 6 if parts["half"] == "上" else 12)
    return date(year, 12, 31)


def _end_of(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _int(text: str | None) -> int:
    return (value_of(text) if text else None) or 0
