"""Dates as people type them (日期): one way to read them, for WTForms and for forms written by hand."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from wtforms import DateField
from wtforms.widgets import TextInput

_SHAPE = re.compile(r"(\d{4})(?:(\d{2})(\d{2})|\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?)")


def read_day(text: str) -> date | None:
    """The date that was typed: 2026-06-30, 20260630, 2026/6/30 or 2026年6月30日; None for nothing.

    Raises ValueError with the sentence to show.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    if not typed:
        return None
    found = _SHAPE.fullmatch(typed)
    try:
        if found:
            return date(*(int(part) for part in found.groups() if part))
    except ValueError:
        pass  # the thirtieth of February
    raise ValueError(
        f"「{typed[:20]}」不是有效的日期，请按 2026-06-30 的形式填写，也可以写成 20260630 或 2026年6月30日。"
    )


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
