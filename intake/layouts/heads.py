"""The head of a table on one row or several (多层表头): names below others, names that span columns, names broken over rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intake.grammar import columns
from intake.grammar.columns import Column

Head = tuple[Column, ...]
DEEPEST = 3
"""Rows that a head may take."""
_STAGE = re.compile(r"(?:启动|开始|开工|起始|起|完成|结束|办结|竣工|完工|截止|止|终止)")
LONGEST = 300
"""Characters of a row that may be a head."""


def head_at(rows: Sequence[Sequence[str]], at: int) -> tuple[Head | None, int]:
    """The head that begins at a row, and how many rows it takes; the deepest that reads as one."""
    best: tuple[Head | None, int] = (columns.header_of(list(rows[at])), 1)
    names = list(rows[at])
    if sum(map(len, names)) > LONGEST or sum(bool(name.strip()) for name in names) < 2:
        return None, 1
    deepest = DEEPEST if all(columns.is_name(name) for name in names if name.strip()) else 1
    for depth in range(1, min(deepest, len(rows) - at)):
        low = [cell.strip() for cell in rows[at + depth]]
        if sum(map(len, low)) > LONGEST:
            break
        fresh = [n for n, cell in enumerate(low) if cell and (n >= len(names) or cell != names[n].strip())]
        if not fresh or len(low) != len(names) or not all(columns.is_name(low[n]) for n in fresh):
            break
        names = [_under(names, low, n) if n in fresh else name for n, name in enumerate(names)]
        head = columns.header_of(names)
        if head and _goes_on(rows[at + depth - 1], low, fresh):
            best = (head, depth + 1)
    return best


def _goes_on(above: Sequence[str], low: Sequence[str], fresh: Sequence[int]) -> bool:
    """Whether the lower row names columns: known names alone, most of the others merged down or left empty."""
    known = [
        columns.role_of(low[n])
        or columns.role_of(_joined(above, low, n))
        or _is_stage(above, low, n)
        or columns.role_of(_over(above, n)) in ("lead", "responsible")
        for n in fresh
    ]
    return all(known) and (len(fresh) < sum(map(bool, low)) or not low[0] or bool(columns.header_of(list(low))))


def _under(names: Sequence[str], low: Sequence[str], at: int) -> str:
    """The name of a column that stands under another: its own where that says enough, else both."""
    if columns.role_of(low[at]):
        return low[at]
    both = _joined(names, low, at)
    if _is_stage(names, low, at):
        return f"{low[at]}时间"
    return both if columns.role_of(both) else low[at]


def _is_stage(above: Sequence[str], low: Sequence[str], at: int) -> bool:
    """Whether a name below one for dates is a stage of the work: 启动, 完成 below 时间节点."""
    return columns.role_of(_over(above, at)) == "deadline" and _STAGE.fullmatch(low[at]) is not None


def _joined(above: Sequence[str], low: Sequence[str], at: int) -> str:
    """A name with the one that it stands under; a name that spans columns stands over the first of them."""
    return _over(above, at).strip() + low[at]


def _over(above: Sequence[str], at: int) -> str:
    """The name under which one stands."""
    return next((above[n] for n in range(min(at, len(above) - 1), -1, -1) if above[n].strip()), "")
