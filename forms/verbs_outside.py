"""What the verbs of a third party's lists take (外部清单的办理内容)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from forms.verbs import Given, SeenIn
from workflow.year.look_backs.verdicts import TEXT_LIMIT


class RuleIn(SeenIn):
    """What the office rules on something that was not put right (裁定)."""

    due: date | None = Field(None, title="新的整改时限")
    unit: str = Field("", title="改由哪个单位整改", max_length=120, description="A unit's name as in the directory.")
    why: str = Field("", title="裁定理由", max_length=300)


class HandOutIn(Given):
    """Which lines go to whom, to be put right by when (下发整改)."""

    row: dict[str, bool] = Field(default_factory=dict, title="要下发的问题", description="Line id → true.")
    unit: dict[str, str] = Field(
        default_factory=dict,
        title="责任单位",
        description="Line id → a unit's name as in the directory, several with 、 between.",
    )
    due: date = Field(title="整改时限")
    measure: str = Field("", title="整改要求", max_length=TEXT_LIMIT)
