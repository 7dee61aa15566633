"""Assessments as the trail tells them (考核的折算): schemes, what units and office said, and the points that were locked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.folding.fold import Fold, Told
from workflow.year.assessments import events
from workflow.year.assessments.events import Appealed, AssessmentStarted, FirstScores, Locked, Noted, OwnScores
from workflow.year.assessments.models import AssessedUnit, Assessment, AssessmentEntry
from workflow.year.assessments.sheets import results, said


class Assessments(Fold):
    """Scheme, days and lock of every assessment, and its locked results against what is counted again (考核)."""

    model, subject = Assessment, "考核"
    words: ClassVar[Mapping[str, str]] = {
        "ledger_id": "台账", "due": "自评截止", "started_at": "发起时间", "published_at": "公布初评时间", "appeal_until": "申诉截止",
        "locked_at": "锁定时间", "locked_by": "锁定人",
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.schemes: dict[int, tuple[int, str]] = {}
        self.locked: dict[int, tuple[int, dict[str, list[str]]]] = {}

    def hear(self, told: Told) -> None:
        data, number = told.data, told.number
        if isinstance(data, AssessmentStarted):
            self.line(number).tell(
                told.seq, started_at=told.at, published_at=None, appeal_until=None, locked_at=None, locked_by="",
                **data.said("ledger_id", "due"),
            )  # fmt: skip
            self.schemes[number] = (told.seq, data.scheme)
        if isinstance(data, FirstScores):
            self.line(number).tell(told.seq, published_at=told.at, appeal_until=data.until)
        if isinstance(data, Locked):
            self.line(number).tell(told.seq, locked_at=told.at, locked_by=told.actor_name)
            self.locked[number] = (told.seq, data.results)

    def faults(self, session: Session) -> Iterator[str]:
        """Rows against events, then every scheme against its digest, and every point of a locked result."""
        yield from super().faults(session)
        for one in session.scalars(select(Assessment).order_by(Assessment.id)):
            seq, digest = self.schemes.get(one.id, (0, ""))
            if seq and hashlib.sha256(one.scheme.encode()).hexdigest() != digest:
                yield f"考核 {one.id} 的计分办法被改动：与留痕第 {seq} 条登记的摘要不符。"
                continue
            yield from self._points(session, one)

    def _points(self, session: Session, one: Assessment) -> Iterator[str]:
        seq, told = self.locked.get(one.id, (0, {}))
        if not seq or one.locked_at is None:
            return
        found = {
            sheet.row.unit.name: said(sheet) for sheet in results(session, one, one.locked_at, corrected=False).sheets
        }
        for unit in told.keys() & found.keys():
            if told[unit] != found[unit]:
                now, then = ("、".join(part for part in points if part) for points in (found[unit], told[unit]))
                yield f"考核 {one.id} 中{unit}的得分对不上：按现有数据为「{now}」，留痕第 {seq} 条锁定为「{then}」。"


class Assessed(Fold):
    """What every unit said of itself, its appeal and the answer (自评、申诉)."""

    model, subject = AssessedUnit, "考核单位"
    words: ClassVar[Mapping[str, str]] = {
        "unit_id": "单位", "own": "自评", "version": "版本号", "confirmed_by": "确认人", "confirmed_at": "确认时间", "appeal": "申诉",
        "appealed_by": "申诉人", "answer": "答复", "answered_by": "答复人",
    }  # fmt: skip

    def hear(self, told: Told) -> None:
        data = told.data
        if isinstance(data, OwnScores):
            line = self.line(data.row_id)
            line.tell(told.seq, unit_id=data.unit_id, version=data.version, own=dict(data.own))
            if told.kind is events.OWN_CONFIRMED:
                line.tell(told.seq, confirmed_by=told.actor_name, confirmed_at=told.at)
        if isinstance(data, Appealed):
            line = self.line(data.row_id)
            line.forget("version")
            if told.kind is events.APPEALED:
                line.tell(told.seq, appeal=data.text, appealed_by=told.actor_name)
            else:
                line.tell(told.seq, answer=data.text, answered_by=told.actor_name)

    def must_be_told(self, row: Mapping[str, Any]) -> bool:
        return bool(row["own"] or row["appeal"] or row["answer"])  # a unit that has said nothing is told by the start


class Entries(Fold):
    """What the office noted for or against a unit, and took back (登记事项)."""

    model, subject = AssessmentEntry, "考核登记事项"
    words: ClassVar[Mapping[str, str]] = {
        "unit_id": "单位", "code": "指标", "what": "事实", "value": "得分或等级", "evidence": "依据", "noted_by": "登记人", "noted_at": "登记时间",
        "void_by": "撤销人", "void_at": "撤销时间",
    }  # fmt: skip

    def hear(self, told: Told) -> None:
        data = told.data
        if not isinstance(data, Noted):
            return
        line = self.line(data.entry_id)
        line.tell(told.seq, **data.said("unit_id", "code", "what", "value", "evidence"))
        if data.reason:
            line.tell(told.seq, void_by=told.actor_name, void_at=told.at)
        else:
            line.tell(told.seq, noted_by=told.actor_name, noted_at=told.at, void_by="", void_at=None)
