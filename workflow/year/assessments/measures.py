"""What an assessment counts (考核取数): every occurrence with the event, the row and the evidence behind it, as of a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from workflow.ledgers.deadlines import spoken_period
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.record.asof import last_by
from workflow.record.calendar import day_of, spoken
from workflow.record.models import AuditEvent
from workflow.record.text import quoted
from workflow.tasks.events import ACTS, URGED
from workflow.tasks.lists.lighting import rulebook, situation_of
from workflow.tasks.models import Task
from workflow.tasks.past.asof import TaskThen, tasks_at
from workflow.tasks.progress import settled
from workflow.tasks.words import Action, Status
from workflow.year.assessments.scoring import MANUAL
from workflow.year.filings.board import board
from workflow.year.filings.models import FilingRound
from workflow.year.look_backs.models import LookBackEntry, LookBackRound, Rectification
from workflow.year.look_backs.rectifying import before_rulings
from workflow.year.missives.models import Bulletin, Missive, MissiveUnit
from workflow.year.missives.register import talked

LETTERS = {"reminder": "提醒函", "supervision": "督办函", "mending": "整改通知"}


@dataclass(frozen=True)
class Trace:
    """One occurrence (依据): clause → event → row → evidence."""

    what: str
    """By its name in :data:`workflow.year.assessments.scoring.WHAT`."""
    said: str
    page: str = ""
    """The kind of page that shows the row: task, filing, missive, rectification, line."""
    number: int = 0
    seq: int = 0
    """The event in the trail; 0 where it is a date gone by and no event."""
    evidence: tuple[str, ...] = ()
    entry_id: int | None = None


Traces = dict[int, dict[str, list[Trace]]]


def traces(session: Session, ledger: Ledger, as_of: datetime) -> Traces:
    """Every occurrence of a ledger's year by unit and name, as of a moment; the same whenever it is asked."""
    found: Traces = defaultdict(lambda: defaultdict(list))
    for source in (_tasks, _filings, _missives, _talks, _rectifications, _look_backs):
        for unit_id, trace in source(session, ledger, as_of):
            found[unit_id][trace.what].append(trace)
    return found


Found = Iterator[tuple[int, Trace]]


def _tasks(session: Session, ledger: Ledger, as_of: datetime) -> Found:
    mine, book, today = Task.ledger_id == ledger.id, rulebook(session, as_of), day_of(as_of)
    rows = {n: (number, title or said or "") for n, number, title, said in session.execute(select(LedgerItem.id, LedgerItem.number, LedgerItem.title, LedgerItem.requirement).where(LedgerItem.ledger_id == ledger.id))}  # fmt: skip
    acts = _acts(session, ledger, as_of)
    for task in tasks_at(session, as_of, mine):
        number, text = rows[task.item_id]
        period = f"（{spoken_period(task.period)}）" if task.period else ""
        about = f"第 {number} 条{period}{quoted(text, 30)}"
        late = situation_of(book, task).days_late(today)
        for what, said, seq in _of_task(task, late, acts.get(task.id, {})):
            files = tuple(piece.name for piece in task.evidence)
            yield task.unit_id, Trace(what, f"{about}：{said}", "task", task.id, seq, files)


def _of_task(task: TaskThen, late: int, acts: dict[str, list[int]]) -> Iterator[tuple[str, str, int]]:
    """(what, in words, event) of one task."""
    closed = acts.get(_CLOSE, [0])[-1]
    yield "任务", f"时限{spoken(task.due)}，{task.status.word}", 0
    if settled(task):
        on = f"{spoken(day_of(task.closed_at))}办结" if task.closed_at else "经核验不涉及"
        yield "办结", on, closed
        if not late:
            yield "按期办结", on, closed
    if late:
        done = task.status is Status.CLOSED
        yield "逾期", f"时限{spoken(task.due)}，逾期 {late} 天{'办结' if done else '未办结'}", closed if done else 0
    for name, what in ((_BACK, "退回"), (URGED.name, "催办")):
        for seq in acts.get(name, ()):
            yield what, f"被{what}", seq


_CLOSE, _BACK = ACTS[Action.CLOSE].name, ACTS[Action.SEND_BACK].name


def _acts(session: Session, ledger: Ledger, as_of: datetime) -> dict[int, dict[str, list[int]]]:
    """Task → kind → the events of it."""
    wanted = (
        select(AuditEvent.task_id, AuditEvent.kind, AuditEvent.seq)
        .where(AuditEvent.task_id.in_(select(Task.id).where(Task.ledger_id == ledger.id)))
        .where(AuditEvent.kind.in_((_CLOSE, _BACK, URGED.name)), AuditEvent.seq <= last_by(session, as_of))
    )
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for task_id, kind, seq in session.execute(wanted.order_by(AuditEvent.seq)):
        found[task_id or 0][kind].append(seq)
    return found


def _filings(session: Session, ledger: Ledger, as_of: datetime) -> Found:
    due = (FilingRound.ledger_id == ledger.id, FilingRound.due < day_of(as_of), FilingRound.opened_at <= as_of)
    for row in session.scalars(select(FilingRound).where(*due).order_by(FilingRound.due, FilingRound.id)):
        for line in board(session, row, as_of=as_of).first:
            place = ("filing", line.form.id)
            filed = f"，{spoken(day_of(line.filed_at))}报送" if line.filed_at else "，未报送"
            said = f"《{row.title}》应于{spoken(row.due)}前报送{filed}"
            what = "未报" if line.filed_at is None else "迟报" if line.late else "按时报送"
            yield line.unit.id, Trace("应报", said, *place)
            yield line.unit.id, Trace(what, said, *place)
            for n in range(line.returned):
                yield line.unit.id, Trace("报送退回", f"《{row.title}》第 {n + 1} 次退回", *place)


def _missives(session: Session, ledger: Ledger, as_of: datetime) -> Found:
    wanted = (
        select(MissiveUnit).join(Missive, Missive.id == MissiveUnit.missive_id).order_by(Missive.issued_at, Missive.id)
    )
    issued = wanted.where(Missive.ledger_id == ledger.id, Missive.issued_at <= as_of)
    for row in session.scalars(issued.options(selectinload(MissiveUnit.missive))):
        paper = row.missive
        if isinstance(paper, Bulletin) and row.told and paper.corrects_id is None and not _revoked(paper, as_of):
            yield (
                row.unit_id,
                Trace("通报点名", f"{paper.number}：{row.told.splitlines()[0][:80]}", "missive", paper.id),
            )
        elif paper.matter in LETTERS and paper.corrects_id is None and not _revoked(paper, as_of):
            yield row.unit_id, Trace(LETTERS[paper.matter], f"{paper.number}《{paper.title}》", "missive", paper.id)


def _talks(session: Session, ledger: Ledger, as_of: datetime) -> Found:
    for talk in talked(session, ledger.id, as_of=as_of):
        on = f"{spoken(talk.held_on)}被约谈" if talk.held_on else "被约谈"
        yield talk.unit_id, Trace("约谈", f"{on}（{talk.letter}）", "talk", talk.matter_id)


def _revoked(paper: Missive, as_of: datetime) -> bool:
    """Whether it had been taken back by then: it counts for nothing."""
    return any(one.revokes and one.issued_at is not None and one.issued_at <= as_of for one in paper.corrected)


def _rectifications(session: Session, ledger: Ledger, as_of: datetime) -> Found:
    mine = (Rectification.ledger_id == ledger.id, Rectification.opened_at <= as_of)
    ruled = before_rulings(session, ledger.id, as_of)
    for one in session.scalars(select(Rectification).where(*mine).order_by(Rectification.id)):
        unit_id, due = ruled.get(one.id, (one.unit_id, one.due))
        closed = one.closed_at is not None and one.closed_at <= as_of
        said, place = f"{quoted(one.problem)}，时限{spoken(due)}", ("rectification", one.id)
        yield unit_id, Trace("整改", said, *place)
        if closed:
            yield unit_id, Trace("整改销号", said, *place)
        elif due < day_of(as_of):
            yield unit_id, Trace("整改逾期", said, *place)


def _look_backs(session: Session, ledger: Ledger, as_of: datetime) -> Found:
    """What was found wanting of the ledger itself or of the one of the year before, in the assessed year."""
    rounds = select(LookBackRound.id).join(Ledger, Ledger.id == LookBackRound.ledger_id)
    rounds = rounds.where(Ledger.office_id == ledger.office_id, Ledger.year.in_((ledger.year - 1, ledger.year)))
    found = select(LookBackEntry).where(LookBackEntry.look_back_id.in_(rounds), LookBackEntry.checked_at <= as_of)
    for line in session.scalars(found.order_by(LookBackEntry.id)):
        own = line.checked_at is not None and day_of(line.checked_at).year == ledger.year
        if own and line.unit_id is not None and line.verdict is not None and line.verdict.fails:
            said = f"{line.look_back.ledger.year} 年第 {line.item.number} 条{line.verdict.word}：{quoted(line.problem)}"
            files = tuple(capture.name for capture in line.captures)
            yield line.unit_id, Trace("回看不落实", said, "line", line.id, 0, files)


def noted(what: str, entry_id: int, evidence: str) -> Trace:
    """What the office has noted by hand."""
    return Trace(MANUAL, what, evidence=(evidence,), entry_id=entry_id)
