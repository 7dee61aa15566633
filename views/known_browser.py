"""Known browsers (认得的浏览器): a signed cookie names the people who have signed in here, so that strangers lock none of them out."""

from __future__ import annotations

import secrets
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from views.address import neighbourhood
from views.door import address, installation
from workflow.office.failures import Place, login_key

DAYS = 180
MOST = 20
"""People of one shared computer; the one who was here longest ago is forgotten first."""


def place_of(login: str) -> Place:
    """Where this name's password is being typed: this browser if it is known for the name, else the address."""
    browser, people = _read()
    if _mark(login) in people:
        return Place(f"browser {browser}", known=True)
    return Place(f"address {neighbourhood(address())}")


def remember(answer: Response, login: str) -> None:
    """Know this browser from now on as one in which this person has signed in. It opens nothing by itself."""
    browser, people = _read()
    mark = _mark(login)
    people = [*(one for one in people if one != mark), mark][-MOST:]
    value = _signer().dumps({"browser": browser or secrets.token_urlsafe(12), "people": people})
    secure = installation().settings.secure_cookies
    age = DAYS * 24 * 3600
    answer.set_cookie(_name(), value, max_age=age, httponly=True, samesite="Lax", secure=secure, path="/")


def _read() -> tuple[str, list[str]]:
    try:
        kept: Any = _signer().loads(request.cookies.get(_name(), ""), max_age=DAYS * 24 * 3600)
        return kept["browser"], kept["people"]
    except BadSignature:
        return "", []


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="known-browser")


def _mark(login: str) -> str:
    """The name in short: the cookie can be read by whoever sits here."""
    return login_key(login)[:16]


def _name() -> str:
    return "__Host-taizhang-known" if installation().settings.secure_cookies else "taizhang-known"
