"""Saved mail (邮件 .eml): its words, and what is attached to it."""

from __future__ import annotations

import email
from collections.abc import Callable
from email.message import Message

from inspection import words
from inspection.findings import Looking, Piece

_PARTS = 500


def look(piece: Piece, looking: Looking, into: Callable[[Piece, Looking], None]) -> None:
    """Subject, bodies, attachments. Raises NotTaken."""
    message = email.message_from_bytes(bytes(piece.data))
    looking.words([_subject(message)], piece, "邮件主题")
    for number, part in enumerate(message.walk()):
        if part.is_multipart() or number > _PARTS:
            continue
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            continue
        looking.opened(len(data))
        name = _decoded(part.get_filename() or "")
        if name or part.get_content_maintype() not in ("text", "multipart"):
            into(Piece.of(name or "附件", data, piece), looking)
        else:
            _body(Piece.of("邮件正文", data, piece), part, looking, into)


def _body(body: Piece, part: Message, looking: Looking, into: Callable[[Piece, Looking], None]) -> None:
    coding = part.get_content_charset() or ""
    try:
        text = body.data.decode(coding or "utf-8", "ignore")
    except LookupError:
        text = ""
    looking.words([words.shown(text) if part.get_content_subtype() == "html" else text], body)
    into(body, looking)


def _subject(message: Message) -> str:
    return _decoded(str(message.get("Subject", "")))


def _decoded(text: str) -> str:
    try:
        return str(email.header.make_header(email.header.decode_header(text)))
    except (LookupError, UnicodeError, ValueError, email.errors.HeaderParseError):
        return text
