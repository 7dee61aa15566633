"""Forms of the unit directory (单位名录表单)."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from workflow.office.words import UnitKind


class UnitForm(FlaskForm):
    """A unit with its kind and aliases."""

    name = StringField("名称", [InputRequired("请填写单位名称。"), Length(max=120, message="单位名称最多 120 字。")])
    kind = SelectField("类别", choices=[SelectChoice(kind.value, kind.word) for kind in UnitKind])
    aliases = StringField("简称", [Length(max=500)], description="多个简称用顿号隔开，例如：市发改委、发改委。")


class GroupForm(FlaskForm):
    """A group and its members."""

    name = StringField(
        "名称",
        [InputRequired("请填写单位组名称。"), Length(max=120)],
        description="与任务表里的写法一致，例如：各县（区）人民政府。",
    )
    members = SelectMultipleField(
        "成员", coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class ImportForm(FlaskForm):
    """A list of units to read in."""

    file = FileField("名录文件", [FileRequired("请选择 CSV 或 XLSX 文件。")])
