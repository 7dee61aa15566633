"""What a handler lays before the signers (填报): the report and its evidence.

Every change raises the task's version, so nobody submits or signs a page that has changed under them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.ledgers.words import ProgressBy
from workflow.office.models import User
from workflow.office.words import Role
from workflow.record import audit
from workflow.record.errors import Forbidden, Invalid, NotFound, NotInState, Stale
from workflow.record.events import Kind
from workflow.record.store import Blob
from workflow.record.text import clean_line, clean_text, file_name
from workflow.tasks import events
from workflow.tasks.at_hand import drop_words
from workflow.tasks.binding import content_digest
from workflow.tasks.conditions import REPORT_LIMIT
from workflow.tasks.holding import standing, swap
from workflow.tasks.milestones import done_share, read_milestones
from workflow.tasks.models import Evidence, Matter, ReportRevision
from workflow.tasks.permissions import handles
from workflow.tasks.words import EvidenceKind, Status, TaskOutcome

EVIDENCE_LIMIT = 100
"""Pieces of evidence on one task."""
NOTE_LIMIT = 500
WHOLE = 100
"""Per cent of a task that is done."""


@dataclass(frozen=True)
class Brought:
    """A piece of evidence (上传结果), and whether its bytes were on the task already."""

    piece: Evidence
    replayed: bool


def save_report(
    session: Session,
    task: Matter,
    text: str,
    *,
    by: User,
    at: datetime,
    seen_version: int,
    outcome: TaskOutcome | None = None,
    progress: int | None = None,
    milestones: str | None = None,
) -> None:
    """Keep the words of 落实情况, the outcome that the unit proposes and how far it says it is; None leaves that as it is.

    How far it is comes in per cent or, where the ledger asks so, as milestones, a line each. Raises Invalid above the
    limit or where the ledger asks for no progress, Stale if somebody changed the task meanwhile.
    """
    _may_edit(task, by)
    drop_words(session, task, by=by)
    text = clean_text(text)
    if len(text) > REPORT_LIMIT:
        raise Invalid(f"落实情况共 {len(text)} 字，超过 {REPORT_LIMIT} 字的上限；请精简，或将详细内容作为附件上传。")
    outcome = outcome or task.outcome
    progress, milestones = _stated(task, progress, milestones)
    said = {"report": text, "outcome": outcome, "progress": progress, "milestones": milestones}
    if all(getattr(task, name) == value for name, value in said.items()):
        return
    _raise_version(session, task, by=by, seen_version=seen_version, said=said)
    keep_revision(session, task, text, by=by, at=at)
    told = events.Reported(
        **_standing(task, by), characters=len(text), outcome=outcome, progress=progress, milestones=milestones
    )
    audit.record(session, events.REPORTED.of(task.matter), told, subject=task.id, by=by, at=at)


def keep_revision(session: Session, task: Matter, text: str, *, by: User, at: datetime) -> None:
    """Note who wrote what in this round, one row a person: who wrote may not sign."""
    mine = (ReportRevision.task_id == task.id, ReportRevision.round == task.round, ReportRevision.author_id == by.id)
    revision = session.scalars(select(ReportRevision).where(*mine)).first()
    if revision is None:
        session.add(ReportRevision(task_id=task.id, round=task.round, author_id=by.id, text=text, saved_at=at))
    else:
        revision.text, revision.saved_at = text, at


def _stated(task: Matter, progress: int | None, milestones: str | None) -> tuple[int | None, str]:
    """The progress and the milestones that stand once this is said."""
    if milestones is not None and (kept := read_milestones(milestones)) != task.milestones:
        if task.ledger.progress_by is not ProgressBy.MILESTONES:
            raise Invalid("本台账没有要求按节点填报进度，请不要填写节点。")
        return (int(done_share(kept)) if kept else None), kept
    if progress is None or progress == task.progress:
        return task.progress, task.milestones
    if task.ledger.progress_by is not ProgressBy.PERCENT:
        raise Invalid("本台账没有要求自报进度，请不要填写进度。")
    if not 0 <= progress <= WHOLE:
        raise Invalid("完成进度应是 0 到 100 之间的整数，请修改后再保存。")
    return progress, ""


def add_file(
    session: Session,
    task: Matter,
    blob: Blob,
    *,
    name: str,
    media_type: str,
    note: str,
    by: User,
    at: datetime,
    remarks: Sequence[str] = (),
    apart: bool = False,
    scanned: bool = False,
) -> Brought:
    """Put a stored file on the task; its bytes are on disk already.

    The same bytes twice are one piece: it keeps its first name, and the note typed now stands behind its own.
    """
    _may_edit(task, by)
    for piece in task.live_evidence:
        if piece.sha256 == blob.sha256:
            _add_note(session, task, piece, note, by=by, at=at)
            return Brought(piece, replayed=True)
    piece = Evidence(
        task_id=task.id,
        round=task.round,
        kind=EvidenceKind.FILE,
        name=file_name(name),
        note=clean_line(note, limit=NOTE_LIMIT),
        sha256=blob.sha256,
        size=blob.size,
        media_type=media_type,
        remarks=list(remarks),
        apart=apart,
        scanned=scanned,
        uploaded_by_id=by.id,
        uploaded_at=at,
    )
    return Brought(_attach(session, task, piece, by=by, at=at), replayed=False)


def add_link(session: Session, task: Matter, address: str, *, note: str, by: User, at: datetime) -> Evidence:
    """Put a published page's address on the task; only http and https, and nothing is fetched."""
    _may_edit(task, by)
    address = clean_line(address, limit=500)
    if not _is_web_address(address):
        raise Invalid("网页链接须以 http:// 或 https:// 开头，例如 https://www.example.gov.cn/… ，请检查后重新填写。")
    for piece in task.live_evidence:
        if piece.kind is EvidenceKind.LINK and piece.name == address:
            return piece
    piece = Evidence(
        task_id=task.id,
        round=task.round,
        kind=EvidenceKind.LINK,
        name=address,
        note=clean_line(note, limit=NOTE_LIMIT),
        uploaded_by_id=by.id,
        uploaded_at=at,
    )
    return _attach(session, task, piece, by=by, at=at)


def remove_evidence(session: Session, task: Matter, evidence_id: int, *, by: User, at: datetime) -> Evidence:
    """Take a piece off the list; the event says so and the bytes stay. Raises NotFound."""
    _may_edit(task, by)
    piece = next((e for e in task.live_evidence if e.id == evidence_id), None)
    if piece is None:
        raise NotFound
    piece.removed_at, piece.removed_by_id = at, by.id
    session.flush()
    _raise_version(session, task, by=by, seen_version=task.version)
    _piece_changed(session, task, events.EVIDENCE_REMOVED, piece, by=by, at=at)
    return piece


def _attach(session: Session, task: Matter, piece: Evidence, *, by: User, at: datetime) -> Evidence:
    if len(task.live_evidence) >= EVIDENCE_LIMIT:
        raise Invalid(f"一件任务最多 {EVIDENCE_LIMIT} 份证明材料，请合并后再上传。")
    task.evidence.append(piece)
    session.flush()
    _raise_version(session, task, by=by, seen_version=task.version)
    _piece_changed(session, task, events.EVIDENCE_ADDED, piece, by=by, at=at)
    return piece


def _add_note(session: Session, task: Matter, piece: Evidence, note: str, *, by: User, at: datetime) -> None:
    note = clean_line(note, limit=NOTE_LIMIT)
    if not note or note in piece.note:
        return
    piece.note = clean_line(f"{piece.note}；{note}" if piece.note else note, limit=NOTE_LIMIT)
    session.flush()
    _raise_version(session, task, by=by, seen_version=task.version)
    _piece_changed(session, task, events.EVIDENCE_NOTED, piece, by=by, at=at)


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:  # half an IPv6 address
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def only_handlers(task: Matter, by: User) -> None:
    """Whose words these are comes before what they say and when. Raises Forbidden."""
    if not handles(task, by):
        written = "本单位的经办人可以修改落实情况" if task.desk is Role.HANDLER else "主办此件的办公室人员可以修改记录"
        raise Forbidden(f"只有{written}和证明材料。")


def _may_edit(task: Matter, by: User) -> None:
    only_handlers(task, by)
    if task.status is not Status.ASSIGNED:
        raise NotInState(f"此件现在是「{task.status.word}」，内容已经锁定；如需修改，请先撤回或由审批人退回。")


def _raise_version(
    session: Session,
    task: Matter,
    *,
    by: User,
    seen_version: int,
    said: Mapping[str, Any] | None = None,
) -> None:
    """Take in what was said, and bind it with the evidence that stands. Raises Stale."""
    if task.version != seen_version:
        raise Stale(f"{task.last_actor or '他人'}刚刚修改了此件，请先复制您写的内容，刷新页面后再保存。")
    values = {name: getattr(task, name) for name in ("report", "outcome", "progress", "milestones")} | dict(said or {})
    digest = content_digest(
        values["report"], task.live_evidence, values["outcome"], values["progress"], values["milestones"]
    )
    if not swap(session, task, by=by, seen_version=seen_version, content_digest=digest, **values):
        raise Stale(f"{task.last_actor or '他人'}刚刚处理了此件，请刷新页面后再操作。")


def _piece_changed(
    session: Session, task: Matter, kind: Kind[events.Piece], piece: Evidence, *, by: User, at: datetime
) -> None:
    told = events.Piece(
        **_standing(task, by),
        evidence_id=piece.id,
        form=piece.kind,
        name=piece.name,
        note=piece.note,
        sha256=piece.sha256,
        size=piece.size,
        media_type=piece.media_type,
    )
    audit.record(session, kind.of(task.matter), told, subject=task.id, by=by, at=at)


def _standing(task: Matter, by: User) -> dict[str, Any]:
    return {**standing(task), "to": task.status, "unit": by.unit.name}
