"""The tables of a look-back (范围表、核查表、整改台账): the same cells in workbook, sealed paper and page; mobile numbers are masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from workflow.ledgers.export import LedgerTable, TableColumn
from workflow.record.calendar import day_of, spoken
from workflow.tasks.words import Gate, Status
from workflow.year.filings.tables import masked
from workflow.year.look_backs.facts import LookBackFacts, SheetFacts, look_back_facts, sheet_facts, whole_row
from workflow.year.look_backs.lines import Line
from workflow.year.look_backs.models import Rectification
from workflow.year.look_backs.rectifying import told_in

ITEMS = (
    ("序号", 2), ("上年条目编号", 2), ("工作任务", 6), ("责任主体（牵头/责任）", 4), ("责任单位", 4), ("时限要求（原文）", 3),
    ("当年办结情况", 4), ("自查情况（责任单位）", 5), ("牵头意见", 3), ("核查方式", 2), ("核查事实", 5), ("材料复核", 5), ("核查结论", 3),
    ("存在问题", 4), ("整改措施", 4), ("整改责任主体", 3), ("整改时限", 3), ("承接本年条目", 3), ("责任单位异议", 4), ("答复", 3),
    ("核查人", 2), ("日期", 3),
)  # fmt: skip
PRINTED = (
    ("序号", 3), ("责任单位", 7), ("当年办结情况", 8), ("自查情况、牵头意见", 12), ("核查方式和事实", 12), ("材料复核", 12), ("核查结论", 5),
    ("存在问题和整改", 13), ("核查人和日期", 7),
)  # fmt: skip
"""The same on paper: what a row says stands above its units once, what belongs together in one cell."""
SCOPE = (
    ("序号", 1), ("条目编号", 2), ("工作任务", 8), ("责任主体", 5), ("时限要求（原文）", 4), ("类别", 3), ("依据", 5),
    ("是否回头看", 2), ("选定理由", 4),
)  # fmt: skip
BELOW = (
    ("序号", 1), ("上年条目编号", 2), ("责任单位", 4), ("下级台账", 7), ("下级条目", 2), ("已销号", 2), ("未办结单位", 8),
)  # fmt: skip
SHEET = (
    ("序号", 1), ("上年条目编号", 2), ("工作任务", 7), ("时限要求（原文）", 4), ("当年办结情况", 4), ("完成情况", 2), ("自查情况", 8),
)  # fmt: skip
RECTIFICATIONS = (
    ("序号", 2), ("问题来源", 4), ("一级指标", 3), ("二级指标", 3), ("评价标准", 3), ("问题明细", 6), ("问题页面链接", 4),
    ("责任单位", 4), ("责任人", 2), ("整改措施", 6), ("整改时限", 3), ("整改结果", 6), ("整改后链接", 4), ("佐证", 5), ("复核人", 2),
    ("复核结论", 4), ("销号日期", 3),
)  # fmt: skip


def item_table(facts: LookBackFacts) -> LedgerTable:
    """核查表: one line a row × unit, and a line below each row that says what is concluded of it."""
    rows: list[tuple[str, ...]] = []
    for number, (_, group) in enumerate(groupby(facts.chosen, key=lambda line: line.item_id), start=1):
        lines = list(group)
        rows += [_item(f"{number}.{n}", line) for n, line in enumerate(lines, start=1)]
        rows.append((_concluded(lines),))
    return _table(f"《{facts.title}》回头看核查表", facts.document_number, ITEMS, rows)


def _item(number: str, line: Line) -> tuple[str, ...]:
    return (
        number, line.number, line.text, line.duty, line.unit, line.deadline, line.then, line.told, line.lead_view,
        line.method, line.facts, line.papers, line.conclusion, line.problem, line.measure, line.owner, line.measure_due,
        line.carried_on, line.objection, line.answer, line.checked_by, line.checked_on,
    )  # fmt: skip


def printed_items(facts: LookBackFacts) -> LedgerTable:
    """核查表 as it lies on A4: the same words as in :func:`item_table`, a band a row and few columns."""
    rows: list[tuple[str, ...]] = []
    for number, (_, group) in enumerate(groupby(facts.chosen, key=lambda line: line.item_id), start=1):
        lines = list(group)
        row = lines[0]
        band = {"工作任务": row.text, "责任主体": row.duty, "时限要求": row.deadline}
        rows.append(
            (
                f"{number}　上年条目 {row.number}　"
                + "　".join(f"{name}：{text}" for name, text in band.items() if text),
            )
        )
        for n, line in enumerate(lines, start=1):
            rows.append(_printed(f"{number}.{n}", line))
            if line.objection:
                rows.append((f"{number}.{n} 责任单位异议：{line.objection}　答复：{line.answer or '（待答复）'}",))
        rows.append((_concluded(lines),))
    return _table(f"《{facts.title}》回头看核查表", facts.document_number, PRINTED, rows)


def _printed(number: str, line: Line) -> tuple[str, ...]:
    told = _said({"": line.told, "牵头意见": line.lead_view})
    mending = {
        "存在问题": line.problem, "整改措施": line.measure, "整改责任主体": line.owner, "整改时限": line.measure_due,
        "承接本年条目": line.carried_on,
    }  # fmt: skip
    seen, by = _said({"核查方式": line.method, "": line.facts}), f"{line.checked_by}\n{line.checked_on}"
    return number, line.unit, line.then, told, seen, line.papers, line.conclusion, _said(mending), by.strip()


def _said(parts: dict[str, str]) -> str:
    """What there is, a line each, under its name."""
    return "\n".join(f"{name}：{text}" if name else text for name, text in parts.items() if text)


def _concluded(lines: list[Line]) -> str:
    counts = Counter(line.conclusion for line in lines)
    said = "，".join(f"{word} {count}" for word, count in counts.items())
    return f"第 {lines[0].number} 条小计：{len(lines)} 个责任主体，{said}；本条结论：{whole_row(lines)}"


def scope_table(facts: LookBackFacts) -> LedgerTable:
    """范围表: every row of the ledger, its scope and why; the counts stand below."""
    rows: list[tuple[str, ...]] = []
    for number, (_, group) in enumerate(groupby(facts.lines, key=lambda line: line.item_id), start=1):
        line = next(group)
        chosen = "必查" if line.scope == "A" else "选定" if line.chosen else "否"
        scope = f"{line.scope} {line.scope.word}"
        rows.append(
            (str(number), line.number, line.text, line.duty, line.deadline, scope, line.why, chosen, line.choice)
        )
    counts = "，".join(f"{scope} 类（{scope.word}）{count} 条" for scope, count in facts.scope.items())
    rows.append((f"合计 {sum(facts.scope.values())} 条：{counts}",))
    return _table(f"《{facts.title}》回头看范围表", facts.document_number, SCOPE, rows)


def below_table(facts: LookBackFacts) -> LedgerTable:
    """下级办理情况: rows that units have cut for the level below, n of m rows 销号 and who is open."""
    rows: list[tuple[str, ...]] = [
        (
            str(n), one.number, one.unit, f"《{one.title}》", str(one.rows), str(one.done),
            "、".join(one.waiting) or "无",
        )
        for n, one in enumerate(facts.below, start=1)
    ]  # fmt: skip
    total = f"合计分解 {len(rows)} 件，下级条目 {sum(one.rows for one in facts.below)} 条，已销号 {sum(one.done for one in facts.below)} 条"
    return _table("分解到下级的办理情况", facts.document_number, BELOW, [*rows, (total,)])


def sheet_table(facts: SheetFacts) -> LedgerTable:
    """自查表 of one unit."""
    rows = [(str(n), *_told(line)) for n, line in enumerate(facts.lines, start=1)]
    rows_and_sum = [*rows, (f"合计 {len(rows)} 项，自查已落实 {facts.done} 项，未落实 {len(rows) - facts.done} 项",)]
    return _table(facts.title, "", SHEET, rows_and_sum)


def _told(line: Line) -> tuple[str, ...]:
    done, _, text = line.told.partition("。")
    return line.number, line.text, line.deadline, line.then, done, text


def rectification_table(matters: Iterable[Rectification]) -> LedgerTable:
    """整改台账: units in the order of the directory."""
    return _table("整改台账", "", RECTIFICATIONS, [cells for _, cells in rectification_lines(matters)])


def rectification_lines(matters: Iterable[Rectification]) -> list[tuple[Rectification, tuple[str, ...]]]:
    """Every line of 整改台账 beside what it is of."""
    listed = sorted(matters, key=lambda one: (one.unit.position, one.unit_id, one.id))
    return [(one, tuple(map(masked, _rectification(one)))) for one in listed]


def _rectification(matter: Rectification) -> tuple[str, ...]:
    captures = matter.entry.captures if matter.entry else matter.captures
    links = [piece.name for piece in matter.live_evidence if piece.sha256 is None]
    files = [f"{piece.name}（SHA-256 {piece.sha256[:16]}…）" for piece in matter.live_evidence if piece.sha256]
    closing = next((s for s in reversed(matter.signoffs) if s.gate is Gate.OFFICE and s.void_at is None), None)
    closed = matter.status is Status.CLOSED
    item, line = matter.item, matter.line
    section = [*(item.section if item else line.indicator.split("／", 1) if line else ()), "", ""]
    standard = (item.requirement or item.text) if item else line.standard if line else ""
    page = line.link if line else next((c.note for c in captures if c.note), "")
    report = told_in(matter)
    return (
        f"ZG-{matter.id}", matter.source, section[0], section[1],
        standard, matter.problem, page,
        matter.unit.name, matter.person, matter.measure, spoken(matter.due),
        f"{matter.result.word}：{report}" if report else "", "；".join(links), "；".join(files),
        closing.signer if closing and closed else "", closing.opinion if closing and closed else "",
        spoken(day_of(matter.closed_at)) if matter.closed_at else "",
    )  # fmt: skip


def _table(title: str, number: str, columns: Iterable[tuple[str, int]], rows: list[tuple[str, ...]]) -> LedgerTable:
    named = tuple(TableColumn("extra", name, weight) for name, weight in columns)
    hidden = tuple(tuple(masked(cell) for cell in row) for row in rows)
    return LedgerTable(title=title, document_number=number, issuer="", issued_on="", report="", columns=named, rows=hidden)  # fmt: skip


class LookBackPaper(LookBackFacts):
    """The facts of a look-back with what its template prints of them (核查表)."""

    def tables(self) -> list[LedgerTable]:
        """What stands behind the first pages; how it stands below, where rows were cut for the level below."""
        return [scope_table(self), printed_items(self), *([below_table(self)] if self.below else [])]

    def by_unit(self) -> Iterator[tuple[str, list[int]]]:
        """Unit → total, then the count of each verdict, then of none."""
        for unit, counts in self.of_unit().items():
            yield unit, [counts.total(), *(counts[verdict] for verdict in self.verdicts), counts[None]]

    def share(self, count: int) -> str:
        """Per cent of all lines that are looked back on, one decimal, half up."""
        total = len(self.chosen)
        tenths = (2000 * count + total) // (2 * total) if total else 0
        return f"{tenths // 10}.{tenths % 10}%"


class SheetPaper(SheetFacts):
    """The facts of a unit's sheet with the table that its template prints (自查表)."""

    def table(self) -> LedgerTable:
        """Its lines."""
        return sheet_table(self)


def look_back_paper(session: Session, ledger_id: int, /, *, as_of: datetime) -> LookBackPaper:
    """The paper of a ledger's look-back. Raises NotFound where there is none."""
    return LookBackPaper(**vars(look_back_facts(session, ledger_id, as_of=as_of)))


def sheet_paper(session: Session, sheet_id: int, /, *, as_of: datetime) -> SheetPaper | None:
    """The paper of one unit's sheet; None where the approval that it prints has been taken back since."""
    facts = sheet_facts(session, sheet_id, as_of=as_of)
    return SheetPaper(**vars(facts)) if facts.approved_by else None
