"""Scores worked out a second time (复算): random schemes and occurrences, every sum by another way than the product's.

The model below knows the published rules and nothing of the code: whole numbers of ten-thousandths, sums by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow.year.assessments.measures import Trace
from workflow.year.assessments.models import AssessedUnit, AssessmentEntry
from workflow.year.assessments.scheme import SchemeFault, read_scheme
from workflow.year.assessments.sheets import Sheet, ranked, sheet_of

COUNTED = ("任务", "按期办结", "逾期", "退回", "迟报", "督办函", "约谈")
HEAD = "年度：2026\n类别：市直单位\n构成：日常 70%，第三方 30%\n等次：优秀 90，良好 80，合格 60，不合格 0\n"


@dataclass(frozen=True)
class Leaf:
    """One line of a scheme, its share of a hundred and its rule as a model."""

    name: str
    full: Fraction
    kind: str
    what: str
    number: Fraction
    cap: Fraction | None = None

    def rule(self) -> str:
        """In the words of a scheme."""
        if self.kind == "each":
            return f"每次 {self.what} 扣 {float(self.number):g}" + (
                f"，最多扣 {float(self.cap):g}" if self.cap is not None else ""
            )
        if self.kind == "share":
            return f"比例 按期办结/任务，目标 {float(self.number):g}%"
        return f"档次 {self.what}：0 得 {_exact(self.full)}，1-2 得 {_exact(self.full / 2)}，3 以上得 0"

    def points(self, counts: dict[str, int]) -> Fraction | None:
        """What a clerk with a pocket calculator makes of it."""
        count = counts.get(self.what, 0)
        if self.kind == "each":
            left = self.full
            taken = Fraction(0)
            for _ in range(count):
                taken += self.number
            if self.cap is not None and taken > self.cap:
                taken = self.cap
            return left - taken if taken < left else Fraction(0)
        if self.kind == "share":
            if counts.get("任务", 0) == 0:
                return None
            reached = Fraction(counts.get("按期办结", 0), counts["任务"])
            wanted = self.number / 100
            return self.full if reached >= wanted else self.full * reached / wanted
        return self.full if count == 0 else self.full / 2 if count <= 2 else Fraction(0)


def _exact(value: Fraction) -> str:
    return format(Decimal(value.numerator) / Decimal(value.denominator), "f")


@dataclass
class Drawn:
    """A scheme as text, and its leaves as a model."""

    lines: list[str] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The file."""
        return (
            HEAD
            + "\n".join(self.lines)
            + "\n加分 | 最多 5 分 | 日常满 80 分\n  创新 | 每次 登记 加 2\n否决\n  泄密 | 登记\n"
        )


@st.composite
def schemes(draw: st.DrawFn) -> Drawn:
    """Up to three levels; weights of every level are whole per cents that sum to a hundred."""
    made = Drawn()
    _grow(draw, made, Fraction(100), 0, "指标")
    return made


def _grow(draw: st.DrawFn, made: Drawn, whole: Fraction, level: int, name: str) -> None:
    cuts = sorted(draw(st.sets(st.sampled_from(range(10, 100, 10)), max_size=2)))
    weights = [upper - lower for lower, upper in zip([0, *cuts], [*cuts, 100], strict=True)]
    for n, weight in enumerate(weights, start=1):
        full, here = whole * weight / 100, f"{name}{n}"
        if level < 2 and draw(st.integers(0, 3)) == 0:
            made.lines.append(f"{'  ' * level}{here} | {weight}%")
            _grow(draw, made, full, level + 1, here)
            continue
        kind = draw(st.sampled_from(("each", "share", "tiers")))
        number = Fraction(
            draw(st.sampled_from((50, 95, 100)) if kind == "share" else st.sampled_from((1, 2, 5))),
            1 if kind == "share" else draw(st.sampled_from((1, 2))),
        )
        cap = Fraction(draw(st.integers(1, 10))) if kind == "each" and draw(st.booleans()) else None
        leaf = Leaf(here, full, kind, draw(st.sampled_from(COUNTED[2:])), number, cap)
        made.leaves.append(leaf)
        made.lines.append(f"{'  ' * level}{here} | {weight}% | {leaf.rule()}")


OCCURRED = st.fixed_dictionaries({what: st.integers(0, 7) for what in COUNTED})
POINTS = st.integers(0, 10_000).map(lambda n: f"{n / 100:.2f}")


def scored(text: str, counts: dict[str, int], outside: str, bonuses: int, vetoes: int) -> Sheet:
    scheme = read_scheme(text)
    counted = {1: {what: [Trace(what, "事由", "task", n) for n in range(many)] for what, many in counts.items()}}
    codes = ["第三方", *["加.1"] * bonuses, *["否.1"] * vetoes]
    entries = [
        AssessmentEntry(id=n, unit_id=1, code=code, what="事由", value=outside if n == 0 else "", evidence="文号")
        for n, code in enumerate(codes)
    ]
    return sheet_of(scheme, AssessedUnit(id=1, unit_id=1, own={}), counted, entries)  # type: ignore[arg-type]


def printed(value: Fraction) -> Decimal:
    """Two decimals, half up, by the decimal module and not by ours."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemes(), OCCURRED, POINTS, st.integers(0, 4), st.integers(0, 2))
def test_a_sheet_is_what_a_clerk_works_out(
    drawn: Drawn, counts: dict[str, int], outside: str, bonuses: int, vetoes: int
) -> None:
    sheet = scored(drawn.text, counts, outside, bonuses, vetoes)
    assert sum(leaf.full for leaf in drawn.leaves) == 100, "weights of every level sum"
    told = [(leaf.points(counts), leaf.full) for leaf in drawn.leaves]
    applies = [(points, full) for points, full in told if points is not None]
    assert [line.points for line in sheet.lines[: len(told)]] == [points for points, _ in told]
    if not applies:
        assert (sheet.daily, sheet.total, sheet.grade) == (None, None, "")
        return
    daily = sum(points for points, _ in applies) / sum(full for _, full in applies) * 100
    bonus = min(2 * bonuses, 5) if printed(daily) >= 80 else 0
    total = printed(Fraction(printed(daily)) * Fraction(7, 10) + Fraction(outside) * Fraction(3, 10) + bonus)
    assert sheet.daily == daily
    assert 0 <= daily <= 100
    assert (sheet.bonus, Decimal(sheet.spoken(sheet.total))) == (bonus, total)
    usual = "优秀" if total >= 90 else "良好" if total >= 80 else "合格" if total >= 60 else "不合格"
    assert sheet.grade == ("不合格" if vetoes else usual), "one veto is enough, whatever the sum"
    assert sheet.applicable - sheet.got == sheet.off == sum(full - points for points, full in applies)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from((85, 90, 95)), st.sampled_from((80, 90)), st.integers(0, 1)), max_size=9))
def test_places_are_counted_by_who_stands_before(drawn: list[tuple[int, int, int]]) -> None:
    sheets = [
        Sheet(
            AssessedUnit(id=n, unit_id=n, own={}), (), Fraction(100), Fraction(daily), Fraction(daily), Fraction(0), {},
            tuple([Trace("登记", "事由")] * vetoes), Fraction(total), "合格",
        )
        for n, (total, daily, vetoes) in enumerate(drawn)
    ]  # fmt: skip
    found = {sheet.row.id: sheet.rank for sheet in ranked(sheets)}
    for n, mine in enumerate(drawn):
        assert found[n] == 1 + sum(_before(other, mine) for other in drawn)
    assert [sheet.rank for sheet in ranked(sheets)] == sorted(rank or 0 for rank in found.values())


def _before(other: Sequence[int], mine: Sequence[int]) -> bool:
    """By total, then 日常, then fewer vetoes; equal in all of them is no difference."""
    if other[0] != mine[0]:
        return other[0] > mine[0]
    return other[1] > mine[1] if other[1] != mine[1] else other[2] < mine[2]


def test_a_bonus_counts_from_the_points_that_are_printed() -> None:
    """24,000 of 30,001 are 79.997, printed as 80.00: the threshold is reached by what everybody reads."""
    text = f"{HEAD}办结 | 100% | 比例 按期办结/任务\n加分 | 最多 5 分 | 日常满 80 分\n  创新 | 每次 登记 加 2\n"
    reached = scored(text, {"任务": 30_001, "按期办结": 24_000}, "80.00", 1, 0)
    assert reached.spoken(reached.daily) == "80.00"
    assert reached.bonus == 2, "whoever reads 80.00 and the rule 满 80 分 finds the bonus"
    missed = scored(text, {"任务": 10_000, "按期办结": 7_999}, "80.00", 1, 0)
    assert (missed.spoken(missed.daily), missed.bonus) == ("79.99", 0)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("甲 | 100% | 比例 办结/任务，目标 0%\n", "目标应大于 0%"),
        ("甲 | 100% | 比例 办结/任务，目标 120%\n", "不超过 100%"),
        ("甲 | 100% | 档次 退回：1-2 得 100，3 以上得 0\n", "各档应从 0 起依次相接"),
        ("甲 | 100% | 档次 退回：0 得 100，1-2 得 50，5 以上得 0\n", "各档应从 0 起依次相接"),
        ("甲 | 100% | 档次 退回：0 得 100，1-2 得 50\n", "各档应从 0 起依次相接"),
        ("甲 | 100% | 等级 优 100，优 80，差 0\n", "同一个等级写了两次"),
        ("等次：优秀 90，良好 80\n", "最低一等从 0 分起"),
        ("等次：优秀 90，良好 90，不合格 0\n", "起点分不能重复"),
        ("构成：日常 50%，日常 50%\n", "每一部分只写一次"),
    ],
)
def test_what_would_score_nobody_or_everybody_wrong_is_refused(body: str, says: str) -> None:
    with pytest.raises(SchemeFault, match="考核办法第 5 行：") as refused:
        read_scheme(HEAD + body)
    assert says in refused.value.message
