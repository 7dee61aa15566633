"""What the verbs of a year's end take (年结的办理内容): one model a shape, for page and program alike."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from forms.verbs import Given, RowId, ShownIn


class CloseYearIn(ShownIn):
    """The day on which the clocks stop (年结)."""

    on: date = Field(title="年结日")


class ReopenYearIn(Given):
    """Why they go on (撤销年结)."""

    reason: str = Field(title="理由", min_length=1, max_length=300)


class CarryIn(ShownIn):
    """What is settled of open rows, by their ids (结转确认)."""

    following: RowId = Field(title="下一年度台账")
    row: dict[str, bool] = Field(
        default_factory=dict,
        title="条目",
        description="Row id → true, for rows whose carrying is taken back where nothing is said.",
    )
    into: dict[str, str] = Field(
        default_factory=dict, title="承接条目", description="Row id → number of the row that carries it on."
    )
    left: dict[str, str] = Field(default_factory=dict, title="不再承接的理由", description="Row id → why none does.")
    added: dict[str, bool] = Field(
        default_factory=dict, title="补入新台账", description="Row id → true, to put it into the next ledger's draft."
    )


class TakeOverIn(Given):
    """The ledger to start from (沿用)."""

    earlier: RowId = Field(title="上年台账")
