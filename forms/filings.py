"""Forms of the filing desk (填报表单); the engine checks again whatever matters."""

from __future__ import annotations

from wtforms import Form

from forms.fields import Day, Number, Words
from workflow.record.errors import Invalid
from workflow.year.filings.rounds import Wanted


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
