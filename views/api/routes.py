"""The interface for other programs (接口, ``/api/v1``): the same verbs by the same people through the same ``act``."""

from __future__ import annotations

from collections.abc import Callable

from apiflask import APIBlueprint
from flask import Response, g, request
from sqlalchemy.orm import Session

from forms.api import ActIn, DayIn, EvidenceIn, LinkIn, ListIn, ReportIn
from forms.api_out import DoneOut, EventsOut, LightOut, MeOut, TaskListOut, TaskOut
from views.api.shapes import event_out, line_out, task_out
from views.api_frame import ROOT, once
from views.desks.downloads import attachment, packet_name, registration_beside
from views.desks.evidence import bring, checked, download, store_files
from views.door import installation, load_task, me, pause_reading, permit, reading, today
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.record.errors import Forbidden, NotFound
from workflow.record.text import clean_text
from workflow.tasks import acting
from workflow.tasks.history import happenings_of
from workflow.tasks.inbox import page_waiting
from workflow.tasks.lighting import light_on, rulebook
from workflow.tasks.listing import Cursor, Scope, Wanted, page_scope, scopes_of
from workflow.tasks.models import Packet, Task
from workflow.tasks.process import step_for
from workflow.tasks.reporting import add_link, remove_evidence, save_report
from workflow.tasks.words import Action

blueprint = APIBlueprint("api", __name__, url_prefix=ROOT)


def change(task_id: int, work: Callable[[Session, Task, User], DoneOut]) -> DoneOut:
    """One change of one task, once."""

    def inside(session: Session, by: User) -> DoneOut:
        task = load_task(session, task_id, by).task
        done = work(session, task, by)
        return done.model_copy(update={"status": task.status, "version": task.version})

    return once(inside)


@blueprint.get("/me")
@permit(Permission.WORK)
@blueprint.output(MeOut)
def who() -> MeOut:
    """Whose token this is."""
    person, token = me(), g.api_token
    return MeOut(
        login=person.login,
        name=person.name,
        unit=person.unit.name,
        unit_id=person.unit_id,
        roles=sorted(person.roles),
        scope=token.scope.value,
        expires=token.expires,
    )


@blueprint.get("/tasks")
@permit(Permission.WORK)
@blueprint.input(ListIn, location="query")
@blueprint.output(TaskListOut)
def tasks(query_data: ListIn) -> TaskListOut:
    """Tasks that wait for the caller, or one of the wider lists the caller may open, the nearest deadline first."""
    now, book = today(), rulebook(reading())
    wanted = Wanted(now, book, search=clean_text(query_data.q), ledger_id=query_data.ledger, status=query_data.status)
    after = Cursor.parse(query_data.after)
    if query_data.scope == "inbox":
        page = page_waiting(reading(), me(), wanted, after)
    else:
        scope = Scope(query_data.scope)
        if scope not in scopes_of(me()):
            raise Forbidden("您的岗位没有这个任务列表。")
        page = page_scope(reading(), me(), scope, wanted, after)
    listed = [line_out(row, now, book) for row in page.rows]
    return TaskListOut(tasks=listed, after=str(page.older) if page.older else None)


@blueprint.get("/tasks/<int:task_id>")
@permit(Permission.WORK)
@blueprint.output(TaskOut)
def task(task_id: int) -> TaskOut:
    """One task with everything the caller may see and do."""
    return task_out(reading(), load_task(reading(), task_id, me()), me(), installation().clock())


@blueprint.get("/tasks/<int:task_id>/light")
@permit(Permission.WORK)
@blueprint.input(DayIn, location="query")
@blueprint.output(LightOut)
def shown(task_id: int, query_data: DayIn) -> LightOut:
    """The light as it was at the end of a day, by the rules and the facts of that day."""
    found = light_on(reading(), load_task(reading(), task_id, me()).task, query_data.on)
    if found is None:
        raise NotFound("那一天任务还没有交办。")
    return LightOut(on=query_data.on, light=found.colour, word=found.word, reason=found.reason)


@blueprint.get("/tasks/<int:task_id>/events")
@permit(Permission.WORK)
@blueprint.output(EventsOut)
def events(task_id: int) -> EventsOut:
    """What happened to the task, newest first."""
    case = load_task(reading(), task_id, me())
    shown = [h for h in happenings_of(reading(), case) if not h.kind.startswith("task.share_")]
    return EventsOut(events=[event_out(happening) for happening in shown])


@blueprint.put("/tasks/<int:task_id>/report")
@permit(Permission.WORK)
@blueprint.input(ReportIn)
@blueprint.output(DoneOut)
def report(task_id: int, json_data: ReportIn) -> DoneOut:
    """Save the report."""

    def save(session: Session, task: Task, by: User) -> DoneOut:
        now = installation().clock()
        save_report(
            session,
            task,
            json_data.report,
            by=by,
            at=now,
            seen_version=json_data.seen_version,
            outcome=json_data.outcome,
            progress=json_data.progress,
        )
        return DoneOut(sentence="已保存。")

    return change(task_id, save)


@blueprint.post("/tasks/<int:task_id>/actions")
@permit(Permission.WORK)
@blueprint.input(ActIn)
@blueprint.output(DoneOut)
def act(task_id: int, json_data: ActIn) -> DoneOut:
    """Take one step: submit, approve, verify, close, send back, step back, withdraw or reopen."""
    hashed = checked(task_id) if json_data.action is Action.CLOSE else None

    def step(session: Session, task: Task, by: User) -> DoneOut:
        if not all(number.isascii() and number.isdigit() and len(number) < 19 for number in json_data.defects):
            raise NotFound
        outcome = acting.act(
            session,
            task,
            json_data.action,
            by=by,
            at=installation().clock(),
            seen_version=json_data.seen_version,
            opinion=json_data.opinion,
            checked=hashed,
            defects={int(number): defect for number, defect in json_data.defects.items()},
        )
        return DoneOut(sentence=outcome.sentence, replayed=outcome.replayed)

    return change(task_id, step)


@blueprint.post("/tasks/<int:task_id>/evidence")
@permit(Permission.WORK)
@blueprint.input(EvidenceIn, location="files")
@blueprint.output(DoneOut)
def upload(task_id: int, files_data: EvidenceIn) -> DoneOut:
    """Bring one or more files: their bytes are on disk before their rows are written."""
    case = load_task(reading(), task_id, me())
    if not step_for(case.task.status, Action.SUBMIT).who(case, me()):
        raise Forbidden("只有本单位的经办人可以上传证明材料。")
    pause_reading()
    files = store_files([file for file in request.files.getlist("file") if file.filename])

    def add(session: Session, task: Task, by: User) -> DoneOut:
        sentence, pieces = bring(session, task, files, note=files_data.note, by=by)
        return DoneOut(sentence=sentence, id=pieces[-1].id)

    return change(task_id, add)


@blueprint.post("/tasks/<int:task_id>/links")
@permit(Permission.WORK)
@blueprint.input(LinkIn)
@blueprint.output(DoneOut)
def link(task_id: int, json_data: LinkIn) -> DoneOut:
    """Register a published page's address; nothing is fetched."""

    def add(session: Session, task: Task, by: User) -> DoneOut:
        piece = add_link(session, task, json_data.address, note=json_data.note, by=by, at=installation().clock())
        return DoneOut(sentence="已登记网页链接。", id=piece.id)

    return change(task_id, add)


@blueprint.delete("/tasks/<int:task_id>/evidence/<int:evidence_id>")
@permit(Permission.WORK)
@blueprint.output(DoneOut)
def remove(task_id: int, evidence_id: int) -> DoneOut:
    """Take a piece of evidence off the list."""

    def take(session: Session, task: Task, by: User) -> DoneOut:
        remove_evidence(session, task, evidence_id, by=by, at=installation().clock())
        return DoneOut(sentence="已移除；移除的记录留在办理过程中。")

    return change(task_id, take)


@blueprint.get("/tasks/<int:task_id>/evidence/<int:evidence_id>")
@permit(Permission.WORK, noted="download.evidence")
@blueprint.output({}, content_type="application/octet-stream")
def evidence(task_id: int, evidence_id: int) -> Response:
    """The original bytes of a piece of evidence."""
    return download(task_id, evidence_id)


@blueprint.get("/packets/<int:packet_id>")
@permit(Permission.WORK, noted="download.packet")
@blueprint.output({}, content_type="application/pdf")
def packet(packet_id: int) -> Response:
    """The newest sealed version of a packet."""
    found = reading().get(Packet, packet_id)
    if found is None or not found.revisions:
        raise NotFound
    load_task(reading(), found.task_id, me())
    last = found.revisions[-1]
    return attachment(last.sha256, packet_name(found.number), last.size, "application/pdf")


@blueprint.get("/packets/<int:packet_id>/registration")
@permit(Permission.WORK)
@blueprint.output({}, content_type="application/json")
def packet_registration(packet_id: int) -> Response:
    """What the installation vouches for beside the newest sealed version; keep it next to the PDF under the same name."""
    found = reading().get(Packet, packet_id)
    if found is None or not found.revisions:
        raise NotFound
    load_task(reading(), found.task_id, me())
    return registration_beside(found.revisions[-1].sha256, packet_name(found.number))
