"""Files on their way in (上传): looked into first, then put on disk, before any row of theirs is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from inspection.door import Looked, look_into
from views.door import installation
from workflow.record.errors import Invalid
from workflow.record.store import Blob
from workflow.record.text import file_name

MOST_AT_ONCE = 20


@dataclass(frozen=True)
class Stored:
    """An uploaded file whose bytes are safe (已落盘文件)."""

    blob: Blob
    name: str
    looked: Looked


def store_files(files: list[FileStorage]) -> list[Stored]:
    """Look into every file, then put their bytes on disk. Raises Invalid, TooLarge, Unavailable; then none is kept."""
    if len(files) > MOST_AT_ONCE:
        raise Invalid(f"一次最多上传 {MOST_AT_ONCE} 个文件，请分几次上传。")
    looked = [_look(file) for file in files]  # all are looked into before the first is kept
    return [_keep(*one) for one in looked]


def _look(file: FileStorage) -> tuple[FileStorage, str, Looked]:
    name, stream = file_name(file.filename or ""), cast("BinaryIO", file.stream)
    return file, name, look_into(name, stream, installation().settings)


def _keep(file: FileStorage, name: str, looked: Looked) -> Stored:
    stream = cast("BinaryIO", file.stream)
    return Stored(installation().store.add(stream, limit=installation().settings.max_upload_bytes), name, looked)
