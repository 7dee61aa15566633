"""Records of 标签：值 (逐项填写): every task a block of labels in any order."""

from __future__ import annotations

import re
from collections import Counter

from intake.grammar import columns, headings
from intake.grid import Cell, Line
from intake.layouts.streams import Printed, Stream, Token, kept, token

_COUNTED = re.compile(rf"([\u4e00-\u9fff]{{2,7}}?)\s?(\d{{1,3}}|[{headings.CHINESE}]{{1,3}})")
"""A label that counts the records: 项目1, 任务二."""
_COUNT = re.compile(
    rf"\s*(?:[◆◇▲△●○■□★☆◎]\s*)?([\u4e00-\u9fff]{{2,7}}?)(\d{{1,3}}|[{headings.CHINESE}]{{1,3}})[ \t\u3000]+(\S.*)"
)
_FIELD = re.compile(
    r"(?:^|(?<=[\s；;]))(?:[【\[]?([\u4e00-\u9fff]{2,8}(?:\s?\d{1,3}|[（(].{1,8}[）)])?)[】\]]?\s*[：:]|[【\[]([\u4e00-\u9fff]{2,8}\d{0,3})[】\]])\s*"
)


def records(lines: list[Line]) -> Stream | None:
    """Records of 标签：值 in any order; the first label that comes again begins the next."""
    more = _unknown(lines)
    fields = [(line, gap, _fields(line.text, more)) for line, gap in _marked(list(kept(lines)))]
    counts = Counter(name for _, _, found in fields for name, _ in found if name)
    names = [name for name, count in counts.items() if count > 1 or columns.role_of(name) == "deadline"]
    roles = {columns.likely(name) for name in names}
    if "text" not in roles or not roles & {"lead", "responsible"}:
        return None
    first = next(line for line, _, found in fields if any(name in names for name, _ in found))
    stream = Stream("records")
    head = Printed([token(name, first, closed=True) for name in names], gap=True)
    record: dict[str, Cell] = {}
    last, begun = "", False
    for line, gap, found in fields:
        for name, text in found:
            if name in names:
                if name in record:
                    _record(stream, record, names)
                if not begun:
                    stream.rows.append(head)
                    begun = True
                record[name], last = Cell(text, line.number, line.number), name
            elif record and last and not (gap and record[last].text) and not _begins_anew(line.text, last):
                record[last] = record[last].joined(Cell(text, line.number, line.number), "\n")
            else:
                _record(stream, record, names)
                stream.rows.append(Printed([token(line.text.strip(), line)], gap=gap, loose=True))
    _record(stream, record, names)
    return stream


def _unknown(lines: list[Line]) -> frozenset[str]:
    """Labels that nobody knows and that open several lines: 包案单位："""
    opening = (found for line in lines if len(line.text) < 4000 and (found := _FIELD.match(line.text.lstrip())))
    names = Counter(name for found in opening if columns.role_of(name := _counted(found)[0]) is None)
    return frozenset(name for name, count in names.items() if count > 1)


def _begins_anew(text: str, last: str) -> bool:
    """Whether a line is no part of the value above it: a heading, or a numbered item below units or a date."""
    return headings.is_section(text) or (columns.role_of(last) != "text" and headings.number_of(text) is not None)


def _marked(lines: list[tuple[Line, bool]]) -> list[tuple[Line, bool]]:
    """The lines, with a colon behind names that come again, each alone above its value, and behind counts: 任务一 …."""
    names = ["".join(line.text.split()) for line, _ in lines]
    known = [columns.role_of(name) is not None for name in names]
    alone = [one and not other for one, other in zip(known, [*known[1:], True][: len(known)], strict=True)]
    often = {
        name for name, count in Counter(n for n, one in zip(names, alone, strict=True) if one).items() if count > 1
    }
    counted = sum(_counts(line.text) is not None for line, _ in lines) > 1
    titled = _titled([line for line, _ in lines])
    found = []
    for (line, gap), name, one in zip(lines, names, alone, strict=True):
        count = _counts(line.text) if counted else None
        text = titled.get(line.number, line.text)
        text = f"{count.group(1)}{count.group(2)}：{count.group(3)}" if count else text
        found.append((Line(line.number, f"{name}：" if one and name in often else text), gap))
    return found


def _titled(lines: list[Line]) -> dict[int, str]:
    """Numbered headings as labels, where each stands right above the words of one record: 一、关于…的问题, 整改目标：…."""
    labels = [names[0] if (names := [name for name, _ in _fields(line.text) if name]) else "" for line in lines]
    above = {
        at: number for at, line in enumerate(lines) if (number := headings.number_of(line.text)) and not labels[at]
    }
    firsts = {labels[at + 1] for at in above if at + 1 < len(lines)}
    opens = next(iter(firsts), "") if len(firsts) == 1 else ""
    if len(above) < 2 or columns.role_of(opens) != "text" or labels.count(opens) != len(above):
        return {}
    return {lines[at].number: f"序号：{one.printed} 事项名称：{one.rest.strip()}" for at, one in above.items()}


def _counts(text: str) -> re.Match[str] | None:
    """任务一 平交路口整治: what counts the records, a blank, the first words of one."""
    found = _COUNT.match(text)
    return found if found and columns.role_of(found.group(1)) == "text" else None


def _fields(text: str, more: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """(label, value) of a line, ``more`` labels than those that are known; without a label the whole line."""
    marks = [found for found in _FIELD.finditer(text) if columns.role_of(name := _counted(found)[0]) or name in more]
    if not marks or text[: marks[0].start()].strip():
        return [("", text.strip())]
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    fields: list[tuple[str, str]] = []
    for mark, end in zip(marks, ends, strict=True):
        name, count = _counted(mark)
        fields += [("序号", count)] if count else []
        fields.append((name, text[mark.end() : end].strip()))
    return fields


def _counted(mark: re.Match[str]) -> tuple[str, str]:
    """A label without the number that counts its record, and that number."""
    name = mark.group(1) or mark.group(2)
    found = _COUNTED.fullmatch(name)
    if found and columns.role_of(found.group(1)) == "text":
        return found.group(1), found.group(2)
    return name, ""


def _record(stream: Stream, record: dict[str, Cell], names: list[str]) -> None:
    if record:
        line = min(cell.line for cell in record.values())
        tokens = [Token(record.get(name, Cell("", line, line)), closed=True) for name in names]
        stream.rows.append(Printed(tokens, gap=True))
        record.clear()
