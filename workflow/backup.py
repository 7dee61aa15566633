"""Backup and restore (备份与恢复): one folder out of which any empty installation, on either database and store, becomes the same office.

Checkpoints are copied before the rows and files after them: no head is newer than the trail, no row without its file.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from workflow.record import audit
from workflow.record.audit import Head
from workflow.record.copying import copy_rows, sums
from workflow.record.database import Database
from workflow.record.errors import Damaged, Invalid
from workflow.record.finding import make_anew
from workflow.record.installation import Installation
from workflow.record.migrating import migrate
from workflow.record.models import AuditEvent
from workflow.tables import TABLES, stored_digests

ROWS, BLOBS, MANIFEST = "taizhang.db", "blobs", "manifest.json"
BESIDE = ("checkpoints.jsonl", "secret", "holidays.txt", "keys")
"""What lies in the folder that machines share besides the stored files, and is a part of the office."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds (备份清单)."""

    made: str
    """When, in UTC."""
    seq: int
    hash: str
    """The trail's head."""
    tables: dict[str, str]
    """Table → count and sum of its rows."""
    files: dict[str, str]
    """Path → SHA-256, of everything but the blobs, which are named by theirs."""
    blobs: int
    damaged: list[str]
    """Digests that a row names and the store could not give."""

    @property
    def rows(self) -> int:
        """How many rows in all."""
        return sum(int(told.split()[0]) for told in self.tables.values())


def back_up(here: Installation, folder: Path) -> Manifest:
    """Write a backup while the service runs. An earlier one in the folder is renewed: stored files that it has are left.

    Raises Invalid where the folder holds something else.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise Invalid(f"{folder} 里有别的东西，请换一个空目录，或以前备份过的目录。")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)  # half a backup has none
    for name in BESIDE:
        _clear(folder / name)  # a key that was taken away does not come back by way of an earlier backup
        _put(here.settings.common / name, folder / name)
    head, tables, digests = _write_rows(here.database, folder / ROWS)
    damaged = [digest for digest in digests if not _kept(here, digest, folder)]
    made = here.clock().isoformat()
    told = Manifest(made, head.seq, head.hash, tables, _digests(folder), len(digests), damaged)
    (folder / MANIFEST).write_text(json.dumps(asdict(told), ensure_ascii=False, indent=1), "utf-8")
    return told


def restore(here: Installation, folder: Path) -> Manifest:
    """Make an empty installation the office that the backup holds, rows in one transaction and last of all; may be run again.

    Raises Invalid where the backup is not whole or holds what its list does not name, or there is an office already.
    """
    migrate(here.database.write_engine)
    with here.database.reading() as session:
        if session.scalars(select(AuditEvent.seq).limit(1)).first() is not None:
            raise Invalid(
                "这里已经有数据，不能恢复到上面：请把 TAIZHANG_HOME（或 TAIZHANG_DATABASE_URL）指到空的地方。"
            )
    told = _checked(folder)
    with _opened(folder / ROWS) as rows:  # a newer version's is refused here, before anything is laid
        for name in BESIDE:
            _put(folder / name, here.settings.common / name)
        for path in sorted((folder / BLOBS).glob("*/*")):
            _lay(here, path)
        _read_rows(rows, here.database)
    return told


@dataclass(frozen=True)
class Moved:
    """What was brought from the folder into the object store (迁移结果)."""

    files: int
    size: int
    damaged: list[str]
    """Names in the folder whose bytes are not what the name says: left where they are."""
    lacking: list[str]
    """Digests that a row names and the object store cannot give as they were."""


def move_in(here: Installation, *, progress: Callable[[int, int], None] = lambda done, of: None) -> Moved:
    """Bring the stored files of the folder into the object store of the settings; the folder stays as it is. May be run again.

    Every file is read back and hashed there, and so is everything that rows name. Raises Invalid where no object store is set.
    """
    if not here.settings.storage_url:
        raise Invalid("没有设置对象存储：请先设置 TAIZHANG_STORAGE_URL 和 TAIZHANG_STORAGE_OPTIONS，再运行这条命令。")
    here.store.check()
    paths = sorted(path for path in (here.settings.common / BLOBS).glob("*/*") if path.is_file())
    sound, size = set(), 0
    for n, path in enumerate(paths, 1):
        if _is(path, path.name) and _moved(here, path):
            sound.add(path.name)
            size += path.stat().st_size
        progress(n, len(paths))
    with here.database.reading() as session:
        named = stored_digests(session)
    lacking = [digest for digest in named if digest not in sound and not here.store.intact(digest)]
    return Moved(len(sound), size, [path.name for path in paths if path.name not in sound], lacking)


def _moved(here: Installation, path: Path) -> bool:
    try:
        _lay(here, path)
    except Damaged:  # a copy that is there already is not the same
        return False
    return here.store.intact(path.name)


def _lay(here: Installation, path: Path) -> None:
    with path.open("rb") as stream:
        here.store.add(stream, limit=path.stat().st_size)


def _write_rows(database: Database, path: Path) -> tuple[Head, dict[str, str], list[str]]:
    path.unlink(missing_ok=True)
    copy = _file(path)
    try:
        with database.snapshot() as session:
            with copy.write_engine.begin() as target:
                copy_rows(session.connection(), target, TABLES.sorted_tables)
            tables, digests, head = _sums(session.connection()), stored_digests(session), audit.head(session)
        with copy.reading() as written:
            if _sums(written.connection()) != tables:
                raise Damaged("备份出的数据与原数据不一致，请重新备份。")
    finally:
        copy.dispose()
    return head, tables, digests


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    """A copy of a backup's rows in the shape of this version: the backup may be of an older one."""
    with tempfile.TemporaryDirectory(prefix="restore-") as name:
        copy = _file(Path(shutil.copy(path, name)))
        try:
            yield copy
        finally:
            copy.dispose()


def _read_rows(source: Database, database: Database) -> None:
    with source.reading() as read, database.write_engine.begin() as target:
        copy_rows(read.connection(), target, TABLES.sorted_tables)
        if _sums(target) != _sums(read.connection()):
            raise Damaged("写入的数据与备份不一致，没有恢复，请检查数据库后再来一次。")
        make_anew(target)


def _file(path: Path) -> Database:
    made = Database(f"sqlite:///{path}")
    migrate(made.write_engine)
    return made


def _kept(here: Installation, digest: str, folder: Path) -> bool:
    """Whether the backup holds these bytes now, as they were stored."""
    kept = folder / BLOBS / digest[:2] / digest
    if kept.is_file() and _digest(kept) == digest:
        return True
    kept.parent.mkdir(parents=True, exist_ok=True)
    half = kept.with_suffix(".half")
    try:
        with half.open("wb") as out:
            out.writelines(here.store.stream(digest))
    except Damaged:
        half.unlink()
        return False
    half.replace(kept)
    return True


def _checked(folder: Path) -> Manifest:
    try:
        told = Manifest(**json.loads((folder / MANIFEST).read_text("utf-8")))
    except FileNotFoundError:
        raise Invalid(f"{folder} 里没有备份清单（{MANIFEST}）：不是备份，或者备份没有做完。") from None
    except (TypeError, ValueError):
        raise Invalid(f"备份清单（{MANIFEST}）读不出来，请换一份备份。") from None
    names = {ROWS, *told.files} | {str(path.relative_to(folder)) for path in _listed(folder)}
    wrong = [name for name in sorted(names) if not _is(folder / name, told.files.get(name, ""))]
    wrong += [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink()]
    blobs = list((folder / BLOBS).glob("*/*"))
    wrong += [path.name for path in blobs if not _is(path, path.name)]
    if wrong or len(blobs) < told.blobs - len(told.damaged):
        named = "、".join(wrong[:5]) or f"存储的文件只有 {len(blobs)} 个，应有 {told.blobs} 个"
        raise Invalid(f"备份不完整，没有恢复：{named}。请换一份备份。")
    return told


def _clear(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


def _put(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.is_file():
        shutil.copy2(source, target)


def _digests(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): _digest(path) for path in sorted(_listed(folder))}


def _listed(folder: Path) -> Iterator[Path]:
    for name in (ROWS, *BESIDE):
        path = folder / name
        yield from (one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path] * path.is_file()


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and _digest(path) == digest


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sums(connection: Connection) -> dict[str, str]:
    return sums(connection, TABLES.sorted_tables)
