"""The one road from a form to values (读取表单): read, judged, refused in one Chinese sentence that names the field."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import Form

from workflow.record.errors import Invalid

F = TypeVar("F", bound=Form)


def read(kind: type[F]) -> F:
    """The form as it was sent, not judged: for a page that shows it again."""
    form: F = kind(request.form)
    return form


def checked(form: F) -> F:
    """The form, if every field of it can be used. Raises Invalid with the first field's sentence."""
    if not form.validate():
        field = next(field for field in form if field.errors)
        label, sentence = field.label.text, str(field.errors[0])
        raise Invalid(sentence if label in sentence else f"{label}：{sentence}")
    return form


def taken(kind: type[F]) -> F:
    """What the form that was sent says. Raises Invalid."""
    return checked(read(kind))


def asked(kind: type[F]) -> F:
    """What the address asks for: what cannot be read counts as not asked, nothing is refused."""
    form: F = kind(request.args)
    return form


def asked_beside(kind: type[F]) -> F:
    """What the address of the page asks for from which a part of it was asked by htmx; the own address otherwise."""
    page = request.headers.get("HX-Current-URL")
    if page is None:
        return asked(kind)
    try:
        query = parse_qsl(urlsplit(page).query)
    except ValueError:  # half an IPv6 address
        query = []
    form: F = kind(MultiDict(query))
    return form
