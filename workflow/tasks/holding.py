"""Holding a task while it is acted upon (锁定), and changing it only as it was seen."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, Update, bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from workflow.ledgers.models import Ledger
from workflow.office.models import User
from workflow.record.dialects import dialect_of
from workflow.record.errors import Forbidden, NotInState, Stale
from workflow.record.models import Base
from workflow.record.storing import run
from workflow.tasks.models import Matter, Task
from workflow.tasks.permissions import handles
from workflow.tasks.rows import HELD
from workflow.tasks.words import Status

_YEAR = select(Ledger.closed_on).where(Ledger.id == bindparam("ledger")).with_for_update(read=True)
CLOSED_YEAR = "本台账已经年结，任务停止办理；未办结的由下一年度台账承接，确需继续办理的，请办公室负责人撤销年结。"


def hold(session: Session, row: Base) -> None:
    """Read a task or another row, and what its steps go by, anew under a lock where several may write at once.

    This comes before anything is recorded: the trail's lock is the last one, or two would wait for each other.

    PostgreSQL shows each statement what was committed before it, so that a task of one moment and sign-offs of the
    next could be taken together. SQLite lets one writer in at a time, from the beginning of its transaction.
    """
    held: set[Base] = session.info.setdefault(HELD, set())
    if not dialect_of(session).one_writer:
        session.flush()  # what is read anew is what was said, too
        for one in (row, *row.leans_on) if isinstance(row, Matter) else (row,):
            if one not in held:
                table = Matter if isinstance(one, Matter) else type(one)
                session.refresh(one, with_for_update={"of": table})  # not the rows that were read with it
                held.add(one)


def hold_all(session: Session, matters: Collection[Matter]) -> None:
    """:func:`hold` for many at once, whose own values stay as they were read: what is recorded of them is asked for afterwards."""
    if not dialect_of(session).one_writer:
        wanted = select(Matter.id).where(Matter.id.in_([one.id for one in matters])).order_by(Matter.id)
        session.scalars(wanted.with_for_update(of=Matter)).all()


def swap(session: Session, task: Matter, *, by: User, seen_version: int, **values: Any) -> bool:
    """Change the task and raise its version, if it still is as it was seen; else False, and the task is read anew.

    The database decides the winner: one row with the status in hand and the version seen, or none. Raises NotInState
    for a task whose year was closed; other matters go on.
    """
    refuse_closed_year(session, task)
    values |= {"version": seen_version + 1, "last_actor": by.name}
    session.flush()
    asked = {"id_": task.id, "status_": task.status, "version_": seen_version, **values}
    if run(session, _swapping(tuple(values)), asked).rowcount != 1:
        session.refresh(task)
        return False
    for name, value in values.items():
        set_committed_value(task, name, value)
    if "unit_id" in values:
        session.expire(task, ["unit"])
    return True


def refuse_closed_year(session: Session, task: Matter) -> None:
    """Nothing of a task goes on once its year is closed (NotInState); whoever closes it waits for what is under way where several may write at once, and nothing begins after it."""
    if isinstance(task, Task):
        if not dialect_of(session).one_writer:
            closed = run(session, _YEAR, {"ledger": task.ledger_id}).scalar_one()
            set_committed_value(task.ledger, "closed_on", closed)
        if task.ledger.closed_on is not None:
            raise NotInState(CLOSED_YEAR)


@cache
def _swapping(names: tuple[str, ...]) -> Update:
    """The statement that changes these columns of a row that is still as it was seen; built once."""
    table = cast(Table, Matter.__table__)
    seen = [table.c[name] == bindparam(f"{name}_", type_=table.c[name].type) for name in ("id", "status", "version")]
    return update(table).where(*seen).values({name: bindparam(name) for name in names})


def change(session: Session, task: Matter, *, by: User, seen_version: int, **values: Any) -> None:
    """:func:`swap` where one of two at the same moment is simply too late. Raises Stale."""
    if not swap(session, task, by=by, seen_version=seen_version, **values):
        raise too_late(task)


def hold_to_edit(session: Session, task: Matter, *, by: User, seen_version: int, others: str, locked: str) -> None:
    """:func:`hold` for whoever writes in a matter: ``others`` refuses strangers, ``locked`` what climbs. Raises Forbidden, Stale, NotInState."""
    hold(session, task)
    if not handles(task, by):
        raise Forbidden(others)
    if task.version != seen_version:
        raise too_late(task)
    if task.status is not Status.ASSIGNED:
        raise NotInState(locked)


def standing(task: Matter) -> dict[str, Any]:
    """What an event says of a matter whose version it raised."""
    return {"round": task.round, "version": task.version, "content_digest": task.content_digest}


def too_late(task: Matter) -> Stale:
    """The refusal that names who was faster."""
    return Stale(f"此件已由{task.last_actor or '他人'}处理，请刷新页面查看最新情况后再办理。")
