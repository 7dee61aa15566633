"""Group robots (群机器人): what those of all makers have in common; each has a file of its own for the form of its messages."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from workflow.posting.channels import Message, Way
from workflow.record.errors import Invalid
from workflow.record.settings import Settings

TIMEOUT = 10
LONGEST = 3500
"""Bytes of text in a robot's message: the tightest of the three takes 4,096."""
Form = Callable[[Message, str], tuple[dict[str, Any], str]]
"""A message, its text cut to length → the body as the maker wants it, and what to add to the address."""


def robot(form: Form) -> Way:
    """The way of a maker's robots, by the form of their messages."""

    def send(message: Message, settings: Settings) -> None:
        if _refuses(message.target, settings):
            raise Invalid("群机器人地址不在允许的域名之内。")
        body, more = form(message, message.text.encode()[:LONGEST].decode(errors="ignore"))
        _post(message.target, body, more)

    return Way(False, _refuses, lambda target: urlsplit(target).netloc, send, (OSError, http.client.HTTPException))


def _refuses(target: str, settings: Settings) -> str:
    """A robot's host has to be one that the installation allows: no user's words choose where the server calls."""
    if allowed(target, settings):
        return ""
    return f"群机器人地址须为 https，并在允许的域名之内：{'、'.join(settings.webhook_hosts)}。"


def allowed(target: str, settings: Settings) -> bool:
    """Whether a robot's address may be called: a listed host, over TLS unless the list itself says http."""
    try:
        parts = urlsplit(target)
        host = parts.netloc.lower()
    except ValueError:
        return False
    listed = [entry.removeprefix("http://") for entry in settings.webhook_hosts]
    plain = f"http://{host}" in settings.webhook_hosts
    return host in listed and (parts.scheme == "https" or (plain and parts.scheme == "http"))


def _post(target: str, body: dict[str, Any], more: str) -> None:
    parts = urlsplit(target)
    kind = http.client.HTTPConnection if parts.scheme == "http" else http.client.HTTPSConnection
    connection = kind(parts.netloc, timeout=TIMEOUT)  # follows no redirect
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}{more}"
        connection.request("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read(10_000)
    finally:
        connection.close()
    if answer.status != 200 or not _accepted(said):
        raise Invalid(f"群机器人没有接收（HTTP {answer.status}），请检查地址和加签密钥。")


def _accepted(said: bytes) -> bool:
    """``errcode`` or ``code`` zero: the robots answer 200 to whatever they refuse."""
    try:
        answer = json.loads(said)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("errcode", answer.get("code")) == 0
