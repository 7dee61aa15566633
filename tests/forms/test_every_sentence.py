"""Whatever is typed into whichever form, what is wrong with it is said in Chinese (表单的话)."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Form

import forms
from tests.desk_office import Office

for module in pkgutil.iter_modules(forms.__path__):
    importlib.import_module(f"forms.{module.name}")
MISTYPED = ["zz", "", "-1", "9" * 30, "2026-13-45", "\x00", "x" * 5000]


def below(kind: type) -> list[type]:
    return [kind, *(found for one in kind.__subclasses__() for found in below(one))]


@pytest.mark.parametrize("typed", MISTYPED)
def test_what_is_wrong_is_said_in_chinese(office: Office, typed: str) -> None:
    kinds = [kind for kind in {*below(Form), *below(FlaskForm)} if kind.__module__.startswith("forms.")]
    said = []
    with office.app.test_request_context(method="POST"):
        for kind in kinds:
            form = kind(formdata=MultiDict(dict.fromkeys(kind(formdata=None)._fields, typed)))
            for field in form:
                if getattr(field, "choices", ()) is None:
                    field.choices = [("1", "一")]
            form.validate()
            said += [f"{kind.__name__}.{field.name}: {error}" for field in form for error in field.errors]
    assert len(kinds) > 20
    assert [one for one in said if not re.search(r"[\u4e00-\u9fff]", one.split(": ", 1)[1])] == []
