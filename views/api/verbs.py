"""The interface's verbs beside the chain (接口其他动作): receipts, requests, signers on the way, delegations, policies."""

from __future__ import annotations

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from forms.api import AskIn, CopyIn, DecideIn, DelegateIn, PaperIn, PolicyIn, SeatIn, SeenIn, WordsIn
from forms.api_out import DoneOut
from views.api.routes import change
from views.api_frame import ROOT, once
from views.desks.paper import scanned
from views.door import installation, permit
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.office.reading import find_person
from workflow.tasks import arranging, receiving, requesting, standing_in, urging
from workflow.tasks.acting import act
from workflow.tasks.arranging import Arrangement
from workflow.tasks.copying import copy_to
from workflow.tasks.models import Task
from workflow.tasks.rulings import Ask
from workflow.tasks.signers import add_signer, take_back_signer, transfer_seat

blueprint = APIBlueprint("api_verbs", __name__, url_prefix=ROOT)


@blueprint.post("/tasks/<int:task_id>/receipt")
@permit(Permission.WORK)
@blueprint.output(DoneOut)
def receive(task_id: int) -> DoneOut:
    """Take note of a task."""

    def take(session: Session, task: Task, by: User) -> DoneOut:
        fresh = receiving.receive(session, task, by=by, at=installation().clock())
        return DoneOut(sentence="已签收。" if fresh else "此件已经签收过。", replayed=not fresh)

    return change(task_id, take)


@blueprint.post("/tasks/<int:task_id>/urging")
@permit(Permission.WORK)
@blueprint.input(WordsIn)
@blueprint.output(DoneOut)
def urge(task_id: int, json_data: WordsIn) -> DoneOut:
    """Press whoever the task waits for, once a day."""

    def press(session: Session, task: Task, by: User) -> DoneOut:
        count = urging.urge(session, task, json_data.words, by=by, at=installation().clock())
        return DoneOut(sentence=f"已催办（第 {count} 次）。")

    return change(task_id, press)


@blueprint.post("/tasks/<int:task_id>/copies")
@permit(Permission.WORK)
@blueprint.input(CopyIn)
@blueprint.output(DoneOut)
def copy(task_id: int, json_data: CopyIn) -> DoneOut:
    """Let somebody know of a task."""

    def send(session: Session, task: Task, by: User) -> DoneOut:
        person = find_person(session, json_data.person, near=by)
        copy_to(session, task, person, json_data.words, by=by, at=installation().clock())
        return DoneOut(sentence=f"已抄送{person.name}。")

    return change(task_id, send)


@blueprint.post("/tasks/<int:task_id>/requests")
@permit(Permission.WORK)
@blueprint.input(AskIn)
@blueprint.output(DoneOut)
def ask(task_id: int, json_data: AskIn) -> DoneOut:
    """Ask the office for a later date, another unit, a pause, a ruling or a new start."""
    wanted = Ask(json_data.kind, json_data.reason, json_data.new_due, json_data.unit_id)

    def asking(session: Session, task: Task, by: User) -> DoneOut:
        asked = requesting.ask(session, task, wanted, by=by, at=installation().clock())
        return DoneOut(sentence=f"已提出{wanted.kind.word}申请，等待办公室决定。", id=asked.id)

    return change(task_id, asking)


@blueprint.post("/tasks/<int:task_id>/requests/<int:request_id>/decision")
@permit(Permission.WORK)
@blueprint.input(DecideIn)
@blueprint.output(DoneOut)
def decide(task_id: int, request_id: int, json_data: DecideIn) -> DoneOut:
    """Grant or refuse a request."""

    def deciding(session: Session, task: Task, by: User) -> DoneOut:
        requesting.decide(
            session,
            task,
            request_id,
            granted=json_data.granted,
            opinion=json_data.opinion,
            by=by,
            at=installation().clock(),
            unit_id=json_data.unit_id,
        )
        return DoneOut(sentence="已同意，随即生效。" if json_data.granted else "已答复不同意。")

    return change(task_id, deciding)


@blueprint.post("/tasks/<int:task_id>/resumption")
@permit(Permission.WORK)
@blueprint.output(DoneOut)
def resume(task_id: int) -> DoneOut:
    """Take a paused task up again."""

    def resuming(session: Session, task: Task, by: User) -> DoneOut:
        requesting.resume(session, task, by=by, at=installation().clock())
        return DoneOut(sentence="已恢复办理，时限按挂账的工作日顺延。")

    return change(task_id, resuming)


@blueprint.post("/tasks/<int:task_id>/signers")
@permit(Permission.WORK)
@blueprint.input(SeatIn)
@blueprint.output(DoneOut)
def seat(task_id: int, json_data: SeatIn) -> DoneOut:
    """Ask somebody to sign before or after the caller, or in the caller's place."""

    def seating(session: Session, task: Task, by: User) -> DoneOut:
        person, now = find_person(session, json_data.person, near=by), installation().clock()
        reason, seen = json_data.reason, json_data.seen_version
        if json_data.how == "transfer":
            transfer_seat(session, task, person, reason=reason, by=by, at=now, seen_version=seen)
            return DoneOut(sentence=f"已转办给{person.name}。")
        before = json_data.how == "before"
        added = add_signer(session, task, person, before=before, reason=reason, by=by, at=now, seen_version=seen)
        session.flush()
        return DoneOut(sentence=f"已请{person.name}加签。", id=added.id)

    return change(task_id, seating)


@blueprint.delete("/tasks/<int:task_id>/signers/<int:seat_id>")
@permit(Permission.WORK)
@blueprint.input(SeenIn, location="query")
@blueprint.output(DoneOut)
def unseat(task_id: int, seat_id: int, query_data: SeenIn) -> DoneOut:
    """Do without somebody asked before."""

    def taking(session: Session, task: Task, by: User) -> DoneOut:
        seen = query_data.seen_version
        take_back_signer(session, task, seat_id, by=by, at=installation().clock(), seen_version=seen)
        return DoneOut(sentence="已收回加签。")

    return change(task_id, taking)


@blueprint.post("/tasks/<int:task_id>/paper")
@permit(Permission.WORK)
@blueprint.input(PaperIn, location="form_and_files")
@blueprint.output(DoneOut)
def paper(task_id: int, form_and_files_data: PaperIn) -> DoneOut:
    """Register a form signed on paper: its scan fills the place it was signed for."""
    sent = form_and_files_data
    action, form = scanned(task_id, sent.seat, sent.signer)

    def register(session: Session, task: Task, by: User) -> DoneOut:
        at, seen = installation().clock(), sent.seen_version
        outcome = act(session, task, action, by=by, at=at, seen_version=seen, opinion=sent.opinion, paper=form)
        return DoneOut(sentence=f"已登记线下签批。{outcome.sentence}", replayed=outcome.replayed)

    return change(task_id, register)


@blueprint.post("/delegations")
@permit(Permission.WORK)
@blueprint.input(DelegateIn)
@blueprint.output(DoneOut)
def delegate(json_data: DelegateIn) -> DoneOut:
    """Let a colleague sign for the caller for a while."""

    def giving(session: Session, by: User) -> DoneOut:
        given = standing_in.delegate(
            session,
            find_person(session, json_data.person, near=by),
            starts=json_data.starts,
            ends=json_data.ends,
            ledger_id=json_data.ledger_id,
            reason=json_data.reason,
            by=by,
            at=installation().clock(),
        )
        return DoneOut(sentence=f"已授权{given.deputy.name}代理签批。", id=given.id)

    return once(giving)


@blueprint.delete("/delegations/<int:delegation_id>")
@permit(Permission.WORK)
@blueprint.output(DoneOut)
def end_delegation(delegation_id: int) -> DoneOut:
    """End a delegation before its time."""

    def ending(session: Session, by: User) -> DoneOut:
        standing_in.end_delegation(session, delegation_id, by=by, at=installation().clock())
        return DoneOut(sentence="已结束这项代理。")

    return once(ending)


@blueprint.post("/policies")
@permit(Permission.WORK)
@blueprint.input(PolicyIn)
@blueprint.output(DoneOut)
def set_policy(json_data: PolicyIn) -> DoneOut:
    """Say who signs at a gate from now on."""
    wanted = Arrangement(
        json_data.gate,
        json_data.mode,
        tuple(json_data.people),
        unit_id=json_data.unit_id,
        ledger_id=json_data.ledger_id,
        item_id=json_data.item_id,
    )

    def setting(session: Session, by: User) -> DoneOut:
        left = arranging.set_policy(session, wanted, by=by, at=installation().clock())
        return DoneOut(sentence=f"已保存；已有 {left} 件正在这一环节，仍按原来的签批人办理。")

    return once(setting)


@blueprint.delete("/policies/<int:policy_id>")
@permit(Permission.WORK)
@blueprint.output(DoneOut)
def drop_policy(policy_id: int) -> DoneOut:
    """Take a policy back."""

    def dropping(session: Session, by: User) -> DoneOut:
        arranging.drop_policy(session, policy_id, by=by, at=installation().clock())
        return DoneOut(sentence="已取消这项设置。")

    return once(dropping)
