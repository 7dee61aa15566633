"""Forms of rows put right on the settling page, and of the units they name (条目与责任主体表单)."""

from __future__ import annotations

from typing import Any

from wtforms import Field, Form

from forms.fields import Code, Day, Number, Numbers, Row, Search, Tick, Words, number_in
from workflow.ledgers.rows import NewItem
from workflow.ledgers.words import Part
from workflow.office.words import UnitKind


class Pairs(Field):
    """Things that belong together, each as ``one:other``: rows and the rows they carry on (承接), names and units."""

    data: dict[int, int]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take pairs of numbers that rows may have."""
        self.data = {}
        for ticked in valuelist:
            new, old = (number_in(code) for code in (*ticked.split(":", 1), "")[:2])
            if new is None or old is None:
                raise ValueError("勾选的对应关系无法识别，请刷新页面后重新勾选。")
            self.data[new] = old


class AddRowForm(Form):
    """A row that the reader did not see."""

    after = Number("位置")
    number = Words("编号")
    section = Words("所在章节")
    title = Words("工作任务")
    requirement = Words("工作要求")

    def new(self) -> NewItem:
        """What was typed, for the engine."""
        return NewItem(self.number.data, self.section.data, self.title.data, self.requirement.data)


class SplitForm(Form):
    """One row as several, a line each."""

    parts = Words("拆成的条目")


class ManyForm(Form):
    """One thing done to all ticked rows; ``do`` is the button."""

    do = Words("要做的事")
    row = Numbers("勾选的条目")
    due = Day("时限")
    part = Code("作为牵头单位还是责任单位", Part, default=Part.RESPONSIBLE)
    name = Words("单位名称")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if self.do.data != "due":  # a date half typed beside another button refuses nothing
            self.due.process(None)


class CompareQuery(Form):
    """The ledger that is laid beside."""

    other = Number("另一份台账")


class FollowForm(Form):
    """Which rows carry on which rows of the other ledger."""

    other = Row("另一份台账")
    pair = Pairs("承接关系")


class ClearForm(Form):
    """Names that are settled together, each as ``party:unit``, as they stood on the page."""

    pair = Pairs("名称与单位")


class CellQuery(Form):
    """The cell of the grid that was pressed (单元格): what is edited first."""

    cell = Search("栏")


class PictureQuery(Form):
    """Which page of the source is looked at (原件页), or the values whose page it is."""

    page = Number("页")
    at = Search("位置", limit=2000)


class PartyForm(Form):
    """One more unit for a row."""

    part = Code("作为牵头单位还是责任单位", Part)
    name = Words("单位名称")


class DropForm(Form):
    """The row from whose own page a name is dropped."""

    item = Number("条目")


class SettleForm(Form):
    """How far the settling of a name goes."""

    remember = Tick("记入名录")
    everywhere = Tick("同样写法一并认定")


class NameForm(SettleForm):
    """Which units a printed name stands for: ticked, chosen before, a group, or typed."""

    unit = Numbers("勾选的单位")
    like = Number("以前的认定")
    group = Words("单位组")
    name = Words("单位名称")


class NewUnitForm(SettleForm):
    """A unit that the directory does not have."""

    name = Words("单位名称")
    kind = Code("单位类别", UnitKind)
