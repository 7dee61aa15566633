"""Milestones (节点): steps that a unit names for its own work, a line each: 「√ 2026-06-30 印发方案」; √ is done."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from workflow.record.calendar import read_day
from workflow.record.errors import Invalid
from workflow.record.text import clean_line, clean_text

MOST, LONGEST = 20, 60
"""Milestones of a task, and characters of one's name."""
_DONE = re.compile(r"(?:[√✓✔]|\[[xX√]\])\s*")


class Milestone(NamedTuple):
    """One step of a unit's own plan (节点)."""

    on: date
    name: str
    done: bool

    def __str__(self) -> str:
        """As it is typed and kept."""
        return f"{'√ ' if self.done else ''}{self.on.isoformat()} {self.name}"


def read_milestones(text: str) -> str:
    """What was typed, as it is kept: one a line, by day. Raises Invalid that names the line."""
    lines = [line for line in clean_text(text).splitlines() if line.strip()]
    found = sorted(_line(n, line) for n, line in enumerate(lines, 1))
    if len(found) > MOST:
        raise Invalid(f"节点最多 {MOST} 个，现在有 {len(found)} 个，请合并后重试。")
    names = [one.name for one in found]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise Invalid(f"节点「{twice}」写了两次，请删去一行或改名。")
    return "\n".join(map(str, found))


def _line(n: int, line: str) -> Milestone:
    plain = line.strip()
    mark = _DONE.match(plain)
    day, name = (*plain[mark.end() if mark else 0 :].split(maxsplit=1), "", "")[:2]
    try:
        on = read_day(day)
    except ValueError:
        on = None
    if on is None or not name.strip():
        raise Invalid(
            f"节点第 {n} 行「{plain[:30]}」没有读懂，请写成“日期 名称”，例如：2026-06-30 印发方案；已完成的在行首加“√”。"
        )
    return Milestone(on, clean_line(name, limit=LONGEST), mark is not None)


@lru_cache(maxsize=1000)
def milestones_in(kept: str) -> tuple[Milestone, ...]:
    """Those that a row or an event keeps."""
    return tuple(_line(n, line) for n, line in enumerate(kept.splitlines(), 1))


def done_share(kept: str) -> Fraction:
    """How many of them are done, in per cent."""
    found = milestones_in(kept)
    return Fraction(100 * sum(one.done for one in found), len(found))


def due_share(kept: str, today: date) -> Fraction:
    """How many of them should be done by the end of a day, in per cent."""
    found = milestones_in(kept)
    return Fraction(100 * sum(one.on <= today for one in found), len(found))
