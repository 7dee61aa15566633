"""What cutting a task for the units below takes (分解内容)."""

from __future__ import annotations

from pydantic import Field

from forms.verbs import Reason, RowId, SeenIn


class CutIn(SeenIn):
    """A draft of the unit's own office (选用草稿)."""

    ledger: RowId = Field(title="本单位办公室读入的草稿")


class LinesIn(SeenIn):
    """Typed rows, a line each (逐条填写)."""

    title: str = Field(title="分解台账的名称", max_length=100)
    lines: str = Field(
        title="分解的条目", max_length=60_000, description="A line each: 「工作任务|责任单位、责任单位|完成时限」."
    )


class FreeIn(SeenIn):
    """Why a cut is taken back (解除分解)."""

    reason: Reason
