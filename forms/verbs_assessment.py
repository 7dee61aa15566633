"""What the verbs of an assessment take (考核的办理内容): one model a shape, for page and program alike."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from forms.verbs import Given, RowId, SeenIn
from workflow.year.assessments.assessing import TEXT_LIMIT


class NoteIn(Given):
    """Something that the office notes of a unit (登记考核事项)."""

    unit: RowId = Field(title="单位")
    code: str = Field(title="指标", max_length=40, description="Its code, or the name of a part of the total.")
    what: str = Field("", title="事实", max_length=500)
    evidence: str = Field("", title="依据", max_length=500)
    value: str = Field("", title="等级或得分", max_length=40)
    number: str = Field("", title="台账条目序号", max_length=40)


class TakeBackIn(Given):
    """Which entry is taken back, and why (撤销考核事项)."""

    entry: RowId = Field(title="事项")
    reason: str = Field("", title="理由", max_length=300)


class OwnIn(SeenIn):
    """A unit's own scores (自评)."""

    own: dict[str, str] = Field(
        default_factory=dict, title="自评", description="Place of the indicator, from 1, → points."
    )
    basis: dict[str, str] = Field(default_factory=dict, title="自评依据", description="Place of the indicator → basis.")
    then: Literal["", "confirm"] = Field(
        "", title="保存后的下一步", description="``confirm``: by the head, locks them."
    )


class AppealIn(SeenIn):
    """An appeal, or the answer to one (申诉、答复)."""

    text: str = Field(title="理由", min_length=1, max_length=TEXT_LIMIT)
