"""Forms of the settling desk (核定表单); the engine checks again whatever matters."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import Form
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import TextArea

from forms.fields import Choice, Day, Number, Search, Tick, Words
from workflow.ledgers.drafting import ItemEdit
from workflow.ledgers.settling import HeadEdit
from workflow.record.published import Recurrence
from workflow.tasks.words import Status


class HeadForm(FlaskForm):
    """The ledger itself."""

    title = Words("台账名称", must=True, limit=300)
    year = Number("年度", [InputRequired("请填写年度。"), NumberRange(2000, 2100, "年度应在 2000 至 2100 之间。")])
    document_number = Words("文号", limit=80)
    report_due = Day("全表报送日期", description="没有单独时限的条目按这一天。")
    lead_tasks = Tick("牵头单位也承办一项“牵头汇总”任务")

    def edit(self) -> HeadEdit:
        """What was typed, for the engine."""
        return HeadEdit(
            title=self.title.data,
            year=self.year.data or 0,
            document_number=self.document_number.data,
            report_due=self.report_due.data,
            lead_tasks=self.lead_tasks.data,
        )


class ItemForm(FlaskForm):
    """One row."""

    title = Words("工作任务", limit=4000, widget=TextArea(), render_kw={"rows": 2})
    requirement = Words("工作要求", limit=20000, widget=TextArea(), render_kw={"rows": 6})
    deadline_text = Words("时限原文", limit=1000)
    due = Day("完成时限", description="填写后按这一天；留空则按频次或全表报送日期推算。")
    recurrence = Choice(
        "频次", Recurrence, none="不按周期", description="每月、每季度、每半年的条目每期一项任务，逐期开启。"
    )

    def edit(self) -> ItemEdit:
        """What was typed, for the engine."""
        return ItemEdit(
            title=self.title.data,
            requirement=self.requirement.data,
            deadline_text=self.deadline_text.data,
            due=self.due.data,
            recurrence=self.recurrence.data,
        )


class LedgersQuery(Form):
    """Where the list of ledgers goes on."""

    after = Number("上一页")


class MatrixQuery(Form):
    """Which rows and cells of the matrix to show."""

    section = Search("章节", limit=300)
    unit = Number("单位")
    status = Choice("状态", Status)
    late = Tick("只看逾期")
    on = Day("截至")
