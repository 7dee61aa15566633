"""Forms of the task page (任务页表单); the engine counts characters and decides."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField

from workflow.record.errors import Invalid


class SeenForm(FlaskForm):
    """Which version of the task the page showed."""

    seen_version = HiddenField()

    @property
    def seen(self) -> int:
        """The version, or -1, which no task ever has."""
        text = self.seen_version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class ReportForm(SeenForm):
    """落实情况."""

    report = TextAreaField("落实情况")
    progress = StringField("完成进度")

    @property
    def stated(self) -> int | None:
        """The progress, None where none is typed. Raises Invalid for what is no whole number of per cent."""
        text = (self.progress.data or "").strip().removesuffix("%")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 4):
            raise Invalid("完成进度应是 0 到 100 之间的整数，请修改后再保存。")
        return int(text)


class SignForm(SeenForm):
    """A decision with its opinion."""

    opinion = TextAreaField("意见")


class LinkForm(FlaskForm):
    """A published page as evidence."""

    address = StringField("网页地址")
    note = StringField("说明")
