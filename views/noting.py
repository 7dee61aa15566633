"""The access log's door (访问记录): who was refused, fetched, exported or looked at people, from which address.

Written after the work and before the answer leaves, in a transaction of its own, so that nothing is handed out unnoted.
If it cannot be written, reading goes on (:func:`views.door.marking`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Response, current_app, g, request
from flask_login import current_user

from views.api_frame import is_api
from views.door import address, installation, marking, noted_as
from workflow.office.models import User
from workflow.record.audit import Entry, note_access
from workflow.record.events import (
    CONTACTS_LOOKED_AT,
    FORBIDDEN,
    NOT_FOUND,
    OTHER_FETCHED,
    REFUSALS,
    TOKEN_REFUSED,
    Kind,
    Reached,
)
from workflow.record.rates import within

MOST = 60
"""Refusals of one person or address that are noted in a minute: a script that knocks must not fill the disk."""
LARGEST = 2**31 - 1
CONTACT = re.compile(r"联系|电话|手机|邮箱|责任人")
"""Columns kept as printed that say how to reach a person: who looks at them is noted."""


def shows_columns(names: Iterable[str]) -> None:
    """Note that the page shows contacts of people, where it shows such a column."""
    if any(CONTACT.search(name) for name in names):
        g.noted = CONTACTS_LOOKED_AT


def note(response: Response) -> Response:
    """After every request: append what there is to say about it, if anything, to the access log."""
    kind = _kind(response)
    person = current_user.id if current_user.is_authenticated else None
    if kind is not None:
        _write(Entry(kind, _told(response, kind), _task()), person)
    return response


def _kind(response: Response) -> Kind[Reached] | None:
    """The kind of entry, None for what is not noted: pages of one's own work, and what a stranger mistypes."""
    if request.endpoint in (None, "static"):
        return None
    if "refusal" in g:
        return g.refusal if current_user.is_authenticated else None
    if current_user.is_authenticated and response.status_code in (403, 404):
        return FORBIDDEN if response.status_code == 403 else NOT_FOUND
    if is_api() and response.status_code == 401 and "Authorization" in request.headers:
        return TOKEN_REFUSED
    if response.status_code >= 300:
        return None
    handed_out = response.headers.get("Content-Disposition", "").startswith("attachment")
    noted: Kind[Reached] | None = g.get("noted") or noted_as(current_app)
    return noted or (OTHER_FETCHED if handed_out else None)


def _told(response: Response, kind: Kind[Reached]) -> Reached:
    """The address asked for; what was searched for only where something was given (``g.told_query``: or kept since)."""
    told = Reached(method=request.method, path=request.path[:200], status=response.status_code)
    asked = g.get("told_query", request.query_string.decode("utf-8", "replace"))[:300]
    return told.model_copy(update={"query": asked}) if asked and kind not in REFUSALS else told


def _task() -> int | None:
    task_id = (request.view_args or {}).get("task_id")
    return task_id if isinstance(task_id, int) and task_id <= LARGEST else None


def _write(entry: Entry[Reached], person: int | None) -> None:
    now = installation().clock()
    with marking() as session:
        if entry.kind in REFUSALS and not within(session, f"refused:{person or address()}", MOST, at=now):
            return
        note_access(session, entry, by=session.get(User, person) if person else None, at=now)
