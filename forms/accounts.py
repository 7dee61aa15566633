"""Forms of the account desks (账号与岗位表单)."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from workflow.office.words import Role


class AccountForm(FlaskForm):
    """A new account."""

    login = StringField(
        "登录名",
        [InputRequired("请填写登录名。"), Length(max=64, message="登录名太长，最多 64 位。")],
        description="2 至 64 位小写字母、数字、点、下划线或短横线，例如 wang.xm。",
    )
    name = StringField("姓名", [InputRequired("请填写姓名。"), Length(max=64, message="姓名太长，最多 64 字。")])
    unit_id = SelectField("所属单位", coerce=int, validate_choice=True)


class GrantForm(FlaskForm):
    """The desks of one person."""

    roles = SelectMultipleField(
        "岗位",
        choices=[SelectChoice(role.value, role.word) for role in Role],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    none = BooleanField("收回全部岗位")
