"""Pieces of flowed text and what they read as (文字片段): a list of units, a deadline, the end of a row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from intake.grammar import dates, deadlines, responsibility, unit_names
from intake.grammar.wording import folded

SEPARATORS = "、，,；;"
NEVER_FIRST = "、，,；;。：）)！？”》%"
LONGEST_COUNTED = 16
"""Characters of a limit that is counted from some day: 印发后2个月内."""

_OPENS_DEADLINE = re.compile(
    r"(?:请|应|须|力争|确保|原则上|争取)?(?:于|在|到)?(?:\d|[每按逐]|[上下]半年|第?[一二三四]季|年[底末内中]|[今本次明当]年|[一二三四五六七八九十]{1,3}月"
    r"|[一二三四五六七八九〇零]{4}年|全年|常年|长期|持续|及时|立即|立行|常态|经常|日常|实时|动态|适时|即时|随时|不定期|定期|贯穿|同步"
    r"|[各市县区州省旗主责有相][^，,。；;]{2,16}(?:每|不定期|定期|适时|对))"
)
_SAID = re.compile(r"(?:牵头|分别|共同|组织)?(?:牵头|负责|落实|配合|实施|承办|协办|参与)$")
"""After such a word a list of units is whole."""
_ACTS = re.compile(r"(?:牵头|负责|落实|配合|实施|承办|协办|参与|执行|推进|分工)[。；]$")
"""With what a list of units ends that is printed as a sentence: 各单位要加强值守。 is none."""
_GOES_ON = re.compile(
    r"机构|单位|部门|机关(?!事务)|企业|人民政府|政府(?!办|各)|办事处|管委会|管理委员会|[（(]|街道办|驻|党委"
)


@dataclass(frozen=True)
class Segment:
    """A piece of a line; ``gap``: a blank line before it, ``beside``: another piece before it on the same line."""

    text: str
    line: int
    gap: bool = True
    beside: bool = False

    @property
    def width(self) -> float:
        """In Chinese characters."""
        return sum(0.5 if char.isascii() else 1.0 for char in self.text)


def is_complete(segments: list[Segment]) -> bool:
    """Whether a row may end here: its last words read as units or as a deadline."""
    for size in (1, 2, 3, 4, 6):
        tail = segments[-size:]
        if reads_as_units("\n".join(s.text for s in tail)) or reads_as_deadline("".join(s.text for s in tail)):
            return True
    last = _last_name(join_units([s.text for s in segments[-6:]]))
    return unit_names.is_recognised(last) and len(last) < 16


def ends_row(tail: list[Segment], following: list[Segment], timed: bool) -> bool:
    """Whether a row without a number ends after ``tail``: its units or deadline are whole and do not go on."""
    texts = [segment.text for segment in tail]
    units = max((n for n in range(1, len(texts) + 1) if reads_as_units("\n".join(texts[-n:]))), default=0)
    dated = max((n for n in range(1, min(len(texts), 4) + 1) if reads_as_deadline("".join(texts[-n:]))), default=0)
    if not units and not (timed and dated):
        return False
    if not following:
        return True
    ahead = [segment.text for segment in following]
    if ahead[0][0] in NEVER_FIRST or (timed and any(reads_as_deadline("".join(ahead[:n])) for n in (1, 2))):
        return False
    sizes = range(1, len(ahead) + 1)
    if units and _SAID.search(texts[-1]) and not any(reads_as_units("\n".join(ahead[:n])) for n in sizes):
        return True
    if units and any(reads_as_units("\n".join([*texts[-units:], *ahead[:n]])) for n in sizes):
        return False
    return not (units and any(reads_as_units("\n".join(ahead[:n])) for n in sizes))


def join_units(lines: list[str]) -> str:
    """Broken lines of a unit cell as one text: a new line is a new name where the one before is whole."""
    text = ""
    for line in lines:
        text += (" " if text and _is_whole(_last_name(text)) and _begins_name(_last_name(text), line) else "") + line
    return text


def _last_name(text: str) -> str:
    for mark in SEPARATORS + " ":
        if not _inside_brackets(text, mark):
            text = text.rsplit(mark, 1)[-1]
    return text


def _inside_brackets(text: str, mark: str) -> bool:
    """Whether the last such mark stands between brackets: 各县（市、区）."""
    at = text.rfind(mark)
    return at >= 0 and text.rfind("（", 0, at) > text.rfind("）", 0, at)


def _is_whole(name: str) -> bool:
    balanced = name.count("（") + name.count("(") == name.count("）") + name.count(")")
    return balanced and len(name) > 2 and unit_names.is_recognised(name)


def _begins_name(before: str, line: str) -> bool:
    """Whether a line opens a new name, rather than going on with the one before it."""
    first = line
    for mark in SEPARATORS:
        first = first.split(mark, 1)[0]
    if _GOES_ON.match(first) or unit_names.is_recognised_continuation(before, line):
        return False
    if first.startswith("各") and before.endswith(("政府", "委", "机关")):
        return False
    return unit_names.level_of(first) is not None or unit_names.is_group(first) or first[:1] in tuple("各市区县省州旗")


@lru_cache(maxsize=20_000)
def reads_as_units(lines: str) -> bool:
    """Whether lines (joined by line breaks) are a list of units and nothing else."""
    joined = join_units(lines.split("\n"))
    if not joined or len(joined) > 600 or any(mark in joined.rstrip("。") for mark in "！？“”《"):
        return False
    if joined[0] in NEVER_FIRST + "等" or joined[-1] in SEPARATORS + "和与及":
        return False
    if joined[-1] in "。；" and not (
        _ACTS.search(joined) or unit_names.is_recognised(_last_name(joined.rstrip("。；")))
    ):
        return False
    if "。" in joined[:-1] and not all(reads_as_units(part) for part in joined.split("。") if part):
        return False
    found = responsibility.read(joined, "responsible")
    names = found.names
    groups = [*found.lead_groups, *found.responsible_groups]
    return bool(names) and not found.doubts and all(len(n) <= 24 for n in names) and all(_is_phrase(g) for g in groups)


def _is_phrase(group: str) -> bool:
    """Whether words that end like a phrase for many really are one, and not the end of a sentence."""
    return (
        len(group) <= 8
        or group.startswith(("各", "有关", "相关", "涉及"))
        or group[1:2] in tuple("直属级政各")
        or "各" in group[:8]
    )


@lru_cache(maxsize=20_000)
def reads_as_deadline(text: str) -> bool:
    """Whether a text is a deadline cell and nothing else: it opens with a date, a cadence or who checks."""
    if len(text) > 200 or not _OPENS_DEADLINE.match(text):
        return False
    timing = deadlines.read(text, "", 2000)
    counted = timing.relative and len(text) <= LONGEST_COUNTED
    return bool(timing.due or timing.recurrence or timing.inspection or timing.impossible or counted)


@lru_cache(maxsize=20_000)
def is_work(text: str) -> bool:
    """Whether words that open with a limit go on with what is to be done by then: 10月20日前清理林缘可燃物."""
    said = folded(text)
    last = next(iter(dates.find(said, 2000)), None)
    rest = said[last.end :].strip("。；;") if last and not last.start else ""
    return len(rest) > 5 and re.search(r"[年月日旬季]|每|持续|坚持|报|检查|督", rest) is None


def may_end_units(text: str) -> bool:
    """A quick look at the last line of a run: whether it is worth reading as units."""
    return (
        unit_names.is_recognised(text)
        or text[-1]
        in "局委办厅部院署所站台会社行团处馆室队心司区县市镇乡道门位关构府校联）)等实责合头业工施科志机组作院办"
    )
