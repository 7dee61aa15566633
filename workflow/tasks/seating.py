"""Seats and turns (席位与待办): written down when a task reaches a gate, so that a later policy touches it no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, insert, update
from sqlalchemy.orm import Session

from workflow.office.desks import Turn
from workflow.record.storing import inserting, put, run
from workflow.tasks.case import Case, awaited, case_of, handlers_of
from workflow.tasks.models import Awaiting, Matter
from workflow.tasks.seats import arrange
from workflow.tasks.words import Gate

_TURNS = cast(Table, Awaiting.__table__)
_LEAVE = delete(_TURNS).where(_TURNS.c.id == bindparam("row"))
_MOVE = (
    update(_TURNS)
    .where(_TURNS.c.id == bindparam("row"))
    .values({name: bindparam(name) for name in (*Turn._fields, "due", "since")})
)


def take_seats(session: Session, case: Case, gate: Gate | None) -> Case:
    """Freeze who signs at the gate that the task has just reached; a gate already laid out stays as it is.

    Returns the case with its seats; a task that waits at no gate gets none.
    """
    if gate is None or any(seat.gate is gate for seat in case.seats):
        return case
    seats = arrange(session, case.task, gate, case.benches(gate), [p for p in case.policies if p.gate is gate])
    put(session, seats)
    return replace(case, seats=(*case.seats, *seats))


def await_next(session: Session, case: Case, *, at: datetime) -> None:
    """Write down whose turn it is now."""
    task = case.task
    session.flush()
    standing = {Turn(row.unit_id, row.role, row.user_id): row for row in task.awaited}
    wanted = awaited(case)
    over = [row for turn, row in standing.items() if turn not in wanted]
    fresh = [turn._asdict() | {"due": task.due, "since": at} for turn in wanted if turn not in standing]
    moved, new = fresh[: len(over)], fresh[len(over) :]
    for statement, rows in (
        (_MOVE, [{"row": row.id} | turn for row, turn in zip(over, moved, strict=False)]),
        (_LEAVE, [{"row": row.id} for row in over[len(moved) :]]),
        (inserting(Awaiting), [{"task_id": task.id} | turn for turn in new]),
    ):
        if rows:
            run(session, statement, rows)
    for row in over:
        session.expunge(row)  # it is read anew where somebody asks
    session.expire(task, ["awaited"])


def await_newborn(session: Session, tasks: Iterable[tuple[int, int, date]], *, at: datetime) -> None:
    """Write down whose turn it is with tasks just opened, each (id, unit, due): there is nothing to ask of them yet."""
    rows = []
    for task_id, unit_id, due in tasks:
        turn = handlers_of(unit_id)._asdict()
        rows.append({"task_id": task_id, **turn, "due": due, "since": at})
    session.execute(insert(Awaiting), rows)


def reseat(session: Session, task: Matter, *, at: datetime) -> Case:
    """After a change of seats: whose turn it is now; returns the case as it stands."""
    session.flush()
    case = case_of(session, task)
    await_next(session, case, at=at)
    return case
