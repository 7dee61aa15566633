"""The one place that opens stored files (存储): bytes under their own digest, written once, checked when read.

Bytes first, then the row: what an upload has acknowledged is on disk, synced, before the database knows of it. Two places
are known, a folder and a bucket; where they differ stands in ``_keep`` and ``_lay_in_bucket``.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, ObjectStore, S3Store

from workflow.record.errors import Damaged, Invalid, TooLarge, Unavailable
from workflow.record.settings import Settings
from workflow.record.showing import spoken_size

CHUNK = 1 << 20
PART = 5 << 20
"""Bytes of one part of a large object; a part that is lost is sent again, not the whole."""
LINE = {"connect_timeout": "5s", "timeout": "60s"}
"""How long one request to the object store may take, a part's bytes included."""
RETRY: Any = {
    "max_retries": 5,
    "retry_timeout": timedelta(seconds=150),
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=5), "base": 2},
}
_DIGEST = re.compile(r"[0-9a-f]{64}")


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
            self._store: ObjectStore = _bucket(settings)
        else:
            self._root = settings.common / "blobs"
            self._root.mkdir(parents=True, exist_ok=True)
            self._store = LocalStore(self._root)

    @property
    def place(self) -> str:
        """Where the bytes lie, as people are told."""
        return "数据目录" if self._root is not None else "对象存储"

    def check(self) -> None:
        """Raises Unavailable, one sentence, where the bucket is not there or does not answer; a folder always does."""
        if self._root is None:
            with self._asked():
                next(iter(obstore.list(self._store)), None)

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
        """The names of everything that is stored, whether a row knows of it or not; what is no blob of ours is passed over."""
        with self._asked():
            for batch in obstore.list(self._store):
                for path in (str(one["path"]) for one in batch):
                    name = path.rpartition("/")[2]
                    if _DIGEST.fullmatch(name) and path == _key(name):
                        yield name

    def _chunks(self, sha256: str) -> Iterator[bytes]:
        try:
            with self._asked():
                for chunk in obstore.get(self._store, _key(sha256)).stream(min_chunk_size=CHUNK):
                    yield bytes(chunk)
        except FileNotFoundError:
            raise Damaged("存储中找不到这个文件，请联系系统管理员检查存储。") from None

    def _keep(self, sha256: str, staged: Path) -> None:
        try:
            with self._asked():
                if self._root is None:
                    self._lay_in_bucket(_key(sha256), staged)
                else:
                    obstore.put(self._store, _key(sha256), staged, mode="create")
        except AlreadyExistsError:
            if not self.intact(sha256):  # never acknowledge an upload that rests on somebody's damaged copy
                raise Damaged("存储中同一文件的已有副本已损坏，请联系系统管理员处理后再上传。") from None
        if self._root is not None:
            kept = self._root / _key(sha256)
            _sync(kept)
            _sync(kept.parent)
            _sync(self._root)

    def _lay_in_bucket(self, key: str, staged: Path) -> None:
        """In one request if it is new, or in parts after a look: those know no such condition, and two at once lay the same bytes."""
        if staged.stat().st_size <= PART:
            obstore.put(self._store, key, staged, mode="create", use_multipart=False)
            return
        try:
            obstore.head(self._store, key)
        except FileNotFoundError:
            obstore.put(self._store, key, staged, use_multipart=True, chunk_size=PART, max_concurrency=4)
            return
        raise AlreadyExistsError(key)

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Say in a sentence what keeps a bucket from answering; of a folder the disk's own error is known elsewhere."""
        try:
            yield
        except AlreadyExistsError:
            raise
        except (BaseError, FileNotFoundError) as error:
            gone = "" if self._root is not None else _told(error)
            if not gone:
                raise
            raise Unavailable(gone) from error

    @contextmanager
    def _staged(self) -> Iterator[tempfile._TemporaryFileWrapper[bytes]]:
        with tempfile.NamedTemporaryFile(dir=self._staging) as staged:
            yield staged


def _bucket(settings: Settings) -> ObjectStore:
    """The bucket that the settings name; without TLS only where its address is spelt so. Raises Invalid for settings that name none."""
    given = {"aws_checksum_algorithm": "sha256"} | settings.storage_options
    options: Any = {name: value for name, value in given.items() if value}
    plain = any(value.startswith("http://") for value in options.values())
    try:
        if not settings.storage_url.startswith("s3://"):
            raise ValueError(settings.storage_url)
        line: Any = LINE | {"allow_http": plain}
        return S3Store.from_url(settings.storage_url, config=options, client_options=line, retry_config=RETRY)
    except (BaseError, ValueError):
        raise Invalid(
            "对象存储的设置不对：TAIZHANG_STORAGE_URL 形如 s3://桶名/前缀，TAIZHANG_STORAGE_OPTIONS 是一个 JSON 对象，"
            "各项名称见 docs/configuration.md；暂不用对象存储时两项都留空。"
        ) from None


def _told(error: Exception) -> str:
    """What keeps the bucket from answering; empty where it has answered that there is no such object."""
    said = str(error)
    if "NoSuchBucket" in said or "InvalidBucketName" in said:
        return "对象存储里没有 TAIZHANG_STORAGE_URL 所指的存储桶：请先建好存储桶，或改正这项设置。"
    if isinstance(error, FileNotFoundError):
        return ""
    if "parsing Path" in said:
        return "存储桶的这个前缀下有名称不合法的对象，不是台账写入的：请把它移走，这个前缀只给台账使用。"
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return "对象存储拒绝了访问：请检查 TAIZHANG_STORAGE_OPTIONS 里的访问密钥和存储桶的授权。"
    return "对象存储现在没有应答，没有保存；已有内容不受影响，请稍后再试，仍不行请检查网络和 TAIZHANG_STORAGE_OPTIONS。"


def _key(sha256: str) -> str:
    """Where a blob lies. Raises Damaged for a name that is no digest: it comes from a row that somebody changed."""
    if not _DIGEST.fullmatch(sha256):
        raise Damaged("登记的文件摘要不是 SHA-256，可能已被改动，请联系系统管理员。")
    return f"{sha256[:2]}/{sha256}"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
