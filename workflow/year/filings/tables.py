"""Forms as tables (落实情况表取数): the ledger as it was printed, with what was filed in its last column."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from workflow.ledgers.export import LedgerTable, TableColumn, ledger_table
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.words import Part
from workflow.office.asof import units_at
from workflow.record import audit
from workflow.record.calendar import spoken, spoken_moment
from workflow.tasks.models import Signoff
from workflow.tasks.words import Decision, Gate
from workflow.year.filings.asof import forms_then
from workflow.year.filings.board import Board, Line, board
from workflow.year.filings.models import Filing, FilingRound, FilingRow

COLUMN, OF_ALL = TableColumn("report", "落实情况", 8), TableColumn("report", "落实情况", 16)
"""The last column, and that of the table of all units, which holds many paragraphs."""
UNFILLED, LOST = "（未填）", "（当时的填报内容已改写，未留存）"
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
    return replace(filled(table, form.ledger, cells, title=title), under=under, foot=_below(form))


def said(form: Filing, row: FilingRow) -> str:
    """A row's cell: the unit's own words, then those of the units below that it took in, one paragraph each."""
    return "\n".join(filter(None, (row.cell, said_below(form.taken, row.item_id, {}))))


def said_below(taken: Iterable[Filing], item_id: int, names: Mapping[int, str]) -> str:
    """What the units below say of a row, to any depth, each called as ``names`` say, else as it is called now."""
    found = [pair for form in taken for pair in form.all_said(item_id)]
    return "\n".join(f"〔{names.get(unit.id, unit.name)}〕{text}" for unit, text in found)


def counted_below(asked: Collection[int], taken: Collection[int], names: Mapping[int, str]) -> tuple[str, ...]:
    """How many of the units below that were asked a form holds, and which are missing, in the order of ``names``."""
    if not asked:
        return ()
    missing = "、".join(name for number, name in names.items() if number in asked and number not in taken)
    told = f"下级单位应报 {len(asked)} 个，已汇总 {len(taken)} 个"
    return (f"{told}，未汇总 {len(asked) - len(taken)} 个：{missing}。" if missing else f"{told}。",)


def _below(form: Filing) -> tuple[str, ...]:
    """:func:`counted_below` of a form as it stands."""
    parts = sorted(form.parts, key=lambda part: (part.unit.position, part.unit_id))
    taken = [part.unit_id for part in parts if part.taken_id is not None]
    return counted_below([part.unit_id for part in parts], taken, {part.unit_id: part.unit.name for part in parts})


def round_table(session: Session, row: FilingRound, *, as_of: datetime) -> LedgerTable:
    """What all units had filed at a moment, row by row: the lead's words first, then every unit's in the directory's order.

    Words, counts and names of units are those of that moment, whenever it is asked.
    """
    state = board(session, row, as_of=as_of)
    items = session.scalars(
        select(LedgerItem).where(LedgerItem.ledger_id == row.ledger_id).options(selectinload(LedgerItem.parties))
    ).all()
    told = _Told(session, state, as_of)
    said = told.by_row()
    cells = {item.id: _cell(item, said.get(item.id, [])) for item in items}
    blank = [item.number for item in items if not any(text for _, _, text in said.get(item.id, []))]
    table = filled(ledger_table(session, row.ledger), row.ledger, cells, title=row.title, column=OF_ALL)
    under = (
        f"汇总单位：{told.names.get(row.ledger.office_id, row.ledger.office.name)}",
        f"数据截至：{spoken_moment(as_of)}",
        f"报送时限：{spoken(row.due)}",
    )
    return replace(table, under=under, foot=tuple(_totals(state, told, len(items), blank)))


class _Told:
    """The newest edition of each unit that was filed, with its words and names of that moment (某时填报)."""

    def __init__(self, session: Session, state: Board, as_of: datetime) -> None:
        self.names = {number: unit.name for number, unit in units_at(session, as_of).items()}
        self.filed = [line for line in state.lines if line.filed]
        self.forms = forms_then(session, self.filed)

    @property
    def newest(self) -> Iterable[Line]:
        """One line a unit."""
        return {line.unit.id: line for line in self.filed}.values()

    def name(self, line: Line) -> str:
        """What the unit was called, and which edition it is."""
        return f"{self.names.get(line.unit.id, line.unit.name)}{line.form.edition_word}"

    def by_row(self) -> dict[int, list[tuple[int, str, str]]]:
        """What is said of each row, in the order of units: unit, its name, its words."""
        found: dict[int, list[tuple[int, str, str]]] = {}
        for line in self.newest:
            form = self.forms[line.form.id]
            own = form.cells if form else dict.fromkeys((row.item_id for row in line.form.rows), LOST)
            for item, cell in own.items():
                under = said_below(form.taken, item, self.names) if form else ""
                words = masked("\n".join(filter(None, (cell, under))))
                found.setdefault(item, []).append((line.unit.id, self.name(line), words))
        return found

    def below(self) -> list[str]:
        """How far each of them holds the units below it."""
        found = []
        for line in self.newest:
            if form := self.forms[line.form.id]:
                counted = counted_below(form.asked, [one.unit_id for one in form.taken], self.names)
                found += [f"{self.name(line)}{told}" for told in counted]
        return found

    def people(self) -> list[str]:
        """Who filled in, masked."""
        filled_in = [(self.name(line), self.forms[line.form.id]) for line in self.filed]
        return [f"{name} {masked_name(form.person)} {masked(form.phone)}" for name, form in filled_in if form]


def _cell(item: LedgerItem, said: list[tuple[int, str, str]]) -> str:
    leads = [unit.id for unit in item.units(Part.LEAD)]
    parts = [f"【牵头·{name}】{text or UNFILLED}" for unit_id, name, text in said if unit_id in leads]
    parts += [f"【{name}】{text or UNFILLED}" for unit_id, name, text in said if unit_id not in leads]
    return "\n".join(parts) or UNFILLED


def _totals(state: Board, told: _Told, items: int, blank: list[str]) -> list[str]:
    first = state.first
    filed = [line for line in first if line.filed]
    missing = [told.name(line) for line in first if not line.filed]
    late = [told.name(line) for line in filed if line.late]
    lines = [
        f"合计：条目 {items} 条；应报单位 {len(first)} 个，已报送 {len(filed)} 个（其中迟报 {len(late)} 个），"
        f"未报送 {len(missing)} 个；没有文字的条目 {len(blank)} 条。"
    ]
    lines += [f"迟报单位：{'、'.join(late)}。"] if late else []
    lines += [f"未报送单位：{'、'.join(missing)}。"] if missing else []
    lines += told.below()
    lines += [f"没有文字的条目：第 {'、'.join(blank)} 条。"] if blank else []
    people = told.people()
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
