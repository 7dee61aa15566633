"""Asking and deciding (申请与决定): one table says who may ask for what and when, and what follows from the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.office.desks import Turn
from workflow.office.models import Unit, User
from workflow.office.notices import tell_units
from workflow.office.words import Role
from workflow.record import audit, timekeeping
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotFound, NotInState, Refused, Stale
from workflow.record.events import Kind
from workflow.record.swapping import wins
from workflow.record.text import clean_line
from workflow.tasks import events
from workflow.tasks.case import TaskCase, case_of
from workflow.tasks.holding import refuse_closed_year
from workflow.tasks.models import Request, Task
from workflow.tasks.permissions import in_unit, is_lead_signer, is_office
from workflow.tasks.requests import rulings
from workflow.tasks.requests.rulings import Ask, Ruling
from workflow.tasks.words import RequestKind, Status

REASON_LIMIT = 200
K = RequestKind


@dataclass(frozen=True)
class Rule:
    """Who may ask for it, in which status, and what a decision does (申请规则). The office decides them all."""

    asks: Callable[[TaskCase, User], bool]
    at: Status
    who: str
    fits: Callable[[Session, TaskCase, Ask, datetime], str]
    """Empty, or the sentence that refuses the request."""
    granted: Callable[[Session, TaskCase, Request, Ruling], None]
    refused: Callable[[Session, TaskCase, Request, Ruling], None] = rulings.nothing


RULES: dict[RequestKind, Rule] = {
    K.EXTENSION: Rule(in_unit, Status.ASSIGNED, "承办单位的经办人和负责人", rulings.may_be_later, rulings.move_due),
    K.OBJECTION: Rule(
        in_unit,
        Status.ASSIGNED,
        "承办单位的经办人和负责人",
        rulings.may_be_disputed,
        rulings.reassign,
        rulings.give_time_back,
    ),
    K.SUSPENSION: Rule(in_unit, Status.ASSIGNED, "承办单位的经办人和负责人", rulings.may_be_paused, rulings.pause),
    K.COORDINATION: Rule(
        is_lead_signer, Status.UNIT_APPROVED, "牵头单位审核人", rulings.leads_may_differ, rulings.nothing
    ),
    K.REOPENING: Rule(is_office, Status.CLOSED, "办公室", rulings.always, rulings.only_by_act),
}


def ask(session: Session, task: Task, wanted: Ask, *, by: User, at: datetime) -> Request:
    """Ask for something. Raises Forbidden, NotInState, Incomplete, Invalid; nothing changes before the decision."""
    case, rule, kind = case_of(session, task, at), RULES[wanted.kind], wanted.kind
    if not rule.asks(case, by):
        raise Forbidden(f"只有{rule.who}可以申请{kind.word}。")
    refuse_closed_year(session, task)
    if task.status is not rule.at:
        raise NotInState(f"此件现在是「{task.status.word}」，不能申请{kind.word}。")
    reason = clean_line(wanted.reason, limit=REASON_LIMIT)
    if not reason:
        raise Incomplete(f"请写明申请{kind.word}的理由。")
    if any(one.kind is kind for one in case.requests):
        raise NotInState(f"已经有一份{kind.word}申请在等待办公室决定，无需重复申请。")
    refusal = rule.fits(session, case, wanted, at)
    if refusal:
        raise Invalid(refusal)
    asked = Request(
        task_id=task.id,
        kind=kind,
        reason=reason,
        old_due=task.due,
        new_due=wanted.new_due,
        unit_id=wanted.unit_id,
        asked_by_id=by.id,
        asked_by=f"{by.unit.name} {by.name}",
        asked_at=at,
    )
    session.add(asked)
    try:
        session.flush()
    except IntegrityError:  # another one was a moment faster
        raise Stale(f"刚刚有人提出了{kind.word}申请，请刷新页面查看。") from None
    _noted(session, task, asked, events.ASKED[kind], by=by, at=at)
    words = f"{asked.asked_by}申请{kind.word}{task.about}：{reason[:120]}"
    tell_units(session, [Turn(case.office_id, Role.OFFICE)], words, by=by, at=at, task=task)
    return asked


def open_to(session: Session, case: TaskCase, person: User, at: datetime) -> tuple[RequestKind, ...]:
    """What this person may ask for now."""
    return tuple(kind for kind, rule in RULES.items() if rule.asks(case, person) and _open(session, case, kind, at))


def _open(session: Session, case: TaskCase, kind: RequestKind, at: datetime) -> bool:
    if case.task.status is not RULES[kind].at or any(one.kind is kind for one in case.requests):
        return False
    try:
        return not RULES[kind].fits(session, case, Ask(kind, "…", date.max), at)
    except Refused:
        return False


def decide(
    session: Session,
    task: Task,
    request_id: int,
    *,
    granted: bool,
    opinion: str,
    by: User,
    at: datetime,
    unit_id: int | None = None,
) -> None:
    """Grant or refuse; nobody decides on what they asked for. Raises NotFound, Forbidden, Incomplete, Stale."""
    request = session.get(Request, request_id)
    if request is None or request.task_id != task.id:
        raise NotFound
    timekeeping.require(session, at)
    case, rule, word = case_of(session, task, at), RULES[request.kind], request.kind.word
    if not is_office(case, by):
        raise Forbidden(f"{word}申请由台账的办公室决定。")
    refuse_closed_year(session, task)
    if request.asked_by_id == by.id:
        raise Forbidden(f"不能决定自己提出的{word}申请，请由办公室其他人员办理。")
    opinion = clean_line(opinion, limit=REASON_LIMIT)
    if not granted and not opinion:
        raise Incomplete(f"不同意{word}，请写明理由。")
    if granted and task.status is not rule.at:
        raise NotInState(f"此件现在是「{task.status.word}」，这份{word}申请已经没有意义，请答复不同意并说明。")
    ruling = Ruling(by, at, opinion, unit_id if unit_id is not None else request.unit_id)
    before = task.version
    settle_request(session, request, granted=granted, ruling=ruling)
    (rule.granted if granted else rule.refused)(session, case, request, ruling)
    kind = (events.GRANTED if granted else events.REFUSED)[request.kind]
    _noted(session, task, request, kind, by=by, at=at, moved=task.version != before)
    answer = f"同意{word}" if granted else f"不同意{word}：{opinion[:120]}"
    told = [Turn(task.unit_id, Role.HANDLER), Turn(task.unit_id, Role.UNIT_HEAD)]
    asker = session.get_one(User, request.asked_by_id)
    told += [Turn(asker.unit_id, role, asker.id) for role in sorted(asker.roles)]
    text = f"{request.decided_by}{answer}{task.about}"
    tell_units(session, told, text, by=by, at=at, task=task)


def settle_request(session: Session, request: Request, *, granted: bool, ruling: Ruling) -> None:
    """Write the decision down once; whoever comes second is told. Raises Stale."""
    values = {
        "granted": granted,
        "opinion": ruling.opinion,
        "decided_by": f"{ruling.by.unit.name} {ruling.by.name}",
        "decided_at": ruling.at,
        "unit_id": ruling.unit_id,
    }
    seen = (Request.id == request.id, Request.granted.is_(None))
    if not wins(session, Request, *seen, **values):
        raise Stale(f"这份{request.kind.word}申请已经有决定，请刷新页面查看。")
    session.refresh(request)


def resume(session: Session, task: Task, *, by: User, at: datetime) -> date:
    """Take a paused task up again; its date moves by the working days it was paused. Raises Forbidden, NotInState."""
    if not is_office(case_of(session, task), by):
        raise Forbidden("挂账由台账的办公室恢复。")
    days = rulings.end_pause(session, task, by=by, at=at)
    words = f"挂账 {days} 个工作日，时限相应顺延。"
    told = events.Dated(**rulings.stand(task), unit=by.unit.name, opinion=words)
    audit.record(session, events.RESUMED, told, subject=task.id, by=by, at=at)
    unit = [Turn(task.unit_id, Role.HANDLER), Turn(task.unit_id, Role.UNIT_HEAD)]
    tell_units(session, unit, f"{task.about}恢复办理。", by=by, at=at, task=task)
    return task.due


def _noted(
    session: Session,
    task: Task,
    request: Request,
    kind: Kind[events.Asked],
    *,
    by: User,
    at: datetime,
    moved: bool = False,
) -> None:
    more: dict[str, Any] = {"round": task.round}
    if request.granted is not None:
        more |= {"due": task.due, "due_reason": task.due_reason, "unit_id": task.unit_id}
    if moved:
        more |= rulings.stand(task)
    told = events.Asked(
        request_id=request.id,
        unit=by.unit.name,
        old_due=request.old_due,
        new_due=request.new_due,
        proposed=session.get_one(Unit, request.unit_id).name if request.unit_id else None,
        opinion=request.opinion or request.reason,
        **more,
    )
    audit.record(session, kind, told, subject=task.id, by=by, at=at)
