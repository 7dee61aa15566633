"""A file that was refused (没有读出的文件) is kept for pointing: a signed token on the page names it until a person begins."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from forms.pointing import UnreadForm
from views.door import installation, me, pause_reading, permit, reading, writing
from views.errors import answer
from views.reading_in import File, content
from views.typed import taken
from workflow.ledgers.drafting import start_draft
from workflow.office.permissions import Permission
from workflow.record.errors import NotFound, Refused, Unreadable
from workflow.record.published import Pointing, Problem, PublishedLedger
from workflow.record.store import Blob

blueprint = Blueprint("unread", __name__)
SECONDS = 24 * 3600
NO_TEXT = b"%{<PR7\x89\xff\x1f"
"""How files begin that are no plain text, whatever their encoding."""


@blueprint.post("/review/unread")
@permit(Permission.OFFICE)
def begin() -> Response:
    """Start a draft without rows from a file that was refused, and go on to pointing at it."""
    kept = waiting(taken(UnreadForm).unread.data)
    if kept is None:
        raise NotFound("这份文件没有留下，请重新选择文件读入。")
    file = File(kept["name"], content(installation(), reading(), kept["sha256"]))
    pause_reading()  # its tables are looked for in a process apart, which may take a minute
    problem = Problem(kept["said"], doubts=("tasks",))
    nothing = PublishedLedger(None, None, None, None, None, None, (), problems=(problem,), source_text=_text(file))
    with writing() as (session, by):
        blob = Blob(kept["sha256"], kept["size"])
        ledger_id = start_draft(session, nothing, blob, name=file.name, by=by, at=installation().clock()).id
    return redirect(url_for("review.pointing.point", ledger_id=ledger_id), 303)


def keep(file: File, refused: Refused) -> str:
    """Keep a file that could not be read if a person can point at something in it; the token that names it, else nothing."""
    if not isinstance(refused, Unreadable) or not _can_be_pointed_at(file):
        return ""
    blob = installation().store.add(BytesIO(file.data), limit=installation().settings.max_document_bytes)
    return token_of(blob, file.name, refused.message)


def token_of(blob: Blob, name: str, said: str) -> str:
    """What names a stored file that was refused, for who is signed in."""
    kept = {"sha256": blob.sha256, "size": blob.size, "name": name, "said": said, "by": me().id}
    return str(_signer().dumps(kept))


def waiting(token: str) -> dict[str, Any] | None:
    """What a token of this person names: digest and name of the file, and why it was refused."""
    try:
        kept: dict[str, Any] = _signer().loads(token, max_age=SECONDS)
    except BadSignature:
        return None
    return kept if kept["by"] == me().id else None


def lead_on(refused: Refused, token: str) -> Response:
    """The refusal for a script that uploads: it opens the page that says so and offers pointing."""
    found = make_response(answer(refused.status, "没有读出", refused.message))
    found.headers["HX-Redirect"] = url_for("review.upload", unread=token)
    return found


def _can_be_pointed_at(file: File) -> bool:
    """It has tables; or it is plain text in an encoding that a person may know."""
    try:
        return any(grid.rows for grid in file.grids(Pointing()))
    except Unreadable:
        begin = file.data[:4096].strip()
        return bool(begin) and b"\x00" not in begin and begin[:1] not in NO_TEXT


def _text(file: File) -> str:
    try:
        return "\n".join("\t".join(row) for grid in file.grids(Pointing())[:1] for row in grid.rows)
    except Unreadable:
        return ""


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="unread-file")
