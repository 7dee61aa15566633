"""The door for what people bring (收件查看): format by the first bytes, then apart from us its inside, then viruses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO

import structlog

from inspection import virus
from workflow.record.errors import Invalid, TooLarge, Unavailable
from workflow.record.sandbox import Exhausted, look
from workflow.record.settings import Settings
from workflow.record.showing import spoken_size
from workflow.tasks.evidence_types import HEAD, admit

log = structlog.get_logger()
SECONDS = 30
"""Of one core for one file."""


@dataclass(frozen=True)
class Looked:
    """A file that may be taken (可收文件), and what is said beside it."""

    media_type: str
    remarks: tuple[str, ...]
    """What is active in it, or could not be looked into."""
    apart: bool
    """True where it stands in a packet by its digest alone."""
    scanned: bool
    """False where nobody has looked for viruses (未查毒)."""


def look_into(name: str, stream: BinaryIO, settings: Settings) -> Looked:
    """Look into a file of which nothing is kept yet; the stream is left at its beginning.

    Raises Invalid, TooLarge, and Unavailable where a scanner is demanded and does not answer.
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > settings.max_upload_bytes:
        raise TooLarge(f"文件超过 {spoken_size(settings.max_upload_bytes)} 的上限，请压缩或拆分后再上传。")
    media_type = admit(name, stream.read(HEAD))
    stream.seek(0)
    found = _inside(name, stream)
    stream.seek(0)
    scanned = _scanned(name, stream, settings)
    stream.seek(0)
    return Looked(media_type, tuple(found["remarks"]), found["apart"], scanned)


def _inside(name: str, stream: BinaryIO) -> dict[str, Any]:
    try:
        found: dict[str, Any] = look("inspection.looking:answer", stream, {"name": name}, seconds=SECONDS)
    except Exhausted as exhausted:
        if exhausted.args == ("busy",):
            raise Unavailable("正在查看的文件较多，文件没有保存；请稍后再上传。") from None
        raise Invalid(
            f"文件「{name}」在查看时超出了时间或内存限度，可能被恶意构造，文件没有保存；请另存或拆分后重新上传。"
        ) from None
    if "refused" in found:
        raise Invalid(f"文件「{name}」{found['refused']}")
    return found


def _scanned(name: str, stream: BinaryIO, settings: Settings) -> bool:
    if not settings.clamd:
        return False
    try:
        found = virus.scan(settings.clamd, stream)
    except virus.Unanswered as unanswered:
        log.warning("clamd", said=str(unanswered), required=settings.clamd_required)
        if not settings.clamd_required:
            return False
        if "size limit" in str(unanswered):
            raise TooLarge(
                f"文件「{name}」超过查毒服务的大小上限，没有保存；请压缩或拆分后再上传，或请系统管理员调大 StreamMaxLength。"
            ) from None
        raise Unavailable("查毒服务没有应答，文件没有保存；请稍后重试，若仍不行请联系系统管理员。") from None
    if found:
        raise Invalid(
            f"文件「{name}」查出病毒（{found}），没有保存；请对本机查杀病毒，换用干净的文件后重新上传，并告知系统管理员。"
        )
    return True
