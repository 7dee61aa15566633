"""The promises of the design (§7), as one question: does what is stored keep them? Asked after every step of the tests."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.office.models import User
from workflow.record.audit import verify_chain
from workflow.record.models import AuditEvent, OutboxRow
from workflow.tasks.binding import content_digest
from workflow.tasks.case import Case, awaited, case_of
from workflow.tasks.models import Packet, Seat, Signoff, Task
from workflow.tasks.words import Decision, Gate, Status

EDGES = {
    ("submit", "ASSIGNED", "DRAFTED"),
    ("approve", "DRAFTED", "DRAFTED"),  # one of several signers
    ("approve", "DRAFTED", "UNIT_APPROVED"),
    ("verify", "UNIT_APPROVED", "UNIT_APPROVED"),  # one of several leads
    ("verify", "UNIT_APPROVED", "LEAD_VERIFIED"),
    ("close", "LEAD_VERIFIED", "LEAD_VERIFIED"),
    ("close", "LEAD_VERIFIED", "CLOSED"),
    ("send_back", "DRAFTED", "ASSIGNED"),
    ("send_back", "UNIT_APPROVED", "ASSIGNED"),
    ("send_back", "LEAD_VERIFIED", "ASSIGNED"),
    ("step_back", "UNIT_APPROVED", "DRAFTED"),
    ("step_back", "LEAD_VERIFIED", "UNIT_APPROVED"),
    ("withdraw", "DRAFTED", "ASSIGNED"),
    ("withdraw", "UNIT_APPROVED", "DRAFTED"),
    ("reopen", "CLOSED", "ASSIGNED"),
}
"""Written by hand from §4 of the design, not read off the table."""
GATES_PASSED = {
    Status.ASSIGNED: set(),
    Status.DRAFTED: set(),
    Status.UNIT_APPROVED: {Gate.UNIT},
    Status.LEAD_VERIFIED: {Gate.UNIT, Gate.LEAD},
    Status.CLOSED: {Gate.UNIT, Gate.LEAD, Gate.OFFICE},
}


def broken_promises(session: Session, only: set[int | None] | None = None) -> list[str]:
    """Every promise that does not hold now, in words; empty when all do.

    ``only`` asks of some tasks, and not of the chain.
    """
    if only is not None and not only - {None}:
        return []
    wanted_events = select(AuditEvent).order_by(AuditEvent.seq)
    if only is not None:
        wanted_events = wanted_events.where(AuditEvent.task_id.in_(only - {None}))
    events = list(session.scalars(wanted_events))
    found = [] if only is not None or verify_chain(events).intact else ["the chain is broken"]
    by_task: dict[int, list[tuple[AuditEvent, dict[str, Any]]]] = {}
    for event in events:
        if event.task_id is not None and event.kind.startswith("task."):
            by_task.setdefault(event.task_id, []).append((event, json.loads(event.data)))
    wanted = select(Task) if only is None else select(Task).where(Task.id.in_(only - {None}))
    for task in session.scalars(wanted):
        case = case_of(session, task)
        said = [
            *_history(task, by_task[task.id]),
            *_signoffs(session, case),
            *_turn(case),
            *_packet(session, task),
        ]
        found += [f"task {task.id} ({task.status.value}): {fault}" for fault in said]
    return found


def _history(task: Task, events: list[tuple[AuditEvent, dict[str, Any]]]) -> list[str]:
    """Promise 1: folding the events gives the stored state; promise 2: only edges of the table; 3: one event a version."""
    found = []
    due = [data["due"] for event, data in events if event.kind == "task.assigned"]
    later = [pair for pair in events if pair[0].kind != "task.assigned" and not pair[0].kind.startswith("task.share_")]
    due += [data["due"] for _, data in later if "due" in data]
    if due[-1] != task.due.isoformat():
        found.append(f"due {task.due}, but the events say {due[-1]}")
    events = [pair for pair in events if "version" in pair[1]]  # the others change neither content nor status
    status, last = Status.ASSIGNED.value, events[0][1]
    for event, data in events[1:]:
        action = event.kind.removeprefix("task.")
        if "from" in data:
            if data["from"] != status or (action, data["from"], data["to"]) not in EDGES:
                found.append(f"no such edge: {action} {data['from']} → {data['to']}")
            status = data["to"]
        elif event.kind.startswith(("task.report", "task.evidence_")) and status != Status.ASSIGNED.value:
            found.append(f"content changed while {status}")
        last = data
    versions = [data["version"] for _, data in events[1:]]
    if versions != list(range(2, task.version + 1)):
        found.append(f"versions {versions} up to {task.version}")
    stored = (task.status.value, task.round, task.content_digest)
    if versions and (status, last["round"], last["content_digest"]) != stored:
        found.append(f"folded {status}, stored {stored}")
    stored_digest = content_digest(task.report, task.live_evidence, task.outcome, task.progress)
    if task.content_digest and task.content_digest != stored_digest:
        found.append("the stored digest is not that of the content")
    return found


def _signoffs(session: Session, case: Case) -> list[str]:
    """Promise 2: every status holds the sign-offs its gates demand, bound to the content, by people who may."""
    task = case.task
    passed = [s for s in case.signoffs if s.decision is Decision.PASSED]
    present = {Status.DRAFTED: Gate.UNIT, Status.UNIT_APPROVED: Gate.LEAD, Status.LEAD_VERIFIED: Gate.OFFICE}
    gates = {s.gate for s in passed} - {present.get(task.status)}  # half signed where several sign
    found = []
    if gates != GATES_PASSED[task.status]:
        found.append(f"stands on {sorted(gates)}")
    if any(s.content_digest != task.content_digest for s in passed):
        found.append("a standing sign-off is bound to other content")
    if any(s.user_id in case.authors for s in passed):
        found.append("somebody signed their own work")
    people = Counter(p for s in passed for p in (s.user_id, s.principal_id) if p is not None)
    if max(people.values(), default=0) > 1:
        found.append("somebody signed twice, or was signed for twice, in a round")
    found += _seats(session, task, passed)
    as_designed = not any(s.any_one or s.user_id or s.added_by_id for s in case.seats)
    verified = {s.unit_id for s in passed if s.gate is Gate.LEAD}
    if as_designed and task.status in (Status.LEAD_VERIFIED, Status.CLOSED) and set(case.leads) != verified:
        found.append("not every lead unit has verified")
    if task.unit_id in verified and not case.led_by_office and as_designed:
        found.append("a unit verified its own task")
    voided = session.scalars(
        select(Signoff).where(Signoff.task_id == task.id, Signoff.round < task.round, Signoff.void_at.is_(None))
    )
    carried = {Status.UNIT_APPROVED, Status.LEAD_VERIFIED, Status.CLOSED}  # the office sent it back to the leads alone
    if any(s.decision is Decision.PASSED and (s.gate is not Gate.UNIT or task.status not in carried) for s in voided):
        found.append("a sign-off of an earlier round still stands")
    return found


def _seats(session: Session, task: Task, passed: list[Signoff]) -> list[str]:
    """What stands was given from a seat of its gate, one a seat, and a gate left behind owes nothing."""
    seats = session.scalars(select(Seat).where(Seat.task_id == task.id, Seat.round == task.round)).all()
    found, by_id = [], {s.id: s for s in passed}
    signed = Counter(seat.signoff_id for seat in seats if seat.signoff_id is not None)
    if max(signed.values(), default=0) > 1 or not set(signed) <= set(by_id):
        found.append("a seat is signed by what does not stand, or one sign-off fills two seats")
    for seat in seats:
        signoff = by_id.get(seat.signoff_id or 0)
        if signoff is None:
            continue
        person = session.get_one(User, signoff.principal_id or signoff.user_id)
        meant = seat.user_id in (None, person.id)
        if signoff.paper_sha256 is not None:
            meant = seat.user is None or seat.user.name == signoff.paper_signer
        if seat.gate is not signoff.gate or seat.unit_id != signoff.unit_id or not meant:
            found.append("a seat was signed by somebody else")
    stages: dict[tuple[Gate, int, int], list[Seat]] = {}
    for seat in seats:
        stages.setdefault((seat.gate, seat.line, seat.stage), []).append(seat)
    for (gate, _, _), stage in stages.items():
        given = [seat.signoff_id is not None for seat in stage]
        enough = any(given) if stage[0].any_one else all(given)
        if gate in GATES_PASSED[task.status] and not enough:
            found.append(f"{gate.value} was passed although somebody had still to sign")
    return found


def _turn(case: Case) -> list[str]:
    """The inbox says whose turn it is, and somebody's turn it is until the task is closed, or its year."""
    standing = {(row.unit_id, row.role, row.user_id) for row in case.task.awaited}
    if case.task.ledger.closed_on is not None:
        return [f"awaited {standing} after the year"] if standing else []
    if standing != set(awaited(case)) or (not standing) != (case.task.status is Status.CLOSED):
        return [f"awaited {standing}"]
    return []


def _packet(session: Session, task: Task) -> list[str]:
    """Promise 5: a closed task has a packet, or a durable promise of one."""
    if task.status is not Status.CLOSED:
        return []
    keys = OutboxRow.key.startswith(f"packet:{task.id}:{task.round}:office:")
    promised = session.scalars(select(OutboxRow.id).where(keys)).first()
    made = session.scalars(select(Packet.id).where(Packet.task_id == task.id, Packet.round == task.round)).first()
    return [] if promised or made else ["closed without a packet or a promise of one"]
