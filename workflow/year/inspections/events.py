"""What happens to inspections and their worksheets (检查、检查底稿的留痕事项)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workflow.ledgers.events import OfLedger
from workflow.record.events import Kind, Subject
from workflow.tasks.words import Action
from workflow.year.events import matter_rows
from workflow.year.words import Draw, Method

INSPECTION = Subject("inspection", "检查")
WORKSHEET = Subject("worksheet", "检查底稿", matter=True)


class InspectionStarted(OfLedger):
    """What is looked into by when, and what was drawn from which list by which rule."""

    title: str
    duty: str
    due: date
    method: Method
    population: str
    """SHA-256 of the list."""
    listed: int
    seed: str
    rule: Draw
    share: int
    drawn: Sequence[str]


INSPECTION_STARTED = Kind(
    "inspection.started", "发起检查", InspectionStarted, INSPECTION, "shuffle",
    lambda told: f"{told.title}：{told.rule.word} {told.share}%，{told.listed} 项中抽中 {len(told.drawn)} 项，种子 {told.seed}",
)  # fmt: skip
WORKSHEETS = matter_rows(
    WORKSHEET,
    {
        Action.SUBMIT: "送复核", Action.APPROVE: "检查人复核", Action.VERIFY: "被检查单位签认", Action.CLOSE: "定稿",
        Action.SEND_BACK: "退回", Action.WITHDRAW: "撤回",
    },
)  # fmt: skip
