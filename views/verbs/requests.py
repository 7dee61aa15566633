"""Receipts, pressing, asking the office and being answered, people told (签收、催办、申请与决定、抄送)."""

from __future__ import annotations

from forms.api_out import DoneOut
from forms.verbs import AskIn, CommentIn, CopyIn, DecideIn, Nothing, WordsIn
from views.verbs.verb import TASK, Call, Verb
from workflow.office.reading import find_person
from workflow.tasks import commenting, receiving, urging
from workflow.tasks.at_hand import at_hand
from workflow.tasks.case import case_of
from workflow.tasks.copying import copy_to
from workflow.tasks.models import Task
from workflow.tasks.requests import requesting
from workflow.tasks.requests.rulings import Ask


def receive(call: Call[Task, Nothing]) -> DoneOut:
    """Take note of a task."""
    if receiving.receive(call.session, call.subject, by=call.by, at=call.at):
        return DoneOut(sentence="已签收。")
    return DoneOut(sentence="此件已经签收过，无需重复操作。", replayed=True)


def urge(call: Call[Task, WordsIn]) -> DoneOut:
    """Press whoever the task waits for, once a day."""
    count = urging.urge(call.session, call.subject, call.given.words, by=call.by, at=call.at)
    return DoneOut(sentence=f"已催办（第 {count} 次），正在等待的人员已收到消息。")


def copy(call: Call[Task, CopyIn]) -> DoneOut:
    """Let somebody know of a task."""
    person = find_person(call.session, call.given.person, near=call.by)
    copy_to(call.session, call.subject, person, call.given.words, by=call.by, at=call.at)
    return DoneOut(sentence=f"已抄送{person.name}。")


def comment(call: Call[Task, CommentIn]) -> DoneOut:
    """Say something about a task beside its papers, and name people with @ who see it."""
    said = commenting.comment(
        call.session, case_of(call.session, call.subject, call.at), call.given.text, by=call.by, at=call.at
    )
    named = "、".join(said.named.values())
    return DoneOut(sentence=f"已留言，并告知{named}。" if named else "已留言。", id=said.id)


def take_back(call: Call[Task, Nothing]) -> DoneOut:
    """Take back what one has said beside a task."""
    hand = at_hand(call.session, call.subject, call.by)
    if commenting.take_back(call.session, call.subject, call.part, hand, by=call.by, at=call.at):
        return DoneOut(sentence="已撤回留言。")
    return DoneOut(sentence="此条留言已经撤回，无需重复操作。", replayed=True)


def ask(call: Call[Task, AskIn]) -> DoneOut:
    """Ask the office for a later date, another unit, a pause, a ruling or a new start."""
    given = call.given
    wanted = Ask(given.kind, given.reason, given.new_due, given.unit_id)
    asked = requesting.ask(call.session, call.subject, wanted, by=call.by, at=call.at)
    return DoneOut(sentence=f"已提出{given.kind.word}申请，等待办公室决定；决定之前一切照旧。", id=asked.id)


def decide(call: Call[Task, DecideIn]) -> DoneOut:
    """Grant or refuse a request."""
    requesting.decide(call.session, call.subject, call.part, by=call.by, at=call.at, **call.given.model_dump())
    return DoneOut(sentence="已同意，随即生效。" if call.given.granted else "已答复不同意。")


def resume(call: Call[Task, Nothing]) -> DoneOut:
    """Take a paused task up again."""
    requesting.resume(call.session, call.subject, by=call.by, at=call.at)
    return DoneOut(sentence="已恢复办理，时限按挂账的工作日顺延。")


URGE = Verb(TASK, WordsIn, "/urge", "POST /urging", urge)
REQUESTS = (
    Verb(TASK, Nothing, "/receive", "POST /receipt", receive),
    URGE,
    Verb(TASK, CopyIn, "/copies", "POST /copies", copy, anchor="requests"),
    Verb(TASK, CommentIn, "/comments", "POST /comments", comment, anchor="comments"),
    Verb(
        TASK,
        Nothing,
        "/comments/<int:comment_id>/back",
        "POST /comments/<int:comment_id>/retraction",
        take_back,
        anchor="comments",
    ),
    Verb(TASK, AskIn, "/requests", "POST /requests", ask, anchor="requests"),
    Verb(
        TASK,
        DecideIn,
        "/requests/<int:request_id>",
        "POST /requests/<int:request_id>/decision",
        decide,
        anchor="requests",
    ),
    Verb(TASK, Nothing, "/resume", "POST /resumption", resume, anchor="requests"),
)
