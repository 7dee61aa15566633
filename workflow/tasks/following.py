"""What a step of a task calls for (后续事项): packets promised and retired, requests that it settles."""

from __future__ import annotations

from sqlalchemy import update

from workflow.record import outbox
from workflow.record.jobs import PACKET, OfRound
from workflow.tasks.models import Packet
from workflow.tasks.requests.requesting import settle_request
from workflow.tasks.requests.rulings import Ruling
from workflow.tasks.steps import Doing
from workflow.tasks.words import Action, Gate, PacketState, RequestKind


def follow(doing: Doing) -> None:
    """The packet of the round is sealed once more, printed anew or retired; a reopening answers the request for it."""
    step, case = doing.step, doing.case
    if step.starts_round:
        _retire_packet(doing, superseded=step.action is Action.REOPEN)
    if step.gate is not None and doing.chair is not None:
        _promise_packet(doing, f"{step.gate.value}:{doing.chair.seat.id}")
    if step.starts_round and case.passed(Gate.UNIT):
        _promise_packet(doing, "again")  # the unit's approval stands: its packet is printed anew for this round
    for asked in case.requests:
        if step.action is Action.REOPEN and asked.kind is RequestKind.REOPENING:
            settle_request(doing.session, asked, granted=True, ruling=Ruling(doing.by, doing.at, doing.opinion))


def _promise_packet(doing: Doing, step: str) -> None:
    task = doing.task
    key = f"packet:{task.id}:{task.round}:{step}"
    outbox.promise(doing.session, PACKET, key, OfRound(task.id, task.round), at=doing.at)


def _retire_packet(doing: Doing, *, superseded: bool) -> None:
    state = PacketState.SUPERSEDED if superseded else PacketState.VOID
    standing = (PacketState.OPEN, PacketState.COMPLETE)
    of_task = (Packet.task_id == doing.task.id, Packet.state.in_(standing))
    doing.session.execute(update(Packet).where(*of_task).values(state=state))
