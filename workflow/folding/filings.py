"""Units' forms as the trail tells them (填报表的折算): which round and edition, and rows that are what the digest covers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from workflow.folding.fold import Fold, Told
from workflow.year.events import FormGiven
from workflow.year.filing_models import Filing
from workflow.year.filing_process import digest_of


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
