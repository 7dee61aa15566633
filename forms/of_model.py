"""A form from a model (由模型生成表单): a page's form is read into the very model that a program's request is read into.

The fields only read what was typed; the model alone judges it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from werkzeug.datastructures import FileStorage
from wtforms import Form

from forms.fields import Choice, Code, Day, Number, PerRow, Tick, Words, number_in
from workflow.record.errors import Invalid
from workflow.record.words import Word

M = TypeVar("M", bound=BaseModel)
SEEN, NEVER = "seen_version", 0


class Version(Number):
    """Which version of the task the page showed (所见版本)."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take a version; one that no task ever has for anything else."""
        typed = valuelist[0] if valuelist else ""
        self.data = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else NEVER


class Count(Number):
    """A number that stands for something where nothing is typed by a program (个数): an emptied box of a page is refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take a number; a box that is there has to hold one."""
        if valuelist and not valuelist[0].strip():
            raise ValueError(f"请填写{self.label.text}，不用的填 0。")
        super().process_formdata(valuelist)


class Places(PerRow):
    """Rows in the order of the numbers typed beside them (次序); whoever has none is left out."""

    data: Any

    def process(self, formdata: Any, *given: Any, **named: Any) -> None:
        """Take every input whose name is the prefix and a number."""
        super().process(formdata, *given, **named)
        self.data = sorted(self.data, key=lambda row: number_in(self.data[row]) or 1)


class Marks(PerRow):
    """A code for each of several rows (逐行标注), under the rows' numbers as JSON writes them."""

    data: Any

    def process(self, formdata: Any, *given: Any, **named: Any) -> None:
        """Take every input whose name is the prefix and a number."""
        super().process(formdata, *given, **named)
        self.data = {str(row): code for row, code in self.data.items()}


SEVERAL: dict[Any, Callable[..., Any]] = {list: Places, dict: Marks}
PLAIN: dict[Any, Callable[..., Any]] = {str: Words, date: Day, bool: Tick, int: Number}
MISTAKES = {
    "string_too_long": "{title}共 {length} 字，超过 {max_length} 字的上限，请精简。",
    "too_long": "{title}最多 {max_length} 个，请减少后重试。",
    "greater_than_equal": "{title}不能小于 {ge}，请改正后重试。",
    "less_than_equal": "{title}不能大于 {le}，请改正后重试。",
}
"""What pydantic refuses, in our words; whatever is not among these was not filled in or not chosen."""


@cache
def form_of(model: type[BaseModel]) -> type[Form]:
    """The form whose inputs are named as the model's fields are, ``people-7`` and the like where there are several.

    Files are no part of it: they come beside a form.
    """
    fields = {n: _field(n, info) for n, info in model.model_fields.items() if info.annotation is not FileStorage}
    return type(f"{model.__name__}Form", (Form,), fields)


def judged(model: type[M], said: dict[str, Any]) -> M:
    """The model of what a page said. Raises Invalid with a sentence that names the field.

    A page without a version that a task may have is the engine's to refuse, after what it asks first.
    """
    given = {name: value for name, value in said.items() if value is not None}
    unseen = given.get(SEEN) == NEVER
    try:
        made = model.model_validate(given | ({SEEN: 1} if unseen else {}))
        return made.model_copy(update={SEEN: NEVER}) if unseen else made
    except ValidationError as refused:
        raise Invalid(_sentence(model, refused)) from None


def _field(name: str, info: FieldInfo) -> Any:
    kind, label = _bare(info.annotation), info.title or name
    if name == SEEN:
        return Version(label)
    if get_origin(kind) in SEVERAL:
        return SEVERAL[get_origin(kind)](label, prefix=f"{name}-")
    if get_origin(kind) is Literal:
        return Words(label)
    if issubclass(kind, Word) and not info.is_required() and info.get_default() is None:
        return Choice(label, kind)
    if issubclass(kind, Word):
        return Code(label, kind, default=None if info.is_required() else info.get_default())
    if kind is int and isinstance(info.default, int):
        return Count(label)
    return PLAIN[kind](label)


def _bare(kind: Any) -> Any:
    """The type itself: ``int`` of ``Annotated[int, …] | None``."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return _bare(next(one for one in get_args(kind) if one is not NoneType))
    return kind


def _sentence(model: type[BaseModel], refused: ValidationError) -> str:
    first = refused.errors(include_url=False)[0]
    info = model.model_fields[str(first["loc"][0])]
    title, given = info.title or str(first["loc"][0]), first.get("input")
    if first["type"] in MISTAKES:
        length = len(given) if isinstance(given, str | list) else 0
        return MISTAKES[first["type"]].format(title=title, length=length, **first["ctx"])
    if info.annotation is FileStorage:
        return f"没有选择文件，请先选择{title}。"
    return f"请{'填写' if _bare(info.annotation) in (str, int, date) else '选择'}{title}。"
