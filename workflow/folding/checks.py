"""What was found of the lines of a look-back and of links, as the trail tells it (核查结论的折算)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from workflow.folding.fold import Fold, Told
from workflow.record.words import Word
from workflow.year.look_backs.events import ANSWERED, OBJECTED, Checked, LinkSeen, OnEntry
from workflow.year.look_backs.models import LinkCheck, LookBackEntry
from workflow.year.outside.events import OutsideReceived
from workflow.year.outside.lists import digest_of
from workflow.year.outside.models import OutsideList
from workflow.year.words import Method, Verdict


class Lines(Fold):
    """Verdict, its reasons and the unit's objection of every line (核查项)."""

    model, subject = LookBackEntry, "核查项"
    codes: ClassVar[Mapping[str, type[Word]]] = {"verdict": Verdict, "method": Method}
    words: ClassVar[Mapping[str, str]] = {
        "verdict": "核查结论", "method": "核查方式", "facts": "核查事实", "papers": "材料复核", "problem": "存在问题",
        "measure": "整改措施", "owner_id": "整改责任主体", "measure_due": "整改时限", "checked_by": "核查人",
        "checked_at": "核查时间", "objection": "异议", "answer": "答复", "version": "版本号",
    }  # fmt: skip

    def hear(self, told: Told) -> None:
        data = told.data
        if not isinstance(data, OnEntry) or not data.entry_id:
            return
        line = self.line(data.entry_id)
        line.tell(told.seq, **data.said("version"))
        if isinstance(data, Checked):
            line.tell(told.seq, checked_by=told.actor_name, checked_at=told.at, measure_due=data.due)
            line.tell(told.seq, **data.said("verdict", "method", "facts", "papers", "problem", "measure", "owner_id"))
        for kind, column in ((OBJECTED, "objection"), (ANSWERED, "answer")):
            if told.kind is kind:
                line.tell(told.seq, **{column: data.opinion.removeprefix("：")})

    def must_be_told(self, row: Mapping[str, Any]) -> bool:
        return row["verdict"] is not None  # a line without a verdict has nothing to tell yet


class Links(Fold):
    """What links answered (链接现状)."""

    model, subject = LinkCheck, "链接核对"
    words: ClassVar[Mapping[str, str]] = {
        "entry_id": "核查项", "matter_id": "整改事项", "url": "网址", "words": "应有文字", "seen_at": "访问时间", "status": "状态码", "led_to": "跳转到",
        "title": "标题", "digest": "摘要", "size": "大小", "found": "是否含应有文字", "trouble": "原因",
    }  # fmt: skip

    def hear(self, told: Told) -> None:
        if isinstance(told.data, LinkSeen):
            names = [name for name in self.words if name not in ("seen_at", "entry_id", "matter_id")]
            of = {"entry_id": told.data.entry_id or None, "matter_id": None if told.data.entry_id else told.task_id}
            self.line(told.data.check_id).tell(told.seq, seen_at=told.at, **of, **told.data.said(*names))

    def must_be_told(self, row: Mapping[str, Any]) -> bool:
        return row["seen_at"] is not None  # one that waits has nothing to tell yet


class Lists(Fold):
    """Lists of third parties: where they come from, which file, and their lines against the digest (外部问题清单)."""

    model, subject = OutsideList, "外部问题清单"
    words: ClassVar[Mapping[str, str]] = {
        "source": "问题来源",
        "name": "文件名",
        "sha256": "文件摘要",
        "digest": "问题摘要",
    }

    def hear(self, told: Told) -> None:
        if isinstance(told.data, OutsideReceived):
            self.line(told.data.outside_id).tell(told.seq, **told.data.said(*self.words))

    def faults(self, session: Session) -> Iterator[str]:
        """Rows against events, then the lines of every list against its digest."""
        yield from super().faults(session)
        for one in session.scalars(
            select(OutsideList).options(selectinload(OutsideList.lines)).order_by(OutsideList.id)
        ):
            if digest_of(one) != one.digest:
                yield f"外部问题清单 {one.id} 的问题被改动：与读入时登记的摘要不符。"
