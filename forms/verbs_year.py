"""What the verbs of the year's work take (填报、自查、核查、整改的办理内容): one model a shape, for page and program alike."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from forms.verbs import Opinion, SeenIn
from workflow.tasks.conditions import REPORT_LIMIT
from workflow.tasks.words import Action
from workflow.year.look_backs.verdicts import TEXT_LIMIT
from workflow.year.words import Method, Result, Verdict

Then = Literal["", "submit"]


class FormIn(SeenIn):
    """What a unit's form says (落实情况表)."""

    text: dict[str, str] = Field(default_factory=dict, title="落实情况", description="Row id → its words.")
    apart: dict[str, bool] = Field(default_factory=dict, title="不涉及", description="Row id → not concerned.")
    row: dict[str, bool] = Field(
        default_factory=dict, title="条目", description="Row id → true, for rows to be emptied where text has none."
    )
    person: str = Field("", title="填报人", max_length=64, description="Without both the head stays as it is.")
    phone: str = Field("", title="手机号码", max_length=40)
    then: Then = Field("", title="保存后的下一步", description="``submit``: in the same transaction.")


class StepIn(SeenIn):
    """One step (办理)."""

    action: Action = Field(title="办理动作")
    opinion: Opinion = ""


class FormStepIn(StepIn):
    """One step of a form, with what is wrong with single rows where it goes back."""

    fault: dict[str, str] = Field(default_factory=dict, title="退回原因", description="Row id → why it goes back.")


class SheetIn(SeenIn):
    """What a unit says of the lines of its sheet (自查表)."""

    done: dict[str, bool] = Field(default_factory=dict, title="完成情况", description="Line id → whether it is done.")
    text: dict[str, str] = Field(default_factory=dict, title="自查情况", description="Line id → what stands behind it.")
    then: Then = Field("", title="保存后的下一步")


class RectifyIn(SeenIn):
    """What came of a rectification (整改情况)."""

    result: Result | None = Field(None, title="整改结果")
    person: str = Field("", title="责任人", max_length=64)
    report: str = Field("", title="整改情况", max_length=REPORT_LIMIT)
    then: Then = Field("", title="保存后的下一步")


class VerdictIn(SeenIn):
    """What a check found (核查结论)."""

    verdict: Verdict = Field(title="核查结论")
    method: Method = Field(title="核查方式")
    facts: str = Field("", title="核查事实", max_length=TEXT_LIMIT)
    problem: str = Field("", title="存在问题", max_length=TEXT_LIMIT)
    measure: str = Field("", title="整改措施", max_length=TEXT_LIMIT)
    owner: str = Field("", title="整改责任主体", max_length=120, description="A unit's name as in the directory.")
    due: date | None = Field(None, title="整改时限")


class LinksIn(BaseModel):
    """Which link is to be fetched as it is now (链接核对)."""

    url: str = Field("", title="网址", max_length=500, description="Empty: every link registered for the line.")
    words: str = Field("", title="应有文字", max_length=200, description="What should stand on the page.")


class TextIn(SeenIn):
    """A lead's view, an objection, an answer (意见、异议、答复)."""

    text: str = Field(title="内容", min_length=1, max_length=TEXT_LIMIT)


class AskBelowIn(SeenIn):
    """请下级单位填报."""

    due: date | None = Field(None, title="下级单位报送时限", description="Null: the form's own limit.")
