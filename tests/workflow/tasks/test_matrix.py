"""Every status × every action × every person: exactly the cells of this table succeed, nothing else changes anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.desk_office import CAST, COLEAD, HOME, LEAD, Office, ask_to_reopen, open_office, report
from tests.promises import broken_promises
from workflow.office.models import Unit, User
from workflow.office.people import set_active
from workflow.record.errors import Forbidden, Incomplete, NotInState, Refused, Stale
from workflow.record.models import AuditEvent
from workflow.tasks import acting
from workflow.tasks.binding import content_digest
from workflow.tasks.case import load_case
from workflow.tasks.checking import check_evidence
from workflow.tasks.models import Evidence, Task
from workflow.tasks.permissions import sees
from workflow.tasks.process import PROCESS, TASK, WORDS
from workflow.tasks.reporting import add_link, remove_evidence, save_report
from workflow.tasks.words import Action, EvidenceKind, Status

ROUTE = ("submit", "approve", "verify", "close")
SITUATIONS = {status: ROUTE[:steps] for steps, status in enumerate(Status)}
A = Action
ALLOWED: dict[tuple[Status, Action], set[str]] = {
    (Status.ASSIGNED, A.SUBMIT): {"wang", "hong", "both"},
    (Status.DRAFTED, A.APPROVE): {"li", "both"},
    (Status.DRAFTED, A.SEND_BACK): {"li", "both"},
    (Status.DRAFTED, A.WITHDRAW): {"wang", "hong", "both"},
    (Status.UNIT_APPROVED, A.VERIFY): {"zhao", "zhou"},
    (Status.UNIT_APPROVED, A.SEND_BACK): {"zhao", "zhou"},
    (Status.UNIT_APPROVED, A.WITHDRAW): {"li"},
    (Status.LEAD_VERIFIED, A.CLOSE): {"chen", "yuan"},
    (Status.LEAD_VERIFIED, A.SEND_BACK): {"chen", "yuan"},
    (Status.UNIT_APPROVED, A.STEP_BACK): {"zhao", "zhou"},
    (Status.LEAD_VERIFIED, A.STEP_BACK): {"chen", "yuan"},
    (Status.CLOSED, A.REOPEN): {"yuan"},
}
"""Task of 市财政局, led by 市发展和改革委员会 alone, written by wang, approved by li."""


@pytest.fixture(scope="module", params=list(Status), ids=[status.value for status in Status])
def situation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, int, Status]:
    office = open_office(tmp_path_factory.mktemp("matrix"))
    task_id = office.task_id()
    if request.param is Status.ASSIGNED:  # ready to be submitted: the conditions are met, the person decides
        office.walk(task_id, "submit")
        with office.here.database.writing() as session:
            task, wang = session.get_one(Task, task_id), session.get_one(User, office.ids["wang"])
            acting.act(session, task, A.WITHDRAW, by=wang, at=office.clock(), seen_version=task.version)
    office.walk(task_id, *SITUATIONS[request.param])
    if request.param is Status.CLOSED:
        ask_to_reopen(office, task_id, "chen")
    return office, task_id, request.param


def attempt(office: Office, session: Session, task_id: int, action: Action, login: str, opinion: str) -> Status:
    task, by = session.get_one(Task, task_id), session.get_one(User, office.ids[login])
    checked = check_evidence(task, office.here.store)
    outcome = acting.act(
        session, task, action, by=by, at=office.clock(), seen_version=task.version, opinion=opinion, checked=checked
    )
    return outcome.status


@pytest.mark.parametrize("action", list(Action), ids=[action.value for action in Action])
@pytest.mark.parametrize("login", sorted(CAST))
def test_exactly_the_allowed_succeed(situation: tuple[Office, int, Status], login: str, action: Action) -> None:
    office, task_id, status = situation
    allowed = login in ALLOWED.get((status, action), set())
    caught: Refused | None = None
    with office.here.database.writing() as session:
        before = standing(session, task_id)
        try:
            assert attempt(office, session, task_id, action, login, "意见") is not status
            assert broken_promises(session) == []
        except Refused as refused:
            caught = refused
            assert standing(session, task_id) == before
        session.rollback()
    assert (caught is None) == allowed, caught
    if not allowed:
        exists = (status, action) in ALLOWED
        assert isinstance(caught, (Forbidden, Incomplete) if exists else NotInState)


def standing(session: Session, task_id: int) -> tuple[Any, ...]:
    """What a refusal must leave alone."""
    events = select(func.count()).select_from(AuditEvent).scalar_subquery()
    return tuple(session.execute(select(Task.status, Task.version, events).where(Task.id == task_id)).one())


@pytest.mark.parametrize("login", sorted(CAST))
def test_buttons_are_what_the_table_allows(situation: tuple[Office, int, Status], login: str) -> None:
    office, task_id, status = situation
    with office.here.database.reading() as session:
        case, person = load_case(session, task_id), session.get_one(User, office.ids[login])
        offered = {step.action for step in TASK.actions_for(case, person)}
        if not sees(case, person):
            assert offered == set()
    allowed = {action for (at, action), logins in ALLOWED.items() if at is status and login in logins}
    if (status, login) == (Status.CLOSED, "chen"):
        allowed = {A.REOPEN}  # offered with the sentence that somebody else has to do it
    assert offered == allowed


@pytest.mark.parametrize("opinion", ["", "   ", "\n\t　"])
def test_a_return_and_a_reopening_need_words(situation: tuple[Office, int, Status], opinion: str) -> None:
    office, task_id, status = situation
    for (at, action), logins in ALLOWED.items():
        if at is status and action in (A.SEND_BACK, A.STEP_BACK, A.REOPEN):
            with pytest.raises(Incomplete, match="必须写明"), office.here.database.writing() as session:
                attempt(office, session, task_id, action, min(logins), opinion)


def test_everybody_in_the_process_table_has_words() -> None:
    for step in PROCESS:
        assert WORDS[step.who]
        assert all(WORDS[need] for need in step.needs)


def act(office: Office, task_id: int, action: Action, login: str, opinion: str = "") -> Status:
    with office.here.database.writing() as session:
        reached = attempt(office, session, task_id, action, login, opinion)
    with office.here.database.reading() as session:
        assert broken_promises(session) == []
    return reached


def test_every_lead_unit_must_verify(office: Office) -> None:
    task_id = office.task_id(2)
    office.walk(task_id, "submit", "approve")
    assert act(office, task_id, A.VERIFY, "shen") is Status.UNIT_APPROVED
    with pytest.raises(Incomplete, match="已经签批过"):
        act(office, task_id, A.VERIFY, "shen")
    assert act(office, task_id, A.VERIFY, "zhou") is Status.LEAD_VERIFIED


def test_one_lead_sends_back_what_another_had_verified(office: Office) -> None:
    task_id = office.task_id(2)
    office.walk(task_id, "submit", "approve", "verify")
    assert act(office, task_id, A.SEND_BACK, "shen", "缺附件") is Status.ASSIGNED
    assert all(s.void_at for s in office.task(task_id).signoffs if s.decision.value == "passed")


def test_a_row_without_a_lead_is_led_by_the_office_but_closed_by_somebody_else(office: Office) -> None:
    task_id = office.task_id(3)
    office.walk(task_id, "submit", "approve")
    with pytest.raises(Forbidden):
        act(office, task_id, A.VERIFY, "zhao")
    assert act(office, task_id, A.VERIFY, "chen") is Status.LEAD_VERIFIED
    with pytest.raises(Incomplete, match="另一个环节须由其他人办理"):
        act(office, task_id, A.CLOSE, "chen")


def test_a_lead_unit_never_verifies_its_own_task(office: Office) -> None:
    with office.here.database.reading() as session:
        leading = office.task_id(1, LEAD), office.task_id(2, LEAD)
        alone, shared = (load_case(session, task_id) for task_id in leading)
        assert alone.led_by_office
        assert [session.get_one(Unit, unit).name for unit in alone.leads] == [HOME]
        assert [session.get_one(Unit, unit).name for unit in shared.leads] == [COLEAD]


def test_withdrawing_an_approval_ends_when_a_lead_has_signed(office: Office) -> None:
    task_id = office.task_id(2)
    office.walk(task_id, "submit", "approve", "verify")
    with pytest.raises(Incomplete, match="牵头单位已经开始核验"):
        act(office, task_id, A.WITHDRAW, "li")


def test_who_wrote_does_not_sign_even_after_another_rewrote(office: Office) -> None:
    task_id = office.task_id()
    report(office.client("both"), task_id, "先写一稿。")
    office.walk(task_id, "submit")
    with pytest.raises(Incomplete, match="参与过本件的填报"):
        act(office, task_id, A.APPROVE, "both")
    assert act(office, task_id, A.APPROVE, "li") is Status.UNIT_APPROVED


def test_a_disabled_person_does_nothing(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    with office.here.database.writing() as session:
        admin, li = session.get_one(User, office.ids["sysadmin"]), session.get_one(User, office.ids["li"])
        set_active(session, li, False, by=admin, at=office.clock())
    with pytest.raises(Forbidden):
        act(office, task_id, A.APPROVE, "li")


def test_the_second_click_is_answered_like_the_first(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    seen = office.task(task_id).version
    sentences, events = [], []
    for _ in range(3):
        with office.here.database.writing() as session:
            task, li = session.get_one(Task, task_id), session.get_one(User, office.ids["li"])
            outcome = acting.act(session, task, A.APPROVE, by=li, at=office.clock(), seen_version=seen)
            sentences.append((outcome.status, outcome.version, outcome.replayed))
        events.append(office.count())
    assert sentences == [(Status.UNIT_APPROVED, seen + 1, replayed) for replayed in (False, True, True)]
    assert len(set(events)) == 1


def test_what_was_changed_behind_the_engine_is_not_closed(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve", "verify")
    with office.here.database.writing() as session:
        session.execute(Task.__table__.update().where(Task.id == task_id).values(report="改过了"))
    with pytest.raises(Incomplete, match="发生了变化"):
        act(office, task_id, A.CLOSE, "chen")


def test_no_second_road_to_a_status(office: Office) -> None:
    with office.here.database.writing() as session:
        task = session.get_one(Task, office.task_id())
        with pytest.raises(AttributeError, match="act"):
            task.status = Status.CLOSED


@pytest.mark.parametrize("stale", [False, True])
def test_closing_asks_for_a_check_of_this_very_content(office: Office, stale: bool) -> None:
    office.walk(office.task_id(), "submit", "approve", "verify")
    checked = check_evidence(office.task(office.task_id(2)), office.here.store) if stale else None
    with office.here.database.writing() as session:
        task, by = session.get_one(Task, office.task_id()), session.get_one(User, office.ids["chen"])
        with pytest.raises(Incomplete, match="重新办结"):
            acting.act(session, task, A.CLOSE, by=by, at=office.clock(), seen_version=task.version, checked=checked)
    assert office.task(office.task_id()).status is Status.LEAD_VERIFIED


@pytest.mark.parametrize(("steps", "action", "login"), [(2, A.VERIFY, "zhao"), (3, A.CLOSE, "chen")])
def test_an_approval_of_other_content_carries_nobody_further(
    office: Office, steps: int, action: Action, login: str
) -> None:
    office.walk(office.task_id(), *ROUTE[:steps])
    with office.here.database.writing() as session:  # behind the engine's back
        session.execute(update(Task).where(Task.id == office.task_id()).values(content_digest="f" * 64))
    with office.here.database.writing() as session, pytest.raises(Incomplete, match="原签批已失效"):
        attempt(office, session, office.task_id(), action, login, "")


def test_a_row_that_moved_after_it_was_read_is_not_overwritten(office: Office) -> None:
    office.walk(office.task_id(), "submit")
    with office.here.database.writing() as session:
        task, by = session.get_one(Task, office.task_id()), session.get_one(User, office.ids["li"])
        moved = update(Task).where(Task.id == task.id).values(version=task.version + 1)
        session.execute(moved, execution_options={"synchronize_session": False})
        with pytest.raises(Stale):
            acting.act(session, task, A.APPROVE, by=by, at=office.clock(), seen_version=task.version)
        session.rollback()
    assert office.task(office.task_id()).status is Status.DRAFTED


def test_every_step_back_starts_a_round(office: Office) -> None:
    for number, (steps, action, login) in enumerate(
        [
            (1, A.WITHDRAW, "wang"),
            (1, A.SEND_BACK, "li"),
            (2, A.SEND_BACK, "zhao"),
            (3, A.SEND_BACK, "chen"),
        ],
        start=2,
    ):
        office.walk(office.task_id(), *ROUTE[:steps])
        with office.here.database.writing() as session:
            attempt(office, session, office.task_id(), action, login, "请补充")
        assert office.task(office.task_id()).round == number


CHANGES: dict[str, Callable[[Session, Task, User, datetime], object]] = {
    "words": lambda s, t, by, at: save_report(s, t, "改过的话", by=by, at=at, seen_version=t.version),
    "link": lambda s, t, by, at: add_link(s, t, "https://www.example.gov.cn/b", note="", by=by, at=at),
    "removal": lambda s, t, by, at: remove_evidence(s, t, t.live_evidence[0].id, by=by, at=at),
}


@pytest.mark.parametrize("change", CHANGES)
def test_content_is_locked_while_it_is_being_signed(office: Office, change: str) -> None:
    office.walk(office.task_id(), "submit")
    with office.here.database.writing() as session:
        task, by = session.get_one(Task, office.task_id()), session.get_one(User, office.ids["wang"])
        with pytest.raises(NotInState, match="内容已经锁定"):
            CHANGES[change](session, task, by, office.clock())


@pytest.mark.parametrize("field", ["kind", "name", "note", "sha256", "size"])
def test_what_an_approval_is_bound_to_covers_every_piece_of_evidence(field: str) -> None:
    piece = {"kind": EvidenceKind.FILE, "name": "a.pdf", "note": "", "sha256": "0" * 64, "size": 1}
    other = piece | {field: {"kind": EvidenceKind.LINK, "size": 2}.get(field, "b")}
    digests = {content_digest("话", [Evidence(**one)]) for one in (piece, other)}
    assert len(digests | {content_digest("话", []), content_digest("别的话", [Evidence(**piece)])}) == 4
