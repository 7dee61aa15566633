"""The one place that opens stored files (存储): bytes under their own digest, written once, checked when read.

Bytes first, then the row: what an upload has acknowledged is on disk, synced, before the database knows of it.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore, from_url

from workflow.record.errors import Damaged, Invalid, TooLarge
from workflow.record.settings import Settings
from workflow.record.showing import spoken_size

CHUNK = 1 << 20


@dataclass(frozen=True)
class Blob:
    """What has been stored (存储对象): hex SHA-256 and length in bytes."""

    sha256: str
    size: int


class Store:
    """Blobs named by SHA-256 in a folder, or in an object store where a setting names one."""

    def __init__(self, settings: Settings) -> None:
        self._root: Path | None = None
        self._staging = settings.home / "staging"
        self._staging.mkdir(parents=True, exist_ok=True)
        if settings.storage_url:
            self._store: ObjectStore = from_url(settings.storage_url)
        else:
            self._root = settings.common / "blobs"
            self._root.mkdir(parents=True, exist_ok=True)
            self._store = LocalStore(self._root)

    def add(self, stream: BinaryIO, *, limit: int) -> Blob:
        """Stage, hash and keep a stream; the same bytes twice are kept once.

        Raises Invalid for nothing at all and TooLarge above ``limit`` bytes; then nothing is kept.
        """
        with self._staged() as staged:
            digest, size = hashlib.sha256(), 0
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > limit:
                    raise TooLarge(f"文件超过 {spoken_size(limit)} 的上限，请压缩或拆分后再上传。")
                digest.update(chunk)
                staged.write(chunk)
            if size == 0:
                raise Invalid("文件是空的（0 字节），请检查后重新选择。")
            staged.flush()
            os.fsync(staged.fileno())
            self._keep(digest.hexdigest(), Path(staged.name))
        return Blob(digest.hexdigest(), size)

    def add_bytes(self, data: bytes) -> Blob:
        """Keep bytes that this program made."""
        return self.add(BytesIO(data), limit=len(data))

    def read(self, sha256: str) -> bytes:
        """The stored bytes, hashed again on the way; raises Damaged if they are not what was stored."""
        data = b"".join(self._chunks(sha256))
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Damaged("存储的文件与登记的 SHA-256 不一致，可能已被改动，请联系系统管理员。")
        return data

    def stream(self, sha256: str) -> Iterator[bytes]:
        """The stored bytes piece by piece, after one whole pass has shown that they are intact; raises Damaged."""
        if not self.intact(sha256):
            raise Damaged("存储的文件与登记的 SHA-256 不一致，可能已被改动，请联系系统管理员。")
        return self._chunks(sha256)

    def intact(self, sha256: str) -> bool:
        """True if the bytes are there and still hash to their name."""
        digest = hashlib.sha256()
        try:
            for chunk in self._chunks(sha256):
                digest.update(chunk)
        except Damaged:
            return False
        return digest.hexdigest() == sha256

    def digests(self) -> Iterator[str]:
        """The names of everything that is stored, whether a row knows of it or not."""
        for batch in obstore.list(self._store):
            yield from (str(one["path"]).rpartition("/")[2] for one in batch)

    def _chunks(self, sha256: str) -> Iterator[bytes]:
        try:
            for chunk in obstore.get(self._store, _key(sha256)).stream(min_chunk_size=CHUNK):
                yield bytes(chunk)
        except FileNotFoundError:
            raise Damaged("存储中找不到这个文件，请联系系统管理员检查存储。") from None

    def _keep(self, sha256: str, staged: Path) -> None:
        try:
            obstore.put(self._store, _key(sha256), staged, mode="create")
        except AlreadyExistsError:
            if not self.intact(sha256):  # never acknowledge an upload that rests on somebody's damaged copy
                raise Damaged("存储中同一文件的已有副本已损坏，请联系系统管理员处理后再上传。") from None
        if self._root is not None:
            kept = self._root / _key(sha256)
            _sync(kept)
            _sync(kept.parent)
            _sync(self._root)

    @contextmanager
    def _staged(self) -> Iterator[tempfile._TemporaryFileWrapper[bytes]]:
        with tempfile.NamedTemporaryFile(dir=self._staging) as staged:
            yield staged


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
