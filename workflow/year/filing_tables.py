"""Forms as tables (落实情况表取数): the ledger as it was printed, with what was filed in its last column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from workflow.ledgers.export import LedgerTable, TableColumn, ledger_table
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.words import Part
from workflow.record import audit
from workflow.record.calendar import spoken, spoken_moment
from workflow.tasks.models import Signoff
from workflow.tasks.words import Decision, Gate
from workflow.year.filing_board import Board, Line, board
from workflow.year.filing_models import Filing, FilingRound, FilingRow

COLUMN, OF_ALL = TableColumn("report", "落实情况", 8), TableColumn("report", "落实情况", 16)
"""The last column, and that of the table of all units, which holds many paragraphs."""
UNFILLED = "（未填）"
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")


@dataclass(frozen=True)
class Sheet:
    """A form to print and seal (待印表); what every paper knows of itself, and its table."""

    title: str
    office: str
    unit: str | None
    """Who seals it where it is a unit's own form; None for the office."""
    year: int
    as_of: datetime
    head_seq: int
    head_hash: str
    table: LedgerTable
    signature: str


def masked(text: str) -> str:
    """The text with the middle of mobile numbers left out: 138****5678."""
    return _MOBILE.sub(r"\1****\2", text)


def masked_name(name: str) -> str:
    """A person's name but for its first character."""
    return f"{name[:1]}{'*' * len(name[1:])}"


def filled(
    table: LedgerTable, ledger: Ledger, cells: Mapping[int, str], *, title: str, column: TableColumn = COLUMN
) -> LedgerTable:
    """The ledger's table under the title of the form, with one more column; one of that name that was printed gives way.

    Numbers and dates that an export adds to a ledger that was printed without are left out again.
    """
    printed = {role for role, _ in ledger.columns}
    added = {"number", "deadline"} - printed if printed else set()
    kept = [at for at, c in enumerate(table.columns) if c.name != COLUMN.name and c.role not in added]
    rows = tuple(
        row if item_id is None else (*(row[at] for at in kept), cells.get(item_id, ""))
        for item_id, row in zip(table.items, table.rows, strict=True)
    )
    columns = (*(table.columns[at] for at in kept), column)
    return replace(
        table, title=title, document_number="", issuer="", issued_on="", report="", columns=columns, rows=rows
    )


def form_table(session: Session, form: Filing) -> LedgerTable:
    """One unit's form: its own rows, under the three lines of the published form; nothing that is not approved."""
    cells = {row.item_id: said(form, row) for row in form.rows}
    table = ledger_table(session, form.ledger, only=cells)
    under = (
        f"填报单位：{form.unit.name}",
        f"填报人及手机号码：{form.person} {form.phone}".rstrip(),
        f"填报时间：{spoken(form.filled_on) if form.filled_on else ''}",
    )
    title = f"{form.in_round.title}{form.edition_word}"
    return replace(filled(table, form.ledger, cells, title=title), under=under, foot=below_of(form))


def said(form: Filing, row: FilingRow) -> str:
    """A row's cell: the unit's own words, then those of the units below that it took in, one paragraph each."""
    return "\n".join(filter(None, (row.cell, said_below(form, row.item_id))))


def said_below(form: Filing, item_id: int) -> str:
    """What the units below say of a row."""
    return "\n".join(f"〔{unit.name}〕{text}" for unit, text in form.of_below(item_id))


def below_of(form: Filing) -> tuple[str, ...]:
    """How many of the units below that were asked the form holds, and which are missing; nothing where none was asked."""
    if not form.parts:
        return ()
    missing = [part.unit for part in form.parts if part.taken_id is None]
    named = "、".join(unit.name for unit in sorted(missing, key=lambda unit: (unit.position, unit.id)))
    told = f"下级单位应报 {len(form.parts)} 个，已汇总 {len(form.parts) - len(missing)} 个"
    return (f"{told}，未汇总 {len(missing)} 个：{named}。" if missing else f"{told}。",)


def round_table(session: Session, row: FilingRound, *, as_of: datetime) -> LedgerTable:
    """What all units have filed, row by row: the lead's words first, then every unit's in the directory's order."""
    state = board(session, row, as_of=as_of)
    items = session.scalars(
        select(LedgerItem).where(LedgerItem.ledger_id == row.ledger_id).options(selectinload(LedgerItem.parties))
    ).all()
    told = _said(state)
    cells = {item.id: _cell(item, told.get(item.id, [])) for item in items}
    blank = [item.number for item in items if not any(text for _, text in told.get(item.id, []))]
    table = filled(ledger_table(session, row.ledger), row.ledger, cells, title=row.title, column=OF_ALL)
    under = (
        f"汇总单位：{row.ledger.office.name}",
        f"数据截至：{spoken_moment(as_of)}",
        f"报送时限：{spoken(row.due)}",
    )
    return replace(table, under=under, foot=tuple(_totals(state, len(items), blank)))


def _said(state: Board) -> dict[int, list[tuple[Line, str]]]:
    """What the newest edition of each unit that was filed says, by row, in the order of units."""
    newest = {line.unit.id: line for line in state.lines if line.filed}
    found: dict[int, list[tuple[Line, str]]] = {}
    for line in newest.values():
        for row in line.form.rows:
            found.setdefault(row.item_id, []).append((line, masked(said(line.form, row))))
    return found


def _cell(item: LedgerItem, said: list[tuple[Line, str]]) -> str:
    leads = [unit.id for unit in item.units(Part.LEAD)]
    first = [(line, text) for line, text in said if line.unit.id in leads]
    parts = [f"【牵头·{_whose(line)}】{text or UNFILLED}" for line, text in first]
    parts += [f"【{_whose(line)}】{text or UNFILLED}" for line, text in said if line.unit.id not in leads]
    return "\n".join(parts) or UNFILLED


def _whose(line: Line) -> str:
    return f"{line.unit.name}{line.form.edition_word}"


def _totals(state: Board, items: int, blank: list[str]) -> list[str]:
    first = state.first
    filed = [line for line in first if line.filed]
    missing = [line.unit.name for line in first if not line.filed]
    late = [line.unit.name for line in filed if line.late]
    lines = [
        f"合计：条目 {items} 条；应报单位 {len(first)} 个，已报送 {len(filed)} 个（其中迟报 {len(late)} 个），"
        f"未报送 {len(missing)} 个；没有文字的条目 {len(blank)} 条。"
    ]
    lines += [f"迟报单位：{'、'.join(late)}。"] if late else []
    lines += [f"未报送单位：{'、'.join(missing)}。"] if missing else []
    newest = {line.unit.id: line for line in state.lines if line.filed}
    lines += [f"{_whose(line)}{told}" for line in newest.values() for told in below_of(line.form)]
    lines += [f"没有文字的条目：第 {'、'.join(blank)} 条。"] if blank else []
    people = [
        f"{_whose(line)} {masked_name(line.form.person)} {masked(line.form.phone)}"
        for line in state.lines
        if line.filed
    ]
    return lines + ([f"填报人：{'；'.join(people)}。"] if people else [])


def form_sheet(session: Session, number: int, /, *, as_of: datetime) -> Sheet | None:
    """A unit's form as its head approved it at that moment; None where it has been returned since."""
    form = session.get_one(Filing, number)
    given = select(Signoff).where(Signoff.task_id == number, Signoff.gate == Gate.UNIT, Signoff.void_at.is_(None))
    passed = session.scalars(given.where(Signoff.decision == Decision.PASSED).order_by(Signoff.id.desc())).first()
    if passed is None or passed.at != as_of or passed.content_digest != form.content_digest:
        return None
    table = form_table(session, form)
    return _sheet(
        session, table, form.unit.name, form.in_round, as_of, f"单位负责人（签字）：{passed.signer}　　（单位盖章）"
    )


def round_sheet(session: Session, number: int, /, *, as_of: datetime) -> Sheet:
    """The table of all units as of a moment."""
    row = session.get_one(FilingRound, number)
    table = round_table(session, row, as_of=as_of)
    return _sheet(session, table, None, row, as_of, "（盖章）")


def _sheet(
    session: Session, table: LedgerTable, unit: str | None, row: FilingRound, as_of: datetime, signature: str
) -> Sheet:
    head = audit.head(session)
    return Sheet(
        table.title, row.ledger.office.name, unit, row.ledger.year, as_of, head.seq, head.hash, table, signature
    )
