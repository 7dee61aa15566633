"""Forms of the settling desk (核定表单); the engine checks again whatever matters."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from forms.days import Day
from workflow.ledgers.drafting import ItemEdit
from workflow.ledgers.settling import HeadEdit
from workflow.record.published import Recurrence


class Whole(IntegerField):
    """A whole number that complains in Chinese."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take digits."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError("请填写数字。") from None


class HeadForm(FlaskForm):
    """The ledger itself."""

    title = StringField(
        "台账名称", [InputRequired("请填写台账名称。"), Length(max=300, message="台账名称太长，最多 300 字。")]
    )
    year = Whole("年度", [InputRequired("请填写年度。"), NumberRange(2000, 2100, "年度应在 2000 至 2100 之间。")])
    document_number = StringField("文号", [Length(max=80, message="文号太长，最多 80 字。")])
    report_due = Day("全表报送日期", [Optional()], description="没有单独时限的条目按这一天。")
    lead_tasks = BooleanField("牵头单位也承办一项“牵头汇总”任务")

    def edit(self) -> HeadEdit:
        """What was typed, for the engine."""
        day: date | None = self.report_due.data
        return HeadEdit(
            title=self.title.data or "",
            year=self.year.data or 0,
            document_number=self.document_number.data or "",
            report_due=day,
            lead_tasks=bool(self.lead_tasks.data),
        )


class ItemForm(FlaskForm):
    """One row."""

    title = TextAreaField("工作任务", [Length(max=4000, message="工作任务太长，最多 4000 字。")], render_kw={"rows": 2})
    requirement = TextAreaField(
        "工作要求", [Length(max=20000, message="工作要求太长，最多 20000 字。")], render_kw={"rows": 6}
    )
    deadline_text = StringField("时限原文", [Length(max=1000, message="时限原文太长，最多 1000 字。")])
    due = Day("完成时限", [Optional()], description="填写后按这一天；留空则按频次、检查日期或全表报送日期推算。")
    recurrence = SelectField(
        "频次",
        choices=[SelectChoice("", "不按周期"), *(SelectChoice(each.value, each.word) for each in Recurrence)],
        description="每月、每季度、每半年的条目每期一项任务，逐期开启。",
    )

    def edit(self) -> ItemEdit:
        """What was typed, for the engine."""
        return ItemEdit(
            title=self.title.data or "",
            requirement=self.requirement.data or "",
            deadline_text=self.deadline_text.data or "",
            due=self.due.data,
            recurrence=Recurrence(self.recurrence.data) if self.recurrence.data else None,
        )
