"""Words that are being written (草稿表单)."""

from __future__ import annotations

from wtforms import Form

from forms.fields import Words


class DraftForm(Form):
    """A report as far as it is written."""

    report = Words("落实情况")
    base = Words("原来的落实情况")
