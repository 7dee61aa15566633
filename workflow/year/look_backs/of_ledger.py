"""The facts of a look-back (回头看取数): one frozen value of a whole ledger as of a moment; nothing behind it reads rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from workflow.ledgers.deadlines import more_to_come
from workflow.ledgers.models import ItemParty, Ledger, LedgerItem
from workflow.ledgers.words import Part
from workflow.office.asof import UnitThen, units_at
from workflow.office.words import UnitKind
from workflow.record.asof import last_by
from workflow.record.calendar import day_of, spoken_moment
from workflow.record.errors import NotInState
from workflow.record.models import AuditEvent, Registration
from workflow.record.showing import spoken_duty
from workflow.tasks.lists.lighting import Rulebook, light_now, rulebook, situation_of
from workflow.tasks.lists.lights import Light
from workflow.tasks.models import Packet, PacketRevision, Task
from workflow.tasks.past.asof import TaskThen, tasks_at
from workflow.tasks.progress import Pace, pace_of
from workflow.tasks.words import Status, TaskOutcome
from workflow.year.year_end.following import earlier_rows, later_rows

Units = dict[int, UnitThen]
LOCAL = frozenset({UnitKind.COUNTY, UnitKind.TOWN, UnitKind.ZONE})
"""Kinds of units that are listed and ranked apart from those of the city itself."""
APPROVED = frozenset(list(Status)[list(Status).index(Status.UNIT_APPROVED) :])
"""A task's unit has approved what it shows."""


@dataclass(frozen=True)
class SealedPacket:
    """A complete packet as registered (证据包)."""

    number: str
    sha256: str
    size: int
    registration: str
    """What is vouched for beside it; empty for one of before registrations."""


@dataclass(frozen=True)
class TaskLine:
    """One unit's share of a row (承办情况)."""

    task_id: int
    unit: str
    local: bool
    """Whether the unit is a county, a town or a zone: those are listed and ranked apart."""
    kind: str
    period: str
    due: date
    due_reason: str
    status: Status
    outcome: TaskOutcome
    paused: bool
    closed_on: date | None
    light: Light
    """As of the look-back, by the ledger's own rules."""
    late_days: int
    """Days past the deadline: of a closed task when it was closed, of an open one as of the look-back; else 0."""
    returns: int
    urgings: int
    packet: SealedPacket | None
    evidence: tuple[tuple[str, str], ...]
    """(name, SHA-256) of the files that its unit had approved; what nobody approved is none of it."""

    @property
    def done(self) -> bool:
        """True once the task is closed."""
        return self.status is Status.CLOSED

    @property
    def standing(self) -> str:
        """The status in words, with what is out of the ordinary about it."""
        if self.paused:
            return f"{self.status.word}（挂账）"
        return self.status.word + (f"（{self.outcome.word}）" if self.outcome is not TaskOutcome.DONE else "")

    @property
    def lateness(self) -> str:
        """How late it was closed, or what its light says of it while it is open; empty where it is not late."""
        if not self.late_days:
            return ""
        return f"逾期 {self.late_days} 天" if self.done else self.light.word


@dataclass(frozen=True)
class ItemLine:
    """One row with its tasks (条目情况)."""

    item_id: int
    number: str
    section: tuple[str, ...]
    text: str
    requirement: str
    responsibility: str
    leads: tuple[str, ...]
    deadline_text: str
    follows: str
    """Which row of an earlier ledger it carries on, and how far that came; empty where none is confirmed."""
    carried: str
    """Which row of a later ledger carries it on; empty where none does yet."""
    tasks: tuple[TaskLine, ...]
    pace: Pace
    """How the row stands to the time gone by; 已办结 is 销号."""

    @property
    def done(self) -> int:
        """How many of its tasks are closed."""
        return sum(task.done for task in self.tasks)

    @property
    def struck(self) -> str:
        """Whether the row is 销号, and how many of its tasks are closed, in words."""
        return f"{'已' if self.pace is Pace.SETTLED else '未'}销号（办结 {self.done}/{len(self.tasks)} 件）"


@dataclass(frozen=True)
class LookBack:
    """A ledger looked back upon (回头看)."""

    ledger_id: int
    title: str
    year: int
    issuer: str
    document_number: str
    office: str
    source_name: str
    source_sha256: str
    as_of: datetime
    unit: str
    """The one unit whose share it tells; empty where it tells all."""
    units: tuple[str, ...]
    """Every unit that there was, in the order of the directory."""
    items: tuple[ItemLine, ...]
    head_seq: int
    head_hash: str

    @property
    def tasks(self) -> list[TaskLine]:
        """Every task, row by row."""
        return [task for item in self.items for task in item.tasks]


def look_back(session: Session, ledger_id: int, *, as_of: datetime, unit_id: int | None = None) -> LookBack:
    """A ledger's rows and tasks as they were at a moment, of one unit or of all, in a fixed number of queries.

    Raises NotInState before the ledger was published.
    """
    ledger, units = session.get_one(Ledger, ledger_id), units_at(session, as_of)
    if ledger.published_at is None or ledger.published_at > as_of:
        raise NotInState(f"《{ledger.title}》到{spoken_moment(as_of)}还没有发布，没有可以回头看的情况。")
    tasks = tasks_at(session, as_of, Task.ledger_id == ledger_id)
    if unit_id is not None:
        tasks = [task for task in tasks if task.unit_id == unit_id]
    shared = {task.item_id for task in tasks}
    items = [item for item in _items(session, ledger_id) if unit_id is None or item.id in shared]
    last = last_by(session, as_of)
    office = units[ledger.office_id].name
    return LookBack(
        ledger_id=ledger.id,
        title=ledger.title,
        year=ledger.year,
        issuer=ledger.issuer or office,
        document_number=ledger.document_number or "",
        office=office,
        source_name=ledger.source.name,
        source_sha256=ledger.source.sha256,
        as_of=as_of,
        unit=units[unit_id].name if unit_id is not None else "",
        units=tuple(unit.name for unit in units.values()),
        items=_item_lines(session, ledger, items, tasks, units, as_of),
        head_seq=last,
        head_hash=session.get_one(AuditEvent, last).hash,
    )


def _items(session: Session, ledger_id: int) -> Sequence[LedgerItem]:
    """The rows of a ledger with their units."""
    wanted = select(LedgerItem).where(LedgerItem.ledger_id == ledger_id).order_by(LedgerItem.position)
    return session.scalars(wanted.options(selectinload(LedgerItem.parties).selectinload(ItemParty.units))).all()


def _item_lines(
    session: Session, ledger: Ledger, items: list[LedgerItem], tasks: list[TaskThen], units: Units, as_of: datetime
) -> tuple[ItemLine, ...]:
    earlier, later = earlier_rows(session, ledger.id, as_of), later_rows(session, ledger.id, as_of)
    book = rulebook(session, as_of)
    lines = _task_lines(session, ledger.id, tasks, units, book, day_of(as_of))
    paces = _paces(ledger, items, tasks, book.clock(ledger.id, day_of(as_of)))
    return tuple(
        _item_line(
            item, lines.get(item.id, []), paces[item.id], units,
            follows=earlier.get(item.follows_id, ""), carried=later.get(item.id, ""),
        )
        for item in items
    )  # fmt: skip


def _paces(ledger: Ledger, items: Iterable[LedgerItem], tasks: list[TaskThen], today: date) -> dict[int, Pace]:
    """The class of every row."""
    by_item: dict[int, list[TaskThen]] = defaultdict(list)
    for task in tasks:
        by_item[task.item_id].append(task)
    return {
        item.id: pace_of(by_item[item.id], today, more=more_to_come(item.recurrence, item.due, ledger.year, today))
        for item in items
    }


def _item_line(
    item: LedgerItem, tasks: list[TaskLine], pace: Pace, units: Units, *, follows: str, carried: str
) -> ItemLine:
    return ItemLine(
        item_id=item.id,
        number=item.number,
        section=tuple(item.section),
        text=item.text,
        requirement=item.requirement or "",
        responsibility=spoken_duty(item.responsibility_text),
        leads=tuple(units[unit.id].name for unit in item.units(Part.LEAD) if unit.id in units),
        deadline_text=item.deadline_text or "",
        follows=follows,
        carried=carried,
        tasks=tuple(tasks),
        pace=pace,
    )


def _task_lines(
    session: Session, ledger_id: int, tasks: list[TaskThen], units: Units, book: Rulebook, today: date
) -> dict[int, list[TaskLine]]:
    vouched = _registrations(session, ledger_id)
    order = {unit_id: place for place, unit_id in enumerate(units)}
    found: dict[int, list[TaskLine]] = defaultdict(list)
    for task in sorted(tasks, key=lambda task: (order[task.unit_id], task.period)):
        found[task.item_id].append(_task_line(task, units[task.unit_id], book, vouched, today))
    return found


def _task_line(task: TaskThen, unit: UnitThen, book: Rulebook, vouched: dict[str, str], today: date) -> TaskLine:
    situation, packet = situation_of(book, task), task.packet
    return TaskLine(
        task_id=task.id,
        unit=unit.name,
        local=unit.kind in LOCAL,
        kind=task.kind.word,
        period=task.period,
        due=task.due,
        due_reason=task.due_reason,
        status=task.status,
        outcome=task.outcome,
        paused=task.paused_at is not None,
        closed_on=situation.closed_on,
        light=light_now(book, task, today),
        late_days=situation.days_late(today),
        returns=task.returns,
        urgings=task.urgings,
        packet=SealedPacket(packet.number, packet.sha256, packet.size, vouched.get(packet.sha256, ""))
        if packet
        else None,
        evidence=tuple((one.name, one.sha256) for one in task.evidence if one.sha256 and task.status in APPROVED),
    )


def _registrations(session: Session, ledger_id: int) -> dict[str, str]:
    """What is vouched for beside the sealed packets of a ledger, by the digest of the file."""
    sealed = (
        select(PacketRevision.sha256)
        .join(Packet, Packet.id == PacketRevision.packet_id)
        .join(Task, Task.id == Packet.task_id)
        .where(Task.ledger_id == ledger_id)
    )
    known = select(Registration.sha256, Registration.text).where(Registration.sha256.in_(sealed))
    return {row.sha256: row.text for row in session.execute(known)}
