"""A ledger as a table again (台账导出取数): the columns it came in, section rows, one row an item."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.words import Part
from workflow.record.calendar import spoken

USUAL = {
    "number": "序号",
    "title": "工作任务",
    "requirement": "工作要求",
    "lead": "牵头单位",
    "responsible": "责任单位",
    "deadline": "完成时限",
}


@dataclass(frozen=True)
class TableColumn:
    """One column (栏): what it holds, how it is headed, how wide it is beside the others."""

    role: str
    name: str
    weight: int


@dataclass(frozen=True)
class LedgerTable:
    """A ledger to print (台账表)."""

    title: str
    document_number: str
    issuer: str
    issued_on: str
    report: str
    """The sentence that sets everybody's date, empty where there is none."""
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    """Cells of each row; a row of one cell is a heading across the table."""


def ledger_table(session: Session, ledger: Ledger) -> LedgerTable:
    """Lay a ledger out as the office published it."""
    wanted = select(LedgerItem).where(LedgerItem.ledger_id == ledger.id).options(selectinload(LedgerItem.parties))
    items = list(session.scalars(wanted.order_by(LedgerItem.position)))
    columns = _columns(ledger, items)
    day = ledger.issued_on
    report = (
        f"请于{spoken(ledger.report_due)}前将落实情况报送{ledger.report_to or ledger.office.name}。"
        if ledger.report_due
        else ""
    )
    return LedgerTable(
        title=ledger.title,
        document_number=ledger.document_number or "",
        issuer=ledger.issuer or "" if day else "",
        issued_on=spoken(day) if day else "",
        report=report,
        columns=columns,
        rows=tuple(_rows(items, columns)),
    )


def _columns(ledger: Ledger, items: list[LedgerItem]) -> tuple[TableColumn, ...]:
    """The printed columns that still hold something, in their order; those that group rows became headings."""
    texts = [name for role, name in ledger.columns if role == "text"]
    named = {role: name for role, name in ledger.columns if name}
    found = [TableColumn("number", named.get("number") or USUAL["number"], 1)]
    if any(item.title for item in items):
        found.append(TableColumn("title", texts[-2] if len(texts) > 1 and texts[-2] else USUAL["title"], 4))
    requirement = texts[-1] if texts and texts[-1] else USUAL["requirement"]
    found.append(TableColumn("requirement", requirement if requirement != found[-1].name else USUAL["requirement"], 7))
    parts = {party.part for item in items for party in item.parties}
    if "lead" in named or ("responsible" not in named and Part.LEAD in parts):
        found.append(TableColumn("lead", named.get("lead") or USUAL["lead"], 4))
    if "responsible" in named or Part.RESPONSIBLE in parts or "lead" not in named:
        found.append(TableColumn("responsible", named.get("responsible") or USUAL["responsible"], 4))
    if "deadline" in named or any(item.due and not item.deadline_text for item in items):
        found.append(TableColumn("deadline", named.get("deadline") or USUAL["deadline"], 3))
    extras = dict.fromkeys(
        [*(n for role, n in ledger.columns if role == "other" and n), *(n for i in items for n, _ in i.extra)]
    )
    return (*found, *(TableColumn("other", name, 2) for name in extras))


def _rows(items: list[LedgerItem], columns: tuple[TableColumn, ...]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    path: list[str] = []
    single = all(column.role != "lead" for column in columns)
    for item in items:
        if item.section != path:
            kept = next(
                (n for n, (a, b) in enumerate(zip(path, item.section, strict=False)) if a != b),
                min(len(path), len(item.section)),
            )
            rows += [(heading,) for heading in item.section[kept:]]
            path = item.section
        rows.append(tuple(_cell(item, column, single=single) for column in columns))
    return rows


def _cell(item: LedgerItem, column: TableColumn, *, single: bool) -> str:
    if column.role == "deadline":
        return item.deadline_text or (f"{spoken(item.due)}前" if item.due else "")
    if column.role == "lead":
        return "、".join(_names(item, Part.LEAD))
    if column.role == "responsible":
        leads = [f"{name}（牵头）" for name in _names(item, Part.LEAD)] if single else []
        return "、".join([*leads, *_names(item, Part.RESPONSIBLE)])
    if column.role == "other":
        return next((text for name, text in item.extra if name == column.name), "")
    return {"number": item.number, "title": item.title, "requirement": item.requirement}[column.role] or ""


def _names(item: LedgerItem, part: Part) -> list[str]:
    """Names first, then phrases for many, as they were printed."""
    mine = [party for party in item.parties if party.part is part]
    return [p.phrase for p in sorted(mine, key=lambda party: party.is_group)]
