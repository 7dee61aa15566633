"""What the interface's questions take (接口查询条件); what its verbs take stands in :mod:`forms.verbs`."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from forms.verbs import Given, RowId
from workflow.tasks.words import Status


class ListIn(Given):
    """Which tasks to list (任务列表条件)."""

    scope: Literal["inbox", "unit", "leading", "office", "everything"] = "inbox"
    q: str = Field("", max_length=50)
    status: Status | None = None
    ledger: RowId | None = None
    after: str = Field("", max_length=60)


class DayIn(Given):
    """A day (日期)."""

    on: date


class AfterIn(Given):
    """Where the last page ended, of what is listed from its beginning (翻页)."""

    after: RowId | None = None


class BeforeIn(Given):
    """Where the last page ended, of what is listed the newest first (翻页)."""

    before: RowId | None = None
