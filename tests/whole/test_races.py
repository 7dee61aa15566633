"""Many people on one task at the same moment: one wins, the others are told who, nothing is half done."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.desk_office import PDF, Office, open_office, report, seen, sign, upload
from tests.gates_desk import policy
from tests.postgres import Server
from tests.promises import broken_promises
from workflow.ledgers.drafting import start_draft
from workflow.ledgers.models import Ledger, RememberedPointing
from workflow.ledgers.pointing import remember
from workflow.ledgers.relaying import Way, read_again
from workflow.office.models import User
from workflow.record.errors import Refused, Stale
from workflow.record.models import AuditEvent
from workflow.record.published import Pointed, Pointing, PublishedLedger, PublishedTask
from workflow.record.store import Store
from workflow.tasks import publishing
from workflow.tasks.acting import act
from workflow.tasks.checking import check_evidence
from workflow.tasks.conditions import EvidenceCheck
from workflow.tasks.models import Packet, Task
from workflow.tasks.people.signers import add_signer
from workflow.tasks.registering import packet_of
from workflow.tasks.words import Action, Gate, Mode, Status

THREADS, ROUNDS, TIMES = 50, 10, 20
"""Of rounds, the first ten are a test and the others proof; so it is with every race on PostgreSQL but one."""
pytestmark = pytest.mark.own_home


DOUBLE = pytest.param("postgresql", marks=pytest.mark.proof("postgresql"))


@pytest.fixture(params=["sqlite", DOUBLE])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    made = (
        open_office(tmp_path)
        if request.param == "sqlite"
        else open_office(tmp_path, server=request.getfixturevalue("postgres"))
    )
    yield made
    made.here.database.dispose()


def together(*calls: Callable[[], str]) -> list[str]:
    """What each call answered, all started at one signal."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], str]) -> str:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [done.result() for done in [pool.submit(run, call) for call in calls]]


def acting(office: Office, task_id: int, login: str, action: Action, version: int) -> Callable[[], str]:
    """One person's attempt from a page of this version."""

    def attempt() -> str:
        try:
            with office.here.database.writing() as session:
                task, by = session.get_one(Task, task_id), session.get_one(User, office.ids[login])
                checked = check_evidence(task, office.here.store)
                outcome = act(
                    session,
                    task,
                    action,
                    by=by,
                    at=office.clock(),
                    seen_version=version,
                    opinion="意见",
                    checked=checked,
                )
            return "again" if outcome.replayed else f"{login} {action.value}"
        except Stale as stale:
            return "stale" if "已由" in stale.message else stale.message
        except Refused as refused:
            return type(refused).__name__

    return attempt


def hold(office: Office) -> None:
    with office.here.database.reading() as session:
        assert broken_promises(session) == []


@pytest.mark.parametrize("nth", [0, *(pytest.param(n, marks=pytest.mark.proof("races")) for n in range(1, TIMES))])
def test_fifty_threads_on_one_task_have_one_winner(office: Office, nth: int) -> None:
    """Two hundred rounds in all: whoever won, the task is brought before the head again."""
    for _ in range(ROUNDS):
        _one_wins(office, office.task_id())
    hold(office)


def _one_wins(office: Office, task_id: int) -> None:
    back = {Status.UNIT_APPROVED: ("zhao", Action.SEND_BACK), Status.DRAFTED: ("li", Action.SEND_BACK)}
    while office.task(task_id).status is not Status.ASSIGNED:
        login, action = back[office.task(task_id).status]
        acting(office, task_id, login, action, office.task(task_id).version)()
    if office.task(task_id).version == 1:
        office.walk(task_id, "submit")
    else:
        acting(office, task_id, "wang", Action.SUBMIT, office.task(task_id).version)()
    version, events = office.task(task_id).version, office.count(AuditEvent)
    tries = [
        acting(office, task_id, login, action, version)
        for login, action in (
            ("li", Action.APPROVE),
            ("li", Action.SEND_BACK),
            ("both", Action.APPROVE),
            ("wang", Action.WITHDRAW),
            ("chen", Action.CLOSE),
        )
        for _ in range(THREADS // 5)
    ]
    answers = Counter(together(*tries))
    winners = [answer for answer in answers if " " in answer]
    assert len(winners) == 1
    assert answers[winners[0]] == 1
    assert answers["again"] == THREADS // 5 - 1, "the winner's other clicks are answered alike"
    assert answers["stale"] + answers["again"] + answers["Forbidden"] + answers["NotInState"] == THREADS - 1
    assert office.count(AuditEvent) == events + 1


PAIRS = {
    "approve against return": (("submit",), ("li", Action.APPROVE), ("both", Action.SEND_BACK)),
    "approve against withdraw": (("submit",), ("li", Action.APPROVE), ("wang", Action.WITHDRAW)),
    "two leads of one unit": (("submit", "approve"), ("zhao", Action.VERIFY), ("zhou", Action.VERIFY)),
    "verify against taking back": (("submit", "approve"), ("zhao", Action.VERIFY), ("li", Action.WITHDRAW)),
    "close against return": (("submit", "approve", "verify"), ("chen", Action.CLOSE), ("yuan", Action.SEND_BACK)),
    "close twice": (("submit", "approve", "verify"), ("chen", Action.CLOSE), ("yuan", Action.CLOSE)),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_of_two_at_once_one_wins_and_the_other_hears_who(office: Office, pair: str) -> None:
    steps, *both = PAIRS[pair]
    task_id = office.task_id()
    office.walk(task_id, *steps)
    version = office.task(task_id).version
    answers = together(*[acting(office, task_id, login, action, version) for login, action in both])
    assert sorted(answer == "stale" for answer in answers) == [False, True], answers
    hold(office)


def test_two_different_leads_at_once_both_count_or_one_tries_again(office: Office) -> None:
    task_id = office.task_id(2)
    office.walk(task_id, "submit", "approve")
    version = office.task(task_id).version
    together(*[acting(office, task_id, login, Action.VERIFY, version) for login in ("zhao", "shen")])
    assert office.task(task_id).status is Status.UNIT_APPROVED
    left = "shen" if any(s.user_name == "赵科长" for s in office.task(task_id).signoffs) else "zhao"
    acting(office, task_id, left, Action.VERIFY, version + 1)()
    assert office.task(task_id).status is Status.LEAD_VERIFIED
    hold(office)


def test_an_upload_against_the_submission_never_changes_what_was_submitted(office: Office) -> None:
    task_id = office.task_id()
    report(office.client("wang"), task_id, "已经全部公开。")
    upload(office.client("wang"), task_id, PDF, "一.pdf")
    first, second = office.client("wang"), office.client("hong")
    version = seen(first, task_id)
    answers = together(
        lambda: str(sign(first, task_id, "submit", version=version).status_code),
        lambda: str(upload(second, task_id, PDF + b"2", "二.pdf").status_code),
    )
    task = office.task(task_id)
    pieces = len(task.live_evidence)
    assert (task.status, pieces) in ((Status.DRAFTED, 1), (Status.ASSIGNED, 2), (Status.DRAFTED, 2)), answers
    assert "303" in answers
    hold(office)


def test_saving_against_submitting_loses_no_words(office: Office) -> None:
    task_id = office.task_id()
    upload(office.client("wang"), task_id, PDF, "一.pdf")
    pages = {login: office.client(login) for login in ("wang", "hong")}
    version = seen(pages["wang"], task_id)
    answers = together(
        lambda: report(pages["wang"], task_id, "小王写的。", version=version, then="submit").text,
        lambda: report(pages["hong"], task_id, "小红写的。", version=version).text,
    )
    assert sum("小王写的" in a or "小红写的" in a for a in answers) == 1, "the loser's words stand in the answered page"
    assert office.task(task_id).report in ("小王写的。", "小红写的。")
    hold(office)


def test_nothing_is_held_while_evidence_is_hashed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve", "verify")
    hashing = check_evidence

    def somebody_else_commits_meanwhile(task: Task, store: Store) -> EvidenceCheck:
        with office.here.database.writing() as session:
            session.get_one(User, office.ids["wang"]).name = "小王"
        with office.here.database.reading() as session:
            session.get_one(User, office.ids["wang"])
        return hashing(task, store)

    monkeypatch.setattr("views.verbs.steps.check_evidence", somebody_else_commits_meanwhile)
    assert sign(office.client("chen"), task_id, "close").status_code == 303


def test_publishing_twice_at_once_opens_the_tasks_once(office: Office) -> None:
    blob = office.here.store.add_bytes(b"another table")
    row = PublishedTask("1", (), "公开信息", "公开。", ("市审计局",), ("市财政局",))
    with office.here.database.writing() as session:
        chen = session.get_one(User, office.ids["chen"])
        draft = PublishedLedger("第二张表", 2026, None, None, None, None, (row,))
        ledger_id = start_draft(session, draft, blob, name="二.txt", by=chen, at=office.clock()).id
    before = office.count(Task)

    def publish(login: str) -> Callable[[], str]:
        def attempt() -> str:
            try:
                with office.here.database.writing() as session:
                    ledger, by = session.get_one(Ledger, ledger_id), session.get_one(User, office.ids[login])
                    publishing.publish(session, ledger, by=by, at=office.clock())
                return "published"
            except Refused as refused:
                return refused.message

        return attempt

    answers = together(publish("chen"), publish("yuan"))
    assert answers.count("published") == 1
    assert any("已经发布" in answer or "已由他人发布" in answer for answer in answers)
    assert office.count(Task) == before + 2
    hold(office)


def drafted(office: Office) -> int:
    """A draft of one row, about to be published or read anew."""
    blob = office.here.store.add_bytes(b"a table of one row")
    with office.here.database.writing() as session:
        chen = session.get_one(User, office.ids["chen"])
        return start_draft(session, said("公开信息"), blob, name="三.txt", by=chen, at=office.clock()).id


def said(*titles: str) -> PublishedLedger:
    """A reading with these rows."""
    rows = tuple(
        PublishedTask(str(n), (), title, "公开。", ("市审计局",), ("市财政局",)) for n, title in enumerate(titles, 1)
    )
    return PublishedLedger("第三张表", 2026, None, None, None, None, rows)


Change = Callable[[Session, Ledger, User], object]


def in_turn(office: Office, ledger_id: int, first: tuple[str, Change], second: tuple[str, Change]) -> list[str]:
    """What two people are answered of whom the second begins while the first has changed the draft and not yet committed.

    The first leaves the second as long as it takes to do its own change, or to come to wait for the first.
    """
    changed, through = threading.Event(), threading.Event()

    def attempt(login: str, change: Change, *, leads: bool) -> str:
        try:
            if not leads:
                assert changed.wait(60)
            with office.here.database.writing() as session:
                change(session, session.get_one(Ledger, ledger_id), session.get_one(User, office.ids[login]))
                (changed if leads else through).set()
                if leads:
                    through.wait(0.5)
            return "done"
        except Refused as refused:
            return type(refused).__name__
        finally:
            changed.set()

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(attempt, *first, leads=True), pool.submit(attempt, *second, leads=False)]
        return [one.result() for one in both]


@pytest.mark.parametrize("order", ["reading first", "publishing first"])
def test_a_draft_read_anew_while_it_is_published_is_one_or_the_other(office: Office, order: str) -> None:
    ledger_id, at = drafted(office), office.clock()

    def again(session: Session, ledger: Ledger, by: User) -> None:
        read_again(session, ledger, said("公开预算", "公开决算"), Way("手工指认", ""), by=by, at=at)

    def freeze(session: Session, ledger: Ledger, by: User) -> None:
        publishing.publish(session, ledger, by=by, at=at)

    both = (("chen", again), ("yuan", freeze))
    answers = in_turn(office, ledger_id, *(both if order == "reading first" else both[::-1]))
    with office.here.database.reading() as session:
        ledger = session.get_one(Ledger, ledger_id)
        rows = [item.title for item in ledger.items]
        tasks = session.scalars(select(Task).where(Task.ledger_id == ledger_id)).all()
        assert {task.item.title for task in tasks} == (set(rows) if ledger.published_at else set())
        assert ledger.published_at is not None
    assert rows == (["公开预算", "公开决算"] if order == "reading first" else ["公开信息"])
    assert answers == (["done", "done"] if order == "reading first" else ["done", "NotInState"])
    hold(office)


def test_two_who_point_at_files_of_one_form_keep_one_pointing_the_later(office: Office) -> None:
    ledger_id, at = drafted(office), office.clock()

    def pointing(role: Pointed) -> Change:
        def keep(session: Session, ledger: Ledger, by: User) -> None:
            assert remember(session, ledger, Pointing(roles={0: role}), ["甲", "乙"], by=by, at=at)

        return keep

    answers = in_turn(office, ledger_id, ("chen", pointing("text")), ("yuan", pointing("lead")))
    assert answers == ["done", "done"]
    with office.here.database.reading() as session:
        kept = session.scalars(select(RememberedPointing)).one()
        assert (kept.by_id, Pointing.of(kept.pointing).roles) == (office.ids["yuan"], {0: "lead"})


def test_fifty_threads_have_one_winner_on_postgresql_too(postgres: Server, tmp_path: Path) -> None:
    """One round of the two hundred, so that no change waits for its proof to meet PostgreSQL."""
    office = open_office(tmp_path, server=postgres)
    _one_wins(office, office.task_id())
    hold(office)
    office.here.database.dispose()


def test_who_comes_too_late_hears_of_whoever_was_faster(postgres: Server, tmp_path: Path) -> None:
    """Both read the same task; on SQLite the second could not even begin."""
    office = open_office(tmp_path, server=postgres)
    task_id = office.task_id()
    policy(office, Gate.UNIT, Mode.ALL, "li", "both")
    office.walk(task_id, "submit")
    with office.here.database.writing() as session:
        task, at = session.get_one(Task, task_id), office.clock()
        li, guest = (session.get_one(User, office.ids[login]) for login in ("li", "qian"))
        assert acting(office, task_id, "both", Action.APPROVE, task.version)() == "both approve"
        asked = {"before": True, "reason": "请把关", "by": li, "at": at, "seen_version": task.version}
        with pytest.raises(Stale, match="孙副主任"):
            add_signer(session, task, guest, **asked)
    office.here.database.dispose()


def test_two_jobs_of_one_packet_that_start_together_open_it_once(postgres: Server, tmp_path: Path) -> None:
    office = open_office(tmp_path, server=postgres)
    task_id, ledger_id = office.task_id(), office.task(office.task_id()).ledger_id
    office.walk(task_id, "submit", "approve")

    def opening(session: Session, ledger: Ledger, by: User) -> None:
        packet_of(session, session.get_one(Task, task_id), 1, at=office.clock())

    assert in_turn(office, ledger_id, ("chen", opening), ("yuan", opening)) == ["done", "done"]
    assert office.count(Packet) == 1
    office.here.database.dispose()
