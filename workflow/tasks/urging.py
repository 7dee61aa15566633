"""Pressing whoever a matter waits for (催办): once a day, visible in the history, never a decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.office.desks import Turn
from workflow.office.models import Unit, User
from workflow.office.notices import tell_units
from workflow.office.words import NoticeKind
from workflow.record import audit
from workflow.record.audit import Entry
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import Forbidden, NotInState
from workflow.record.models import AuditEvent
from workflow.record.text import clean_line
from workflow.tasks.case import awaited_besides, case_of
from workflow.tasks.events import URGED, Urged
from workflow.tasks.holding import CLOSED_YEAR, hold, hold_all
from workflow.tasks.lists.lighting import light_now, overdue, rulebook
from workflow.tasks.models import Awaiting, Matter, Task
from workflow.tasks.opening import all_opened
from workflow.tasks.permissions import is_lead_reviewer, is_office
from workflow.tasks.words import Status

WORDS_LIMIT = 120


def urge(session: Session, task: Task, words: str, *, by: User, at: datetime) -> int:
    """Tell everybody the task waits for to go on; returns how often it was urged. Raises Forbidden, NotInState."""
    hold(session, task)
    case = case_of(session, task)
    if not (is_office(case, by) or is_lead_reviewer(case, by)):
        raise Forbidden("只有办公室和牵头单位可以催办。")
    if task.status is Status.CLOSED:
        raise NotInState("此件已经办结，不需要催办。")
    book = rulebook(session)
    if task.ledger_id in book.closed:
        raise NotInState(CLOSED_YEAR)
    if task.paused_at is not None:
        raise NotInState("此件已挂账，恢复办理后才能催办。")
    others = awaited_besides(case, by)
    if not others:
        raise NotInState("此件正在等您自己办理，不需要催办。")
    if _urged_today(session, task, at=at):
        raise NotInState("此件今天已经催办过，每天只催办一次。")
    count = session.scalars(select(func.count()).where(*_urged(task))).one() + 1
    words = clean_line(words, limit=WORDS_LIMIT)
    state = light_now(book, task, day_of(at)).word
    text = f"【{NoticeKind.URGING.word}】{by.unit.name} {by.name}：{task.name}{state}，请尽快办理。{words}"
    tell_units(session, others, text, by=by, at=at, task=task, kind=NoticeKind.URGING)
    units = session.scalars(select(Unit.name).where(Unit.id.in_({turn.unit_id for turn in others})))
    told = Urged(round=task.round, unit=by.unit.name, told=sorted(units), count=count, opinion=words)
    audit.record(session, URGED, told, subject=task.id, by=by, at=at)
    return count


def urge_late(session: Session, ledger_id: int, *, by: User, at: datetime) -> int:
    """Urge every overdue task of a ledger that was not urged today; returns how many. Raises NotInState."""
    all_opened(session, ledger_id)
    late = select(Task).where(Task.ledger_id == ledger_id, overdue(Task, day_of(at)))
    done = 0
    for task in session.scalars(late.order_by(Task.id)).all():
        try:
            urge(session, task, "", by=by, at=at)
            done += 1
        except NotInState:
            continue  # urged today already, or it waits for the office itself
    return done


def urge_matters(session: Session, matters: Sequence[Matter], *, by: User, at: datetime) -> int:
    """Press all of these of one kind that have not come up to the office, each once a day; returns how many.

    Whether ``by`` may do so is the caller's to ask. A handful of statements, however many there are.
    """
    waiting = [one for one in matters if one.status not in (Status.UNIT_APPROVED, Status.CLOSED)]
    if not waiting:
        return 0
    hold_all(session, waiting)
    kind = URGED.of(waiting[0].matter)
    counts, today = _pressed(session, kind.name, [one.id for one in waiting], at)
    pressed = [one for one in waiting if one.id not in today]
    turns: dict[int, list[Turn]] = {}
    for one in session.scalars(select(Awaiting).where(Awaiting.task_id.in_([each.id for each in pressed]))):
        turns.setdefault(one.task_id, []).append(Turn(one.unit_id, one.role, one.user_id))
    entries = []
    for matter in pressed:
        late = f"，已逾期 {(day_of(at) - matter.due).days} 天" if day_of(at) > matter.due else ""
        text = f"【{NoticeKind.URGING.word}】{by.unit.name} {by.name}：请于{spoken(matter.due)}前报送{matter.about}{late}。"
        tell_units(session, turns.get(matter.id, ()), text, by=by, at=at, task=matter, kind=NoticeKind.URGING)
        told = Urged(round=matter.round, unit=by.unit.name, told=[matter.unit.name], count=counts.get(matter.id, 0) + 1)
        entries.append(Entry(kind, told, matter.id))
    audit.record_many(session, entries, by=by, at=at)
    return len(entries)


def _pressed(session: Session, kind: str, ids: Sequence[int], at: datetime) -> tuple[dict[int, int], set[int]]:
    """How often each matter was pressed, and which of them today."""
    counts: dict[int, int] = {}
    today: set[int] = set()
    told = select(AuditEvent.task_id, AuditEvent.at).where(AuditEvent.task_id.in_(ids), AuditEvent.kind == kind)
    for found, when in session.execute(told):
        number = found or 0
        counts[number] = counts.get(number, 0) + 1
        if day_of(datetime.fromisoformat(when)) == day_of(at):
            today.add(number)
    return counts, today


def _urged_today(session: Session, task: Task, *, at: datetime) -> bool:
    last = session.scalars(select(AuditEvent.at).where(*_urged(task)).order_by(AuditEvent.seq.desc()).limit(1)).first()
    return last is not None and day_of(datetime.fromisoformat(last)) == day_of(at)


def _urged(task: Task) -> tuple[Any, ...]:
    return AuditEvent.task_id == task.id, AuditEvent.kind == URGED.name
