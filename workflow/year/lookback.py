"""The facts of a look-back (回头看取数): one frozen value of a whole ledger as of a moment; nothing behind it reads rows."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from workflow.ledgers.models import ItemParty, Ledger, LedgerItem
from workflow.ledgers.words import Part
from workflow.office.models import Unit
from workflow.record.calendar import day_of
from workflow.record.models import AuditEvent, Registration
from workflow.record.showing import spoken_duty
from workflow.tasks.events import ACTS
from workflow.tasks.lighting import light_now, rulebook, situation_of
from workflow.tasks.lights import Light
from workflow.tasks.models import Evidence, Packet, PacketRevision, Task
from workflow.tasks.words import Action, PacketState, Status, TaskOutcome


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
    packet: SealedPacket | None
    evidence: tuple[tuple[str, str], ...]
    """(name, SHA-256) of the files that stand."""

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

    number: str
    section: tuple[str, ...]
    text: str
    requirement: str
    responsibility: str
    leads: tuple[str, ...]
    deadline_text: str
    follows: str
    """Which row of an earlier ledger it carries on, and how far that came; empty where none is confirmed."""
    tasks: tuple[TaskLine, ...]

    @property
    def done(self) -> int:
        """How many of its tasks are closed."""
        return sum(task.done for task in self.tasks)


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
    items: tuple[ItemLine, ...]
    events: tuple[dict[str, object], ...]
    """The audit trail of the ledger's tasks, as recorded."""
    head_seq: int
    head_hash: str

    @property
    def tasks(self) -> list[TaskLine]:
        """Every task, row by row."""
        return [task for item in self.items for task in item.tasks]


def look_back(session: Session, ledger_id: int, *, as_of: datetime) -> LookBack:
    """Read everything a dossier says, in a fixed number of queries."""
    ledger = session.get_one(Ledger, ledger_id)
    items = session.scalars(
        select(LedgerItem)
        .where(LedgerItem.ledger_id == ledger_id)
        .options(selectinload(LedgerItem.parties).selectinload(ItemParty.units))
        .order_by(LedgerItem.position)
    ).all()
    earlier = _earlier(session, ledger_id)
    lines = _task_lines(session, ledger_id, day_of(as_of))
    events = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.task_id.in_(select(Task.id).where(Task.ledger_id == ledger_id)))
        .order_by(AuditEvent.seq)
    ).all()
    head = session.execute(select(AuditEvent.seq, AuditEvent.hash).order_by(AuditEvent.seq.desc()).limit(1)).one()
    return LookBack(
        ledger_id=ledger.id,
        title=ledger.title,
        year=ledger.year,
        issuer=ledger.issuer or ledger.office.name,
        document_number=ledger.document_number or "",
        office=ledger.office.name,
        source_name=ledger.source.name,
        source_sha256=ledger.source.sha256,
        as_of=as_of,
        items=tuple(_item_line(item, lines.get(item.id, []), earlier.get(item.follows_id, "")) for item in items),
        events=tuple(_event(event) for event in events),
        head_seq=head.seq,
        head_hash=head.hash,
    )


def _earlier(session: Session, ledger_id: int) -> dict[int | None, str]:
    """How far the rows came that this ledger's rows carry on, by their ids."""
    followed = select(LedgerItem.follows_id).where(LedgerItem.ledger_id == ledger_id)
    closed = func.count().filter(Task.status == Status.CLOSED)
    rows = session.execute(
        select(LedgerItem.id, LedgerItem.number, Ledger.year, func.count(Task.id), closed)
        .join(Ledger, Ledger.id == LedgerItem.ledger_id)
        .join(Task, Task.item_id == LedgerItem.id, isouter=True)
        .where(LedgerItem.id.in_(followed))
        .group_by(LedgerItem.id, LedgerItem.number, Ledger.year)
    )
    return {
        item_id: f"承接 {year} 年第 {number} 条（当年销号 {done}/{tasks}）"
        for item_id, number, year, tasks, done in rows
    }


def _item_line(item: LedgerItem, tasks: list[TaskLine], follows: str) -> ItemLine:
    return ItemLine(
        number=item.number,
        section=tuple(item.section),
        text=item.text,
        requirement=item.requirement or "",
        responsibility=spoken_duty(item.responsibility_text),
        leads=tuple(unit.name for unit in item.units(Part.LEAD)),
        deadline_text=item.deadline_text or "",
        follows=follows,
        tasks=tuple(tasks),
    )


def _task_lines(session: Session, ledger_id: int, today: date) -> dict[int, list[TaskLine]]:
    returns, packets = _returns(session, ledger_id), _packets(session, ledger_id)
    files, book = _files(session, ledger_id), rulebook(session)
    rows = session.execute(
        select(Task, Unit.name).join(Unit, Unit.id == Task.unit_id).where(Task.ledger_id == ledger_id)
        .order_by(Task.item_id, Unit.position, Task.period)
    )  # fmt: skip
    found: dict[int, list[TaskLine]] = defaultdict(list)
    for task, unit in rows:
        situation = situation_of(task)
        line = TaskLine(
            task_id=task.id,
            unit=unit,
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
            returns=returns.get(task.id, 0),
            packet=packets.get(task.id),
            evidence=tuple(files.get(task.id, ())),
        )
        found[task.item_id].append(line)
    return found


def _returns(session: Session, ledger_id: int) -> dict[int, int]:
    counts: dict[int, int] = defaultdict(int)
    back = [ACTS[action].name for action in (Action.SEND_BACK, Action.STEP_BACK)]
    sent = select(AuditEvent.task_id).join(Task, Task.id == AuditEvent.task_id)
    for task_id in session.scalars(sent.where(Task.ledger_id == ledger_id, AuditEvent.kind.in_(back))):
        counts[task_id or 0] += 1
    return counts


def _packets(session: Session, ledger_id: int) -> dict[int, SealedPacket]:
    newest = (
        select(Packet.task_id, Packet.number, PacketRevision.sha256, PacketRevision.size, Registration.text)
        .join(PacketRevision, PacketRevision.packet_id == Packet.id)
        .join(Registration, Registration.sha256 == PacketRevision.sha256, isouter=True)
        .join(Task, Task.id == Packet.task_id)
        .where(Task.ledger_id == ledger_id, Packet.state == PacketState.COMPLETE)
        .order_by(PacketRevision.id)
    )
    return {
        row.task_id: SealedPacket(row.number, row.sha256, row.size, row.text or "") for row in session.execute(newest)
    }


def _files(session: Session, ledger_id: int) -> dict[int, list[tuple[str, str]]]:
    standing = (
        select(Evidence.task_id, Evidence.name, Evidence.sha256)
        .join(Task, Task.id == Evidence.task_id)
        .where(Task.ledger_id == ledger_id, Evidence.removed_at.is_(None), Evidence.sha256.is_not(None))
        .order_by(Evidence.id)
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in session.execute(standing):
        found[row.task_id].append((row.name, row.sha256 or ""))
    return found


def _event(event: AuditEvent) -> dict[str, object]:
    names = ("seq", "at", "kind", "actor_id", "actor_name", "task_id", "prev_hash", "hash")
    return {**{name: getattr(event, name) for name in names}, "data": json.loads(event.data)}
