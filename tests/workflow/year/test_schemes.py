"""Schemes (考核办法): read with their examples, refused with their line; rules, normalising, mixing, caps, vetoes, ranks."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from workflow.year.assessments.scheme import SchemeFault, read_scheme
from workflow.year.assessments.scoring import (
    Each,
    Grades,
    Present,
    Share,
    Tiers,
    grade_of,
    normalised,
    plain_points,
    ranks,
    rounded,
)

SAMPLE = Path(__file__).parents[3] / "samples" / "市直单位考核办法.txt"
GRADES = [("优秀", Fraction(90)), ("良好", Fraction(80)), ("合格", Fraction(60)), ("不合格", Fraction(0))]
HEAD = "年度：2026\n类别：市直单位\n等次：优秀 90，不合格 0\n"


def test_the_sample_is_read_with_all_its_levels_and_examples() -> None:
    scheme = read_scheme(SAMPLE.read_text("utf-8"))
    assert (scheme.year, scheme.local, scheme.appeal_days) == (2026, False, 5)
    assert sum(leaf.full for leaf in scheme.leaves) == 100
    deepest = scheme.leaf("1.2.1")
    assert deepest is not None
    assert (deepest.name, deepest.full) == ("逾期", 14)
    assert scheme.mix == [("日常", Fraction(7, 10)), ("第三方", Fraction(3, 10))]
    assert (scheme.bonus_cap, scheme.bonus_from, [one.code for one in scheme.vetoes]) == (5, 80, ["否.1"])


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        ("甲 | 60% | 每次 逾期 扣 2\n乙 | 30% | 每次 退回 扣 1\n", 4, "一级指标的权重合计是 90%，应为 100%"),
        ("甲 | 100%\n  乙 | 50% | 每次 逾期 扣 2\n  丙 | 40% | 每次 退回 扣 1\n", 4, "「甲」下级指标的权重合计是 90%"),
        ("甲 | 100%\n", 4, "「甲」没有计分规则，也没有下级指标"),
        ("甲 | 100% | 每回 逾期 扣 2\n", 4, "看不懂计分规则「每回 逾期 扣 2」"),
        ("甲 | 100% | 每次 迟到 扣 2\n", 4, "没有「迟到」这一事项"),
        ("甲 | 100% | 等级 优 10，差 0\n", 4, "按权重是 100 分，规则的最高分却是 10 分"),
        ("甲 | 100% | 每次 逾期 扣 2\n  例：3 → 95\n", 5, "按「甲」的规则算得 94 分"),
        ("甲 | 100% | 每次 逾期 扣 2\n  例：三次 → 94\n", 5, "看不懂例子「三次」"),
        ("例：3 → 94\n", 4, "要写在有计分规则的指标下面"),
        ("甲 | 100% | 每次 逾期 扣 2\n    乙 | 100% | 每次 逾期 扣 2\n", 5, "缩进不对"),
        ("甲 | 100% | 每次 逾期 扣 2\n  乙 | 100% | 每次 逾期 扣 2\n", 5, "「甲」有计分规则，下面不能再分指标"),
        ("甲 | 50% | 每次 逾期 扣 2\n甲 | 50% | 每次 逾期 扣 2\n", 5, "同一级已经有「甲」"),
        ("甲，100%，每次 逾期 扣 2\n", 4, "指标写成「名称 | 权重% | 计分规则」"),
        ("构成：日常 60%，第三方 30%\n", 4, "构成各部分合计应为 100%"),
        ("申诉：五天\n", 4, "申诉期限写成「5 个工作日」"),
        ("甲 | 100% | 每次 登记 加 2\n", 4, "加分规则只能写在「加分」下面"),
        ("加分\n  乙 | 每次 登记 加 2\n", 4, "加分要写明上限"),
    ],
)
def test_a_bad_scheme_is_refused_with_its_line(body: str, line: int, says: str) -> None:
    with pytest.raises(SchemeFault, match=f"考核办法第 {line} 行：") as refused:
        read_scheme(HEAD + body)
    assert says in refused.value.message


def test_a_scheme_without_a_head_says_what_is_missing() -> None:
    with pytest.raises(SchemeFault, match="缺少「年度」「类别」「等次」"):
        read_scheme("甲 | 100% | 每次 逾期 扣 2\n")


@pytest.mark.parametrize(
    ("rule", "counts", "points"),
    [
        (Each("逾期", Fraction(5)), {"逾期": 3}, 5),
        (Each("逾期", Fraction(5)), {"逾期": 9}, 0),
        (Each("逾期", Fraction(5), Fraction(8)), {"逾期": 9}, 12),
        (Each("逾期", Fraction(5), None, 3), {"逾期": 1, "任务": 2}, 10),
        (Each("逾期", Fraction(5), None, 3), {"逾期": 1, "任务": 3}, 15),
        (Share("办结", "任务", Fraction(9, 10)), {"办结": 6, "任务": 10}, Fraction(40, 3)),
        (Share("办结", "任务", Fraction(9, 10)), {"办结": 10, "任务": 10}, 20),
        (Share("整改销号", "整改", Fraction(1)), {}, None),
        (Tiers("退回", ((0, Fraction(20)), (1, Fraction(6)), (3, Fraction(0)))), {"退回": 2}, 6),
        (Tiers("退回", ((0, Fraction(20)), (1, Fraction(6)), (3, Fraction(0)))), {"退回": 7}, 0),
        (Present("登记", Fraction(10), Fraction(-2)), {}, -2),
        (Present("登记", Fraction(10), Fraction(-2)), {"登记": 1}, 10),
    ],
)
def test_what_a_rule_makes_of_what_has_happened(rule: Each | Share | Tiers | Present, counts: dict[str, int], points: Fraction) -> None:  # fmt: skip
    assert rule.points(counts, Fraction(20)) == points


def test_a_grade_counts_once_it_is_given() -> None:
    rule = Grades((("优", Fraction(10)), ("良", Fraction(8)), ("一般", Fraction(6)), ("差", Fraction(0))))
    assert [rule.points({}, Fraction(10), grade) for grade in ("良", "")] == [8, None]


def test_what_does_not_apply_is_normalised_away() -> None:
    """(81.22 + 0.64) ÷ (100 + 0.64) × 100 = 81.34."""
    got = normalised([(Fraction("81.22"), Fraction(100)), (Fraction("0.64"), Fraction("0.64"))])
    assert got is not None
    assert plain_points(got) == "81.34"
    assert normalised([(Fraction(30), Fraction(40)), (Fraction(45), Fraction(50))]) == Fraction(250, 3)
    assert normalised([]) is None


def test_points_round_half_up_and_are_ranked_as_printed() -> None:
    assert [float(rounded(Fraction(text))) for text in ("81.345", "81.3449", "-2.005", "89.995")] == [
        81.35,
        81.34,
        -2.01,
        90.0,
    ]


def test_a_veto_is_the_last_grade_whatever_the_sum() -> None:
    assert [grade_of(Fraction(total), GRADES, 0) for total in ("90", "89.99", "60", "12")] == [
        "优秀",
        "良好",
        "合格",
        "不合格",
    ]
    assert grade_of(Fraction(99), GRADES, 1) == "不合格"


def test_ties_share_a_place_and_the_daily_part_decides_before_vetoes() -> None:
    one, two = Fraction(90), Fraction(88)
    assert ranks([(one, two, 0), (one, two, 0), (two, two, 0)]) == [1, 1, 3]
    assert ranks([(one, two, 0), (one, one, 0), (one, one, 1)]) == [3, 1, 2]


def test_every_scheme_that_is_brought_along_can_be_used() -> None:
    for path in sorted(SAMPLE.parent.glob("*考核办法.txt")):
        assert read_scheme(path.read_text("utf-8")).local is path.name.startswith("县"), path.name
