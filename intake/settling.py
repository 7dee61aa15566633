"""What columns are for by their cells too (按内容定栏): a name alone does not always say it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from intake.grammar import deadlines
from intake.grammar.columns import Column, is_beginning, is_checking_name, leads, likely, positions, quarter_of, role_of
from intake.grammar.headings import bare_number, value_of
from intake.grammar.segments import reads_as_deadline
from intake.grammar.wording import folded
from workflow.record.published import Role

_WHO = re.compile(r"谁|责任|牵头|协[助办同]|配合|承办|落实|部门|单位|机构|参与|主办|实施")
_LATE = re.compile(r"问题|困难|下一步")
_HAN = re.compile("[\u4e00-\u9fff]")
_MAIN = re.compile(r"主[责办]|主要责任|第一责任")
_POINTS = re.compile(r"\d分|[扣加得记]分|[元％%]\s*$")
_KIND = re.compile(r"(?:类型|类别|性质|属性)$")


def settled(
    columns: tuple[Column, ...], cells: list[list[str]], price: Callable[[Role, str], float]
) -> tuple[Column, ...]:
    """The columns with roles that follow from their cells too, where a name alone does not say it."""
    named = [role_of(column.name) if column.name else column.role for column in columns]
    last_text = max((at for at, column in enumerate(columns) if column.role == "text"), default=-1)
    first_unit = min(positions(columns, "lead", "responsible"), default=len(columns))
    columns = _numbered(columns, named, [row for row in cells if sum(bool(text.strip()) for text in row) > 1])
    planned = _plans(
        [row[at] for at, column in enumerate(columns) if quarter_of(column) for row in cells if at < len(row)]
    )
    whose = {"lead", "responsible"} & set(named)
    found = []
    for at, column in enumerate(columns):
        filled = [row[at] for row in cells if at < len(row) and row[at].strip()][:60]
        role, unknown = column.role, named[at] is None
        if unknown and filled and role != "text":
            parted = bool(whose) and at < min(last_text, first_unit)
            role = _by_cells(column.name, filled, price, dated="deadline" in named, parted=parted)
        if planned and quarter_of(column):
            role = "text"
        if role == "other" and at < first_unit and column.name.endswith("标准") and not _scores(filled):
            role = "text"
        if role == "other" and filled and _tells_when(column.name, filled):
            role = "deadline"
        if role == "other" and filled and (unknown or _KIND.search(column.name)):
            groups = at < last_text and _says(filled) and (len(filled) < len(cells) or _groups(column.name, filled))
            role = "text" if groups or (unknown and at < first_unit and _tells_what(filled)) else role
        if role == "text" and at > first_unit and _LATE.search(column.name):
            role = "other"
        found.append(column if column.said else Column(role, column.name))
    return _worded(_alone(_ending(tuple(found))), named, cells)


def _ending(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns, when work begins no limit where another one says when it ends."""
    limits = [column for column in columns if column.role == "deadline"]
    if all(map(is_beginning, limits)):
        return columns
    return tuple(
        replace(column, role="other") if is_beginning(column) and not column.said else column for column in columns
    )


def _alone(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns, who is only said to be 主责 or 主办 no lead where nobody else has a column."""
    units = positions(columns, "lead", "responsible")
    if len(units) != 1 or columns[units[0]].said or not _MAIN.match(columns[units[0]].name):
        return columns
    return (*columns[: units[0]], replace(columns[units[0]], role="responsible"), *columns[units[0] + 1 :])


def _groups(name: str, filled: list[str]) -> bool:
    """Whether what stands before the words of the task belongs to them: kinds, what repeats, words of any sort."""
    return len(set(filled)) < len(filled) or _KIND.search(name) is not None or _says(filled)


def _tells_what(filled: list[str]) -> bool:
    """Whether cells under an unknown name are whole clauses."""
    return sum(map(_length, filled)) >= 8 * len(filled)


def _scores(filled: list[str]) -> bool:
    """Whether cells below a standard say what it is worth (扣2分), and not what is to be reached."""
    return sum(_POINTS.search(text) is not None for text in filled) * 2 >= len(filled)


def _length(text: str) -> int:
    return len(_HAN.findall(text))


def _plans(texts: list[str]) -> bool:
    """Whether cells under quarters say what is to be done in them, and are no marks, stages (启动), dates or shares."""
    filled = [text for text in texts if text.strip()]
    words = [text for text in filled if _length(text) > 3 and not reads_as_deadline(folded(text))]
    return len(words) * 2 > len(filled)


def _numbered(columns: tuple[Column, ...], named: list[Role | None], cells: list[list[str]]) -> tuple[Column, ...]:
    """The columns, one under an unknown name that numbers the rows (案号, 第几条) told where no other does."""
    if "number" in named:
        return columns
    behind = False
    for at, column in enumerate(columns):
        if named[at] is not None or column.said:
            if column.role == "text":
                break
            behind = behind or column.role != "other"
            continue
        filled = [row[at].strip() for row in cells if at < len(row) and row[at].strip()]
        if _counts(filled) and (not behind or all("." in text for text in filled)):
            named[at] = "number"
            return _worded((*columns[:at], Column("number", column.name), *columns[at + 1 :]), named, cells)
    return columns


def _counts(filled: list[str]) -> bool:
    """Whether cells number rows: codes, each another, or figures that mostly go on by one."""
    numbers = [value_of(printed) for text in filled if (printed := bare_number(text))]
    if len(numbers) < max(len(filled), 2) or len(set(filled)) < len(filled):
        return False
    steps = [one is None or two is None or two == one + 1 for one, two in pairwise(numbers)]
    return sum(steps) * 2 > len(steps)


def _worded(columns: tuple[Column, ...], named: list[Role | None], cells: list[list[str]]) -> tuple[Column, ...]:
    """The columns, the first of unknown names that holds words made the task where no other is."""
    if any(column.role == "text" for column in columns):
        return columns
    for at, column in enumerate(columns):
        filled = [row[at] for row in cells if at < len(row) and row[at].strip()]
        if named[at] is None and filled and _says(filled):
            return (*columns[:at], Column("text", column.name), *columns[at + 1 :])
    return columns


def _says(filled: list[str]) -> bool:
    """Whether cells under an unknown name are words, and no codes or figures."""
    return sum(_length(text) > 1 for text in filled) * 10 >= len(filled) * 8


def _by_cells(name: str, filled: list[str], price: Callable[[Role, str], float], *, dated: bool, parted: bool) -> Role:
    """What an unknown column holds: names of units where its name is about doing, or dates, or numbers.

    ``parted``: it stands before the task and another column says who acts; bodies in it (工作专班) part the rows.
    """
    hint = likely(name)
    told = hint in ("lead", "responsible") or _WHO.search(name) is not None
    if sum(price("responsible", text) < (0 if told else -1) for text in filled) * 10 >= len(filled) * (
        6 if told else 8
    ):
        if parted and not told:
            return "other"
        return "lead" if leads(name) else "responsible"
    if hint == "number" and _counts(filled):
        return "number"
    dates = sum(price("deadline", text) < -1 for text in filled) * 10
    if hint == "deadline" or not dated:
        return "deadline" if dates >= len(filled) * (5 if hint else 7) else "other"
    return "other"


def _tells_when(name: str, filled: list[str]) -> bool:
    """Whether a column says how often something is due, or in what rhythm the office checks."""
    said = [folded(text) for text in filled]
    rhythms = [deadlines.cadence_of(text) is not None and len(text) <= 12 for text in said]
    if sum(rhythms) * 10 >= len(said) * 7:
        return True
    checks = [rhythm or deadlines.is_inspection(text, named=False) for rhythm, text in zip(rhythms, said, strict=True)]
    return is_checking_name(name) and sum(checks) * 10 >= len(said) * 7


def widened(columns: tuple[Column, ...], width: int, cells: list[list[str]]) -> tuple[Column, ...]:
    """The columns of rows that have more cells than their head, whose first names then span several columns.

    Names keep their places counted from the right; a text column that holds bare numbers is a column of numbers.
    """
    wide = (*(Column("text", "") for _ in range(width - len(columns))), *columns)
    found: list[Column] = []
    for at, column in enumerate(wide):
        filled = [row[at].strip() for row in cells if at < len(row) and row[at].strip()]
        numbers = sum(bare_number(text) is not None for text in filled)
        if column.role == "text" and not column.said and len(filled) > 1 and numbers * 10 >= len(filled) * 8:
            found.append(Column("number", column.name))
        else:
            found.append(column)
    return tuple(found)
