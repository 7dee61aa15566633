"""What the verbs take (办理内容): one model a shape, for the form on a page and for the request of a program alike.

A title is how a refusal names the field; the engine decides, these only carry.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from apiflask.fields import UploadFile
from pydantic import BaseModel, ConfigDict, Field

from workflow.ledgers.words import ProgressBy
from workflow.record.published import Recurrence
from workflow.tasks.conditions import OPINION_LIMIT, REPORT_LIMIT
from workflow.tasks.words import Action, Defect, Gate, Mode, RequestKind, TaskOutcome

RowId = Annotated[int, Field(ge=1, le=2**53)]
Seen = Annotated[int, Field(ge=1, le=10**9, description="The version that the program has seen; another one is 409.")]
Opinion = Annotated[str, Field(title="意见", max_length=OPINION_LIMIT)]
Reason = Annotated[str, Field(title="理由", max_length=200)]
Remark = Annotated[str, Field(title="说明", max_length=500)]
Person = Annotated[
    str, Field(title="姓名或登录名", max_length=64, description="Login name, or a name that only one person has.")
]


class Given(BaseModel):
    """What comes with a verb; nothing else may (办理内容)."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Given):
    """Nothing but the address."""


class SeenIn(Given):
    """A version alone."""

    seen_version: Seen


class ShownIn(Given):
    """What a page or an answer showed, by its digest (所见内容)."""

    seen: str = Field(
        title="页面所示内容", pattern=r"^[0-9a-f]{64}$", description="The digest of what was shown; another one is 409."
    )


class ReportIn(SeenIn):
    """落实情况."""

    report: str = Field(title="落实情况", max_length=REPORT_LIMIT)
    outcome: TaskOutcome = Field(TaskOutcome.DONE, title="办理结果")
    progress: int | None = Field(
        None, title="完成进度", ge=0, le=100, description="Per cent, where the ledger asks; null leaves it."
    )
    milestones: str | None = Field(
        None, title="节点", max_length=2000, description="A line each: 「√ 2026-06-30 印发方案」; null leaves them."
    )
    then: Literal["", "submit"] = Field("", title="保存后的下一步", description="``submit``: in the same transaction.")


class ActIn(SeenIn):
    """One step (办理)."""

    action: Action = Field(title="办理动作")
    opinion: Opinion = ""
    defects: dict[str, Defect] = Field(
        default_factory=dict, title="材料问题", description="Evidence id → what is wrong with it."
    )


class PaperIn(SeenIn):
    """A form signed on paper, with its scan (线下签批)."""

    file: UploadFile = Field(title="审批单的扫描件，PDF 或图片（JPG、PNG、TIFF）")
    seat: RowId = Field(title="签批环节")
    signer: str = Field(title="纸面签批人", max_length=64)
    opinion: Opinion = ""


class EvidenceIn(Given):
    """A file as evidence (文件)."""

    file: UploadFile = Field(title="要上传的证明材料")
    note: Remark = ""


class LinkIn(Given):
    """A published page as evidence (网页链接)."""

    address: str = Field(title="网页地址", max_length=500)
    note: Remark = ""


class AskIn(Given):
    """A request to the office (申请)."""

    kind: RequestKind = Field(title="申请事项")
    reason: Reason
    new_due: date | None = Field(None, title="申请延期到的日期")
    unit_id: RowId | None = Field(None, title="建议承办的单位")


class DecideIn(Given):
    """A decision on a request (决定)."""

    granted: bool = Field(title="同意或不同意")
    opinion: Reason = ""
    unit_id: RowId | None = Field(None, title="改由哪个单位承办")


class SeatIn(SeenIn):
    """Somebody to sign before, after or in one's own place (加签、转办)."""

    how: Literal["before", "after", "transfer"] = Field(title="前加签、后加签或转办")
    person: Person
    reason: Reason


class WordsIn(Given):
    """A few words (催办的话、附言)."""

    words: str = Field("", title="附言", max_length=120)


class CommentIn(Given):
    """Something said about a task (留言); whoever is named with @ is told."""

    text: str = Field(title="留言", max_length=400)


class CopyIn(WordsIn):
    """Somebody to tell (抄送)."""

    person: Person


class ShareIn(Given):
    """A part of the work for a section (分工)."""

    section: str = Field(title="科室或人员", max_length=60)
    work: str = Field(title="分工内容", max_length=500)
    due: date | None = Field(None, title="科室完成时限")


class FinishIn(Given):
    """Whether a part is done (分工进展)."""

    done: bool = Field(title="完成与否")


class DelegateIn(Given):
    """Somebody to sign in one's place for a while (授权代理)."""

    person: Person
    starts: date = Field(title="代理的起始日期")
    ends: date = Field(title="代理的截止日期")
    ledger_id: RowId | None = Field(None, title="台账")
    reason: Reason


class PolicyIn(Given):
    """Who signs from now on (审批设置)."""

    gate: Gate = Field(title="审批环节")
    mode: Mode = Field(title="签批方式")
    people: list[RowId] = Field(default_factory=list, title="签批人", max_length=9)
    unit_id: RowId | None = Field(None, title="单位")
    ledger_id: RowId | None = Field(None, title="台账")
    item_id: RowId | None = Field(None, title="条目")
    item: str = Field(
        "", title="条目的序号", max_length=40, description="In the place of item_id: its number as printed."
    )


class LightRulesIn(Given):
    """Which lights a ledger shows from today on (预警规则), in working days and percentage points; 0 for none."""

    near_days: int = Field(title="黄灯天数", ge=0, le=999)
    notice_days: int = Field(0, title="蓝灯天数", ge=0, le=999)
    grave_days: int = Field(0, title="严重逾期天数", ge=0, le=999)
    behind: int = Field(0, title="黄灯百分点", ge=0, le=100)
    far_behind: int = Field(0, title="红灯百分点", ge=0, le=100)


class DutyDoneIn(Given):
    """One of the office's own duties that is done (日程办结)."""

    key: str = Field(title="日程事项", max_length=60)
    note: Remark = ""


class DutyAddIn(Given):
    """Something that the office puts into its own calendar (日程增列)."""

    what: Annotated[str, Field(title="事项", max_length=60)]
    on: date = Field(title="日期")


class DutyMoveIn(Given):
    """One of the office's own duties that is put on another day (日程改期)."""

    key: str = Field(title="日程事项", max_length=60)
    on: date = Field(title="改到的日期")
    reason: Annotated[str, Field(title="改期理由", max_length=300)]


class CadenceIn(Given):
    """How often rows that go on are reported on (填报周期)."""

    cadence: Recurrence = Field(title="填报周期")


class ProgressByIn(Given):
    """How a ledger's units say how far their own work has come (自报进度)."""

    way: ProgressBy = Field(title="自报进度的方式")
