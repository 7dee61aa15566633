"""Numbered prose instead of a table (条文式分工): each item with its units in brackets or on the lines below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.grammar import duty, segments
from intake.grammar.columns import Column
from intake.grammar.wording import squeeze
from intake.grid import Cell, Line, Row, Sheet, Table
from intake.layouts import parted
from intake.layouts.paragraphs import STYLES, Node, paragraphs

COLUMNS = (
    Column("number", "序号"),
    Column("text", "工作任务"),
    Column("lead", "牵头单位"),
    Column("responsible", "责任单位"),
    Column("deadline", "完成时限"),
)
"""The table that prose is brought to."""
FEWEST = 2
"""Items with units below which a text is no plan: a notice names its own office once."""
_OWNED = re.compile(r"([\u4e00-\u9fff、（）()]{3,40})[：:]\s*(?=[^\s：:]{4})")
"""县住建局：负责…, who does it before a colon."""
_LONGEST_HEADING = 60
_SENTENCE = re.compile(r"[^。；]{1,200}[。；]")


def read(lines: list[Line]) -> Sheet | None:
    """The items of a plan as rows of a table for each of its annexes; None where too few of them name units."""
    body, after = parted.signed(lines)
    sheet = Sheet(after=after)
    for names, part in parted.annexes(body):
        _part(sheet, names, part)
    rows = [row for table in sheet.tables for row in table.rows if not row.across]
    named = [row for row in rows if row.text(2).strip() or row.text(3).strip()]
    return sheet if len(named) >= FEWEST else None


def _part(sheet: Sheet, names: tuple[str, ...], lines: list[Line]) -> None:
    before, nodes = paragraphs(lines)
    nodes = [node for node in _tree(nodes) if squeeze(node.text) or node.duty]
    tasks = [node for node in nodes if not node.below and node.inherited()]
    if not tasks and not _has_several(nodes):
        (sheet.stray if sheet.tables else sheet.before).extend(line for line in lines if line.text.strip())
        return
    _share(nodes)
    sheet.before += before if not sheet.tables else []
    table = Table(COLUMNS, line=nodes[0].lines[0].number, names=names, told=True)
    sheet.tables.append(table)
    parted = _has_several(nodes)
    for node in nodes:
        if node.below or (parted and _opening(node)):
            _head(node, table, sheet)
        if not node.below:
            for part in _parts(node) if parted else [node]:
                _emit(part, table, sheet, counted=parted)


def _tree(nodes: list[Node]) -> list[Node]:
    """Every node under the one that it belongs to; a duty below a bare heading is the heading's."""
    open_nodes: list[Node] = []
    kept: list[Node] = []
    for node in nodes:
        _say(node)
        if not squeeze(node.text) and node.duty and not node.style and kept and (kept[-1].named or not kept[-1].duty):
            kept[-1].duty, kept[-1].named = node.duty, False
            continue
        while open_nodes and not _is_under(node, open_nodes):
            open_nodes.pop()
        above = open_nodes[-1] if open_nodes else None
        if above and not node.style and not above.is_bare_heading():
            above = above.above
        node.above = above
        if above:
            above.below.append(node)
        if node.style:
            open_nodes.append(node)
        kept.append(node)
    return kept


def _say(node: Node) -> None:
    """Find who does it in the words of a paragraph; a heading that is a list of units says it itself."""
    said = duty.split(node.text)
    if len(said) == 1 and said[0][1]:
        node.duty = said[0][1]
        node.lines = _cut(node, said[0][0])
    owned = _OWNED.match(node.text) if node.style and not any(who for _, who in said) else None
    if owned and segments.reads_as_units(owned.group(1)):
        node.duty.add("responsible", owned.group(1))
        node.lines = _cut(node, node.text[owned.end() :])
    if node.style in STYLES and not node.duty and segments.reads_as_units(squeeze(node.text)):
        node.duty.add("responsible", node.text)
        node.named = True


def _is_under(node: Node, open_nodes: list[Node]) -> bool:
    """Whether a node stands under the innermost open one."""
    last = open_nodes[-1]
    if not node.style:
        return True
    if node.style in STYLES:
        return last.style in STYLES and STYLES.index(last.style) < STYLES.index(node.style)
    return node.style not in [one.style for one in open_nodes] and last.style != "bullet"


def _cut(node: Node, body: str) -> list[Line]:
    """The lines of a node that its words before the duty stand on."""
    start = max(node.text.find(body), 0)
    first = node.text[:start].count("\n")
    return [
        Line(node.lines[min(first + n, len(node.lines) - 1)].number, text) for n, text in enumerate(body.split("\n"))
    ]


def _has_several(nodes: list[Node]) -> bool:
    """Whether one paragraph holds several tasks, each with its own duty: then all are counted by position."""
    return any(not node.below and sum(bool(said) for _, said in duty.split(node.text)) > 1 for node in nodes)


def _parts(node: Node) -> Iterator[Node]:
    """The tasks of a paragraph, each with its duty."""
    opening = _opening(node)
    said = [(body, who) for body, who in duty.split(node.text[len(opening) :]) if squeeze(body)]
    if not opening and len(said) < 2:
        yield node
        return
    for body, who in said or [(node.text[len(opening) :], node.duty)]:
        yield Node(node.style, node.number, "", _cut(node, body), who or node.duty, node.above)


def _opening(node: Node) -> str:
    """The first sentence of a numbered paragraph that more follows: it heads the tasks of the paragraph."""
    found = re.match(r"[^。；（(\n]{2,40}。\s*(?=\S)", node.text) if node.style not in ("", "bullet") else None
    return found.group() if found else ""


def _share(nodes: list[Node]) -> None:
    """A duty on a line of its own goes for all items of its group that have none: 责任单位 below 1. 2. 3."""
    for at, node in enumerate(nodes):
        if not (node.duty and node.duty.apart):
            continue
        for other in reversed(nodes[:at]):
            if other.above is not node.above or other.style != node.style or other.duty or not node.style:
                break
            other.duty = node.duty


def _head(node: Node, table: Table, sheet: Sheet) -> None:
    """A node as a heading above the rows that follow."""
    first, last = node.lines[0].number, node.lines[-1].number
    if node.below and not any(_is_task(one) for one in _leaves(node)):
        sheet.stray.append(Line(first, node.mark + node.text))
        return
    plain = squeeze(node.text)
    text = node.text.split("\n")[0] if node.is_bare_heading() else plain
    sentence = _SENTENCE.match(plain)
    if sentence and (len(plain) > _LONGEST_HEADING or not node.below):
        text = sentence.group() if not node.below else sentence.group().rstrip("。；")
    table.add(Row([Cell(node.mark + text, first, last)], first, last, across=True))


def _leaves(node: Node) -> Iterator[Node]:
    if not node.below:
        yield node
    for one in node.below:
        yield from _leaves(one)


def _is_task(node: Node) -> bool:
    return bool(node.inherited()) or _stands_among_items(node) or duty.has(node.text)


def _emit(node: Node, table: Table, sheet: Sheet, *, counted: bool) -> None:
    """One node as a row, or as words that belong to no task."""
    first, last = node.lines[0].number, node.lines[-1].number
    if not squeeze(node.text):
        return
    if not _is_task(node):
        sheet.stray.append(Line(first, node.mark + node.text))
        return
    who = node.inherited()
    number = "" if counted or node.style in ("", "bullet") else node.number
    texts = (number, node.text, who.text("lead"), who.text("responsible"), node.deadline())
    table.add(Row([Cell(text, first, last) for text in texts], first, last, whole=True))


def _stands_among_items(node: Node) -> bool:
    """Whether an item without units stands among others of its group that have them."""
    if not node.style or node.above is None:
        return False
    return any(one.duty and one.style == node.style for one in node.above.below)
