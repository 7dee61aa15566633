"""Checkpoints of the trail (检查点): heads of the chain, signed by the registrar's key and written outside the database.

Whoever can write the database can chain the trail anew; these lines they cannot write. One line a checkpoint, each bound to
the line before, in ``checkpoints.jsonl`` beside the keys and in a second folder by setting. They are only ever appended.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from packets.authority import LocalAuthority
from packets.registration import is_signed, signature_of
from workflow.record import audit
from workflow.record.audit import Head, Published
from workflow.record.calendar import spoken_moment
from workflow.record.events import CHECKPOINTS_BEGUN, Begun
from workflow.record.installation import Installation
from workflow.record.models import AuditEvent

NAME = "checkpoints.jsonl"
NAMES = ("数据目录的检查点文件", "另一处（TAIZHANG_CHECKPOINTS）的检查点文件")
EVERY = 500
"""Events after which a checkpoint is due, whatever the hour."""


@dataclass(frozen=True)
class Checkpoint:
    """The chain's head at a moment (检查点)."""

    number: int
    seq: int
    hash: str
    at: str
    """When it was written, in UTC."""
    before: str
    """SHA-256 of the line before; empty for the first."""


@dataclass(frozen=True)
class Written:
    """What one file of checkpoints holds (检查点文件): its lines as far as they are sound, and what is wrong with it."""

    name: str
    """Which of the places it is, in words: people are shown no paths."""
    path: Path
    lines: tuple[bytes, ...]
    points: tuple[Checkpoint, ...]
    fault: str

    @property
    def last(self) -> Checkpoint | None:
        """The newest one."""
        return self.points[-1] if self.points else None


def places(installation: Installation) -> list[Path]:
    """Where checkpoints are written: beside the database, and in the second folder where one is set."""
    second = installation.settings.checkpoints
    return [installation.settings.common / NAME, *([second / NAME] if second else [])]


def published(installation: Installation) -> tuple[list[Published], list[str]]:
    """Every checkpoint in every place, and what is wrong with the files: altered, cut, or gone."""
    files = _read_all(installation, _registrar(installation))
    faults = [file.fault for file in files if file.fault]
    faults += [fault for fault in (_behind(files), _gone(installation, files)) if fault]
    found = [
        Published(Head(point.seq, point.hash), f"{_spoken(point.at)}的检查点（{file.name}第 {point.number} 行）")
        for file in files
        for point in file.points
    ]
    return found, faults


def mark(installation: Installation, *, every: int = 1, anew: bool = False) -> list[str]:
    """Write the present head down in every place, if ``every`` events have come since; returns why not, in sentences.

    Nothing is added to a file that is faulty, or to one whose last checkpoint is not in the chain. A file that is gone is
    begun again only ``anew``.
    """
    if every > 1 and not _due(installation, every):
        return []
    key = LocalAuthority(installation.settings.common, installation.clock).registrar()
    with _locked(installation):
        files = _read_all(installation, [key.certificate])
        faults = [file.fault for file in files if file.fault]
        faults += [fault for fault in (_behind(files), "" if anew else _gone(installation, files)) if fault]
        with installation.database.reading() as session:
            head, last = audit.head(session), files[0].last
            if last is not None and not _holds(session, last):
                faults.append(f"留痕中没有第 {last.number} 个检查点记下的第 {last.seq} 条，没有写新的检查点。")
        if faults or (last is not None and head.seq - last.seq < every) or head.seq == 0:
            return faults
        installation.database.settle()  # what is signed out here must not be lost in there
        fresh = Checkpoint(
            number=last.number + 1 if last else 1,
            seq=head.seq,
            hash=head.hash,
            at=installation.clock().astimezone(UTC).isoformat(timespec="seconds"),
            before=hashlib.sha256(files[0].lines[-1]).hexdigest() if files[0].lines else "",
        )
        said = _said(fresh)
        line = json.dumps(
            {"checkpoint": asdict(fresh), "signature": base64.b64encode(signature_of(said, key)).decode()},
            separators=(",", ":"),
        ).encode()
        lines = [*files[0].lines, line]
        faults = [fault for file in files if (fault := _append(file, lines[len(file.lines) :]))]
    if last is None:
        _begin(installation)
    return faults


def _due(installation: Installation, every: int) -> bool:
    """Whether so many events have come, by the last line as it stands: asked every minute, so nothing is verified."""
    path = places(installation)[0]
    with installation.database.reading() as session:
        seq = audit.head(session).seq
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 4096))
            last = json.loads(file.read().splitlines()[-1])["checkpoint"]["seq"]
        return bool(seq - last >= every)
    except (OSError, ValueError, LookupError, TypeError):
        return seq > 0


def start_anew(installation: Installation, reason: str) -> None:
    """Begin new files after a restored backup or a lost file; the old ones are kept beside them, and the trail tells it."""
    now = installation.clock()
    with _locked(installation):
        for path in places(installation):
            if path.exists():
                path.rename(path.with_name(f"checkpoints-until-{now.astimezone(UTC):%Y%m%dT%H%M%S}.jsonl"))
    _begin(installation, reason=reason)
    mark(installation, anew=True)


def begun_at(session: Session) -> AuditEvent | None:
    """The event that tells of the present files' beginning."""
    told = select(AuditEvent).where(AuditEvent.kind == CHECKPOINTS_BEGUN.name).order_by(AuditEvent.seq.desc()).limit(1)
    return session.scalars(told).first()


def _begin(installation: Installation, reason: str = "") -> None:
    """The trail tells that there are checkpoints from now on: a file that is gone is missed."""
    with installation.database.writing() as session:
        if reason or begun_at(session) is None:
            told = Begun(reason=reason)
            audit.record(session, CHECKPOINTS_BEGUN, told, subject=None, by=None, at=installation.clock())


def _read_all(installation: Installation, registrars: Sequence[bytes]) -> list[Written]:
    """The file of every place."""
    return [_read(name, path, registrars) for name, path in zip(NAMES, places(installation), strict=False)]


def _read(name: str, path: Path, registrars: Sequence[bytes]) -> Written:
    """A file as far as it is sound."""
    lines = path.read_bytes().splitlines() if path.is_file() else []
    points: list[Checkpoint] = []
    for n, line in enumerate(lines, start=1):
        point = _opened(line, registrars)
        before = hashlib.sha256(lines[n - 2]).hexdigest() if n > 1 else ""
        if point is None or (point.number, point.before) != (n, before):
            fault = f"{name}第 {n} 行不是本机签署的，或有删改：请从另一处或备份取回这个文件。"
            return Written(name, path, tuple(lines[: n - 1]), tuple(points), fault)
        points.append(point)
    return Written(name, path, tuple(lines), tuple(points), "")


def _opened(line: bytes, registrars: Sequence[bytes]) -> Checkpoint | None:
    try:
        whole = json.loads(line)
        point, signature = Checkpoint(**whole["checkpoint"]), base64.b64decode(whole["signature"], validate=True)
        datetime.fromisoformat(point.at)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return point if any(is_signed(_said(point), signature, one) for one in registrars) else None


def _said(point: Checkpoint) -> bytes:
    """The one spelling that is signed."""
    plain = {"schema": "taizhang-checkpoint/1", **asdict(point)}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _behind(files: Sequence[Written]) -> str:
    """The file beside the database is written first: it is never shorter than the other, and begins like it."""
    first, *others = files
    for other in others:
        if other.fault or first.fault:
            continue
        if len(first.lines) < len(other.lines):
            missing = len(other.lines) - len(first.lines)
            return f"{first.name}缺了末尾 {missing} 行：{other.name}里有，请复制回来并查明原因。"
        if first.lines[: len(other.lines)] != other.lines:
            return f"{first.name}与{other.name}不一致：其中一个被换过。"
    return ""


def _gone(installation: Installation, files: Sequence[Written]) -> str:
    if any(file.lines or file.fault for file in files):
        return ""
    with installation.database.reading() as session:
        begun = begun_at(session)
    if begun is None:
        return ""
    return f"{files[0].name}不见了：留痕第 {begun.seq} 条记着它，请从备份取回。"


def _holds(session: Session, point: Checkpoint) -> bool:
    stored = session.scalars(select(AuditEvent.hash).where(AuditEvent.seq == point.seq)).first()
    return stored == point.hash


def _append(file: Written, lines: Sequence[bytes]) -> str:
    """Append and sync; a place that cannot be reached gets its lines the next time."""
    try:
        handle = os.open(file.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, b"".join(line + b"\n" for line in lines))
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        return f"检查点写不进{file.name}（{error.strerror}）：请检查这个目录是否可写、磁盘是否已满。"
    return ""


def _registrar(installation: Installation) -> list[bytes]:
    return LocalAuthority(installation.settings.common, installation.clock).registered_by()


def _spoken(at: str) -> str:
    return spoken_moment(datetime.fromisoformat(at))


@contextmanager
def _locked(installation: Installation) -> Iterator[None]:
    """One writer of checkpoints at a time, among threads and processes."""
    with (installation.settings.common / ".checkpoints.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
