"""Units' forms and the office's own duties as the trail tells them (填报表、日程的折算)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from workflow.folding.fold import Fold, Told
from workflow.year.events import DUTY_DONE, DutyTold, FormGiven
from workflow.year.filing_models import Filing
from workflow.year.filing_process import digest_of
from workflow.year.models import DutyMark


class Forms(Fold):
    """Every form, and its content against the digest that sign-offs are bound to (填报表)."""

    model, subject = Filing, "填报表"
    words: ClassVar[Mapping[str, str]] = {"round_id": "填报期", "edition": "版次"}

    def hear(self, told: Told) -> None:
        if isinstance(told.data, FormGiven):
            self.line(told.task_id).tell(told.seq, round_id=told.data.round_id, edition=told.data.edition)

    def faults(self, session: Session) -> Iterator[str]:
        """Rows against events, then what every form says against its digest, which the tasks' fold holds against the trail."""
        yield from super().faults(session)
        forms = select(Filing).options(joinedload(Filing.in_round), selectinload(Filing.rows)).order_by(Filing.id)
        for form in session.scalars(forms.execution_options(yield_per=100)):
            if digest_of(form.in_round.title, form.person, form.phone, form.rows) != form.content_digest:
                yield f"填报表 {form.id} 的填报内容被改动：与留痕绑定的内容摘要不符。"


class Duties(Fold):
    """What the office has said of its own duties (日程办理)."""

    model, subject, key = DutyMark, "日程事项", ("ledger_id", "key")
    words: ClassVar[Mapping[str, str]] = {
        "moved_to": "改到的日期", "reason": "改期理由", "done_at": "办结时间", "done_by": "办理人", "note": "办理说明",
    }  # fmt: skip

    def hear(self, told: Told) -> None:
        data = told.data
        if not isinstance(data, DutyTold):
            return
        line = self.line((data.ledger_id, data.key))
        if told.kind is DUTY_DONE:
            line.tell(told.seq, done_at=told.at, done_by=told.actor_name, note=data.note)
        else:
            line.tell(told.seq, moved_to=data.on, reason=data.note)

    def name(self, key: Any) -> str:
        return f"日程事项 {key[1]}"
