"""The papers of a dossier's first volume (综合卷各部分): what is printed of rows, units and conclusions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from reports import annual, charts, figures, shares
from reports.assessment_tables import ranking_table
from reports.binding import printed
from reports.columns import fitted
from workflow.office.levels import sides_of
from workflow.record.settings import Settings
from workflow.tasks.progress import RULE
from workflow.year.dossiers.facts import Dossier
from workflow.year.inspections.words import Judgement
from workflow.year.look_backs.lines import Line
from workflow.year.look_backs.of_ledger import ItemLine

SHEET = 260
"""Lines of a table that are laid out at a time: layout grows faster than their number."""
T = TypeVar("T")


def parts(facts: Dossier, settings: Settings) -> Iterator[bytes]:
    """Parts 1 to 9, each printed by itself, large tables in several."""
    whole = figures.tally("合计", facts.look.tasks)
    for first, rows in _sheets(facts.table.rows):
        yield printed(settings, "plan", facts=facts, table=replace(facts.table, rows=tuple(rows)), first=first)
    yield printed(settings, "figures", facts=facts, whole=whole, **_drawn(facts))
    yield from _rows(facts, settings)
    groups = figures.of_groups(facts.look)
    yield printed(
        settings, "units", facts=facts, whole=whole, groups=groups, filed=lambda unit: _filed(facts, unit),
        rankings=[fitted(ranking_table("", one.found, one.state)) for one in facts.assessed], judgements=list(Judgement),
    )  # fmt: skip
    left = shares.unfinished(facts.look)
    counts = {"open": whole.total - whole.done, "late": whole.late_open}
    for first, lines in _sheets(left):
        yield printed(settings, "left", facts=facts, left=lines, first=first, short=shares.short, **counts)


def _sheets(rows: Sequence[T]) -> Iterator[tuple[bool, Sequence[T]]]:
    """(the first one, its rows) of every sheet; one without rows where there are none."""
    for start in range(0, len(rows) or 1, SHEET):
        yield start == 0, rows[start : start + SHEET]


def _drawn(facts: Dossier) -> dict[str, object]:
    units = [one for _, tallies in figures.of_groups(facts.look) for _, one in tallies]
    shown = figures.charted(units)
    return {
        "sections": figures.by_section(facts.look),
        "paces": figures.by_pace(facts.look),
        "rule": RULE,
        "bars": charts.bars(shown, 236),
        "more": len(units) - len(shown),
        "months": charts.columns(figures.by_month(facts.look), 362, 82),
        "parts": figures.PARTS,
        "annual": annual.paragraphs(facts),
    }


def _rows(facts: Dossier, settings: Settings) -> Iterator[bytes]:
    """Part 3 by classes of rows, so many lines at a time."""
    sheets: list[list[tuple[str, list[tuple[ItemLine, list[tuple[str, shares.Share]]]]]]] = [[]]
    count = 0
    for pace, items in shares.by_pace(facts.look):
        heading = f"{pace.word}（{len(items)} 条）"
        for item in items:
            lines = shares.like(shares.shares(item))
            if count + len(lines) > SHEET and count:
                sheets.append([])
                count = 0
            if not sheets[-1] or sheets[-1][-1][0] != heading:
                sheets[-1].append((heading, []))
            sheets[-1][-1][1].append((item, lines))
            count += len(lines) + 1
    for n, groups in enumerate(sheets, start=1):
        checks = facts.checks if n == len(sheets) else ()
        yield printed(
            settings,
            "rows",
            facts=facts,
            groups=groups,
            first=n == 1,
            checks=checks,
            short=shares.short,
            failing=_failing,
            others=_others,
        )


def _failing(lines: Sequence[Line]) -> list[Line]:
    """What was found wanting."""
    return [line for line in lines if line.verdict is not None and line.verdict.fails]


def _others(lines: Sequence[Line]) -> list[tuple[Line, list[tuple[str, str]]]]:
    """(a line of the row, [(conclusion, units)]) of all that was not found wanting, a row at a time."""
    failing = _failing(lines)
    found: dict[int, tuple[Line, dict[str, list[str]]]] = {}
    for line in lines:
        if line not in failing:
            found.setdefault(line.item_id, (line, {}))[1].setdefault(line.conclusion, []).append(line.unit)
    return [(line, [(word, "、".join(units)) for word, units in said.items()]) for line, said in found.values()]


def _filed(facts: Dossier, unit: str) -> str:
    """How often a unit has filed, and how often late."""
    if not facts.rounds:
        return "—"
    asked = [row for row in facts.rounds if unit in row.units]
    filed = sum(unit not in row.missing for row in asked)
    late = sum(unit in row.late for row in asked)
    return (f"{filed}/{len(asked)}" + (f"，迟报 {late}" if late else "")) if asked else "—"


def preface(facts: Dossier) -> list[str]:
    """编制说明."""
    look, sides = facts.look, sides_of(facts.office)
    whose = f"{look.unit}承办的部分" if look.unit else "全部条目"
    return [
        f"一、本卷宗由{look.office}编制，收入《{look.title}》{whose}在 {look.year} 年度的办理情况，按“发布的任务表、总体情况、逐条核查、分单位情况、"
        "各期落实情况表、检查与通报、督办整改、考核结果、未办结及承接清单、证据包”的次序排列。",
        f"二、各项数字以留痕折算，截至第 {look.head_seq} 条，同一截止时间任何时候重新编制，数字不变；每个百分比旁边列出件数，以所在表的合计为分母。",
        "三、不涉及本单位的任务，经牵头单位核验后计为销号；挂账的任务不计销号，仍在分母之内；延期的任务按批准后的时限计算。",
        f"四、单位按名录次序排列，{sides.own}与{sides.below}分列、分别排名；条目按进度分类排列，逾期的在前。",
        "五、未经责任单位审核的落实情况和证明材料不收入。手机号码隐去中间四位。",
        "六、页号自第一卷第一页起连续编列。证据包和各单位盖章的表并入各卷的是阅读副本，印章在归档包（dossier.zip）所附原件中有效，"
        "用 flask --app app packet verify 文件 --trust ca.pem 验证。",
        "七、本年度没有的部分列为“本年度无”；另有纸质材料的，请在备考表缺损说明之后补记。",
    ]  # fmt: skip
