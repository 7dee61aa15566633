"""Pieces of flowed text and what they read as (文字片段): a list of units, a deadline, the end of a row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from intake import deadlines, responsibility, unit_names

SEPARATORS = "、，,；;"
NEVER_FIRST = "、，,；;。：）)！？”》%"


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
    last = join_units([s.text for s in segments[-6:]])
    for mark in SEPARATORS + " ":
        last = last.rsplit(mark, 1)[-1]
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
    if units and any(reads_as_units("\n".join([*texts[-units:], *ahead[:n]])) for n in sizes):
        return False
    return not (units and any(reads_as_units("\n".join(ahead[:n])) for n in sizes))


def join_units(lines: list[str]) -> str:
    """Broken lines of a unit cell as one text: a new line is a new name where the one before is whole."""
    text = ""
    for line in lines:
        last = text
        for mark in SEPARATORS + " ":
            last = last.rsplit(mark, 1)[-1]
        whole = bool(last) and unit_names.is_recognised(last)
        first = line
        for mark in SEPARATORS:
            first = first.split(mark, 1)[0]
        begins = (
            unit_names.level_of(first) is not None or unit_names.is_group(first) or first[:1] in tuple("各市区县省州")
        )
        text += (" " if whole and begins and not unit_names.is_recognised_continuation(last, line) else "") + line
    return text


@lru_cache(maxsize=20_000)
def reads_as_units(lines: str) -> bool:
    """Whether lines (joined by line breaks) are a list of units and nothing else."""
    joined = join_units(lines.split("\n"))
    if len(joined) > 600 or any(mark in joined for mark in "。！？“”《"):
        return False
    if joined[0] in NEVER_FIRST or joined[-1] in SEPARATORS:
        return False
    found = responsibility.read(joined, "responsible")
    names = [*found.lead_units, *found.responsible_units, *found.lead_groups, *found.responsible_groups]
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


@lru_cache(maxsize=5_000)
def reads_as_deadline(text: str) -> bool:
    """Whether a text is a deadline cell and nothing else."""
    if len(text) > 200:
        return False
    timing = deadlines.read(text, "", 2000)
    return bool(timing.due or timing.recurrence or timing.inspection) and (
        len(text) <= 24 or timing.inspection is not None or text[0] in "0123456789每"
    )


def may_end_units(text: str) -> bool:
    """A quick look at the last line of a run: whether it is worth reading as units."""
    return (
        unit_names.is_recognised(text)
        or text[-1]
        in "局委办厅部院署所站台会社行团处馆室队心司区县市镇乡道门位关构府校联）)等实责合头业工施科志机组作院办"
    )
