"""Signing for somebody who is away, and taking over from somebody who leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.desk_office import Office
from tests.filings_desk import fill, form_of, opened, step
from tests.gates_desk import act, packet, policy, seat_of, stand_in, waiting
from tests.promises import broken_promises
from workflow.folding import fold
from workflow.office.models import Notice, User
from workflow.office.people import set_active
from workflow.office.words import Role
from workflow.record.errors import Forbidden, Incomplete, Invalid
from workflow.tasks.models import Delegation, Task
from workflow.tasks.people.leaving import holdings
from workflow.tasks.people.standing_in import end_delegation, hand_over
from workflow.tasks.reporting import save_report
from workflow.tasks.words import Action, Gate, Mode, Status
from workflow.year.filings.filling import Cell

A = Action


def test_a_deputy_signs_and_everybody_sees_for_whom(office: Office) -> None:
    stand_in(office, "li", "hong")
    task_id = office.task_id()
    office.walk(task_id, "submit")
    client = office.client("hong")
    assert f"/tasks/{task_id}" in client.get("/").text, "it waits in the deputy's inbox"
    assert "您正在代 <strong>李主任</strong> 签批" in client.get(f"/tasks/{task_id}").text
    assert act(office, task_id, A.APPROVE, "hong") is Status.UNIT_APPROVED
    shown = "小红（代 李主任，授权至2026年3月23日）"
    assert office.task(task_id).signoffs[-1].signer == shown
    assert shown in office.client("chen").get(f"/tasks/{task_id}").text
    act(office, task_id, A.VERIFY, "zhao")
    act(office, task_id, A.CLOSE, "chen")
    assert packet(office, task_id)[0] == "通过"


@pytest.mark.parametrize("writer", ["hong", "both"])
def test_a_deputy_counts_as_both(office: Office, writer: str) -> None:
    """Neither who wrote it may sign for another, nor may anybody sign for who wrote it."""
    principal, deputy = ("li", "hong") if writer == "hong" else ("both", "hong")
    policy(office, Gate.UNIT, Mode.ALL, principal)
    stand_in(office, principal, deputy)
    task_id = office.task_id()
    with office.here.database.writing() as session:
        task, by = session.get_one(Task, task_id), session.get_one(User, office.ids[writer])
        save_report(session, task, "先写一稿", by=by, at=office.clock(), seen_version=task.version)
    office.walk(task_id, "submit")
    with pytest.raises(Incomplete, match="参与过本件的填报"):
        act(office, task_id, A.APPROVE, deputy)


def test_for_whom_a_deputy_signed_does_not_sign_again(office: Office) -> None:
    policy(office, Gate.UNIT, Mode.IN_ORDER, "li", "both")
    stand_in(office, "li", "hong")
    task_id = office.task_id()
    office.walk(task_id, "submit")
    act(office, task_id, A.APPROVE, "hong")
    with pytest.raises(Invalid, match="已经签批过"):
        seat_of(office, task_id, "after", "both", "li")
    assert act(office, task_id, A.APPROVE, "both") is Status.UNIT_APPROVED


def test_a_delegation_ends_on_its_day_or_earlier(office: Office) -> None:
    number = stand_in(office, "li", "hong")
    task_id = office.task_id()
    office.walk(task_id, "submit")
    office.clock.now += timedelta(days=5)
    with pytest.raises(Forbidden):
        act(office, task_id, A.APPROVE, "hong")
    office.clock.now -= timedelta(days=5)
    with office.here.database.writing() as session:
        end_delegation(session, number, by=session.get_one(User, office.ids["li"]), at=office.clock())
    with pytest.raises(Forbidden):
        act(office, task_id, A.APPROVE, "hong")


@pytest.mark.parametrize(
    ("principal", "deputy", "days"),
    [("li", "zhao", 3), ("wang", "hong", 3), ("li", "li", 3), ("li", "hong", -1), ("li", "hong", 400)],
)
def test_delegations_that_are_refused(office: Office, principal: str, deputy: str, days: int) -> None:
    with pytest.raises((Invalid, Forbidden)):
        stand_in(office, principal, deputy, days=days)
    assert office.count(Delegation) == 0


def test_two_deputies_at_the_same_time_are_refused(office: Office) -> None:
    stand_in(office, "li", "hong")
    with pytest.raises(Invalid, match="已授权小红代理"):
        stand_in(office, "li", "both")


def test_who_leaves_hands_everything_over(office: Office) -> None:
    policy(office, Gate.UNIT, Mode.ALL, "both")
    for number in (1, 2):
        office.walk(office.task_id(number), "submit")
    stand_in(office, "both", "hong")
    with office.here.database.writing() as session:
        both, li = (session.get_one(User, office.ids[login]) for login in ("both", "li"))
        with pytest.raises(Forbidden):
            hand_over(session, both, li, by=li, at=office.clock())
        admin = session.get_one(User, office.ids["secadmin"])
        assert hand_over(session, both, li, by=admin, at=office.clock()) == 2
        assert broken_promises(session) == []
        assert session.scalars(select(Delegation.ended_at)).one() is not None
    for number in (1, 2):
        assert waiting(office, office.task_id(number)) == ["li"]
    office.walk(office.task_id(3), "submit")
    assert waiting(office, office.task_id(3)) == ["li"], "the policy names the successor"


def test_what_nobody_could_sign_is_not_handed_over(office: Office) -> None:
    policy(office, Gate.UNIT, Mode.ALL, "both")
    office.walk(office.task_id(), "submit")
    with office.here.database.writing() as session:
        both, hong, li, admin = (session.get_one(User, office.ids[one]) for one in ("both", "hong", "li", "sysadmin"))
        held = holdings(session, both)
        assert (held.count, held.policies, held.alone) == (1, 1, ())
        assert [(heir.user.login, heir.against) for heir in held.heirs] == [("wang", ""), ("hong", ""), ("li", "")]
        set_active(session, li, False, by=admin, at=office.clock())
        assert holdings(session, both).alone == (Role.UNIT_HEAD,)
        with pytest.raises(Invalid, match="没有其他人可以签批"):
            hand_over(session, both, hong, by=session.get_one(User, office.ids["secadmin"]), at=office.clock())
        assert holdings(session, both).count == 1
    page = office.client("secadmin").get(f"/grants/{office.ids['both']}").text
    assert f"等待其本人签批 1 件，1 处审批设置指定此人，“{Role.UNIT_HEAD.word}”岗位上只有此人。" in page
    assert "等待其本人签批 1 件" in office.client("sysadmin").get(f"/accounts/{office.ids['both']}/stop").text


def test_a_gate_without_anybody_is_told_at_once(office: Office) -> None:
    with office.here.database.writing() as session:
        people = [session.get_one(User, office.ids[one]) for one in ("li", "both")]
        admin = session.get_one(User, office.ids["sysadmin"])
        set_active(session, people[0], False, by=admin, at=office.clock())
        assert not told_of_empty(session)
        set_active(session, people[1], False, by=admin, at=office.clock())
        assert told_of_empty(session) == {office.ids[one] for one in ("secadmin", "chen", "yuan")}


def told_of_empty(session: Session) -> set[int]:
    """Who was told that a desk is empty."""
    return set(session.scalars(select(Notice.user_id).where(Notice.text.contains("现在没有在用的人员"))))


def test_a_form_does_not_wait_for_who_has_left(office: Office) -> None:
    policy(office, Gate.UNIT, Mode.ALL, "both")
    form_id = form_of(office, opened(office))
    fill(office, form_id, Cell("已公开。"))
    step(office, form_id, A.SUBMIT, "wang")
    with office.here.database.writing() as session:
        admin, both, li = (session.get_one(User, office.ids[login]) for login in ("secadmin", "both", "li"))
        assert hand_over(session, both, li, by=admin, at=office.clock()) == 1
        assert broken_promises(session) == []
    assert "签批移交" in office.client("shenji").get("/trail").text
    assert fold(office.here.database).faults == ()
    assert step(office, form_id, A.APPROVE, "li").status is Status.UNIT_APPROVED


def test_the_security_administrator_hands_over_on_screen(office: Office) -> None:
    policy(office, Gate.UNIT, Mode.ALL, "both")
    office.walk(office.task_id(), "submit")
    admin, url = office.client("secadmin"), f"/grants/{office.ids['both']}/handover"
    assert "没有找到" in admin.post(url, data={"person": "谁也不是"}).text
    assert "共 1 件在办" in admin.post(url, data={"person": "李主任"}, follow_redirects=True).text
    assert office.client("chen").post(url, data={"person": "李主任"}).status_code == 403


def test_who_has_left_neither_reports_nor_signs(office: Office) -> None:
    """Whatever door was left open: the engine itself asks whether somebody is still there."""
    task_id, mine, leavers = office.task_id(), office.task_id(2), ("wang", "hong", "li", "both")
    office.walk(task_id, "submit")
    with office.here.database.writing() as session:
        admin = session.get_one(User, office.ids["sysadmin"])
        for login in leavers:
            set_active(session, session.get_one(User, office.ids[login]), False, by=admin, at=office.clock())
    for login in ("li", "both"):
        with pytest.raises(Forbidden):
            act(office, task_id, A.APPROVE, login)
    for login in ("wang", "hong", "both"):
        with office.here.database.writing() as session:
            task, by, at = session.get_one(Task, mine), session.get_one(User, office.ids[login]), office.clock()
            with pytest.raises(Forbidden):
                save_report(session, task, "走之前写的", by=by, at=at, seen_version=task.version)
        with pytest.raises(Forbidden):
            act(office, mine, A.SUBMIT, login)
    assert office.task(mine).report == ""
