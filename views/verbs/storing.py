"""Files on their way in (上传): looked into first, then put on disk, before any row of theirs is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from inspection.door import Looked, look_into
from views.door import installation
from workflow.office.models import User
from workflow.record.errors import Invalid, TooLarge
from workflow.record.showing import spoken_size
from workflow.record.store import Blob
from workflow.record.text import file_name
from workflow.tasks.models import Evidence, Matter
from workflow.tasks.reporting import add_file

MOST_AT_ONCE = 20


@dataclass(frozen=True)
class Stored:
    """An uploaded file whose bytes are safe (已落盘文件)."""

    blob: Blob
    name: str
    looked: Looked


def received(file: FileStorage | None, *, limit: int, missing: str, too_large: str) -> tuple[str, bytes]:
    """Name and bytes of a document that is read and not kept; ``too_large`` has a place for the limit. Raises Invalid, TooLarge."""
    if file is None or not file.filename:
        raise Invalid(missing)
    name, data = file_name(file.filename), file.stream.read(limit + 1)
    if len(data) > limit:
        raise TooLarge(too_large.format(name=name, limit=spoken_size(limit)))
    return name, data


def store_files(files: list[FileStorage]) -> list[Stored]:
    """Look into every file, then put their bytes on disk. Raises Invalid, TooLarge, Unavailable; then none is kept."""
    if len(files) > MOST_AT_ONCE:
        raise Invalid(f"一次最多上传 {MOST_AT_ONCE} 个文件，请分几次上传。")
    looked = [_look(file) for file in files]  # all are looked into before the first is kept
    return [_keep(*one) for one in looked]


def bring_files(
    session: Session, matter: Matter, stored: Sequence[Stored], *, by: User, at: datetime, note: str = ""
) -> tuple[str, Evidence]:
    """Put stored files on a matter, all or none: the sentence that says what became of each, and the last piece."""
    same = []
    for file in stored:
        found = file.looked
        brought = add_file(
            session, matter, file.blob, name=file.name, media_type=found.media_type, note=note, by=by, at=at,
            remarks=found.remarks, apart=found.apart, scanned=found.scanned,
        )  # fmt: skip
        if brought.replayed:
            kept = "说明已补充到原材料上" if note.strip() else "没有重复登记"
            same.append(f"「{file.name}」与清单中的「{brought.piece.name}」内容完全相同，{kept}。")
    new = len(stored) - len(same)
    said = [*([f"已上传 {new} 个文件，SHA-256 已登记。"] if new else []), *same]
    return "".join(said), brought.piece


def _look(file: FileStorage) -> tuple[FileStorage, str, Looked]:
    name, stream = file_name(file.filename or ""), cast("BinaryIO", file.stream)
    return file, name, look_into(name, stream, installation().settings)


def _keep(file: FileStorage, name: str, looked: Looked) -> Stored:
    stream = cast("BinaryIO", file.stream)
    return Stored(installation().store.add(stream, limit=installation().settings.max_upload_bytes), name, looked)
