"""The tables of an assessment (考核排名表、计分表): the same cells in workbook and page, points with two decimals."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from workflow.ledgers.export import LedgerTable, TableColumn
from workflow.year.assessments.scheme import DAILY, Scheme
from workflow.year.assessments.scoring import rounded
from workflow.year.assessments.sheets import LineScore, Results, Sheet

LINES = (
    ("指标", 5), ("分值", 2), ("自评", 2), ("自评依据", 5), ("得分", 2), ("扣分", 2), ("失分或加分原因（条款 → 事实 → 留痕）", 10), ("依据材料", 5),
)  # fmt: skip


def ranking_table(title: str, found: Results, state: str) -> LedgerTable:
    """排名表 of one class: by total, then 日常, then fewer vetoes; ties share a place."""
    parts = [name for name, _ in found.scheme.mix]
    named = [
        ("名次", 1),
        ("单位", 5),
        *((f"{name}（折算）", 2) for name in parts),
        ("加分", 2),
        ("扣分", 2),
        ("总分", 2),
        ("等次", 2),
        ("一票否决", 4),
    ]
    rows = [_ranked(sheet, found.scheme) for sheet in found.sheets]
    said = "、".join(f"{name} {float(100 * share):g}%" for name, share in found.scheme.mix)
    under = (
        f"{found.scheme.kind}；{state}",
        f"构成：{said}；折算分按各部分满分 100 分计，总分保留两位小数；总分相同的比日常得分，仍相同的比否决项多少，都相同的名次并列。",
    )
    return _table(title, named, rows, under)


def _ranked(sheet: Sheet, scheme: Scheme) -> tuple[str, ...]:
    shares = {DAILY: sheet.daily, **sheet.parts}
    return (
        str(sheet.rank or "—"), sheet.row.unit.name, *(sheet.spoken(shares[name]) for name, _ in scheme.mix),
        sheet.spoken(sheet.bonus), sheet.spoken(sheet.off), sheet.spoken(sheet.total), sheet.grade,
        "；".join(trace.said for trace in sheet.vetoes),
    )  # fmt: skip


def sheet_table(title: str, sheet: Sheet, state: str) -> LedgerTable:
    """计分表 of one unit: every line with what took its points."""
    row = sheet.row
    under = (
        f"单位：{row.unit.name}　　名次：{sheet.rank or '—'}　　等次：{sheet.grade or '—'}　　总分：{sheet.spoken(sheet.total)}",
        f"适用分 {sheet.spoken(sheet.applicable)}，得分 {sheet.spoken(sheet.got)}，扣分 {sheet.spoken(sheet.off)}，加分 {sheet.spoken(sheet.bonus)}，"
        f"折算 {sheet.spoken(sheet.daily)}；{state}",
    )  # fmt: skip
    foot = (
        f"自评：{row.own_by or '未自评'}　　单位负责人：{row.confirmed_by or '未确认'}",
        f"申诉：{row.appeal or '无'}" + (f"　　答复：{row.answer}" if row.answer else ""),
    )
    rows = [line_cells(line) for line in sheet.lines]
    return _table(title, LINES, rows, under, foot)


def all_sheets_table(title: str, found: Results, state: str) -> LedgerTable:
    """Every unit's lines one below the other, a heading a unit."""
    rows: list[tuple[str, ...]] = []
    for sheet in found.sheets:
        rows.append((f"{sheet.row.unit.name}　总分 {sheet.spoken(sheet.total)}　{sheet.grade}",))
        rows += [line_cells(line) for line in sheet.lines]
    return _table(title, LINES, rows, (state,))


def line_cells(line: LineScore) -> tuple[str, ...]:
    """One line as it is printed."""
    leaf, applies = line.indicator, line.points is not None
    why = [f"{trace.said}{f'（留痕第 {trace.seq} 条）' if trace.seq else ''}" for trace in line.reasons]
    files = dict.fromkeys(name for trace in line.reasons for name in trace.evidence)
    return (
        f"{leaf.code} {leaf.name}", points(leaf.full), line.own, line.basis, points(line.points) if applies else "不适用",
        points(line.off) if applies and leaf.full else "", "；".join([leaf.clause, *why]), "；".join(files),
    )  # fmt: skip


def points(value: Fraction | None) -> str:
    """Two decimals, half up."""
    return f"{float(rounded(value)):.2f}" if value is not None else ""


def _table(
    title: str,
    columns: Iterable[tuple[str, int]],
    rows: list[tuple[str, ...]],
    under: tuple[str, ...] = (),
    foot: tuple[str, ...] = (),
) -> LedgerTable:
    named = tuple(TableColumn("extra", name, weight) for name, weight in columns)
    return LedgerTable(title, "", "", "", "", named, tuple(rows), under=under, foot=foot)
