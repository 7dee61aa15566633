"""Evidence brought and taken back (证明材料): bytes first, then the row."""

from __future__ import annotations

from flask import request

from forms.api_out import DoneOut
from forms.verbs import EvidenceIn, LinkIn, Nothing
from views.door import load_task, me, pause_reading, reading
from views.verbs.storing import Stored, bring_files, store_files
from views.verbs.verb import TASK, Call, Do, First, Verb
from workflow.record.errors import Forbidden
from workflow.tasks.models import Task
from workflow.tasks.permissions import handles
from workflow.tasks.reporting import add_link, remove_evidence
from workflow.tasks.steps import process_of
from workflow.tasks.words import Action


def upload(task_id: int, given: EvidenceIn) -> Do[Task, EvidenceIn]:
    """Bring one or more files: their bytes are on disk before their rows are written."""
    task = reading().get(Task, task_id)  # nobody's bytes are kept who may not bring any, or not now
    if task is None or not handles(task, me()):
        load_task(reading(), task_id, me())  # who may not look hears nothing else
        raise Forbidden("只有本单位的经办人可以上传证明材料。")
    process_of(task).step_for(task.status, Action.SUBMIT)
    pause_reading()
    stored = store_files([file for file in request.files.getlist("file") if file.filename])
    return lambda call: _bring(call, stored)


def _bring(call: Call[Task, EvidenceIn], stored: list[Stored]) -> DoneOut:
    said, piece = bring_files(call.session, call.subject, stored, by=call.by, at=call.at, note=call.given.note)
    return DoneOut(sentence=said, id=piece.id)


def link(call: Call[Task, LinkIn]) -> DoneOut:
    """Register a published page's address; nothing is fetched."""
    piece = add_link(call.session, call.subject, call.given.address, note=call.given.note, by=call.by, at=call.at)
    return DoneOut(sentence="已登记网页链接。", id=piece.id)


def remove(call: Call[Task, Nothing]) -> DoneOut:
    """Take a piece of evidence off the list."""
    if any(piece.id == call.part and piece.removed_by_id == call.by.id for piece in call.subject.evidence):
        return DoneOut(sentence="已经移除，无需重复操作。", replayed=True)
    remove_evidence(call.session, call.subject, call.part, by=call.by, at=call.at)
    return DoneOut(sentence="已移除；移除的记录留在办理过程中。")


EVIDENCE = (
    Verb(TASK, EvidenceIn, "/evidence", "POST /evidence", First(upload), anchor="evidence", stays=True),
    Verb(TASK, LinkIn, "/links", "POST /links", link, anchor="evidence", stays=True),
    Verb(
        TASK,
        Nothing,
        "/evidence/<int:evidence_id>/remove",
        "DELETE /evidence/<int:evidence_id>",
        remove,
        anchor="evidence",
        stays=True,
    ),
)
