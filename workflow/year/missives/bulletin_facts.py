"""What a bulletin tells (通报取数): one frozen value as of a moment, every figure with the rows behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from workflow.ledgers.deadlines import more_to_come
from workflow.ledgers.models import ItemParty, Ledger, LedgerItem
from workflow.ledgers.words import Part
from workflow.office.asof import UnitThen, units_at
from workflow.office.levels import sides_of
from workflow.office.words import UnitKind
from workflow.record.asof import last_by
from workflow.record.calendar import day_of, end_of, spoken
from workflow.record.errors import NotInState
from workflow.record.models import AuditEvent
from workflow.record.showing import spoken_percent
from workflow.record.text import quoted
from workflow.tasks.lists.lighting import rulebook
from workflow.tasks.models import Task
from workflow.tasks.past.asof import TaskThen, tasks_at
from workflow.tasks.progress import TOLERANCE, Pace, classes, come, pace_of, settled, wanted
from workflow.year.filings.board import board
from workflow.year.filings.models import FilingRound
from workflow.year.missives.findings import FindingLine, findings

LOCAL = frozenset({UnitKind.COUNTY, UnitKind.TOWN, UnitKind.ZONE})
WORST = (Pace.LATE, Pace.BEHIND, Pace.HELD, Pace.ON_PACE, Pace.AHEAD, Pace.SETTLED)
"""In which order rows are listed."""
GOOD = 75
"""Per cent of a unit's tasks that are closed where it is named as doing well."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class RowLine(_Frozen):
    """A row of the ledger (条目进展)."""

    item_id: int
    number: str
    text: str
    leads: tuple[str, ...]
    units: tuple[str, ...]
    due: date
    wanted: str
    """序时应达."""
    reached: str
    """实际进度."""
    pace: Pace
    late_days: int
    culprits: tuple[tuple[int, str, int], ...]
    """(unit, its name, days late) of those that keep it late or behind."""
    tasks: tuple[int, ...]


class UnitLine(_Frozen):
    """A unit's tasks (单位情况)."""

    unit_id: int
    name: str
    local: bool
    """县区 rather than 市直."""
    tasks: tuple[int, ...]
    closed: tuple[int, ...]
    late: tuple[int, ...]
    returned: int
    urged: int
    filed_late: int = 0
    rank: int | None = None
    """None where it has too few tasks to be ranked."""
    before: str = ""
    """Its share in the bulletin before."""

    @property
    def share(self) -> str:
        """办结率."""
        return spoken_percent(Fraction(100 * len(self.closed), len(self.tasks)))

    @property
    def exact(self) -> Fraction:
        """The same, to rank by."""
        return Fraction(len(self.closed), len(self.tasks))


class FilingLine(_Frozen):
    """A form that was filed late, poorly or not at all (报送情况)."""

    unit_id: int
    name: str
    form: str
    fault: str
    """未报, 迟报 or 质量差."""
    note: str


class Figures(_Frozen):
    """Everything that a bulletin counts (通报数据)."""

    as_of: datetime
    head_seq: int
    head_hash: str
    office: str = "市"
    """Whose figures they are: its level says what units are called."""
    least: int
    """Units with fewer tasks are listed and not ranked."""
    rows: tuple[RowLine, ...]
    units: tuple[UnitLine, ...]
    filings: tuple[FilingLine, ...]
    before: str = ""
    """The number of the bulletin that it is compared with."""
    classes_before: dict[Pace, int] = {}
    again: tuple[int, ...] = ()
    """Units named in the bulletin before as well."""
    findings: tuple[FindingLine, ...] = ()
    """What inspections have found since that bulletin."""

    @property
    def classes(self) -> list[tuple[Pace, int, str]]:
        """(class, rows, share): every row in exactly one. Raises ValueError if the sum were another."""
        counts = classes(row.pace for row in self.rows)
        if sum(counts.values()) != len(self.rows):
            raise ValueError("classes of rows do not add up")
        return [(pace, n, spoken_percent(Fraction(100 * n, max(len(self.rows), 1)))) for pace, n in counts.items()]

    def told(self) -> dict[int, list[str]]:
        """What is said of every unit that is named for something wanting."""
        found: dict[int, list[str]] = defaultdict(list)
        for row in self.rows:
            for unit_id, _, days in row.culprits:
                said = (
                    f"逾期 {days} 天"
                    if row.pace is Pace.LATE
                    else f"{row.pace.word}（应达 {row.wanted}，实际 {row.reached}）"
                )
                found[unit_id].append(f"第 {row.number} 条“{quoted(row.text)}”：{said}")
        for line in self.filings:
            found[line.unit_id].append(f"《{line.form}》：{line.fault}（{line.note}）")
        for one in self.findings:
            found[one.unit_id].append(f"检查第 {one.number} 条“{quoted(one.text)}”：{one.judgement}，{one.category}")
        return dict(found)

    def parts(self) -> list[tuple[str, list[UnitLine]]]:
        """县区 and 市直 apart, each in the order of its ranks; who is not ranked comes last."""
        sides = sides_of(self.office)
        halves = ((sides.below, True), (sides.own, False))
        ordered = sorted(self.units, key=lambda unit: (unit.rank is None, unit.rank or 0))
        return [(word, found) for word, local in halves if (found := [u for u in ordered if u.local is local])]


def figures(session: Session, ledger: Ledger, *, as_of: datetime, least: int, last: Figures | None = None, number: str = "") -> Figures:  # fmt: skip
    """Count a ledger as it was at a moment, beside the bulletin before. Raises NotInState before it was published."""
    if ledger.published_at is None or ledger.published_at > as_of:
        raise NotInState(f"《{ledger.title}》在所选时点还没有发布，没有可以通报的情况。")
    units, today = units_at(session, as_of), rulebook(session, as_of).clock(ledger.id, day_of(as_of))
    tasks = tasks_at(session, as_of, Task.ledger_id == ledger.id)
    filings = _filings(session, ledger, as_of)
    seq = last_by(session, as_of)
    found = Figures(
        as_of=as_of, head_seq=seq, head_hash=session.get_one(AuditEvent, seq).hash, office=ledger.office.name, least=least,
        rows=tuple(_rows(session, ledger, tasks, units, today)), units=(), filings=tuple(filings), before=number,
        classes_before={pace: count for pace, count, _ in last.classes} if last else {},
        findings=findings(session, ledger, last.as_of if last else None, as_of),
    )  # fmt: skip
    shares = {unit.unit_id: unit.share for unit in last.units} if last else {}
    again = sorted(found.told().keys() & last.told().keys()) if last else []
    lines = _units(tasks, units, today, filings, shares)
    return found.model_copy(update={"units": tuple(_ranked(lines, least)), "again": tuple(again)})


def _rows(session: Session, ledger: Ledger, tasks: Sequence[TaskThen], units: dict[int, UnitThen], today: date) -> list[RowLine]:  # fmt: skip
    wanted = select(LedgerItem).where(LedgerItem.ledger_id == ledger.id).order_by(LedgerItem.position)
    items = session.scalars(wanted.options(selectinload(LedgerItem.parties).selectinload(ItemParty.units))).all()
    by_item: dict[int, list[TaskThen]] = defaultdict(list)
    for task in tasks:
        by_item[task.item_id].append(task)
    lines = [_row(item, by_item[item.id], units, ledger.year, today) for item in items if by_item[item.id]]
    return sorted(lines, key=lambda row: (WORST.index(row.pace), -row.late_days))


def _row(item: LedgerItem, tasks: list[TaskThen], units: dict[int, UnitThen], year: int, today: date) -> RowLine:
    pace = pace_of(tasks, today, more=more_to_come(item.recurrence, item.due, year, today))
    running = [task for task in tasks if task.paused_at is None] or tasks
    unsettled = [task for task in running if not settled(task)]
    culprits = _culprits(pace, unsettled, units, today)
    return RowLine(
        item_id=item.id,
        number=item.number,
        text=item.text,
        leads=tuple(units[unit.id].name for unit in item.units(Part.LEAD) if unit.id in units),
        units=tuple(units[unit.id].name for unit in item.units(Part.RESPONSIBLE) if unit.id in units),
        due=min((task.due for task in unsettled), default=max(task.due for task in tasks)),
        wanted=_mean(wanted(task, today) for task in running),
        reached=_mean(Fraction(come(task.status, task.progress)) for task in running),
        pace=pace,
        late_days=max((days for _, _, days in culprits), default=0) if pace is Pace.LATE else 0,
        culprits=tuple(culprits),
        tasks=tuple(task.id for task in tasks),
    )


def _culprits(pace: Pace, unsettled: list[TaskThen], units: dict[int, UnitThen], today: date) -> list[tuple[int, str, int]]:  # fmt: skip
    """Who keeps a row late: whose task is past its date; who keeps it behind: whose own work is."""
    found: dict[int, int] = {}
    for task in unsettled:
        days = (today - task.due).days
        slow = wanted(task, today) - come(task.status, task.progress) > TOLERANCE
        if (pace is Pace.LATE and days > 0) or (pace is Pace.BEHIND and slow):
            found[task.unit_id] = max(days, found.get(task.unit_id, 0), 0)
    order = {unit_id: place for place, unit_id in enumerate(units)}
    return [(unit_id, units[unit_id].name, found[unit_id]) for unit_id in sorted(found, key=lambda one: order[one])]


def _mean(shares: Iterable[Fraction]) -> str:
    found = list(shares)
    return spoken_percent(sum(found, Fraction(0)) / len(found))


def _units(
    tasks: Sequence[TaskThen], units: dict[int, UnitThen], today: date, filings: Sequence[FilingLine], shares: dict[int, str]
) -> list[UnitLine]:  # fmt: skip
    by_unit: dict[int, list[TaskThen]] = defaultdict(list)
    for task in tasks:
        by_unit[task.unit_id].append(task)
    late = {unit_id: sum(f.unit_id == unit_id and f.fault != "质量差" for f in filings) for unit_id in by_unit}
    return [
        UnitLine(
            unit_id=unit.id,
            name=unit.name,
            local=unit.kind in LOCAL,
            tasks=tuple(task.id for task in by_unit[unit.id]),
            closed=tuple(task.id for task in by_unit[unit.id] if settled(task)),
            late=tuple(t.id for t in by_unit[unit.id] if not settled(t) and t.paused_at is None and t.due < today),
            returned=sum(task.returns for task in by_unit[unit.id]),
            urged=sum(task.urgings for task in by_unit[unit.id]),
            filed_late=late[unit.id],
            before=shares.get(unit.id, ""),
        )
        for unit in units.values()
        if unit.id in by_unit
    ]


def _ranked(lines: Sequence[UnitLine], least: int) -> list[UnitLine]:
    """Ranks by 办结率 within each half, ties sharing one (1, 1, 3); who has too few tasks gets none."""
    found = []
    for unit in lines:
        rivals = [one.exact for one in lines if one.local is unit.local and len(one.tasks) >= least]
        rank = 1 + sum(share > unit.exact for share in rivals) if len(unit.tasks) >= least else None
        found.append(unit.model_copy(update={"rank": rank}))
    return found


def _filings(session: Session, ledger: Ledger, as_of: datetime) -> list[FilingLine]:
    """What was wanting in the newest round that was due by then."""
    due = (FilingRound.ledger_id == ledger.id, FilingRound.due < day_of(as_of), FilingRound.opened_at <= as_of)
    row = session.scalars(
        select(FilingRound).where(*due).order_by(FilingRound.due.desc(), FilingRound.id.desc())
    ).first()
    if row is None:
        return []
    found = []
    for line in board(session, row, as_of=as_of).first:
        about: dict[str, Any] = {"unit_id": line.unit.id, "name": line.unit.name, "form": row.title}
        if not line.filed and line.filed_at is None:
            found.append(FilingLine(**about, fault="未报", note=f"应于{spoken(row.due)}前报送"))
        elif line.late and line.filed_at is not None:
            days = (day_of(line.filed_at) - row.due).days
            found.append(FilingLine(**about, fault="迟报", note=f"{spoken(day_of(line.filed_at))}报送，迟 {days} 天"))
        if line.returned:
            found.append(FilingLine(**about, fault="质量差", note=f"被退回 {line.returned} 次"))
    order = ("未报", "迟报", "质量差")
    return sorted(found, key=lambda one: order.index(one.fault))


def moment_of(day: date | None, now: datetime) -> datetime:
    """The end of a day that is over, else now."""
    return now if day is None or end_of(day) >= now else end_of(day)
