"""Points (计分): what a rule makes of what has happened, exact to the last fraction; totals, grades and ranks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

MANUAL = "登记"
"""What the office notes by hand, with its evidence; everything else is counted from the trail."""
WHAT = {
    "任务": "承办的任务", "办结": "办结的任务", "按期办结": "时限内办结的任务", "逾期": "逾期办结或逾期未结的任务",
    "退回": "任务被退回的次数", "催办": "任务被催办的次数", "应报": "应报送的落实情况表", "按时报送": "按时报送的落实情况表",
    "未报": "到期未报的落实情况表", "迟报": "迟报的落实情况表", "报送退回": "落实情况表被退回的次数", "通报点名": "印发的通报点名的次数",
    "提醒函": "收到的提醒函", "督办函": "收到的督办函", "整改通知": "收到的整改通知", "约谈": "被约谈的次数", "整改": "列入整改的事项",
    "整改销号": "已销号的整改事项", "整改逾期": "逾期未销号的整改事项", "回看不落实": "回头看部分落实、未落实的核查项",
    MANUAL: "办公室登记的事项，须写明依据",
}  # fmt: skip
"""What a rule may count, and what is counted by it."""
Counts = Mapping[str, int]


class Rule(Protocol):
    """How one indicator is scored (计分规则)."""

    @property
    def asks(self) -> tuple[str, ...]:
        """What it counts."""

    @property
    def most(self) -> Fraction | None:
        """The most points that it names itself; None where its indicator's weight says so."""

    def points(self, counts: Counts, full: Fraction, grade: str = "") -> Fraction | None:
        """The points of a unit out of ``full``; None where it does not apply to it (不适用)."""

    def tried(self, given: str, full: Fraction) -> Fraction | None:
        """What an example of the scheme comes to. Raises ValueError, KeyError."""


@dataclass(frozen=True)
class Each:
    """每次 逾期 扣 2: so much off for every one, never below nothing, nor more than the cap; twice as much of few tasks."""

    what: str
    off: Fraction
    cap: Fraction | None = None
    few: int = 0
    most = None

    @property
    def asks(self) -> tuple[str, ...]:
        """What it counts."""
        return (self.what, "任务") if self.few else (self.what,)

    def points(self, counts: Counts, full: Fraction, grade: str = "") -> Fraction | None:
        """What is left."""
        twice = 2 if self.few and counts.get("任务", 0) < self.few else 1
        off = self.off * twice * counts.get(self.what, 0)
        return full - min(off, full, self.cap if self.cap is not None else full)

    def tried(self, given: str, full: Fraction) -> Fraction | None:
        """``3`` times."""
        return self.points({self.what: int(given), "任务": self.few}, full)


@dataclass(frozen=True)
class Present:
    """有无 制度：有得 10，无扣 2."""

    what: str
    there: Fraction
    missing: Fraction

    @property
    def asks(self) -> tuple[str, ...]:
        """What it counts."""
        return (self.what,)

    @property
    def most(self) -> Fraction | None:
        """What there is for it."""
        return self.there

    def points(self, counts: Counts, full: Fraction, grade: str = "") -> Fraction | None:
        """All or what is said for nothing."""
        return self.there if counts.get(self.what, 0) else self.missing

    def tried(self, given: str, full: Fraction) -> Fraction | None:
        """``有`` or ``无``."""
        return self.points({self.what: {"有": 1, "无": 0}[given]}, full)


@dataclass(frozen=True)
class Share:
    """比例 按期办结/任务，目标 95%: as much of the points as of the target; a unit with nothing to count is left out."""

    part: str
    whole: str
    target: Fraction
    most = None

    @property
    def asks(self) -> tuple[str, ...]:
        """What it counts."""
        return self.part, self.whole

    def points(self, counts: Counts, full: Fraction, grade: str = "") -> Fraction | None:
        """In proportion."""
        if not counts.get(self.whole, 0):
            return None
        return full * min(Fraction(counts.get(self.part, 0), counts[self.whole]) / self.target, Fraction(1))

    def tried(self, given: str, full: Fraction) -> Fraction | None:
        """``8/10``."""
        part, _, whole = given.partition("/")
        return self.points({self.part: int(part), self.whole: int(whole)}, full)


@dataclass(frozen=True)
class Grades:
    """等级 优 10，良 8，一般 6，差 0: given by the office; without one it does not apply yet."""

    words: tuple[tuple[str, Fraction], ...]
    asks: tuple[str, ...] = (MANUAL,)

    @property
    def most(self) -> Fraction | None:
        """The best."""
        return max(points for _, points in self.words)

    def points(self, counts: Counts, full: Fraction, grade: str = "") -> Fraction | None:
        """By the word."""
        return dict(self.words).get(grade)

    def tried(self, given: str, full: Fraction) -> Fraction | None:
        """``良``."""
        return dict(self.words)[given]


@dataclass(frozen=True)
class Tiers:
    """档次 退回：0 得 10，1-2 得 6，3 以上得 0: the last step that is reached."""

    what: str
    steps: tuple[tuple[int, Fraction], ...]
    """(from how many on, points), without a gap from none on: what has a gap is refused with the scheme."""

    @property
    def asks(self) -> tuple[str, ...]:
        """What it counts."""
        return (self.what,)

    @property
    def most(self) -> Fraction | None:
        """The best."""
        return max(points for _, points in self.steps)

    def points(self, counts: Counts, full: Fraction, grade: str = "") -> Fraction | None:
        """By the count."""
        count = counts.get(self.what, 0)
        reached = [points for least, points in sorted(self.steps) if least <= count]
        return reached[-1] if reached else Fraction(0)

    def tried(self, given: str, full: Fraction) -> Fraction | None:
        """``2`` times."""
        return self.points({self.what: int(given)}, full)


@dataclass(frozen=True)
class Bonus:
    """每次 创新 加 2: beside the hundred, capped together, above a threshold."""

    what: str
    plus: Fraction
    most = None

    @property
    def asks(self) -> tuple[str, ...]:
        """What it counts."""
        return (self.what,)

    def points(self, counts: Counts, full: Fraction, grade: str = "") -> Fraction | None:
        """So much for every one."""
        return self.plus * counts.get(self.what, 0)

    def tried(self, given: str, full: Fraction) -> Fraction | None:
        """``2`` times."""
        return self.points({self.what: int(given)}, full)


@dataclass(frozen=True)
class Veto:
    """否决: one is enough, whatever the sum."""

    what: str
    most = None

    @property
    def asks(self) -> tuple[str, ...]:
        """What it counts."""
        return (self.what,)

    def points(self, counts: Counts, full: Fraction, grade: str = "") -> Fraction | None:
        """Takes no points: it decides the grade."""
        return Fraction(0)

    def tried(self, given: str, full: Fraction) -> Fraction | None:
        """No example is needed."""
        raise ValueError


def normalised(scores: Iterable[tuple[Fraction, Fraction]]) -> Fraction | None:
    """(points, points to be had) of what applies, on a hundred: 得分之和 ÷ 适用分值之和 × 100; None where nothing applies."""
    listed = list(scores)
    to_be_had = sum((full for _, full in listed), Fraction(0))
    return 100 * sum((got for got, _ in listed), Fraction(0)) / to_be_had if to_be_had else None


def plain_points(points: Fraction) -> str:
    """Points as people write them: at most two decimals, none that say nothing."""
    return f"{float(rounded(points)):.2f}".rstrip("0").rstrip(".")


def rounded(points: Fraction) -> Fraction:
    """Two decimals, half up: what is printed is what is ranked by."""
    sign = -1 if points < 0 else 1
    return Fraction(sign * ((2 * abs(points) * 100 + 1) // 2), 100)


def grade_of(total: Fraction, grades: Sequence[tuple[str, Fraction]], vetoes: int) -> str:
    """By the thresholds, the highest first; the last one where something vetoes."""
    if vetoes:
        return grades[-1][0]
    return next((word for word, least in grades if total >= least), grades[-1][0])


def ranks(scores: Sequence[tuple[Fraction, Fraction, int]]) -> list[int]:
    """(total, daily, vetoes) → place; ties share one (1, 1, 3)."""
    keys = [(-total, -daily, vetoes) for total, daily, vetoes in scores]
    return [1 + sum(other < key for other in keys) for key in keys]
