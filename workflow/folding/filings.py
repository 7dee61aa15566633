"""Units' forms, the office's own duties and what was reported up, as the trail tells them (填报表、日程、年度报送的折算)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from workflow.folding.fold import Fold, Told
from workflow.year.events import DUTY_ADDED, DUTY_DONE, DutyTold
from workflow.year.filings.events import FormGiven, ReportedUp
from workflow.year.filings.models import Filing, Reporting
from workflow.year.filings.process import digest_now
from workflow.year.models import DutyMark
from workflow.year.reporting_up import digest_of as digest_of_list


class Forms(Fold):
    """Every form, and its content against the digest that sign-offs are bound to (填报表)."""

    model, subject = Filing, "填报表"
    words: ClassVar[Mapping[str, str]] = {"round_id": "填报期", "edition": "版次", "through_id": "汇总单位"}

    def hear(self, told: Told) -> None:
        if isinstance(told.data, FormGiven):
            said = {name: getattr(told.data, name) for name in ("round_id", "edition", "through_id")}
            self.line(told.task_id).tell(told.seq, **said)

    def faults(self, session: Session) -> Iterator[str]:
        """Rows against events, then what every form says against its digest, which the tasks' fold holds against the trail."""
        yield from super().faults(session)
        known = (joinedload(Filing.in_round), selectinload(Filing.rows), selectinload(Filing.parts))
        forms = select(Filing).options(*known).order_by(Filing.id)
        for form in session.scalars(forms.execution_options(yield_per=100)):
            if digest_now(form) != form.content_digest:
                yield f"填报表 {form.id} 的填报内容被改动：与留痕绑定的内容摘要不符。"


class Duties(Fold):
    """What the office has said of its own duties (日程办理)."""

    model, subject, key = DutyMark, "日程事项", ("ledger_id", "key")
    words: ClassVar[Mapping[str, str]] = {
        "what": "事项", "planned": "原定日期", "moved_to": "改到的日期", "reason": "改期理由", "done_at": "办结时间", "done_by": "办理人", "note": "办理说明",
    }  # fmt: skip

    def hear(self, told: Told) -> None:
        data = told.data
        if not isinstance(data, DutyTold):
            return
        line = self.line((data.ledger_id, data.key))
        if told.kind is DUTY_DONE:
            line.tell(told.seq, done_at=told.at, done_by=told.actor_name, note=data.note)
        elif told.kind is DUTY_ADDED:
            line.tell(told.seq, what=data.what, planned=data.planned)
        else:
            line.tell(told.seq, moved_to=data.on, reason=data.note)

    def name(self, key: Any) -> str:
        return f"日程事项 {key[1]}"


class Reported(Fold):
    """What units have reported up (年度报送)."""

    model, subject, key = Reporting, "年度报送", ("number",)
    words: ClassVar[Mapping[str, str]] = {
        "filing_id": "填报表", "round": "轮次", "form_sha256": "落实情况表", "sheet_sha256": "自查表",
        "evidence_digest": "材料清单", "at": "报送时间", "tasks": "承办任务数", "closed": "办结数", "unapproved": "未审核数",
    }  # fmt: skip

    def hear(self, told: Told) -> None:
        data = told.data
        if isinstance(data, ReportedUp):
            self.line(data.number).tell(
                told.seq, filing_id=data.filing_id, round=data.round, form_sha256=data.form, sheet_sha256=data.sheet,
                evidence_digest=data.evidence, at=told.at, tasks=data.tasks, closed=data.closed,
                unapproved=data.unapproved,
            )  # fmt: skip

    def faults(self, session: Session) -> Iterator[str]:
        """Rows against events, then every list against its digest."""
        yield from super().faults(session)
        for number, evidence, digest in session.execute(
            select(Reporting.number, Reporting.evidence, Reporting.evidence_digest)
        ):
            if digest_of_list(evidence) != digest:
                yield f"年度报送 {number} 的材料清单被改动：与留痕绑定的摘要不符。"
