"""What a list of tasks is asked for (任务列表查询)."""

from __future__ import annotations

from wtforms import Form

from forms.fields import Choice, Choices, Number, Search, Tick, Words
from workflow.finding import Sort
from workflow.record.finding import ASKED
from workflow.record.words import Word
from workflow.tasks.lists.listing import Due, Order, Scope
from workflow.tasks.words import Status


class Column(Word):
    """What a line of a list says besides its task (列)."""

    UNIT = "unit", "单位"
    KIND = "kind", "承办或牵头"
    PERIOD = "period", "期次"
    LEDGER = "ledger", "台账"


class ListQuery(Form):
    """Search and filters of a list, and where the last page ended."""

    scope = Choice("范围", Scope)
    q = Search("编号、任务文字或单位")
    due = Choice("时限", Due)
    ledger = Number("台账")
    status = Choice("状态", Status)
    year = Number("年度")
    unit = Number("单位")
    returned = Tick("被退回")
    order = Choice("次序", Order)
    hide = Choices("不显示的列", Column)
    after = Search("上一页")
    task = Number("打开的任务")


class OpenedQuery(Form):
    """From which list a task was opened, as the list's address has it."""

    list = Search("所在清单", limit=600)


class SavedViewForm(Form):
    """A list to keep under a name."""

    name = Words("视图名称", must=True, limit=20)
    list = Search("清单", limit=600)


class ViewQuery(Form):
    """Which page of a piece of evidence to look at, and whether closely."""

    page = Number("页")
    large = Tick("放大")


class FindQuery(Form):
    """A question to everything, and of which sort alone (检索)."""

    q = Search("搜索", limit=ASKED)
    sort = Choice("范围", Sort)
