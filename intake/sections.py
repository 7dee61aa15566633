"""Rows that head others (小标题行): what they say, who and when they name for the rows below, and rows that are no task."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.grammar import columns, dates, headings
from intake.grammar.furniture import is_rule
from intake.grammar.segments import reads_as_deadline, reads_as_units
from intake.grammar.wording import folded, is_open, squeeze
from intake.grid import Line, Row, Table

_LABEL = re.compile(r"([\u4e00-\u9fff]{2,8})[：:](.+)")


def labelled(heading: str) -> tuple[str, str] | None:
    """(role, text) of a merged row that says who or when: 责任单位：市财政局."""
    found = _LABEL.fullmatch(heading)
    role = columns.role_of(found.group(1)) if found else None
    return (role, found.group(2)) if found and role in ("lead", "responsible", "deadline") else None


def person(heading: str) -> tuple[str, str] | None:
    """(label, text) of a merged row that says which person sees to the rows below: 责任领导：…"""
    found = _LABEL.fullmatch(heading)
    return (found.group(1), found.group(2)) if found and _PERSON.search(found.group(1)) else None


_PERSON = re.compile(r"(?:领导|负责人|责任人|联系人)$")


def said(path: tuple[str, ...], year: int | None) -> tuple[tuple[str, str], ...]:
    """(role, text) of units and limits that headings name, the innermost of each first."""
    found: list[tuple[str, str]] = []
    for heading in reversed(path):
        number = headings.number_of(heading)
        words = number.rest if number else heading
        if reads_as_units(words):
            found.append(("responsible", words))
        limits = [dated.text for dated in dates.find(folded(words), year) if dated.is_limit and dated.day]
        if limits or (len(words) < 12 and reads_as_deadline(folded(words)) and not _STYLE.match(words)):
            found.append(("deadline", limits[-1] if limits else words))
    return tuple(found)


def above(before: list[Line]) -> tuple[tuple[str, str], ...]:
    """(role, text) of the labels for units among the last lines above a table: 责任单位：市交通运输局."""
    last = [squeeze(line.text) for line in before if line.text.strip()][-4:]
    found = [label for text in last if (label := labelled(text)) and label[0] != "deadline"]
    return tuple(label for label in found if reads_as_units(label[1]))


def owner(name: str) -> tuple[tuple[str, str], ...]:
    """(role, text) of the unit with which the name of a table without a column for units begins."""
    found = _OWNER.match(name)
    return (("responsible", found.group(1)),) if found and reads_as_units(found.group(1)) else ()


_OWNER = re.compile(
    r"([\u4e00-\u9fff]{3,20}?)(?:(?:19|20)\d\d年|[一二三四五六七八九〇零○]{4}年|目标责任|重点任务|工作任务)"
)
_STYLE = re.compile(
    r"(?:长期|长效|持续|及时|常态化?|经常|动态|不断|同步|始终|坚持)+(?!类|性?任务|事项)[^，,。；;]*(?<!坚持)(?<!推进)(?<!整改)(?<!实施)$"
)
"""持续打好攻坚战: how a heading urges, no limit for what stands below it; 长期坚持 is one."""
_SUM = re.compile(r"(?:合计|总计|小计|共计)[：:]?")


_FIGURE = re.compile(r"[-—–/]+|[\d,，.]+(?:[万亿]?元|[个项件处])?%?")


def _is_figure(text: str) -> bool:
    """A sum or a dash."""
    return _FIGURE.fullmatch(squeeze(text)) is not None


def is_none(row: Row) -> bool:
    """A drawn line, or what adds the rows up: no task."""
    words = [squeeze(row.text(at)) for at in row.filled()]
    adds_up = _SUM.fullmatch(words[0]) is not None and not any(reads_as_units(word) for word in words[1:])
    return adds_up or all(is_rule(row.text(at)) for at in row.filled())


def blocks(headed: list[tuple[str | None, Row]]) -> Iterator[tuple[list[str], list[Row]]]:
    """Runs of rows, each with the headings right above it."""
    names: list[str] = []
    block: list[Row] = []
    for text, row in headed:
        if text is None:
            block.append(row)
            continue
        if block:
            yield names, block
            names, block = [], []
        names.append(text)
    yield names, block


def heading(row: Row, table: Table, above: Row | None) -> str | None:
    """The text of a row that is a heading across the table, else None; sums in columns kept as printed are no words of it."""
    filled = [at for at in row.filled() if not (table.columns[at].role == "other" and _is_figure(row.text(at)))]
    if not filled:
        return None
    words = {row.text(at).strip() for at in filled}
    roles = [table.columns[at].role for at in filled]
    if (
        len(filled) > 1
        and len(words) == 1
        and "text" in roles
        and any(role in ("lead", "responsible") for role in roles)
    ):
        return squeeze(words.pop())
    if row.across and len(filled) == 1:
        return squeeze(row.text(filled[0]))
    if len(filled) == 2 and roles == ["number", "text"] and not row.text(filled[0]).strip().isascii():
        printed = headings.bare_number(row.text(filled[0]))
        return f"{printed}、{squeeze(row.text(filled[1]))}" if printed else None
    if len(filled) != 1 or roles[0] not in ("text", "number"):
        return None
    text = squeeze(row.text(filled[0]))
    if headings.is_section(text) or (roles[0] == "number" and headings.bare_number(text) is None and len(text) > 6):
        return text
    if headings.number_of(text) or headings.bare_number(text) or filled[0] != 0 or len(text) > 60:
        return None
    cut = above is not None and is_open(above.text(filled[0])) and row.after_gap
    return None if cut else text
