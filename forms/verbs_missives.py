"""What the verbs of issued papers take (公文的办理内容): one model a shape, for page and program alike."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from forms.verbs import Given, RowId, SeenIn
from forms.verbs_year import Then
from workflow.year.missives.drafting import LEAST, LIMITS, TEXT_LIMIT
from workflow.year.missives.receiving import ANSWER_LIMIT


class WordingIn(SeenIn):
    """What the office writes (拟稿内容)."""

    title: str = Field(title="标题", max_length=LIMITS["title"])
    code: str = Field("", title="机关代字", max_length=LIMITS["code"])
    addressed: str = Field("", title="主送", max_length=LIMITS["addressed"])
    copied: str = Field("", title="抄送", max_length=LIMITS["copied"])
    opening: str = Field("", title="正文", max_length=TEXT_LIMIT)
    demands: str = Field("", title="工作要求", max_length=TEXT_LIMIT)
    contact: str = Field("", title="联系人及电话", max_length=LIMITS["contact"])
    source: str = Field("", title="来源", max_length=LIMITS["source"])
    signer: RowId = Field(title="签发人")
    due: date | None = Field(None, title="签收和反馈时限")
    then: Then = Field("", title="保存后的下一步")


class AnewIn(SeenIn):
    """A snapshot of another moment (重新取数)."""

    as_of: date | None = Field(None, title="数据截至", description="The end of that day; without it now.")
    least: int = Field(LEAST, title="参加排名的最少任务数", ge=1, le=999)


class AnswerIn(Given):
    """What a unit says of its lines (核对)."""

    seen_round: int = Field(ge=1, le=10**9, description="The round whose lines were seen; another one is 409.")

    objects: bool = Field(False, title="有异议")
    text: str = Field("", title="情况说明", max_length=ANSWER_LIMIT)
    measure: str = Field("", title="下步措施", max_length=ANSWER_LIMIT)


class ReplyIn(SeenIn):
    """What the office says to an objection (答复)."""

    row: RowId = Field(title="单位")
    text: str = Field(title="答复", min_length=1, max_length=ANSWER_LIMIT)


class ReceiptIn(Given):
    """A unit's receipt (回执)."""

    person: str = Field("", title="整改责任人", max_length=64)
    promised: date | None = Field(None, title="承诺时限")
