"""What a person typed and the server did not take (未存文字): told apart, shown again, never lost.

The browser keeps drafts (static/js/drafts.js) and names one in each form it sends. Only what was committed is answered
with that name, and only such a draft is forgotten.
"""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import urlsplit

from flask import current_app, g, request, session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

FIELD = "draft_id"
HEADER = "X-Draft-Accepted"
MOST = 20
_NAME = re.compile(r"[0-9a-z]{8,40}")
_NO_WORDS = {
    "csrf_token",
    FIELD,
    "seen_version",
    "seen_round",
    "seen",
    "login",
    "password",
    "old",
    "new",
    "again",
    "target",
    "secret",
}
"""Fields of the frame, passwords, and addresses of robots, which hold a key."""


def accepted() -> list[str]:
    """The drafts whose very text is stored now; each is told to one page."""
    told: list[str] = session.pop("accepted", [])
    return told + _stored()


def keep_draft() -> None:
    """Something else was committed than what this form says: an earlier one had taken the step already."""
    g.stored = False


def tell(response: Response) -> Response:
    """After a request: name the stored draft in the answer, or to the page that the answer leads to."""
    for name in _stored() if response.status_code < 400 else []:
        if response.status_code >= 300:
            session["accepted"] = [*session.get("accepted", []), name][-MOST:]
        else:
            response.headers[HEADER] = name
    return response


def refused_words() -> list[str]:
    """The sentences of a refused form, for the page that says why; no secrets and no codes."""
    with suppress(HTTPException):  # a form too large to be read has none; whichever form it was, all its words count
        typed = [value for name, value in request.form.items(multi=True) if name not in _NO_WORDS]
        return [text for text in typed if not text.isascii() or " " in text.strip()]
    return []


def own_page() -> str | None:
    """The page of this site from which the request came, if it can be opened again; None for any other."""
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host:
        return None
    with suppress(HTTPException):  # the answer to a form has an address that only forms may call
        current_app.url_map.bind(request.host).match(came.path, method="GET")
        return came.path + (f"?{came.query}" if came.query else "")
    return None


def _stored() -> list[str]:
    name = request.form.get(FIELD, "") if g.get("stored") else ""
    return [name] if _NAME.fullmatch(name) else []
