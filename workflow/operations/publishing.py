"""Publishing a ledger (发布交办): one task a row, unit and period, all or nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from workflow import audit
from workflow.binding import content_digest
from workflow.deadlines import Deadline, effective, periods
from workflow.errors import Incomplete, Stale
from workflow.models import ItemParty, Ledger, LedgerItem, Task, Unit, User
from workflow.operations.drafting import editable
from workflow.operations.notices import tell_units
from workflow.operations.seating import await_next
from workflow.roles import Turn, case_of
from workflow.settings import ZONE
from workflow.vocabulary import Part, Role, TaskKind


@dataclass(frozen=True)
class Published:
    """What publishing opened (发布结果)."""

    items: int
    tasks: int
    units: int


def obstacles(ledger: Ledger) -> list[str]:
    """Everything that keeps a draft from being published, one sentence each."""
    found = []
    for item in ledger.items:
        found += [
            f"第 {item.number} 条的{party.part.word}「{party.phrase}」还没有认定单位。"
            for party in item.parties
            if not party.units
        ]
        if not item.parties:
            found.append(f"第 {item.number} 条没有任何牵头单位或责任单位，请补上单位或删去这一条。")
    if not ledger.items:
        found.append("台账里没有任何条目。")
    return found


def publish(session: Session, ledger: Ledger, *, by: User, at: datetime) -> Published:
    """Freeze the rows and open their tasks in the caller's one transaction.

    Raises Incomplete with every obstacle; then nothing is published.
    """
    editable(ledger, by)
    missing = obstacles(ledger)
    if missing:
        more = f"（另有 {len(missing) - 5} 处）" if len(missing) > 5 else ""
        raise Incomplete("还不能发布：" + "".join(missing[:5]) + more)
    won = session.execute(
        update(Ledger)
        .where(Ledger.id == ledger.id, Ledger.published_at.is_(None))
        .values(published_at=at, published_by_id=by.id)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(f"《{ledger.title}》刚刚已由他人发布，请刷新页面查看。")
    session.refresh(ledger, ["published_at", "published_by_id"])
    frozen = {item.number: {p.phrase: [u.name for u in p.units] for p in item.parties} for item in ledger.items}
    audit.record(
        session,
        "ledger.published",
        by=by,
        at=at,
        data={"ledger_id": ledger.id, "title": ledger.title, "source_sha256": ledger.source.sha256, "units": frozen},
    )
    tasks = open_tasks(session, ledger, by=by, at=at)
    return Published(len(ledger.items), len(tasks), len({task.unit_id for task in tasks}))


def forecast(ledger: Ledger, *, at: datetime) -> Counter[Unit]:
    """How many tasks publishing would open for each unit today; periods that open later are not counted."""
    today = at.astimezone(ZONE).date()
    counts: Counter[Unit] = Counter()
    for item in ledger.items:
        terms = len(_terms(ledger, item, today))
        counts.update({unit: terms for unit, _ in _bearers(ledger, item)})
    return counts


def open_tasks(session: Session, ledger: Ledger, *, by: User | None, at: datetime) -> list[Task]:
    """Open every task of a published ledger whose time has come and that is not open yet, and tell the units.

    Called at publishing, and again each day for the periods that open later; doing it twice opens nothing twice.
    """
    today = at.astimezone(ZONE).date()
    known = {
        (row.item_id, row.unit_id, row.period)
        for row in session.execute(select(Task.item_id, Task.unit_id, Task.period).where(Task.ledger_id == ledger.id))
    }
    opened = [
        task
        for item in ledger.items
        for task in _tasks_of(ledger, item, today, at)
        if (task.item_id, task.unit_id, task.period) not in known
    ]
    for task in opened:
        _open(session, task, by=by, at=at)
    counts = Counter(task.unit_id for task in opened)
    for unit_id, count in counts.items():
        desks = [Turn(unit_id, Role.HANDLER), Turn(unit_id, Role.UNIT_HEAD)]
        tell_units(session, desks, f"《{ledger.title}》交办 {count} 项任务，请及时办理。", at=at, ledger_id=ledger.id)
    return opened


def open_due_periods(session: Session, *, at: datetime) -> int:
    """Open the period tasks that have come due for opening in every published ledger; returns how many."""
    published = select(Ledger).where(Ledger.published_at.is_not(None))
    with_units = published.options(
        selectinload(Ledger.items).selectinload(LedgerItem.parties).selectinload(ItemParty.units)
    )
    return sum(len(open_tasks(session, ledger, by=None, at=at)) for ledger in session.scalars(with_units))


def _open(session: Session, task: Task, *, by: User | None, at: datetime) -> None:
    session.add(task)
    session.flush()
    data = {
        "to": task.status.value,
        "round": task.round,
        "version": task.version,
        "content_digest": task.content_digest,
        "item": task.item.number,
        "unit": task.unit.name,
        "period": task.period,
        "due": task.due.isoformat(),
        "due_reason": task.due_reason,
    }
    audit.record(session, "task.assigned", by=by, at=at, data=data, task_id=task.id)
    await_next(session, case_of(session, task), at=at)


def _tasks_of(ledger: Ledger, item: LedgerItem, today: date, at: datetime) -> list[Task]:
    terms = _terms(ledger, item, today)
    return [
        Task(
            ledger_id=ledger.id,
            item=item,
            item_id=item.id,
            unit=unit,
            unit_id=unit.id,
            kind=kind,
            period=label,
            due=deadline.on,
            due_reason=deadline.reason,
            content_digest=content_digest("", []),
            opened_at=at,
        )
        for unit, kind in _bearers(ledger, item)
        for label, deadline in terms
    ]


def _terms(ledger: Ledger, item: LedgerItem, today: date) -> list[tuple[str, Deadline]]:
    """(period label, deadline) pairs that are open by now: those that ended before publishing are not asked for."""
    cut = periods(item.recurrence, ledger.year) if item.due is None else []
    if not cut:
        plain = effective(
            own=item.due,
            inspection=item.inspection_on,
            report=ledger.report_due,
            year=ledger.year,
            office=ledger.office.name,
            said=item.deadline_text,
        )
        return [("", plain)]
    start = ledger.published_at.astimezone(ZONE).date() if ledger.published_at else today
    current = [period for period in cut if period.due >= start and period.opens <= today]
    # A table published after its year still asks for the last period rather than for nothing.
    wanted = current or ([cut[-1]] if cut[-1].due < start else [])
    return [(period.label, Deadline(period.due, period.reason)) for period in wanted]


def _bearers(ledger: Ledger, item: LedgerItem) -> list[tuple[Unit, TaskKind]]:
    """Who gets a task: every responsible unit, and the lead units for their summary where the ledger says so.

    Where a row names leads only, they do the work themselves.
    """
    responsible = item.units(Part.RESPONSIBLE)
    leads = [unit for unit in item.units(Part.LEAD) if unit not in responsible]
    bearers = [(unit, TaskKind.RESPONSIBLE) for unit in responsible]
    if not responsible:
        return [(unit, TaskKind.RESPONSIBLE) for unit in leads]
    if ledger.lead_tasks:
        bearers += [(unit, TaskKind.SUMMARY) for unit in leads]
    return bearers
