"""What the verbs of talks take (约谈的办理内容): one model a shape, for page and program alike."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from forms.verbs import SeenIn
from forms.verbs_year import Then
from workflow.year.missives.talks import LINES, TEXT_LIMIT


class TalkIn(SeenIn):
    """What the office writes of a talk (约谈记录)."""

    held_at: str = Field("", title="约谈时间", max_length=40, description="In China's time: 2026-09-03 10:20.")
    place: str = Field("", title="约谈地点", max_length=LINES["place"])
    convener: str = Field("", title="约谈人", max_length=LINES["convener"])
    attendees: str = Field("", title="被约谈人和参加人员", max_length=LINES["attendees"])
    grounds: str = Field("", title="约谈事由和依据", max_length=TEXT_LIMIT)
    minutes: str = Field("", title="约谈纪要", max_length=TEXT_LIMIT)
    demand: str = Field("", title="整改要求", max_length=TEXT_LIMIT)
    mend_by: date | None = Field(None, title="整改时限")
    then: Then = Field("", title="保存后的下一步")
