"""Files on their way out (下载): as stored, under their own names, never run or shown inside our pages."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

from flask import Response

from packets.beside import beside
from reports import ledger_files
from views.door import installation, pause_reading, reading
from workflow.ledgers.export import LedgerTable
from workflow.record.errors import NotFound
from workflow.record.registering import registration_of
from workflow.record.text import safe_name

_SANDBOX = "sandbox; default-src 'none'"
"""What a browser that shows the bytes after all may do with them: nothing."""


def attachment(
    sha256: str, name: str, size: int | None = None, media_type: str = "application/octet-stream"
) -> Response:
    """Stored bytes as a download, checked before the first one leaves. Raises Damaged."""
    pause_reading()
    answer = named(Response(installation().store.stream(sha256), mimetype=media_type), name)
    if size is not None:
        answer.content_length = size
    return answer


def packet_name(number: str, field: str = "") -> str:
    """How the file of a packet is called, whole or as it was after one seal."""
    return f"证据包 {number}{'-' if field else ''}{field}.pdf"


def registration_beside(sha256: str, name: str) -> Response:
    """What is vouched for beside the sealed file of this name, as a download that lies next to it. Raises NotFound."""
    found = registration_of(reading(), sha256)
    if found is None:
        raise NotFound("这一文件没有登记：它是旧版本生成的，重新办结后的证据包附有登记文件。")
    return named(Response(found.text, mimetype="application/json"), beside(Path(name)).name)


def sealed_file(sha256: str, name: str, *, registration: bool) -> Response:
    """A sealed paper of this name, or what is vouched for beside it. Raises NotFound, Damaged."""
    return registration_beside(sha256, name) if registration else attachment(sha256, name, None, "application/pdf")


def table_file(table: LedgerTable, form: str, name: str = "") -> Response:
    """A table as ``docx``, ``xlsx`` or ``pdf``, under its own title where no name is given."""
    pause_reading()
    if form == "pdf":
        data = ledger_files.as_pdf(table, installation().settings)
    else:
        data = ledger_files.as_docx(table) if form == "docx" else ledger_files.as_xlsx(table)
    return named(Response(data, mimetype=ledger_files.MIME[form]), f"{name or safe_name(table.title)}.{form}")


def picture_of_page(data: bytes, *, keep: bool) -> Response:
    """A picture that we made (JPEG), of which the browser runs nothing; ``keep`` lets it have it for ten minutes."""
    answer = Response(data, mimetype="image/jpeg")
    answer.headers["Content-Security-Policy"] = _SANDBOX
    if keep:
        answer.headers["Cache-Control"] = "private, max-age=600"
    return answer


def named(answer: Response, name: str) -> Response:
    """The answer as a download of this name, for old browsers and new ones (RFC 6266): ASCII, then UTF-8 in full."""
    ending = re.sub(r"[^A-Za-z0-9.]", "", Path(name).suffix)
    disposition = f"attachment; filename=\"download{ending}\"; filename*=UTF-8''{quote(name, safe='')}"
    answer.headers["Content-Disposition"] = disposition
    answer.headers["Content-Security-Policy"] = _SANDBOX
    return answer
