"""An assessment scheme (考核办法) as a text file: indicators by indentation, weights that sum, a rule a leaf, examples that must come out.

Its grammar is told in ``docs/assessment-schemes.md``; whatever does not fit it is refused with its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from workflow.record.errors import Invalid
from workflow.year.assessments.rules import NUMBER, rule_of
from workflow.year.assessments.scoring import MANUAL, WHAT, Bonus, Rule, Veto, plain_points, rounded

LEVELS, MOST_LINES = 4, 400
DAILY = "日常"
PLAIN = str.maketrans(
    {"　": "  ", "｜": "|", "：": ":", "％": "%", "\t": "  ", **{chr(0xFF10 + n): str(n) for n in range(10)}}
)
"""What is typed wide is read as narrow."""
FULL = Fraction(100)
_HEAD = re.compile(r"^(年度|类别|等次|构成|申诉)\s*[:：]\s*(.+)$")
_NAMED = re.compile(r"^(.+?)\s*(\d+(?:\.\d+)?)\s*(%|分)?$")
_EXAMPLE = re.compile(r"^例\s*[:：]\s*(.+?)\s*(?:→|->)\s*(-?\d+(?:\.\d+)?)\s*分?$")


class SchemeFault(Invalid):
    """A scheme that cannot be used: which line, what is wrong, how it should be."""

    def __init__(self, line: int, says: str) -> None:
        super().__init__(f"考核办法第 {line} 行：{says}" if line else f"考核办法：{says}")


@dataclass
class Indicator:
    """One indicator (指标)."""

    code: str
    """By its place: ``1.2.1``; ``加.1`` and ``否.1`` outside the hundred."""
    name: str
    line: int
    clause: str
    """The line as written, which every point quotes."""
    weight: Fraction
    """Share of the indicator above."""
    full: Fraction
    """Points of a hundred."""
    rule: Rule | None = None
    parts: list[Indicator] = field(default_factory=list)

    @property
    def leaves(self) -> list[Indicator]:
        """The indicators that are scored."""
        return [leaf for part in self.parts for leaf in part.leaves] if self.parts else [self]


@dataclass
class Scheme:
    """A whole scheme (考核办法)."""

    year: int = 0
    kind: str = ""
    """Whom it is for: 市直单位 or 县（区）."""
    grades: list[tuple[str, Fraction]] = field(default_factory=list)
    """(grade, from how many points), the highest first."""
    mix: list[tuple[str, Fraction]] = field(default_factory=list)
    """(part, share of the total): 日常 is scored here, others are brought."""
    appeal_days: int = 5
    indicators: list[Indicator] = field(default_factory=list)
    bonuses: list[Indicator] = field(default_factory=list)
    bonus_cap: Fraction = Fraction(0)
    bonus_from: Fraction = Fraction(0)
    vetoes: list[Indicator] = field(default_factory=list)

    @property
    def local(self) -> bool:
        """Whether it is for counties and the like, which are never ranked with departments."""
        return self.kind.startswith("县")

    @property
    def leaves(self) -> list[Indicator]:
        """Everything that is scored, bonuses and vetoes last."""
        return [leaf for top in (*self.indicators, *self.bonuses, *self.vetoes) for leaf in top.leaves]

    def leaf(self, code: str) -> Indicator | None:
        """The leaf of a code."""
        return next((leaf for leaf in self.leaves if leaf.code == code), None)


def read_scheme(text: str) -> Scheme:
    """A scheme out of its file. Raises SchemeFault."""
    lines = text.replace("\ufeff", "").splitlines()
    if len(lines) > MOST_LINES:
        raise SchemeFault(0, f"共 {len(lines)} 行，超过 {MOST_LINES} 行的上限。")
    scheme, reader = Scheme(mix=[(DAILY, Fraction(1))]), _Reader()
    for number, raw in enumerate(lines, start=1):
        line = raw.translate(PLAIN).rstrip()
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if head := _HEAD.match(line):
            _head(scheme, number, head[1], head[2])
        else:
            reader.clause = raw.strip()
            reader.take(scheme, number, line)
    _check(scheme)
    for number, given, points in reader.examples:
        _example(reader.leaf_of[number], number, given, points)
    return scheme


def _head(scheme: Scheme, number: int, name: str, said: str) -> None:
    if name == "年度":
        if not re.fullmatch(r"20\d\d\s*年?", said):
            raise SchemeFault(number, f"年度应是四位数字，「{said}」不是。")
        scheme.year = int(said[:4])
    elif name == "类别":
        if not said.startswith(("市直", "县")):
            raise SchemeFault(number, f"类别写「市直单位」或「县（区）」，「{said}」不是；两类分别考核、分别排名。")
        scheme.kind = said
    elif name == "申诉":
        found = re.match(r"(\d{1,2})\s*个?工作日$", said)
        if not found or not int(found[1]):
            raise SchemeFault(number, f"申诉期限写成「5 个工作日」，「{said}」不是。")
        scheme.appeal_days = int(found[1])
    else:
        pairs = [_pair(number, one) for one in re.split(r"[,，、;；]\s*", said)]
        if name == "等次":
            scheme.grades = sorted(pairs, key=lambda one: -one[1])
            if scheme.grades[-1][1] or len({points for _, points in pairs}) < len(pairs):
                raise SchemeFault(
                    number, "等次的起点分不能重复，最低一等从 0 分起，例如「优秀 90，合格 60，不合格 0」。"
                )
        else:
            scheme.mix = [(word, share / 100) for word, share in pairs]
            names = dict(scheme.mix)
            if sum(share for _, share in scheme.mix) != 1 or DAILY not in names or len(names) < len(pairs):
                raise SchemeFault(number, "构成各部分合计应为 100%，并且要有「日常」，每一部分只写一次。")


def _pair(number: int, said: str) -> tuple[str, Fraction]:
    found = _NAMED.match(said.strip())
    if not found:
        raise SchemeFault(number, f"「{said}」应写成「名称 数字」，例如「优秀 90」「第三方 70%」。")
    return found[1].strip(), Fraction(found[2])


class _Reader:
    """Takes the lines of indicators one after the other (逐行读指标)."""

    def __init__(self) -> None:
        self.above: list[Indicator] = []
        self.part = ""
        self.clause = ""
        """The line as written."""
        self.examples: list[tuple[int, str, Fraction]] = []
        self.leaf_of: dict[int, Indicator] = {}
        self.last: Indicator | None = None

    def take(self, scheme: Scheme, number: int, line: str) -> None:
        """One line: an indicator, the head of a section, or an example of the one before."""
        text = line.strip()
        if example := _EXAMPLE.match(text):
            if self.last is None or self.last.rule is None:
                raise SchemeFault(number, "「例」要写在有计分规则的指标下面。")
            self.examples.append((number, example[1], Fraction(example[2])))
            self.leaf_of[number] = self.last
            return
        cells = [cell.strip() for cell in text.split("|")]
        level = (len(line) - len(line.lstrip())) // 2
        if cells[0] in ("加分", "否决") and level == 0:
            self._section(scheme, number, cells)
            return
        if level == 0:
            self.part = ""
        self._indicator(scheme, number, cells, level)

    def _section(self, scheme: Scheme, number: int, cells: list[str]) -> None:
        self.part, self.above, self.last = cells[0], [], None
        if cells[0] == "加分":
            cap = re.search(rf"最多\s*{NUMBER}\s*分", " ".join(cells[1:]))
            floor = re.search(rf"日常满\s*{NUMBER}\s*分", " ".join(cells[1:]))
            if not cap:
                raise SchemeFault(number, "加分要写明上限，例如「加分 | 最多 5 分 | 日常满 80 分」。")
            scheme.bonus_cap, scheme.bonus_from = Fraction(cap[1]), Fraction(floor[1]) if floor else Fraction(0)

    def _indicator(self, scheme: Scheme, number: int, cells: list[str], level: int) -> None:
        depth = level - (1 if self.part else 0)
        if depth < 0 or depth > len(self.above) or depth >= LEVELS or (self.part and depth):
            raise SchemeFault(
                number, f"缩进不对：每级缩进两个空格（或一个全角空格），最多 {LEVELS} 级，加分和否决只有一级。"
            )
        self.above = self.above[:depth]
        top = {"加分": scheme.bonuses, "否决": scheme.vetoes}.get(self.part, scheme.indicators)
        siblings = self.above[-1].parts if self.above else top
        if self.above and self.above[-1].rule is not None:
            raise SchemeFault(number, f"「{self.above[-1].name}」有计分规则，下面不能再分指标；请把规则写到最末一级。")
        weight = self._weight(number, cells)
        place = [str(len(siblings) + 1)]
        code = ".".join(
            [self.above[-1].code, *place] if self.above else [self.part[:1], *place] if self.part else place
        )
        full = Fraction(0) if self.part else weight * (self.above[-1].full if self.above else FULL)
        rule = self._rule(scheme, number, cells)
        made = Indicator(code, cells[0], number, self.clause, weight, full, rule)
        if any(one.name == made.name for one in siblings):
            raise SchemeFault(number, f"同一级已经有「{made.name}」。")
        siblings.append(made)
        self.above.append(made)
        self.last = made

    def _weight(self, number: int, cells: list[str]) -> Fraction:
        if self.part:
            return Fraction(0)
        found = re.fullmatch(rf"{NUMBER}\s*%", cells[1]) if len(cells) > 1 else None
        if not cells[0] or not found:
            raise SchemeFault(
                number, "指标写成「名称 | 权重% | 计分规则」，例如「按期办结 | 60% | 比例 按期办结/任务，目标 100%」。"
            )
        return Fraction(found[1]) / 100

    def _rule(self, scheme: Scheme, number: int, cells: list[str]) -> Rule | None:
        said = cells[-1] if len(cells) > (1 if self.part else 2) else ""
        if self.part == "否决":
            return Veto(said or MANUAL)
        if not said:
            if self.part:
                raise SchemeFault(number, "加分项写成「名称 | 每次 事项 加 2」。")
            return None
        try:
            rule = rule_of(said)
        except ValueError as fault:
            raise SchemeFault(number, f"看不懂计分规则「{said}」：{fault}") from None
        if isinstance(rule, Bonus) is not (self.part == "加分"):
            raise SchemeFault(number, "加分规则只能写在「加分」下面，其他规则写在指标后面。")
        return rule


def _check(scheme: Scheme) -> None:
    """Weights sum at every level, every end has a rule, the head is whole."""
    if not scheme.year or not scheme.kind or not scheme.grades:
        missing = [
            w for w, there in (("年度", scheme.year), ("类别", scheme.kind), ("等次", scheme.grades)) if not there
        ]
        raise SchemeFault(0, f"缺少「{'」「'.join(missing)}」，请在开头写明，例如「年度：2026」。")
    if not scheme.indicators:
        raise SchemeFault(0, "没有任何指标。")
    _sums(scheme.indicators, "一级指标", scheme.indicators[0].line)
    for leaf in scheme.leaves:
        if leaf.rule is None:
            raise SchemeFault(leaf.line, f"「{leaf.name}」没有计分规则，也没有下级指标。")
        if unknown := [what for what in leaf.rule.asks if what not in WHAT]:
            raise SchemeFault(leaf.line, f"没有「{unknown[0]}」这一事项；可用的事项：{'、'.join(WHAT)}。")
        most = leaf.rule.most
        if most is not None and leaf.full and most != leaf.full:
            raise SchemeFault(
                leaf.line,
                f"「{leaf.name}」按权重是 {plain_points(leaf.full)} 分，规则的最高分却是 {plain_points(most)} 分，请改成一致。",
            )


def _sums(siblings: list[Indicator], whose: str, line: int) -> None:
    total = sum((one.weight for one in siblings), Fraction(0))
    if total != 1:
        raise SchemeFault(line, f"{whose}的权重合计是 {plain_points(100 * total)}%，应为 100%。")
    for one in siblings:
        if one.parts:
            _sums(one.parts, f"「{one.name}」下级指标", one.line)


def _example(leaf: Indicator, number: int, given: str, points: Fraction) -> None:
    """What an example says must come out."""
    try:
        found = leaf.rule.tried(given, leaf.full) if leaf.rule else None
    except (ValueError, KeyError):
        raise SchemeFault(number, f"看不懂例子「{given}」：写次数（3）、比（8/10）或等级（良）。") from None
    if found is None or rounded(found) != points:
        said = "不适用" if found is None else plain_points(found)
        raise SchemeFault(
            number, f"例子「{given} → {plain_points(points)}」与规则不符：按「{leaf.name}」的规则算得 {said} 分。"
        )
