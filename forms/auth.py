"""Forms at the gate (登录表单)."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, SubmitField
from wtforms.validators import EqualTo, InputRequired, Length

from forms.fields import Words


class SignInForm(FlaskForm):
    """Name and password."""

    login = Words("登录名", must=True, limit=64)
    password = PasswordField("口令", [InputRequired("请填写口令。"), Length(max=200, message="口令太长。")])
    submit = SubmitField("登录")


class PasswordForm(FlaskForm):
    """A new password of one's own."""

    old = PasswordField("原口令", [InputRequired("请填写原口令。"), Length(max=200)])
    new = PasswordField(
        "新口令",
        [InputRequired("请填写新口令。"), Length(max=200)],
        description="至少 10 位，包含大写字母、小写字母、数字、符号中的三类；不含姓名、单位、登录名和常用词，不用最近用过的。",
    )
    again = PasswordField("再输一次", [InputRequired("请再输一次新口令。"), EqualTo("new", "两次输入的新口令不一致。")])
    submit = SubmitField("修改口令")
