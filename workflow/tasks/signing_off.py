"""The sign-off itself (签批): from which place somebody signs, what is written of it, and what a step back makes void."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from workflow.office.models import Unit, User
from workflow.office.words import Role
from workflow.record.errors import Forbidden, Incomplete, NotFound
from workflow.record.storing import stored
from workflow.record.text import clean_line
from workflow.tasks.case import Case, Chair
from workflow.tasks.models import Signoff
from workflow.tasks.permissions import registers_paper
from workflow.tasks.seats import open_seats
from workflow.tasks.steps import Doing, Paper, Step
from workflow.tasks.words import Action, Decision, Gate


def paper_chair(case: Case, step: Step, paper: Paper, by: User) -> Chair:
    """The place that a paper form fills; the office registers it, and never for itself. Raises Forbidden, NotFound."""
    if not registers_paper(case, by):
        raise Forbidden("线下签批由台账的办公室登记。")
    seat = next((one for one in open_seats(case.seats) if one.id == paper.seat_id), None)
    if seat is None or step.gate is not seat.gate:
        raise NotFound
    if seat.gate is Gate.OFFICE or seat.role is Role.OFFICE:
        raise Forbidden("办公室自己的签批须在线办理，不能以纸面代替。")
    signer = clean_line(paper.signer, limit=64)
    if not signer:
        raise Incomplete("请填写纸面签批人的姓名。")
    if seat.user is not None and seat.user.name != signer:
        raise Forbidden(f"这一席位须由{seat.user.name}签批，纸面签批人「{signer}」不是本人。")
    return Chair(seat)


UNWRITTEN = 0
"""The number and the event of a sign-off that is decided and not written yet."""


def sign(doing: Doing) -> Signoff | None:
    """Decide; where the task goes backwards, what was signed beyond that point is void but kept. :func:`write` puts it down."""
    step, chair = doing.step, doing.chair
    gate, decision = step.gate, Decision.PASSED
    if step.starts_round:
        _void(doing)
    if step.action in (Action.SEND_BACK, Action.STEP_BACK):
        gate, decision = doing.process.gate_at(doing.before), Decision.RETURNED
    if gate is None:
        return None
    seat = chair.seat if chair is not None and decision is Decision.PASSED else None
    decided = {"gate": gate, "decision": decision, "event_seq": UNWRITTEN, "seat_id": seat.id if seat else None}
    signoff = _signoff(doing, **decided)
    set_committed_value(doing.task, "signoffs", [*doing.task.signoffs, signoff])
    if seat is not None:
        set_committed_value(seat, "signoff_id", UNWRITTEN)
    return signoff


def write(doing: Doing, signoff: Signoff, *, seq: int) -> None:
    """Write the decision down, by the event that tells of it."""
    signoff.event_seq = seq
    stored(doing.session, signoff)
    if doing.chair is not None and signoff.seat_id == doing.chair.seat.id:
        set_committed_value(doing.chair.seat, "signoff_id", signoff.id)


def _void(doing: Doing) -> None:
    """Every approval given at the gate that the task waits at again, or later, is void; earlier ones stand."""
    gates, again = list(Gate), doing.process.gate_at(doing.step.to)
    kept = gates[: gates.index(again)] if again else []
    for earlier in doing.case.signoffs:
        if earlier.gate not in kept:
            earlier.void_at, earlier.void_reason = doing.at, f"{doing.by.name}{doing.process.word(doing.step.action)}"


def _signoff(doing: Doing, **decided: Any) -> Signoff:
    """Who signs what, bound to the content as it is; ``decided`` are gate, decision, event and seat."""
    by, chair, paper = doing.by, doing.chair, doing.paper
    given = chair.standing_in if chair else None
    unit = doing.session.get_one(Unit, chair.seat.unit_id) if chair else by.unit
    return Signoff(
        task_id=doing.task.id,
        round=doing.acted_round,
        user_id=by.id,
        user_name=by.name,
        unit_id=unit.id,
        unit_name=unit.name,
        opinion=doing.opinion,
        principal_id=given.principal_id if given else None,
        principal_name=given.principal.name if given else "",
        deputy_until=given.ends if given else None,
        paper_sha256=paper.sha256 if paper else None,
        paper_size=paper.size if paper else 0,
        paper_name=paper.name if paper else "",
        paper_signer=clean_line(paper.signer, limit=64) if paper else "",
        content_digest=doing.task.content_digest,
        at=doing.at,
        void_at=None,
        void_reason="",
        **decided,
    )
