"""The rules of a scheme in their words (计分规则): six sentences, each with its shape."""

from __future__ import annotations

import re
from fractions import Fraction

from workflow.year.assessments.scoring import Bonus, Each, Grades, Present, Rule, Share, Tiers

NUMBER = r"(\d+(?:\.\d+)?)"
_RULES = (
    (re.compile(rf"^每次\s*(\S+)\s*扣\s*{NUMBER}(?:\s*[,，]\s*最多扣\s*{NUMBER})?(?:\s*[,，]\s*任务不足\s*(\d+)\s*件加倍)?$"), "each"),
    (re.compile(rf"^每次\s*(\S+)\s*加\s*{NUMBER}$"), "bonus"),
    (re.compile(rf"^有无\s*(\S+?)\s*:\s*有得\s*{NUMBER}\s*[,，]\s*无(得|扣)\s*{NUMBER}$"), "present"),
    (re.compile(rf"^比例\s*([^/\s]+)\s*/\s*([^,，\s]+)(?:\s*[,，]\s*目标\s*{NUMBER}\s*%)?$"), "share"),
    (re.compile(r"^等级\s+(.+)$"), "grades"),
    (re.compile(r"^档次\s*(\S+?)\s*:\s*(.+)$"), "tiers"),
)  # fmt: skip


def rule_of(said: str) -> Rule:
    """A rule out of its words. Raises ValueError with a sentence."""
    for pattern, kind in _RULES:
        if found := pattern.match(said):
            return _made(kind, found)
    raise ValueError("规则应以「每次」「有无」「比例」「等级」「档次」开头，写法见说明。")


def _made(kind: str, found: re.Match[str]) -> Rule:
    if kind == "each":
        cap = Fraction(found[3]) if found[3] else None
        return Each(found[1], Fraction(found[2]), cap, int(found[4] or 0))
    if kind == "bonus":
        return Bonus(found[1], Fraction(found[2]))
    if kind == "present":
        return Present(found[1], Fraction(found[2]), Fraction(found[4]) * (-1 if found[3] == "扣" else 1))
    if kind == "share":
        target = Fraction(found[3] or 100) / 100
        if not 0 < target <= 1:
            raise ValueError("目标应大于 0%、不超过 100%。")
        return Share(found[1], found[2], target)
    if kind == "grades":
        words = tuple(_named(one) for one in re.split(r"[,，、]\s*", found[1]))
        if len(dict(words)) < len(words):
            raise ValueError("同一个等级写了两次。")
        return Grades(words)
    return Tiers(found[1], _steps([_tier(one) for one in re.split(r"[,，、]\s*", found[2])]))


def _named(said: str) -> tuple[str, Fraction]:
    found = re.fullmatch(rf"(\D+?)\s*{NUMBER}", said.strip())
    if not found:
        raise ValueError(f"「{said}」应写成「优 10」。")
    return found[1].strip(), Fraction(found[2])


def _tier(said: str) -> tuple[int, int | None, Fraction]:
    """(from, up to, points) of one step; the last one is open."""
    found = re.fullmatch(rf"(\d+)\s*(?:-\s*(\d+)|(以上))?\s*得\s*{NUMBER}", said.strip())
    if not found:
        raise ValueError(f"「{said}」应写成「1-2 得 6」或「3 以上得 0」。")
    return int(found[1]), None if found[3] else int(found[2] or found[1]), Fraction(found[4])


def _steps(tiers: list[tuple[int, int | None, Fraction]]) -> tuple[tuple[int, Fraction], ...]:
    """The steps of a rule, from none on to as many as there may be. Raises ValueError for a gap, which no count may fall into."""
    after: int | None = 0
    for least, most, _ in tiers:
        if least != after or (most is not None and most < least):
            raise ValueError("各档应从 0 起依次相接，不留空当，最后一档写「3 以上得 0」。")
        after = None if most is None else most + 1
    if after is not None:
        raise ValueError("各档应从 0 起依次相接，不留空当，最后一档写「3 以上得 0」。")
    return tuple((least, points) for least, _, points in tiers)
