"""Signing for somebody who is away (授权代理), and taking over from somebody who leaves (人员移交)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger
from workflow.office.access import hold_accounts
from workflow.office.models import User
from workflow.office.notices import tell_people
from workflow.office.permissions import Permission, may
from workflow.record import audit
from workflow.record.calendar import day_of, spoken
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotFound
from workflow.record.events import Kind
from workflow.record.text import clean_line
from workflow.tasks.events import DELEGATION_ENDED, DELEGATION_GIVEN, HANDED_OVER, Delegated, HandedOver
from workflow.tasks.models import Delegation, GatePolicy
from workflow.tasks.people.signers import hand_over_seats
from workflow.tasks.sight import may_open
from workflow.tasks.words import Gate

LONGEST = timedelta(days=366)
REASON_LIMIT = 200


def delegate(
    session: Session,
    deputy: User,
    *,
    starts: date | None,
    ends: date | None,
    ledger_id: int | None,
    reason: str,
    by: User,
    at: datetime,
) -> Delegation:
    """Let a colleague sign for oneself from one day to another. Raises Forbidden, Invalid, Incomplete."""
    hold_accounts(session, by, deputy)
    today, reason = day_of(at), clean_line(reason, limit=REASON_LIMIT)
    if not by.active or not {gate.desk for gate in Gate} & by.roles:
        raise Forbidden("您没有签批岗位，不需要授权他人代理。")
    if not deputy.active or deputy.unit_id != by.unit_id or deputy.id == by.id or not may(deputy, Permission.WORK):
        raise Invalid("只能授权给本单位另一位在用的业务人员。")
    if starts is None or ends is None or not today <= ends or starts > ends or ends - starts > LONGEST:
        raise Invalid("请填写代理的起止日期：止期不早于起期和今天，最长一年。")
    ledger = session.get(Ledger, ledger_id) if ledger_id is not None else None
    if ledger_id is not None and (ledger is None or not may_open(session, ledger, by)):
        raise NotFound
    if not reason:
        raise Incomplete("请写明授权代理的原因，例如外出学习。")
    _only_one_at_a_time(session, by, starts, ends, ledger_id)
    given = Delegation(
        principal_id=by.id, deputy_id=deputy.id, starts=starts, ends=ends, ledger_id=ledger_id, reason=reason, created_at=at,
    )  # fmt: skip
    session.add(given)
    session.flush()
    _noted(session, given, DELEGATION_GIVEN, by=by, at=at)
    words = f"{by.name}授权您代理签批，{spoken(starts)}至{spoken(ends)}：{reason}"
    tell_people(session, [deputy.id], words, at=at)
    return given


def end_delegation(session: Session, delegation_id: int, *, by: User, at: datetime) -> None:
    """End one's own delegation before its time; either side may. Raises NotFound."""
    given = session.get(Delegation, delegation_id)
    if given is None or by.id not in (given.principal_id, given.deputy_id) or given.ended_at is not None:
        raise NotFound
    given.ended_at = at
    _noted(session, given, DELEGATION_ENDED, by=by, at=at)


def end_all(session: Session, person: User, *, by: User, at: datetime) -> None:
    """End every delegation to and from a person who leaves."""
    standing = or_(Delegation.principal_id == person.id, Delegation.deputy_id == person.id)
    for given in session.scalars(select(Delegation).where(standing, Delegation.ended_at.is_(None))):
        given.ended_at = at
        _noted(session, given, DELEGATION_ENDED, by=by, at=at)


def hand_over(session: Session, person: User, to: User, *, by: User, at: datetime) -> int:
    """Give all open work of one person to another of the same unit; returns how many tasks moved.

    Places held by name, the policies that name the person, and delegations to and from them; what waits for a whole
    desk stays with the desk. Raises Forbidden, Invalid.
    """
    hold_accounts(session, by, person, to)
    if not may(by, Permission.GRANTS):
        raise Forbidden("人员移交由安全管理员办理。")
    if person.id == to.id or not to.active or to.unit_id != person.unit_id or not may(to, Permission.WORK):
        raise Invalid("只能移交给同一单位另一位在用的业务人员。")
    moved = hand_over_seats(session, person, to, by=by, at=at)
    policies = 0
    for policy in session.scalars(select(GatePolicy).where(GatePolicy.unit_id == person.unit_id)):
        if person.id in policy.people:
            named = [to.id if one == person.id else one for one in policy.people]
            policy.people = list(dict.fromkeys(named))
            policies += 1
    end_all(session, person, by=by, at=at)
    told = HandedOver(leaver=person.login, to=to.login, tasks=moved, policies=policies, from_id=person.id, to_id=to.id)
    audit.record(session, HANDED_OVER, told, subject=person.id, by=by, at=at)
    words = f"{person.name}的在办签批事项已移交给您，共 {moved} 件。"
    tell_people(session, [to.id], words, at=at)
    words = f"{by.name}（安全管理员）已将您的在办签批事项移交给{to.name}，共 {moved} 件。"
    tell_people(session, [person.id], words, at=at)
    return moved


def _only_one_at_a_time(session: Session, person: User, starts: date, ends: date, ledger_id: int | None) -> None:
    mine = select(Delegation).where(Delegation.principal_id == person.id, Delegation.ended_at.is_(None))
    for standing in session.scalars(mine):
        same = None in (ledger_id, standing.ledger_id) or ledger_id == standing.ledger_id
        if same and standing.starts <= ends and starts <= standing.ends:
            until = spoken(standing.ends)
            raise Invalid(f"这段时间您已授权{standing.deputy.name}代理（至{until}），请先结束原授权。")


def _noted(session: Session, given: Delegation, kind: Kind[Delegated], *, by: User, at: datetime) -> None:
    session.flush()
    told = Delegated(
        delegation_id=given.id,
        principal=given.principal.name,
        principal_id=given.principal_id,
        deputy=given.deputy.name,
        deputy_id=given.deputy_id,
        starts=given.starts,
        ends=given.ends,
        ledger_id=given.ledger_id,
        reason=given.reason,
    )
    audit.record(session, kind, told, subject=given.principal_id, by=by, at=at)
