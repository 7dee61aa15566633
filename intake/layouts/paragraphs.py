"""The paragraphs of prose (条文段落): a number or a mark begins one, what goes on below it is its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from intake.grammar import dates, duty, furniture, headings, segments
from intake.grammar.duty import Duty
from intake.grammar.wording import folded, squeeze
from intake.grid import Line
from intake.layouts.tables import TITLE

STYLES = ("part", "chinese", "chinese-bracket", "plain")
"""Numbers of headings, from the outermost in; other numbers stand as deep as they first appear."""
BULLET = re.compile(r"\s*(?:[▲△◆◇●○◎◉■□★☆※➢►▶•·]\s*|[-*+]\s+)")
LONGEST_ITEM = 80
"""Lines of an item after which it is no longer asked whether it ends."""
_HEADING_LENGTH = 30
_SENTENCE = re.compile(r"[^。；]{1,200}[。；]")
_FIRST = re.compile(r"^[1一①]$|(?:^[A-Z]+[-—－]?0*|\.)1$")
_BEGUN, _ENDED = re.compile(r"(?<=[（(；;，,。、])[\u4e00-\u9fff]{1,5}$"), re.compile(r"([\u4e00-\u9fff]{1,5})\s*[：:]")
_BROKEN = re.compile(
    r"(?:牵头|责任|配合|协办|会办|主办|承办|落实|参[与加]|协[同助]|成员|完成|整改|办结){1,2}(?:单位|部门|科室|时限|时间)"
)
"""…；责任 and 单位：…, a label broken over two lines."""
_STANDING = re.compile(
    r"[（(](?:([^（()）]{2,80})[，,；;])?[^（()），,；;]{0,40}(?:位|单位)[^（()）]{0,20}下同[^（()）]{0,10}[）)]"
)


@dataclass
class Node:
    """One paragraph: its number, its words, who does it, the lines it stands on, what it stands under."""

    style: str
    number: str
    mark: str
    lines: list[Line] = field(default_factory=list)
    duty: Duty = field(default_factory=Duty)
    above: Node | None = None
    below: list[Node] = field(default_factory=list)
    named: bool = False
    """Who does it is only its name: what is said below it goes before."""
    heads: bool = False
    """A sentence by itself that paragraphs without numbers follow: （一）支持企业办学。"""

    @property
    def text(self) -> str:
        """Its words without the number."""
        return "\n".join(line.text for line in self.lines)

    def is_bare_heading(self) -> bool:
        """一、提高认识: short and no sentence, so what comes below is no part of it."""
        plain = squeeze(self.text)
        return self.heads or (
            self.style in STYLES and len(plain) <= _HEADING_LENGTH and not any(mark in plain for mark in "。；：;:")
        )

    def is_whole(self, below: str) -> bool:
        """Whether it ends before a line that has no number: a heading does, and who acts is said last."""
        if len(self.lines) > LONGEST_ITEM:
            return False
        return self.is_bare_heading() or (duty.ends(self.text) and not duty.opens(below))

    def inherited(self) -> Duty:
        """Who and by when, of its own or from the nearest heading that says so."""
        node: Node | None = self
        while node is not None and not node.duty:
            node = node.above
        return node.duty if node is not None else self.duty

    def deadline(self) -> str:
        """By when, of its own or from a heading; words that say it themselves need no heading's."""
        if not self.duty.text("deadline") and dates.limits(self.text):
            return ""
        node: Node | None = self
        while node is not None and not node.duty.text("deadline"):
            node = node.above
        return node.duty.text("deadline") if node is not None else ""


def paragraphs(lines: list[Line]) -> tuple[list[Line], list[Node]]:
    """The lines before the first paragraph, and a node for every numbered or marked line with what goes on below it."""
    nodes: list[Node] = []
    before: list[Line] = []
    plain, told = _plain_headings(lines), _told(lines)
    for line in lines:
        text = _STANDING.sub(_standing, line.text.strip())
        if not text or furniture.is_page_number(text) or furniture.is_rule(text):
            continue
        bullet = BULLET.match(text)
        if bullet and headings.number_of(text[bullet.end() :]):
            text, bullet = text[bullet.end() :], None
        number = headings.number_of(text)
        if line.number in plain:
            nodes.append(Node("plain", "", "", [Line(line.number, BULLET.sub("", line.text, count=1))]))
        elif number and (nodes or headings.is_section(text) or _FIRST.search(number.printed) or duty.has(text)):
            mark = text[: len(text) - len(number.rest)]
            nodes.append(Node(number.style, number.printed, mark, [Line(line.number, number.rest)]))
        elif bullet and len(text) > bullet.end() + 3:
            nodes.append(Node("bullet", "", "", [Line(line.number, text[bullet.end() :])]))
        elif not nodes:
            if line.number in told or (duty.has(text) and len(text) > 12 and text[-1] not in ":："):
                nodes.append(Node("", "", "", [Line(line.number, text)]))
            else:
                before.append(line)
        elif nodes[-1].is_whole(text):
            nodes.append(Node("", "", "", [Line(line.number, text)]))
        else:
            _go_on(nodes[-1], Line(line.number, text))
    return before, list(_parted(nodes))


def _go_on(node: Node, line: Line) -> None:
    """Take one more line; a label that the break cut in two is whole on the line where it begins."""
    above = node.lines[-1]
    begun, rest = _BEGUN.search(above.text), _ENDED.match(line.text)
    if begun and rest and _BROKEN.fullmatch(begun.group() + rest.group(1)):
        node.lines[-1] = Line(above.number, above.text + rest.group())
        line = Line(line.number, line.text[rest.end() :])
    node.lines.append(line)


def _parted(nodes: list[Node]) -> Iterator[Node]:
    """The paragraphs, short sentences parted from what stands below them where several paragraphs share one."""
    opens = {node.style for node, below in pairwise(nodes) if _opens(node) and not below.style and duty.has(below.text)}
    for node in nodes:
        if node.style in opens and _opens(node):
            yield Node(node.style, node.number, node.mark, node.lines[:1], heads=True)
            yield Node("", "", "", node.lines[1:])
        else:
            yield node


def _opens(node: Node) -> bool:
    """Whether a heading by its number begins with a short sentence on a line of its own, who acts behind it."""
    first = squeeze(node.lines[0].text)
    short = len(node.lines) > 1 and len(first) <= _HEADING_LENGTH and _SENTENCE.fullmatch(first) is not None
    return short and node.style in STYLES and not duty.has(first) and duty.has(node.text)


def _standing(found: re.Match[str]) -> str:
    """What is left of a bracket that says who leads in all items: the units in it."""
    return f"（{found.group(1)}）" if found.group(1) and segments.reads_as_units(found.group(1)) else ""


def _plain_headings(lines: list[Line]) -> set[int]:
    """Short lines without a number, each right above a numbered item: headings, where there are several."""
    filled = [line for line in lines if line.text.strip() and not furniture.is_page_number(line.text)]
    apart = {line.number: line.number > above.number + 1 for above, line in pairwise(filled)}
    """Lines with a blank one above: a date there is no limit of the item before it."""
    found = set()
    told = _told(lines)
    for line, below in pairwise(filled):
        number, mark = headings.number_of(below.text.strip()), BULLET.match(below.text)
        own = BULLET.match(line.text)
        text = squeeze(
            line.text[own.end() :] if own and mark and own.group().strip() != mark.group().strip() else line.text
        )
        above_item = (number and number.style not in STYLES) or mark or (below.number in told and not number)
        if not above_item or not _PLAIN.fullmatch(text) or headings.number_of(text) or TITLE.search(text):
            continue
        dated = segments.reads_as_deadline(folded(text)) and apart.get(line.number, False)
        if dated or not (segments.reads_as_units(text) or segments.reads_as_deadline(folded(text))):
            found.add(line.number)
    return found if len(found) > 1 else set()


def _told(lines: list[Line]) -> set[int]:
    """The sentences that stand right above a line of labels for units."""
    filled = [line for line in lines if line.text.strip() and not furniture.is_page_number(line.text)]
    return {line.number for line, below in pairwise(filled) if line.text.rstrip()[-1] in "。；" and _labels(below.text)}


def _labels(text: str) -> bool:
    """Whether a line opens with a label for units and says nothing else."""
    said = duty.split(text) if len(text) < 200 and re.match(r"\s*[\u4e00-\u9fff]{2,8}[：:]", text) else []
    return len(said) == 1 and not said[0][0] and bool(said[0][1])


_PLAIN = re.compile(
    r"[\d\u4e00-\u9fff“”]{3,16}|(?:行动|任务|专题|板块|工程|专项)[一二三四五六七八九十\d]{1,3}[：:][^。；：:]{2,30}"
)
