"""A ledger as a table again (台账导出取数): the columns it came in, section rows, one row an item."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.words import Part
from workflow.record.calendar import spoken


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
    items: tuple[int | None, ...] = ()
    """The item behind each row, None behind a heading."""
    under: tuple[str, ...] = ()
    """Lines between the title and the table."""
    foot: tuple[str, ...] = ()
    """Lines below the table."""
    signed: bool = False
    """Whether there is room for a signature and a seal at its end."""


def ledger_table(session: Session, ledger: Ledger, only: Collection[int] | None = None) -> LedgerTable:
    """Lay a ledger out as the office published it; of its rows those of ``only``, where that is given."""
    wanted = select(LedgerItem).where(LedgerItem.ledger_id == ledger.id).options(selectinload(LedgerItem.parties))
    items = list(session.scalars(wanted.order_by(LedgerItem.position)))
    columns = _columns(ledger, items)
    rows = _rows([item for item in items if only is None or item.id in only], columns)
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
        rows=tuple(cells for _, cells in rows),
        items=tuple(item_id for item_id, _ in rows),
    )


@dataclass(frozen=True)
class _Printed:
    """A ledger as it was printed (原表栏目): the names of its columns, and what its rows hold."""

    names: dict[str, str]
    """Role → name, of the columns that have one."""
    items: list[LedgerItem]
    parts: frozenset[Part]


@dataclass(frozen=True)
class Column:
    """One column that an export may have (导出栏目)."""

    usual: str
    """Its name where the office printed none."""
    weight: int
    shown: Callable[[_Printed], bool]
    cell: Callable[[LedgerItem], str | None]


COLUMNS = {
    "number": Column("序号", 1, lambda printed: True, lambda item: item.number),
    "title": Column("工作任务", 4, lambda printed: any(item.title for item in printed.items), lambda item: item.title),
    "requirement": Column("工作要求", 7, lambda printed: True, lambda item: item.requirement),
    "lead": Column(
        "牵头单位",
        4,
        lambda printed: "lead" in printed.names or ("responsible" not in printed.names and Part.LEAD in printed.parts),
        lambda item: "、".join(_names(item, Part.LEAD)),
    ),
    "responsible": Column(
        "责任单位",
        4,
        lambda printed: (
            "responsible" in printed.names or Part.RESPONSIBLE in printed.parts or "lead" not in printed.names
        ),
        lambda item: "、".join(_names(item, Part.RESPONSIBLE)),
    ),
    "deadline": Column(
        "完成时限",
        3,
        lambda printed: "deadline" in printed.names or any(i.due and not i.deadline_text for i in printed.items),
        lambda item: item.deadline_text or (f"{spoken(item.due)}前" if item.due else ""),
    ),
}
"""By role, left to right; what means nothing to the engine follows as printed."""


def _columns(ledger: Ledger, items: list[LedgerItem]) -> tuple[TableColumn, ...]:
    """The printed columns that still hold something, in their order; those that group rows became headings."""
    texts = [name for role, name in ledger.columns if role == "text"]
    named = {role: name for role, name in ledger.columns if name}
    named |= {role: name for role, name in zip(("requirement", "title"), reversed(texts), strict=False) if name}
    printed = _Printed(named, items, frozenset(party.part for item in items for party in item.parties))
    found: list[TableColumn] = []
    for role, column in COLUMNS.items():
        if column.shown(printed):
            name = named.get(role) or column.usual
            twice = any(name == other.name for other in found)
            found.append(TableColumn(role, column.usual if twice else name, column.weight))
    extras = dict.fromkeys(
        [*(n for role, n in ledger.columns if role == "other" and n), *(n for i in items for n, _ in i.extra)]
    )
    return (*found, *(TableColumn("other", name, 2) for name in extras))


def _rows(items: list[LedgerItem], columns: tuple[TableColumn, ...]) -> list[tuple[int | None, tuple[str, ...]]]:
    rows: list[tuple[int | None, tuple[str, ...]]] = []
    path: list[str] = []
    single = all(column.role != "lead" for column in columns)
    for item in items:
        if item.section != path:
            kept = next(
                (n for n, (a, b) in enumerate(zip(path, item.section, strict=False)) if a != b),
                min(len(path), len(item.section)),
            )
            rows += [(None, (heading,)) for heading in item.section[kept:]]
            path = item.section
        rows.append((item.id, tuple(_cell(item, column, single=single) for column in columns)))
    return rows


def _cell(item: LedgerItem, column: TableColumn, *, single: bool) -> str:
    if column.role == "other":
        return next((text for name, text in item.extra if name == column.name), "")
    said = COLUMNS[column.role].cell(item) or ""
    if column.role == "responsible" and single:
        return "、".join([*(f"{name}（牵头）" for name in _names(item, Part.LEAD)), *([said] if said else [])])
    return said


def _names(item: LedgerItem, part: Part) -> list[str]:
    """Names first, then phrases for many, as they were printed."""
    mine = [party for party in item.parties if party.part is part]
    return [p.phrase for p in sorted(mine, key=lambda party: party.is_group)]
