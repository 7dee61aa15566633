"""Fields in our words (表单字段): what was typed or chosen becomes a value, or a sentence that says how to mend it.

A form of these is declared once and read by :mod:`views.typed`; a page may print it by hand.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Generic, TypeVar

from wtforms import BooleanField, Field, Form, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from forms.days import Day
from workflow.record.errors import Invalid
from workflow.record.text import clean_text
from workflow.record.words import Word

__all__ = ["Choice", "Choices", "Code", "Day", "Number", "Numbers", "PerRow", "Row", "Search", "Tick", "Words"]
W = TypeVar("W", bound=Word)


def number_in(text: str) -> int | None:
    """A number that a row may have, None for any other text: longer ones overflow the database's integers."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class Words(StringField):
    """Words without what cannot be seen (文字); ``must`` refuses none at all, ``limit`` more than so many characters."""

    data: str

    def __init__(self, label: str, *, must: bool = False, limit: int = 0, **given: Any) -> None:
        checks = [DataRequired(f"请填写{label}。")] if must else []
        if limit:
            checks.append(Length(max=limit, message=f"{label}最多 {limit} 字，请缩短后重试。"))
        super().__init__(label, checks, **{"default": "", **given})

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the first, as every word from outside is taken."""
        try:
            self.data = clean_text(valuelist[0]) if valuelist else self.data
        except Invalid as refused:
            raise ValueError(refused.message) from None


class Search(Words):
    """Words to search for (检索词): cut at ``limit``, never refused for their length."""

    def __init__(self, label: str, *, limit: int = 50, **given: Any) -> None:
        super().__init__(label, filters=[lambda typed: typed[:limit]], **given)


class Number(IntegerField):
    """A whole number (数字), None where nothing was typed."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take digits, full-width ones as well, and the sign of per cent after them."""
        typed = unicodedata.normalize("NFKC", valuelist[0]).strip().removesuffix("%") if valuelist else ""
        self.data = number_in(typed)
        if typed and self.data is None:
            raise ValueError(f"{self.label.text}应是数字，「{typed[:20]}」不是，请只填数字。")


class Row(Field):
    """The number of something that was chosen (编号); must be there."""

    data: int

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take a number that a row may have."""
        found = number_in(valuelist[0]) if valuelist else None
        if found is None:
            raise ValueError(f"请选择{self.label.text}。")
        self.data = found


class Numbers(Field):
    """The numbers of all that was ticked (勾选), each once, in the order of the page."""

    data: list[int]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take numbers that rows may have."""
        found = [number_in(typed) for typed in valuelist]
        self.data = list(dict.fromkeys(one for one in found if one is not None))
        if None in found:
            raise ValueError(f"{self.label.text}中有无法识别的选项，请刷新页面后重新勾选。")


class Tick(BooleanField):
    """A box that was ticked, or one of two answers of which 0 is no (是否)."""

    data: bool
    false_values = ("", "0", "false")


class _Listed(SelectField, Generic[W]):
    """A list of words, printed by their Chinese names."""

    def __init__(self, label: str, words: type[W], **given: Any) -> None:
        def coded(code: str) -> W | None:
            return next((word for word in words if word.value == code), None)

        choices = [SelectChoice(word.value, word.word) for word in words]
        super().__init__(label, choices=choices, coerce=coded, invalid_choice_message=f"请选择{label}。", **given)
        self.type = "SelectField"  # Bootstrap-Flask prints by it

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the code of a word; an empty one chooses nothing."""
        super().process_formdata([code for code in valuelist if code])


class Code(_Listed[W]):
    """A word of a list (选项) that must be chosen, unless ``default`` says what stands for none."""

    data: W


class Choice(_Listed[W]):
    """A word of a list (选项), None where nothing was chosen; ``none`` says so on a page that prints the list."""

    data: W | None

    def __init__(self, label: str, words: type[W], *, none: str = "", **given: Any) -> None:
        super().__init__(label, words, **given)
        self.choices.insert(0, SelectChoice("", none))

    def pre_validate(self, form: Form) -> None:
        """Refuse a code that is no word of the list."""
        if self.data is None and any(self.raw_data or ()):
            raise ValidationError(self.invalid_choice_message)


class Choices(Field, Generic[W]):
    """Words of a list that were ticked (多选), each once; what is no word of it counts as not ticked."""

    data: list[W]

    def __init__(self, label: str, words: type[W], **given: Any) -> None:
        self.words = words
        super().__init__(label, default=(), **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the codes of words."""
        self.data = [word for word in self.words if word.value in valuelist]


class PerRow(Field):
    """What was typed beside each row (逐行填写): ``person-7`` of the page is 7 here, and empty ones are left out."""

    data: dict[int, str]

    def __init__(self, label: str, *, prefix: str, **given: Any) -> None:
        self.prefix = prefix
        super().__init__(label, **given)

    def process(self, formdata: Any, *given: Any, **named: Any) -> None:
        """Take every input whose name is the prefix and a number."""
        self.process_errors: list[str] = []
        self.data = {}
        for name, typed in formdata.items() if formdata else ():
            row = number_in(name.removeprefix(self.prefix)) if name.startswith(self.prefix) else None
            if row is not None and typed.strip():
                self.data[row] = typed.strip()
