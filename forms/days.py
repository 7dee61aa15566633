"""Dates as people type them (日期): one way to read them, for WTForms and for forms written by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import DateField
from wtforms.widgets import TextInput

from workflow.record.calendar import read_day

__all__ = ["Day", "read_day"]


class Day(DateField):
    """A date in a box of text: the browser's own box speaks the browser's language, not ours."""

    data: date | None
    widget = TextInput()

    def __init__(self, label: str, *args: Any, **kwargs: Any) -> None:
        look = {"inputmode": "numeric", "placeholder": "如 2026-06-30", "autocomplete": "off", "data-day": True}
        super().__init__(label, *args, render_kw=look, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what :func:`read_day` takes."""
        self.data = None
        self.data = read_day(valuelist[0]) if valuelist else None
