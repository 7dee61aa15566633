"""Numbered prose instead of a table (条文式分工): each item with its units in brackets or on the lines below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from intake import duty, furniture, headings
from intake.columns import Column
from intake.duty import Duty
from intake.grid import Cell, Line, Row, Sheet, Table
from intake.wording import squeeze

COLUMNS = (
    Column("number", "序号"),
    Column("text", "工作任务"),
    Column("lead", "牵头单位"),
    Column("responsible", "责任单位"),
    Column("deadline", "完成时限"),
)
"""The table that prose is brought to."""
STYLES = ("part", "chinese", "chinese-bracket", "arabic", "decimal", "bracket", "half-bracket", "circled", "")
"""From the outermost in; a paragraph without a number stands deepest."""
FEWEST = 2
"""Items with units below which a text is no plan: a notice names its own office once."""
_HEADING_LENGTH, _LONGEST_HEADING = 30, 60
_SENTENCE = re.compile(r"[^。；]{1,200}[。；]")


@dataclass
class Node:
    """One paragraph: its number, its words as printed, who does it, the lines it stands on."""

    style: str
    number: str
    printed: str
    lines: list[Line] = field(default_factory=list)
    duty: Duty = field(default_factory=Duty)

    @property
    def level(self) -> int:
        """How deep it stands by the style of its number."""
        return STYLES.index(self.style)

    @property
    def text(self) -> str:
        """Its words without the number."""
        return "\n".join(line.text for line in self.lines)

    def is_bare_heading(self) -> bool:
        """一、提高认识: short and no sentence, so what comes below is no part of it."""
        plain = squeeze(self.text)
        return headings.is_section(self.printed) and len(plain) <= _HEADING_LENGTH and plain[-1:] not in "。；：;:"


def read(lines: list[Line]) -> Sheet | None:
    """The items of a plan as rows of one table; None where too few of them name units."""
    before, rough = _paragraphs(lines)
    nodes = [part for node in rough for part in _parted(node)]
    for above, node in pairwise(nodes):
        if node.duty and not squeeze(node.text) and not above.duty:
            above.duty, node.duty = node.duty, Duty()  # 责任单位 on the line under a bare heading
    nodes = [node for node in nodes if squeeze(node.text)]
    with_duty = [at for at, node in enumerate(nodes) if node.duty]
    if len(with_duty) < FEWEST:
        return None
    last = max(line.number for line in nodes[with_duty[-1]].lines)
    _share(nodes)
    sheet = Sheet(before=before, after=[line for line in lines if line.number > last])
    sheet.tables.append(Table(COLUMNS, line=nodes[0].lines[0].number))
    for at, node in enumerate(nodes):
        _emit(nodes, at, node, sheet)
    return sheet


def _paragraphs(lines: list[Line]) -> tuple[list[Line], list[Node]]:
    """The lines before the first number, and a node for every numbered line with what goes on below it."""
    nodes: list[Node] = []
    before: list[Line] = []
    for line in lines:
        text = line.text.strip()
        if not text or furniture.is_page_number(text) or furniture.is_rule(text):
            continue
        number = headings.number_of(text)
        if number and (nodes or headings.is_section(text) or number.value == 1):
            nodes.append(Node(number.style, number.printed, text, [Line(line.number, number.rest)]))
        elif not nodes:
            before.append(line)
        elif nodes[-1].is_bare_heading():
            nodes.append(Node("", "", text, [Line(line.number, text)]))
        else:
            nodes[-1].lines.append(Line(line.number, text))
    return before, nodes


def _parted(node: Node) -> list[Node]:
    """A paragraph in which several duties are said is several; the first keeps the number."""
    parts: list[Node] = []
    at = 0
    for body, said in duty.split(node.text):
        start = node.text.find(body, at)
        at = start + len(body)
        first, last = (node.text[:place].count("\n") for place in (start, at))
        numbers = [line.number for line in node.lines]
        spoken = [Line(numbers[min(first + n, last)], text) for n, text in enumerate(body.split("\n"))]
        style, number, printed = ("", "", body) if parts else (node.style, node.number, node.printed)
        parts.append(Node(style, number, printed, spoken, said))
    return parts or [node]


def _share(nodes: list[Node]) -> None:
    """A duty on a line of its own goes for all items of its group that have none: 责任单位 below 1. 2. 3."""
    for at, node in enumerate(nodes):
        if not (node.duty and node.duty.apart):
            continue
        for above in reversed(nodes[:at]):
            if above.level != node.level or above.duty or not node.style:
                break
            above.duty = node.duty


def _emit(nodes: list[Node], at: int, node: Node, sheet: Sheet) -> None:
    """One node as a row, as a heading above the rows that follow, or as words that belong to no task."""
    table, first, last = sheet.tables[0], node.lines[0].number, node.lines[-1].number
    if node.duty or _stands_among_items(nodes, at):
        texts = (
            node.number,
            node.text,
            node.duty.text("lead"),
            node.duty.text("responsible"),
            node.duty.text("deadline"),
        )
        table.add(Row([Cell(text, first, last) for text in texts], first, last))
    elif at + 1 < len(nodes) and nodes[at + 1].level > node.level and node.style:
        table.add(Row([Cell(_heading(node), first, last)], first, last, across=True))
    else:
        sheet.stray.append(Line(first, node.printed))


def _heading(node: Node) -> str:
    """The heading without the sentences that only lead over to its items."""
    if len(squeeze(node.text)) <= _LONGEST_HEADING:
        return node.printed.split("\n")[0] if node.is_bare_heading() else squeeze(node.printed)
    sentence = _SENTENCE.match(node.printed)
    return sentence.group().rstrip("。；") if sentence else node.printed


def _stands_among_items(nodes: list[Node], at: int) -> bool:
    """Whether an item without units stands among others of its group that have them."""
    node = nodes[at]
    if not node.style or (at + 1 < len(nodes) and nodes[at + 1].level > node.level):
        return False
    for way in (reversed(nodes[:at]), iter(nodes[at + 1 :])):
        for other in way:
            if other.level < node.level:
                break
            if other.level == node.level and other.style == node.style and other.duty:
                return True
    return False
