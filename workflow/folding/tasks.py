"""Tasks and what is asked for about them, as the trail tells them (任务、申请的折算)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.folding.fold import Fold, Line, Told, plainly
from workflow.record.words import Word
from workflow.tasks.binding import content_digest
from workflow.tasks.events import (
    ACTS,
    ASKED,
    GRANTED,
    RECEIVED,
    REFUSED,
    RESUMED,
    Act,
    Asked,
    Assigned,
    Cut,
    Dated,
    OnTask,
    Reported,
    Stands,
)
from workflow.tasks.models import Evidence, Request, Task
from workflow.tasks.words import Action, RequestKind, Status, TaskOutcome
from workflow.year.look_backs.events import RULED

_WHAT = {row: kind for rows in (ASKED, GRANTED, REFUSED) for kind, row in rows.items()}
"""Which kind of request an event speaks of."""
_BOTH = ("ledger_id", "item_id", "unit_id", "kind")
"""What the event of a task's birth says since they are in it."""


class Tasks(Fold):
    """Status, version, round, dates, content and place of every task (任务)."""

    model, subject = Task, "任务"
    codes: ClassVar[Mapping[str, type[Word]]] = {"status": Status, "outcome": TaskOutcome}
    words: ClassVar[Mapping[str, str]] = {
        "status": "状态", "version": "版本号", "round": "轮次", "content_digest": "内容摘要", "unit_id": "承办单位",
        "ledger_id": "所属台账", "item_id": "所属条目", "kind": "类别", "period": "周期", "due": "时限", "due_reason": "时限依据",
        "outcome": "办理结果", "progress": "自报进度", "milestones": "节点", "last_actor": "最近办理人", "opened_at": "交办时间", "received_at": "签收时间",
        "closed_at": "办结时间", "paused_at": "挂账时间", "lower_id": "分解台账",
    }  # fmt: skip

    def hear(self, told: Told) -> None:
        data, seq = told.data, told.seq
        if told.task_id is None or not isinstance(data, OnTask):
            return
        line = self.line(told.task_id)
        if isinstance(data, Assigned):
            self._born(line, told, data)
            return
        if isinstance(data, Stands) and data.version is not None:
            line.tell(seq, version=data.version, round=data.round, content_digest=data.content_digest)
            line.tell(seq, last_actor=told.actor_name)
        if isinstance(data, Act):
            line.tell(seq, status=data.to, closed_at=told.at if data.to is Status.CLOSED else None)
        submitted = told.kind.name.endswith(f".{Action.SUBMIT.value}")
        if (told.kind is RECEIVED or submitted) and line.values.get("received_at") is None:
            line.tell(seq, received_at=told.at)
        if isinstance(data, Reported):
            line.tell(seq, progress=data.progress, milestones=data.milestones, **data.said("outcome"))
        if isinstance(data, Cut):
            line.tell(seq, lower_id=data.lower_id)
        if isinstance(data, Dated):
            self._ruled(line, told, data)

    def _born(self, line: Line, told: Told, data: Assigned) -> None:
        line.tell(told.seq, status=data.to, closed_at=None, opened_at=told.at, received_at=None, paused_at=None)
        line.tell(told.seq, outcome=TaskOutcome.DONE, progress=None, milestones="", last_actor="", lower_id=None)
        line.tell(told.seq, **data.said("version", "round", "content_digest", "period", "due", "due_reason", *_BOTH))

    def _ruled(self, line: Line, told: Told, data: Dated) -> None:
        """Dates move, tasks change hands, clocks stop and go on."""
        if data.due is not None and plainly(data.due) != line.values.get("due"):
            line.forget("due_reason")
            line.tell(told.seq, due=data.due)
        if data.due is None and told.kind.name.endswith(".edited"):  # as papers were told before they said their limit
            line.forget("due", "due_reason")
        line.tell(told.seq, **data.said("due_reason"))
        if told.kind is GRANTED[RequestKind.OBJECTION]:
            line.forget("unit_id")
            line.tell(told.seq, opened_at=told.at, received_at=None, progress=None, milestones="")
            line.tell(told.seq, **data.said("unit_id"))
        if told.kind is RULED:
            line.tell(told.seq, **data.said("unit_id"))
        if told.kind is GRANTED[RequestKind.SUSPENSION]:
            line.tell(told.seq, paused_at=told.at)
        if told.kind is RESUMED:
            line.tell(told.seq, paused_at=None)

    def faults(self, session: Session) -> Iterator[str]:
        """Rows against events, then the content of every task against the digest that sign-offs are bound to."""
        yield from super().faults(session)
        pieces: dict[int, list[Any]] = {}
        columns = (Evidence.task_id, Evidence.kind, Evidence.name, Evidence.note, Evidence.sha256, Evidence.size)
        for piece in session.execute(select(*columns).where(Evidence.removed_at.is_(None)).order_by(Evidence.id)):
            pieces.setdefault(piece.task_id, []).append(piece)
        said = (Task.report, Task.outcome, Task.progress, Task.milestones)
        content = select(Task.id, *said).order_by(Task.id).execution_options(yield_per=500)
        for row in session.execute(content):
            line, standing = self.lines.get(row.id), pieces.get(row.id, [])
            digest = content_digest(row.report, standing, row.outcome, row.progress, row.milestones)
            if line and line.values.get("content_digest") != digest:
                seq = line.said_by["content_digest"]
                yield f"任务 {row.id} 的落实情况、证明材料清单或办理结果被改动：与留痕第 {seq} 条绑定的内容摘要不符。"


class Requests(Fold):
    """Who asked for what, and what was decided (申请): the nth of a kind about a task is the nth event of it."""

    model, subject, key = Request, "申请", ("id",)
    codes: ClassVar[Mapping[str, type[Word]]] = {"kind": RequestKind}
    words: ClassVar[Mapping[str, str]] = {
        "asked_by_id": "申请人", "asked_at": "申请时间", "old_due": "原时限", "new_due": "申请的时限", "granted": "决定",
        "decided_at": "决定时间", "reason": "理由",
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._asked: dict[tuple[int | None, str], int] = {}

    def hear(self, told: Told) -> None:
        kind, data = _WHAT.get(told.kind), told.data
        if kind is not None and told.kind is ASKED[kind] and isinstance(data, Asked):
            nth = self._asked[told.task_id, kind] = self._asked.get((told.task_id, kind), 0) + 1
            line = self.line((told.task_id, kind, nth))
            line.tell(told.seq, asked_by_id=told.actor_id, asked_at=told.at, granted=None, decided_at=None)
            line.tell(told.seq, old_due=data.old_due, new_due=data.new_due, reason=data.opinion)
        elif kind is not None:
            self._decided(told, kind, granted=told.kind is GRANTED[kind])
        elif told.kind is ACTS[Action.REOPEN]:
            self._decided(told, RequestKind.REOPENING, granted=True)

    def _decided(self, told: Told, kind: RequestKind, *, granted: bool) -> None:
        nth = self._asked.get((told.task_id, kind), 0)
        line = self.lines.get((told.task_id, kind, nth))
        if line is not None and line.values["granted"] is None:
            line.tell(told.seq, granted=granted, decided_at=told.at)

    def stored(self, session: Session) -> Iterator[tuple[Any, Mapping[str, Any]]]:
        """Rows by task, kind and how many of that kind came before."""
        seen: dict[tuple[int, str], int] = {}
        places = {row.id: (row.task_id, row.kind.value) for row in session.execute(_PLACES)}
        for row_id, row in super().stored(session):
            place = places[cast(int, row_id)]
            seen[place] = seen.get(place, 0) + 1
            yield (*place, seen[place]), row

    def name(self, key: Any) -> str:
        task_id, kind, nth = key
        return f"任务 {task_id} 的第 {nth} 份{RequestKind(kind).word}申请"


_PLACES = select(Request.id, Request.task_id, Request.kind)
