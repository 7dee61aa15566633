"""Forms of the filing desk (填报表单); the engine checks again whatever matters."""

from __future__ import annotations

from wtforms import Form

from forms.fields import Day, Number, Numbers, PerRow, Words
from workflow.record.errors import Invalid
from workflow.year.filing import Cell, Head
from workflow.year.rounds import Wanted


class RoundForm(Form):
    """A round to be opened."""

    months = Number("填报截止月份")
    due = Day("报送时限")
    title = Words("表名", limit=300)

    def wanted(self) -> Wanted:
        """What was typed, for the engine. Raises Invalid."""
        if self.months.data is None or self.due.data is None:
            raise Invalid("请填写填报截止月份和报送时限。")
        return Wanted(self.months.data, self.due.data, self.title.data)


class RowsForm(Form):
    """Rows of a unit's form, and its head."""

    seen_version = Number("版本号")
    rows = Numbers("条目")
    text = PerRow("落实情况", prefix="text-")
    apart = PerRow("不涉及", prefix="apart-")
    person = Words("填报人", limit=64)
    phone = Words("手机号码", limit=40)
    then = Words("然后", limit=20)

    def cells(self) -> dict[int, Cell]:
        """What each row of the page says; one that was emptied says nothing."""
        return {row: Cell(self.text.data.get(row, ""), row in self.apart.data) for row in self.rows.data}

    def head(self) -> Head:
        """Who fills in."""
        return Head(self.person.data, self.phone.data)


class StepForm(Form):
    """A step, with what is wrong with single rows where it goes back."""

    seen_version = Number("版本号")
    opinion = Words("意见", limit=1000)
    fault = PerRow("退回原因", prefix="fault-")
