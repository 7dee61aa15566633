"""Cutting a task for the units below (分解到下级): its unit makes a ledger of its own of it, and sums up what came of it.

The lower ledger is a ledger like every other: read in, settled, published and closed by the office desk of the unit.
The unique column ``task.lower_id`` is all that ties it to the task above (ADR 50).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from workflow.ledgers.drafting import discard_draft
from workflow.ledgers.models import Ledger
from workflow.office import hierarchy
from workflow.office.desks import Turn
from workflow.office.models import User, UserRole
from workflow.office.notices import tell_units
from workflow.office.words import Role
from workflow.record import audit
from workflow.record.errors import Forbidden, Incomplete, NotFound, NotInState, Stale
from workflow.record.store import Blob
from workflow.record.text import clean_line
from workflow.tasks import events
from workflow.tasks.case import TaskCase, case_of
from workflow.tasks.holding import change, hold, standing, too_late
from workflow.tasks.levels import LIST, Lower, upper_of
from workflow.tasks.models import Task
from workflow.tasks.permissions import handles, in_unit
from workflow.tasks.reporting import add_file, remove_evidence
from workflow.tasks.sight import may_open
from workflow.tasks.words import Status

REASON_LIMIT = 200


@dataclass(frozen=True)
class Level:
    """What a task's page shows of the level below (分解情况)."""

    lower: Lower | None
    opens: bool
    """Whether the person may open the lower ledger itself."""
    may_cut: bool
    may_free: bool
    may_list: bool
    units: tuple[str, ...] = ()
    """Units below, where it may be cut."""
    drafts: tuple[tuple[int, str], ...] = ()
    """Drafts of the unit's own office that may be taken for it."""


def level_of(session: Session, case: TaskCase, person: User) -> Level | None:
    """The level below a task for one person; None where there is none and the person cannot make one."""
    task, lower = case.task, case.lower
    mine = in_unit(case, person) and task.status is Status.ASSIGNED
    if lower is not None:
        opens = may_open(session, session.get_one(Ledger, lower.ledger_id), person)
        may_list = mine and handles(task, person) and lower.settled and not lower.is_listed(task.live_evidence)
        return Level(lower, opens, may_cut=False, may_free=mine, may_list=may_list)
    units = hierarchy.below(session, task.unit_id) if mine and task.unit.parent_id is not None else []
    if not units:
        return None
    drafts = tuple((ledger.id, ledger.title) for ledger in _drafts(session, task.unit_id))
    names = tuple(unit.name for unit in units)
    return Level(None, opens=False, may_cut=True, may_free=False, may_list=False, units=names, drafts=drafts)


def may_cut(session: Session, task: Task, *, by: User, at: datetime, seen_version: int) -> None:
    """Refuse whoever may not cut the task, or not now; it is held from here on. Raises Forbidden, Stale, NotInState, Incomplete."""
    hold(session, task)
    if not in_unit(case_of(session, task, at), by):
        raise Forbidden("只有本单位的经办人和负责人可以把本件分解到下级。")
    if task.version != seen_version:
        raise too_late(task)
    if task.lower_id is not None:
        raise NotInState("本件已经分解到下级，请刷新页面查看。")
    if task.status is not Status.ASSIGNED or task.paused_at is not None:
        word = "已挂账" if task.paused_at else task.status.word
        raise NotInState(f"此件现在是「{word}」，不能分解；填报期间（已交办）才能分解到下级。")
    unit = task.unit
    if not hierarchy.below(session, unit.id):
        raise NotInState(f"单位名录里{unit.name}没有在用的下级单位；请办公室在单位名录的「上级单位」栏登记后再分解。")
    if unit.parent_id is None:
        raise NotInState(f"单位名录里还没有登记{unit.name}的上级单位，分不清上下级台账；请办公室登记后再分解。")
    seated = exists().where(User.unit_id == unit.id, User.active, UserRole.user_id == User.id)
    if not session.scalar(select(seated.where(UserRole.role == Role.OFFICE))):
        raise Incomplete(
            f"{unit.name}还没有「办公室」岗位的人员，下级台账没有人核定和办结；请安全管理员授予岗位后再分解。"
        )


def cut(session: Session, task: Task, ledger: Ledger, *, by: User, at: datetime, seen_version: int) -> None:
    """Take a draft of the unit's own office for the task. Raises what :func:`may_cut` does, NotFound, NotInState."""
    may_cut(session, task, by=by, at=at, seen_version=seen_version)
    session.refresh(ledger, ["published_at"], with_for_update=True)
    if ledger.office_id != task.unit_id:
        raise NotFound
    if ledger.published_at is not None or upper_of(session, ledger.id) is not None:
        raise NotInState(f"《{ledger.title}》已经发布，或已用于另一件任务，请改选本单位尚未发布的草稿。")
    if ledger.report_due is None:
        ledger.report_due = task.due  # rows without a date of their own are bound by the task above
    change(session, task, by=by, seen_version=seen_version, lower_id=ledger.id)
    _record(session, task, ledger, "", by=by, at=at)
    office = [Turn(task.unit_id, Role.OFFICE)]
    text = f"{by.name}把{task.about}分解为《{ledger.title}》，请核定后发布。"
    tell_units(session, office, text, by=by, at=at, ledger_id=ledger.id)


def free(session: Session, task: Task, reason: str, *, by: User, at: datetime, seen_version: int) -> None:
    """Take the cut back: the lower ledger stays as its office's own. Raises Forbidden, Incomplete, NotInState, Stale."""
    hold(session, task)
    if not in_unit(case_of(session, task, at), by):
        raise Forbidden("只有本单位的经办人和负责人可以解除分解。")
    reason = clean_line(reason, limit=REASON_LIMIT)
    if not reason:
        raise Incomplete("请写明解除分解的理由。")
    if task.status is not Status.ASSIGNED:
        raise NotInState(
            f"此件现在是「{task.status.word}」，内容已经锁定，不能解除分解；如需解除，请先撤回或由审批人退回。"
        )
    _free(session, task, reason, by=by, at=at, seen_version=seen_version)


def discard(session: Session, ledger: Ledger, *, by: User, at: datetime) -> None:
    """Throw a draft away; the task above that was cut into it is whole again."""
    upper = upper_of(session, ledger.id)
    if upper is not None:
        hold(session, upper)
        _free(session, upper, "草稿作废", by=by, at=at, seen_version=upper.version)
    discard_draft(session, ledger, by=by, at=at)


def bring_list(session: Session, task: Task, blob: Blob, *, by: User, at: datetime, seen_version: int) -> None:
    """Put the list of what was done below on the task, in the place of an older one. Raises Forbidden, NotInState, Stale."""
    hold(session, task)
    if task.version != seen_version:
        raise too_late(task)
    lower = case_of(session, task, at).lower
    if lower is None or not lower.settled:
        raise NotInState("下级台账还没有全部办结，不能生成下级办结清单。")
    if blob.sha256 != lower.list_sha256:
        raise Stale("下级台账刚刚有变动，请刷新页面后再生成清单。")
    for piece in [one for one in task.live_evidence if one.name == LIST and one.sha256 != blob.sha256]:
        remove_evidence(session, task, piece.id, by=by, at=at)
    note = f"《{lower.title}》{len(lower.tasks)} 件的证据包编号和内容摘要"
    add_file(session, task, blob, name=LIST, media_type="text/csv", note=note, by=by, at=at)


def _free(session: Session, task: Task, reason: str, *, by: User, at: datetime, seen_version: int) -> None:
    ledger = session.get(Ledger, task.lower_id) if task.lower_id else None
    if ledger is None:
        raise NotInState("本件没有分解到下级，请刷新页面查看。")
    change(session, task, by=by, seen_version=seen_version, lower_id=None)
    _record(session, task, ledger, reason, by=by, at=at)
    text = f"{by.name}解除了{task.about}与《{ledger.title}》的上下级关系：{reason}"
    tell_units(session, [Turn(task.unit_id, Role.OFFICE)], text, by=by, at=at, task=task)


def _record(session: Session, task: Task, ledger: Ledger, reason: str, *, by: User, at: datetime) -> None:
    kind = events.UNCUT if task.lower_id is None else events.CUT
    told = events.Cut(**standing(task), unit=by.unit.name, opinion=reason, lower_id=task.lower_id, title=ledger.title)
    audit.record(session, kind, told, subject=task.id, by=by, at=at)


def _drafts(session: Session, unit_id: int) -> Sequence[Ledger]:
    taken = exists().where(Task.lower_id == Ledger.id)
    mine = select(Ledger).where(Ledger.office_id == unit_id, Ledger.published_at.is_(None), ~taken)
    return session.scalars(mine.order_by(Ledger.id.desc()).limit(50)).all()
