"""Evidence in and out (证明材料): bytes first, then the row; served back as they came, never shown in our own pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, cast

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from forms.tasks import LinkForm
from inspection.door import Looked, look_into
from views.desks.downloads import attachment
from views.desks.task_page import Typed, evidence_fragment, task_page
from views.door import installation, load_task, me, pause_reading, permit, reading, wants_fragment, writing
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.record.errors import Forbidden, Invalid, NotFound, Refused
from workflow.record.store import Blob
from workflow.record.text import file_name
from workflow.tasks.checking import check_evidence
from workflow.tasks.conditions import EvidenceCheck
from workflow.tasks.models import Evidence, Task
from workflow.tasks.process import step_for
from workflow.tasks.reporting import add_file, add_link, remove_evidence
from workflow.tasks.words import Action

blueprint = Blueprint("evidence", __name__)
MOST_AT_ONCE = 20


@dataclass(frozen=True)
class Stored:
    """An uploaded file whose bytes are safe (已落盘文件)."""

    blob: Blob
    name: str
    looked: Looked


@blueprint.post("/tasks/<int:task_id>/evidence")
@permit(Permission.WORK)
def upload(task_id: int) -> str | Answer | tuple[str, int]:
    """Take files: look at each, put the bytes on disk, then write all their rows or none."""
    note = request.form.get("note", "")

    def add(session: Session, task: Task, by: User) -> str:
        return bring(session, task, stored, note=note, by=by)[0]

    try:
        _must_edit(task_id)
        stored = store_files([file for file in request.files.getlist("file") if file.filename])
    except NotFound:
        raise
    except Refused as refused:
        return _refuse(task_id, Typed(note=note), refused)
    return _change(task_id, add, Typed(note=note))


@blueprint.post("/tasks/<int:task_id>/links")
@permit(Permission.WORK)
def link(task_id: int) -> str | Answer | tuple[str, int]:
    """Register a published page's address; nothing is fetched."""
    form = LinkForm()
    address, note = form.address.data or "", form.note.data or ""

    def add(session: Session, task: Task, by: User) -> str:
        add_link(session, task, address, note=note, by=by, at=installation().clock())
        return "已登记网页链接。"

    return _change(task_id, add, Typed(address=address, note=note))


@blueprint.post("/tasks/<int:task_id>/evidence/<int:evidence_id>/remove")
@permit(Permission.WORK)
def remove(task_id: int, evidence_id: int) -> str | Answer | tuple[str, int]:
    """Take a piece off the list; a second click finds it gone and is answered alike."""

    def take(session: Session, task: Task, by: User) -> str:
        if any(piece.id == evidence_id and piece.removed_by_id == by.id for piece in task.evidence):
            return "已经移除，无需重复操作。"
        remove_evidence(session, task, evidence_id, by=by, at=installation().clock())
        return "已移除；移除的记录留在办理过程中。"

    return _change(task_id, take, Typed())


@blueprint.get("/tasks/<int:task_id>/evidence/<int:evidence_id>")
@permit(Permission.WORK, noted="download.evidence")
def download(task_id: int, evidence_id: int) -> Response:
    """The original bytes, checked before the first one leaves."""
    case = load_task(reading(), task_id, me())
    piece = next((e for e in case.task.live_evidence if e.id == evidence_id and e.sha256), None)
    if piece is None or piece.sha256 is None:
        raise NotFound
    return attachment(piece.sha256, piece.name, piece.size)


def checked(task_id: int) -> EvidenceCheck:
    """Hash the evidence again with no reading session open: a second one beside it would deadlock with a commit."""
    pause_reading()
    with installation().database.reading() as session:
        task = load_task(session, task_id, session.get_one(User, current_user.id)).task
        list(task.evidence), list(task.signoffs)
    return check_evidence(task, installation().store)


def _change(task_id: int, change: Callable[[Session, Task, User], str], typed: Typed) -> str | Answer | tuple[str, int]:
    """One change of the evidence list in one transaction, answered as page or fragment."""
    try:
        with writing() as (session, by):
            sentence = change(session, load_task(session, task_id, by).task, by)
    except NotFound:
        raise
    except Refused as refused:
        return _refuse(task_id, typed, refused)
    if wants_fragment():
        return evidence_fragment(task_id, sentence)
    flash(sentence, "success")
    return redirect(url_for("tasks.show", task_id=task_id, _anchor="evidence"), 303)


def _refuse(task_id: int, typed: Typed, refused: Refused) -> tuple[str, int]:
    if wants_fragment():
        raise refused
    return task_page(task_id, typed, refused)


def _must_edit(task_id: int) -> None:
    """Refuse before a byte is kept: the task takes no evidence now, or not from this person."""
    case = load_task(reading(), task_id, me())
    if not step_for(case.task.status, Action.SUBMIT).who(case, me()):
        raise Forbidden("只有本单位的经办人可以上传证明材料。")
    pause_reading()


def bring(session: Session, task: Task, stored: list[Stored], *, note: str, by: User) -> tuple[str, list[Evidence]]:
    """Write the rows of stored files: the sentence that says what became of each, and the pieces."""
    pieces, same, now = [], [], installation().clock()
    for file in stored:
        found = file.looked
        brought = add_file(
            session, task, file.blob, name=file.name, media_type=found.media_type, note=note, by=by, at=now,
            remarks=found.remarks, apart=found.apart, scanned=found.scanned,
        )  # fmt: skip
        pieces.append(brought.piece)
        if brought.replayed:
            kept = "说明已补充到原材料上" if note.strip() else "没有重复登记"
            same.append(f"「{file.name}」与清单中的「{brought.piece.name}」内容完全相同，{kept}。")
    new = len(stored) - len(same)
    return "".join([*([f"已上传 {new} 个文件，SHA-256 已登记。"] if new else []), *same]), pieces


def store_files(files: list[FileStorage]) -> list[Stored]:
    """Look into every file, then put their bytes on disk. Raises Invalid, TooLarge, Unavailable; then none is kept."""
    if not files:
        raise Invalid("没有选择文件，请先选择要上传的证明材料。")
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
