"""What is typed to begin an assessment (发起考核)."""

from __future__ import annotations

from wtforms import Form
from wtforms.validators import DataRequired

from forms.fields import Day, Row


class StartForm(Form):
    """Of which ledger, and by when units assess themselves."""

    ledger = Row("台账")
    due = Day("自评截止日期", [DataRequired("请填写自评截止日期。")])
