"""Forms of the account desks (账号与岗位表单)."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import Form, SelectChoice, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from forms.fields import Number, Search, Tick, Words
from workflow.office.words import Role


class AccountForm(FlaskForm):
    """A new account."""

    login = Words(
        "登录名", must=True, limit=64, description="2 至 64 位小写字母、数字、点、下划线或短横线，例如 wang.xm。"
    )
    name = Words("姓名", must=True, limit=64)
    unit_id = SelectField("所属单位", coerce=int, validate_choice=True)


class PersonForm(Form):
    """Somebody by name or login; the directory of people says who that is."""

    person = Words("姓名或登录名")


class MoveForm(Form):
    """Where somebody goes, by the unit's name."""

    unit = Words("调入单位", must=True, limit=120)


class PeopleQuery(Form):
    """A page of the people asked for."""

    unit = Number("单位")
    q = Search("姓名或登录名")
    after = Search("上一页", limit=64)


class GrantForm(FlaskForm):
    """The desks of one person."""

    roles = SelectMultipleField(
        "岗位",
        choices=[SelectChoice(role.value, role.word) for role in Role],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        invalid_choice_message="岗位中有无法识别的选项，请刷新页面后重新勾选。",
    )
    none = Tick("收回全部岗位")
    seen = Number("账号版本", widget=HiddenInput())
