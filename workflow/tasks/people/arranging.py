"""Who signs from now on (审批设置): the narrowest policy is in force for whatever reaches the gate later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.permissions import runs
from workflow.office.access import hold_accounts
from workflow.office.desks import sits_at
from workflow.office.models import User
from workflow.record import audit
from workflow.record.errors import Forbidden, Invalid, NotFound
from workflow.tasks.events import POLICY_DROPPED, POLICY_SET, Policy
from workflow.tasks.models import Awaiting, GatePolicy, Task
from workflow.tasks.permissions import may_arrange
from workflow.tasks.process import TASK
from workflow.tasks.sight import may_open
from workflow.tasks.words import Gate, Mode, Status

MOST = 9
"""People whom one policy may name."""


@dataclass(frozen=True)
class Arrangement:
    """What a policy is to say (审批设置内容)."""

    gate: Gate
    mode: Mode
    people: tuple[int, ...] = ()
    unit_id: int | None = None
    """The unit whose people sign; None for how several lead units sign together."""
    ledger_id: int | None = None
    item_id: int | None = None


def set_policy(session: Session, wanted: Arrangement, *, by: User, at: datetime) -> int:
    """Put a policy in the place of the one for the same range; returns how many tasks it leaves as they are.

    Those stand at the gate already, under the seats frozen when they reached it. Raises Forbidden, Invalid, NotFound.
    """
    hold_accounts(session, by)
    _check(session, wanted, by)
    for policy in session.scalars(_same(wanted)):
        session.delete(policy)
    policy = GatePolicy(
        gate=wanted.gate,
        unit_id=wanted.unit_id,
        ledger_id=wanted.ledger_id,
        item_id=wanted.item_id,
        mode=wanted.mode,
        people=list(wanted.people),
        set_by=f"{by.unit.name} {by.name}",
        set_at=at,
    )
    session.add(policy)
    session.flush()
    audit.record(session, POLICY_SET, _said(policy), subject=None, by=by, at=at)
    return _standing(session, wanted)


def drop_policy(session: Session, policy_id: int, *, by: User, at: datetime) -> None:
    """Take a policy back: a wider one, or the design's own, is in force again. Raises NotFound, Forbidden."""
    hold_accounts(session, by)
    policy = session.get(GatePolicy, policy_id)
    if policy is None:
        raise NotFound
    ledger = session.get(Ledger, policy.ledger_id) if policy.ledger_id else None
    if not may_arrange(by, policy.gate, policy.unit_id, ledger):
        raise NotFound
    audit.record(session, POLICY_DROPPED, _said(policy), subject=None, by=by, at=at)
    session.delete(policy)
    session.flush()


def _check(session: Session, wanted: Arrangement, by: User) -> None:
    ledger = _range(session, wanted, by)
    if wanted.unit_id is None and (wanted.gate is not Gate.LEAD or ledger is None or not runs(ledger, by)):
        raise Invalid("多个牵头单位之间怎样签批，由办公室按台账或条目设置。")
    if not may_arrange(by, wanted.gate, wanted.unit_id, ledger):
        raise Forbidden("只能设置本单位的签批人；办公室可以在自己的台账范围内设置各单位的签批人。")
    if wanted.unit_id is None and wanted.people:
        raise Invalid("多个牵头单位之间只设置签批方式，不指定人员。")
    if len(set(wanted.people)) != len(wanted.people) or len(wanted.people) > MOST:
        raise Invalid(f"签批人不能重复，最多 {MOST} 人。")
    if wanted.unit_id is not None and wanted.mode is Mode.IN_ORDER and len(wanted.people) < 2:
        raise Invalid("依次签批至少要指定两个人，并标明先后。")
    for person_id in wanted.people:
        person = session.get(User, person_id)
        if person is None or wanted.unit_id is None or not sits_at(person, wanted.gate.desk, wanted.unit_id):
            name = person.name if person else "所选人员"
            raise Invalid(f"{name}不在这个单位的「{wanted.gate.desk.word}」岗位上，请先由安全管理员授予岗位。")


def _range(session: Session, wanted: Arrangement, by: User) -> Ledger | None:
    """The ledger that the policy is for, None for all; an item has to be one of its rows."""
    if wanted.ledger_id is None:
        if wanted.item_id is not None:
            raise Invalid("按条目设置时请先选定台账。")
        return None
    ledger = session.get(Ledger, wanted.ledger_id)
    if ledger is None or ledger.published_at is None or not may_open(session, ledger, by):
        raise NotFound
    if wanted.item_id is not None:
        item = session.get(LedgerItem, wanted.item_id)
        if item is None or item.ledger_id != ledger.id:
            raise Invalid("所选台账里没有这一条，请检查序号。")
    return ledger


def _same(wanted: Arrangement) -> Select[GatePolicy]:
    return select(GatePolicy).where(
        GatePolicy.gate == wanted.gate,
        GatePolicy.unit_id.is_(None) if wanted.unit_id is None else GatePolicy.unit_id == wanted.unit_id,
        GatePolicy.ledger_id.is_(None) if wanted.ledger_id is None else GatePolicy.ledger_id == wanted.ledger_id,
        GatePolicy.item_id.is_(None) if wanted.item_id is None else GatePolicy.item_id == wanted.item_id,
    )


def _standing(session: Session, wanted: Arrangement) -> int:
    at_gate = [status for status in Status if TASK.gate_at(status) is wanted.gate]
    here = select(func.count(Task.id.distinct())).where(Task.status.in_(at_gate))
    if wanted.ledger_id is not None:
        here = here.where(Task.ledger_id == wanted.ledger_id)
    if wanted.item_id is not None:
        here = here.where(Task.item_id == wanted.item_id)
    if wanted.unit_id is not None:
        here = here.join(Awaiting, Awaiting.task_id == Task.id).where(Awaiting.unit_id == wanted.unit_id)
    return session.scalars(here).one()


def _said(policy: GatePolicy) -> Policy:
    return Policy(
        gate=policy.gate,
        mode=policy.mode,
        unit_id=policy.unit_id,
        ledger_id=policy.ledger_id,
        item_id=policy.item_id,
        people=policy.people,
    )
