"""Forms of the unit directory (单位名录表单)."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import Form, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from forms.fields import Code, Search, Words
from workflow.office.words import UnitKind


class UnitForm(FlaskForm):
    """A unit with its kind and aliases."""

    name = Words("单位名称", must=True, limit=120)
    kind = Code("类别", UnitKind)
    aliases = Words("简称", limit=500, description="多个简称用顿号隔开，例如：市发改委、发改委。")
    above = Words(
        "上级单位", limit=120, description="填名称或简称，例如乡镇填所属的县区、内设机构填所属的部门；没有就留空。"
    )


class GroupForm(FlaskForm):
    """A group and its members."""

    name = Words("单位组名称", must=True, limit=120, description="与任务表里的写法一致，例如：各县（区）人民政府。")
    members = SelectMultipleField(
        "成员", coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        invalid_choice_message="成员中有无法识别的单位，请刷新页面后重新勾选。",
    )  # fmt: skip


class UnitsQuery(Form):
    """Which units to list."""

    q = Search("名称或简称", limit=60)


class ImportForm(FlaskForm):
    """A list of units to read in."""

    file = FileField("名录文件", [FileRequired("请选择 CSV 或 XLSX 文件。")])
