"""Issued papers as the trail tells them (公文的折算): their numbers, and words that are what the digest covers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from workflow.folding.fold import Fold, Told
from workflow.year.missives.events import Drafted, Numbered
from workflow.year.missives.models import Missive
from workflow.year.missives.process import digest_of


class Missives(Fold):
    """Every paper that the office has drafted: which number it got, and its content against the digest that is signed (公文)."""

    model, subject = Missive, "公文"
    words: ClassVar[Mapping[str, str]] = {
        "corrects_id": "所更正的公文", "follows_id": "上一级函件", "revokes": "是否撤回", "origin_id": "整改事项", "code": "机关代字", "year": "文号年份", "serial": "文号序号", "signed_on": "成文日期",
        "issued_at": "印发时间",
    }  # fmt: skip

    def hear(self, told: Told) -> None:
        if isinstance(told.data, Drafted):
            self.line(told.task_id).tell(
                told.seq,
                corrects_id=told.data.corrects_id,
                follows_id=told.data.follows_id,
                revokes=bool(told.data.revokes),
                origin_id=told.data.origin_id,
                year=None,
                serial=None,
                issued_at=None,
            )
        if isinstance(told.data, Numbered):
            line = self.line(told.task_id)
            line.tell(told.seq, issued_at=told.at, **told.data.said("code", "year", "serial", "signed_on"))

    def faults(self, session: Session) -> Iterator[str]:
        """Rows against events, then what every paper says against its digest, which the tasks' fold holds against the trail."""
        yield from super().faults(session)
        papers = select(Missive).options(selectinload(Missive.units)).order_by(Missive.id)
        for paper in session.scalars(papers.execution_options(yield_per=100)):
            if digest_of(paper) != paper.content_digest:
                yield f"公文 {paper.id} 的内容被改动：与留痕绑定的内容摘要不符。"
