"""Who else signs, and which section does what (加签、转办、科室分工), on the way of one task."""

from __future__ import annotations

from forms.api_out import DoneOut
from forms.verbs import FinishIn, Nothing, SeatIn, SeenIn, ShareIn
from views.verbs.verb import TASK, Call, Verb
from workflow.office.reading import find_person
from workflow.tasks import sharing
from workflow.tasks.models import Task
from workflow.tasks.people.signers import add_signer, take_back_signer, transfer_seat


def seat(call: Call[Task, SeatIn]) -> DoneOut:
    """Ask somebody to sign before or after the caller, or in the caller's place."""
    session, task, given, by, at = call.session, call.subject, call.given, call.by, call.at
    person, reason, seen = find_person(session, given.person, near=by), given.reason, given.seen_version
    if given.how == "transfer":
        transfer_seat(session, task, person, reason=reason, by=by, at=at, seen_version=seen)
        return DoneOut(sentence=f"已转办给{person.name}。")
    before = given.how == "before"
    added = add_signer(session, task, person, before=before, reason=reason, by=by, at=at, seen_version=seen)
    session.flush()
    return DoneOut(sentence=f"已请{person.name}{'先' if before else '在您之后'}签批。", id=added.id)


def unseat(call: Call[Task, SeenIn]) -> DoneOut:
    """Do without somebody asked before."""
    seen = call.given.seen_version
    take_back_signer(call.session, call.subject, call.part, by=call.by, at=call.at, seen_version=seen)
    return DoneOut(sentence="已收回加签。")


def share(call: Call[Task, ShareIn]) -> DoneOut:
    """Give a part of the work to a section of the unit."""
    made = sharing.add_share(call.session, call.subject, by=call.by, at=call.at, **call.given.model_dump())
    return DoneOut(sentence="已分工。", id=made.id)


def finish_share(call: Call[Task, FinishIn]) -> DoneOut:
    """Mark a section's part as done, or as open again."""
    done = call.given.done
    sharing.finish_share(call.session, call.subject, call.part, done=done, by=call.by, at=call.at)
    return DoneOut(sentence="已记为完成。" if done else "已重新打开。")


def drop_share(call: Call[Task, Nothing]) -> DoneOut:
    """Take a section's part back."""
    sharing.drop_share(call.session, call.subject, call.part, by=call.by, at=call.at)
    return DoneOut(sentence="已撤销这项分工。")


SIGNERS = (
    Verb(TASK, SeatIn, "/signers", "POST /signers", seat),
    Verb(TASK, SeenIn, "/signers/<int:seat_id>/drop", "DELETE /signers/<int:seat_id>", unseat),
    Verb(TASK, ShareIn, "/shares", "POST /shares", share, anchor="shares"),
    Verb(TASK, FinishIn, "/shares/<int:share_id>", "PUT /shares/<int:share_id>", finish_share, anchor="shares"),
    Verb(TASK, Nothing, "/shares/<int:share_id>/drop", "DELETE /shares/<int:share_id>", drop_share, anchor="shares"),
)
