"""What the verbs of inspections take (检查的办理内容): one model a shape, for page and program alike."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from forms.verbs import Given, RowId, SeenIn
from forms.verbs_year import Then
from workflow.year.inspections.words import Judgement
from workflow.year.inspections.worksheets import LINES, TEXT_LIMIT
from workflow.year.words import Draw, Method


class InspectIn(Given):
    """What is inspected and how it is drawn (发起检查)."""

    key: str = Field(title="检查计划事项", max_length=80, description="Of the office's calendar.")
    method: Method = Field(Method.ONLINE, title="检查方式")
    share: int = Field(30, title="抽查比例", ge=1, le=100)
    rule: Draw = Field(Draw.LAYERED, title="抽取规则")


class WorksheetIn(SeenIn):
    """What an inspector saw (检查底稿)."""

    seen_at: str = Field("", title="检查时间", max_length=40, description="In China's time: 2026-09-03 10:20.")
    place: str = Field("", title="地点或网址", max_length=LINES["place"])
    method: Method = Field(title="检查方法")
    companion: RowId | None = Field(None, title="同行检查人")
    facts: str = Field("", title="检查事实", max_length=TEXT_LIMIT)
    judgement: Judgement | None = Field(None, title="判断")
    category: str = Field("", title="问题类别", max_length=LINES["category"])
    clause: str = Field("", title="依据条款", max_length=LINES["clause"])
    demand: str = Field("", title="整改要求", max_length=TEXT_LIMIT)
    mend_by: date | None = Field(None, title="整改时限")
    key: str = Field("", title="本机记录编号", max_length=64, description="The same twice is kept once.")
    then: Then = Field("", title="保存后的下一步")
