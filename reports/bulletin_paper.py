"""What a bulletin says (通报正文与附件): sentences and tables of one snapshot, each count with its share beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from reports.columns import UPRIGHT, fitted
from reports.kinds import Block
from workflow.ledgers.export import LedgerTable, TableColumn
from workflow.office.asof import UnitThen
from workflow.office.levels import sides_of
from workflow.record.calendar import spoken, spoken_moment
from workflow.record.showing import spoken_percent
from workflow.tasks.progress import RULE, Pace
from workflow.year.missives.bulletin_facts import GOOD, Figures, FilingLine, RowLine, UnitLine
from workflow.year.missives.models import Missive, MissiveUnit

ROWS = (
    ("序号", 2), ("条目编号", 3), ("工作任务", 11), ("牵头单位", 6), ("责任单位", 8), ("时限", 5), ("序时应达", 5), ("实际进度", 5),
    ("状态", 5), ("滞后原因", 8), ("下步措施", 8),
)  # fmt: skip
UNITS = (
    ("名次", 2), ("单位", 8), ("任务数", 3), ("办结", 3), ("办结率", 3), ("逾期", 3), ("退回", 3), ("未报、迟报", 4), ("催办督办", 4),
    ("较上期", 5),
)  # fmt: skip
FILINGS = (("序号", 2), ("单位", 7), ("填报表", 12), ("情况", 3), ("说明", 8))
FOUND = (
    ("序号", 2), ("条目编号", 3), ("工作任务", 9), ("被检查单位", 6), ("判断", 3), ("问题类别", 4), ("事实", 10), ("整改要求", 8), ("整改时限", 5),
)  # fmt: skip
NAMES = ("任务进展情况表", "单位完成情况表", "落实情况报送情况表", "检查发现问题表")


def body(facts: Figures, missive: Missive) -> list[Block]:
    """The text from its first line to what is asked for."""
    opening = [Block("p", line) for line in missive.opening.splitlines() if line.strip()]
    demands = [Block("p", line) for line in missive.demands.splitlines() if line.strip()]
    parts = [
        ("总体情况", overall(facts)),
        ("做得较好的单位", good(facts)),
        ("主要问题", wanting(facts)),
        ("下一步工作要求", demands),
    ]
    numbered = zip("一二三四", parts, strict=True)
    return opening + [block for n, (name, blocks) in numbered for block in (Block("h1", f"{n}、{name}"), *blocks)]


def overall(facts: Figures) -> list[Block]:
    """Every class with count and share, tasks of 县区 and 市直 apart, and what has changed."""
    classes = "；".join(f"{pace.word} {count} 条，占 {share}" for pace, count, share in facts.classes)
    halves = "；".join(f"{word}{_tasks(units)}" for word, units in facts.parts())
    said = [
        f"台账共 {len(facts.rows)} 条，数据截至{spoken_moment(facts.as_of)}：{classes}。",
        f"承办任务{_tasks(facts.units)}。其中，{halves}。",
    ]
    if facts.before:
        changes = [(pace, count - facts.classes_before.get(pace, 0)) for pace, count, _ in facts.classes]
        moved = [f"{pace.word}{'增加' if more > 0 else '减少'} {abs(more)} 条" for pace, more in changes if more]
        said.append(f"与上期通报（{facts.before}）相比，{'，'.join(moved) or '各类条数没有变化'}。")
    return [Block("p", text) for text in said]


def _tasks(units: Sequence[UnitLine]) -> str:
    tasks, closed = sum(len(unit.tasks) for unit in units), sum(len(unit.closed) for unit in units)
    return f" {tasks} 件，已办结 {closed} 件，办结率 {spoken_percent(Fraction(100 * closed, max(tasks, 1)))}"


def good(facts: Figures) -> list[Block]:
    """Units by the rule that is printed with them."""
    bad = facts.told().keys()
    halves = [
        (word, [unit for unit in units if unit.rank and unit.exact * 100 >= GOOD and unit.unit_id not in bad])
        for word, units in facts.parts()
    ]
    rule = f"办结率不低于 {GOOD}%，且没有逾期、滞后、未报、迟报和退回"
    named = "；".join(
        f"{word}：{'、'.join(f'{u.name}（{u.share}）' for u in units)}" for word, units in halves if units
    )
    return [Block("p", f"{named}（{rule}）。" if named else f"本期没有达到条件的单位（{rule}）。")]


def wanting(facts: Figures) -> list[Block]:
    """What is wanting, kind by kind, every unit named with the numbers of its rows."""
    kinds = [
        ("任务逾期", [_of_rows(facts, half, Pace.LATE) for half in (True, False)]),
        ("进度滞后", [_of_rows(facts, half, Pace.BEHIND) for half in (True, False)]),
        ("报送不及时、质量不高", [_of_filings(facts, fault) for fault in ("未报", "迟报", "质量差")]),
        ("检查发现问题", [_of_findings(facts)]),
        ("连续两期被通报", [_again(facts)]),
    ]  # fmt: skip
    found = [(name, [line for line in lines if line]) for name, lines in kinds]
    blocks = []
    for n, (name, lines) in zip("一二三四五", (one for one in found if one[1]), strict=False):
        blocks += [Block("h2", f"（{n}）{name}。"), *(Block("p", line) for line in lines)]
    return blocks or [Block("p", "截至数据时点，没有逾期、滞后的任务，也没有未报、迟报和被退回的报送。")]


def _of_rows(facts: Figures, local: bool, pace: Pace) -> str:
    """One sentence for 县区 or 市直."""
    halves = {unit.unit_id: unit.local for unit in facts.units}
    by_unit: dict[tuple[int, str], list[tuple[RowLine, int]]] = defaultdict(list)
    for row in facts.rows:
        if row.pace is pace:
            for unit_id, name, days in row.culprits:
                if halves.get(unit_id, False) is local:
                    by_unit[unit_id, name].append((row, days))
    order = [unit.unit_id for unit in facts.units]
    said = []
    for (unit_id, name), rows in sorted(by_unit.items(), key=lambda one: order.index(one[0][0])):
        numbers = _ranges([row.number for row, _ in rows])
        longest = f"，最长逾期 {max(days for _, days in rows)} 天" if pace is Pace.LATE else ""
        said.append(f"{_named(facts, unit_id, name)}第 {numbers} 条{longest}")
    sides = sides_of(facts.office)
    return f"{sides.below if local else sides.own}：{'；'.join(said)}。" if said else ""


def _ranges(numbers: Sequence[str]) -> str:
    """Numbers of rows, those that follow one another drawn together: 1、3至7."""
    runs: list[list[str]] = []
    for number in sorted(numbers, key=lambda one: (not one.isdecimal(), int(one) if one.isdecimal() else 0)):
        follows = (
            bool(runs) and number.isdecimal() and runs[-1][-1].isdecimal() and int(number) == int(runs[-1][-1]) + 1
        )
        if follows:
            runs[-1].append(number)
        else:
            runs.append([number])
    spelt = [f"{run[0]}至{run[-1]}" if len(run) > 2 else "、".join(run) for run in runs]
    return "、".join(spelt)


def _of_filings(facts: Figures, fault: str) -> str:
    found = [line for line in facts.filings if line.fault == fault]
    word = "被退回" if fault == "质量差" else fault
    return f"{word}：{'、'.join(_filed(facts, line) for line in found)}。" if found else ""


def _of_findings(facts: Figures) -> str:
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for one in facts.findings:
        found[one.unit_id, one.unit].append(f"第 {one.number} 条{one.category}")
    said = [f"{_named(facts, unit_id, name)}{'、'.join(rows)}" for (unit_id, name), rows in found.items()]
    return f"{'；'.join(said)}。" if said else ""


def _filed(facts: Figures, line: FilingLine) -> str:
    return f"{_named(facts, line.unit_id, line.name)}（{line.note}）"


def _named(facts: Figures, unit_id: int, name: str) -> str:
    return f"{name}（连续通报）" if unit_id in facts.again else name


def _again(facts: Figures) -> str:
    names = {unit.unit_id: unit.name for unit in facts.units} | {line.unit_id: line.name for line in facts.filings}
    names |= {one.unit_id: one.unit for one in facts.findings}
    found = [names[unit_id] for unit_id in facts.again]
    return f"{'、'.join(found)}上期（{facts.before}）已被通报，本期仍有问题。" if found else ""


def annexes(facts: Figures, missive: Missive) -> list[tuple[str, list[LedgerTable], bool]]:
    """(name, tables, whether it lies across) of the annexes; what inspections found is one where there is anything."""
    answers = {row.unit_id: row for row in missive.units}
    parts = [_unit_table(word, units, facts) for word, units in facts.parts()]
    found = [(NAMES[3], [fitted(_finding_table(facts))], True)] if facts.findings else []
    return [
        (NAMES[0], [fitted(_row_table(facts, answers))], True),
        (NAMES[1], parts, True),
        (NAMES[2], [fitted(_filing_table(facts), UPRIGHT)], False),
        *found,
    ]


def receipt(missive: Missive, units: Mapping[int, UnitThen]) -> LedgerTable:
    """What a unit fills in and sends back where it does not sign in the system (回执)."""
    row = missive.units[0]
    lines = [
        ("文号", missive.number), ("收件单位", units[row.unit_id].name), ("收到时间", ""), ("签收人", ""), ("分管负责人", ""),
        ("具体责任人及电话", ""), ("计划办结日期", ""), ("单位盖章", "\n\n\n"),
    ]  # fmt: skip
    note = f"请于{spoken(missive.due)}前在系统中签收，或填写本回执盖章后送{units[missive.ledger.office_id].name}。"
    return _table("", (("事项", 3), ("内容", 8)), lines, [note])


def _row_table(facts: Figures, answers: Mapping[int, MissiveUnit]) -> LedgerTable:
    rows: list[tuple[str, ...]] = []
    for n, row in enumerate(facts.rows, start=1):
        state = row.pace.word + (f" {row.late_days} 天" if row.late_days else "")
        said = [(name, answers[unit_id]) for unit_id, name, _ in row.culprits if unit_id in answers]
        rows.append((
            str(n), row.number, row.text, "、".join(row.leads), "、".join(row.units), _short(row.due, facts), row.wanted, row.reached,
            state, _together((name, one.answer) for name, one in said), _together((name, one.measure) for name, one in said),
        ))  # fmt: skip
    counts = "，".join(f"{pace.word} {count} 条（{share}）" for pace, count, share in facts.classes)
    return _table("", ROWS, [*rows, (f"合计 {len(facts.rows)} 条：{counts}",)], [f"注：{RULE}", _as_of(facts)])


def _together(said: Iterable[tuple[str, str]]) -> str:
    """What units say, a line each; those who say the same in one line."""
    found: dict[str, list[str]] = {}
    for name, words in said:
        if words:
            found.setdefault(words, []).append(name)
    return "\n".join(f"{'、'.join(names)}：{words}" for words, names in found.items())


def _short(day: date, facts: Figures) -> str:
    """A date of the year without the year."""
    return f"{day.month}月{day.day}日" if day.year == facts.as_of.year else spoken(day)


def _unit_table(word: str, units: Sequence[UnitLine], facts: Figures) -> LedgerTable:
    rows = [
        (
            str(unit.rank or "—"), unit.name, str(len(unit.tasks)), str(len(unit.closed)), unit.share, str(len(unit.late)),
            str(unit.returned), str(unit.filed_late), str(unit.urged), _change(unit),
        )
        for unit in units
    ]  # fmt: skip
    total = f"合计 {len(units)} 个单位，承办任务{_tasks(units)}"
    few = f"任务数不足 {facts.least} 件的单位只列不排；" if facts.least > 1 else ""
    note = (
        "注：办结率＝已办结（含经牵头单位核验不涉及）件数÷承办任务件数，挂账、延期的任务计入件数；按办结率排名，相同的名次并列；"
        f"{few}“较上期”为上期办结率。"
    )
    return _table(word, UNITS, [*rows, (total,)], [note, _as_of(facts)])


def _change(unit: UnitLine) -> str:
    return f"上期 {unit.before}" if unit.before else "—"


def _filing_table(facts: Figures) -> LedgerTable:
    rows: list[tuple[str, ...]] = [
        (str(n), line.name, line.form, line.fault, line.note) for n, line in enumerate(facts.filings, start=1)
    ]
    total = f"合计 {len(rows)} 项" if rows else "截至数据时点，没有到期未报、迟报和被退回的填报表"
    return _table("", FILINGS, [*rows, (total,)], ["注：被办公室或本单位退回过的计为质量差。", _as_of(facts)])


def _finding_table(facts: Figures) -> LedgerTable:
    rows: list[tuple[str, ...]] = [
        (
            str(n), one.number, one.text, one.unit, one.judgement, one.category, one.facts, one.demand,
            _short(one.mend_by, facts) if one.mend_by else "",
        )
        for n, one in enumerate(facts.findings, start=1)
    ]  # fmt: skip
    since = f"上期通报（{facts.before}）以后" if facts.before else "截至数据时点"
    note = f"注：列{since}定稿的检查底稿中判断为部分符合、不符合的各项。"
    return _table("", FOUND, [*rows, (f"合计 {len(rows)} 项",)], [note, _as_of(facts)])


def _as_of(facts: Figures) -> str:
    return f"数据截至：{spoken_moment(facts.as_of)}（留痕第 {facts.head_seq} 条）。"


def _table(title: str, columns: Iterable[tuple[str, int]], rows: Sequence[tuple[str, ...]], foot: Sequence[str]) -> LedgerTable:  # fmt: skip
    named = tuple(TableColumn("extra", name, weight) for name, weight in columns)
    return LedgerTable(
        title=title, document_number="", issuer="", issued_on="", report="", columns=named, rows=tuple(rows), foot=tuple(foot)
    )  # fmt: skip
