"""What programs look at (接口查询, ``/api/v1``): tasks, their history, evidence and packets."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, g

from forms.api import DayIn, ListIn
from forms.api_out import EventsOut, LightOut, MeOut, TaskListOut, TaskOut
from views.api.shapes import event_out, line_out, task_out
from views.api_frame import ROOT
from views.desks.downloads import attachment, packet_name, registration_beside
from views.desks.evidence import download
from views.door import installation, load_task, me, permit, reading, today
from workflow.office.permissions import Permission
from workflow.record.errors import Forbidden, NotFound
from workflow.record.events import EVIDENCE_FETCHED, PACKET_FETCHED
from workflow.record.text import clean_text
from workflow.tasks.events import SHARES
from workflow.tasks.lists.inbox import page_waiting
from workflow.tasks.lists.lighting import light_on, rulebook
from workflow.tasks.lists.listing import Cursor, Scope, Wanted, page_scope, scopes_of
from workflow.tasks.models import Packet
from workflow.tasks.page.history import happenings_of

blueprint = APIBlueprint("api", __name__, url_prefix=ROOT)


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
    shown = [h for h in happenings_of(reading(), case) if h.kind not in SHARES]
    return EventsOut(events=[event_out(happening) for happening in shown])


@blueprint.get("/tasks/<int:task_id>/evidence/<int:evidence_id>")
@permit(Permission.WORK, noted=EVIDENCE_FETCHED)
@blueprint.output({}, content_type="application/octet-stream")
def evidence(task_id: int, evidence_id: int) -> Response:
    """The original bytes of a piece of evidence."""
    return download(task_id, evidence_id)


@blueprint.get("/packets/<int:packet_id>")
@permit(Permission.WORK, noted=PACKET_FETCHED)
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
