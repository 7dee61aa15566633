"""Who signs at a gate: policies frozen into the round, people who stand in, signers on the way, and their packets."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

import worker
from tests.desk_office import COLEAD, LEAD, OWN, Office, seen
from tests.gates_desk import act, packet, policy, seat_of, waiting
from workflow.office.models import User
from workflow.office.people import grant
from workflow.office.words import Role
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotFound, NotInState, Stale
from workflow.tasks.models import Packet, Seat, Task
from workflow.tasks.people.signers import take_back_signer
from workflow.tasks.words import Action, Gate, Mode, Status

A = Action


def test_two_heads_in_order(office: Office) -> None:
    policy(office, Gate.UNIT, Mode.IN_ORDER, "both", "li")
    task_id = office.task_id()
    office.walk(task_id, "submit")
    assert waiting(office, task_id) == ["both"]
    with pytest.raises(Incomplete, match="还没有轮到您"):
        act(office, task_id, A.APPROVE, "li")
    assert act(office, task_id, A.APPROVE, "both") is Status.DRAFTED
    with pytest.raises(Incomplete):
        act(office, task_id, A.APPROVE, "both")
    assert waiting(office, task_id) == ["li"]
    assert act(office, task_id, A.APPROVE, "li") is Status.UNIT_APPROVED


def test_all_of_them_in_any_order_and_one_seal_for_the_unit(office: Office) -> None:
    policy(office, Gate.UNIT, Mode.ALL, "both", "li")
    task_id = office.task_id()
    office.walk(task_id, "submit")
    assert waiting(office, task_id) == ["both", "li"]
    assert act(office, task_id, A.APPROVE, "li") is Status.DRAFTED
    worker.drain(office.here)
    assert office.count(Packet) == 0, "nothing is printed before the unit is through"
    assert act(office, task_id, A.APPROVE, "both") is Status.UNIT_APPROVED
    office.walk(task_id, "verify", "close")
    assert packet(office, task_id)[0] == "通过"
    page = office.client("chen").get(f"/tasks/{task_id}").text
    assert "单位审核：市财政局 孙副主任" in page


def test_one_of_them_is_enough(office: Office) -> None:
    policy(office, Gate.OFFICE, Mode.ANY, "chen", "yuan", unit="云岭市人民政府办公室", by="chen")
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve", "verify")
    assert waiting(office, task_id) == ["chen", "yuan"]
    assert act(office, task_id, A.CLOSE, "yuan") is Status.CLOSED
    assert waiting(office, task_id) == []
    assert packet(office, task_id)[0] == "通过"


def test_what_stands_at_the_gate_keeps_its_signers_and_the_setter_is_told(office: Office) -> None:
    first, second = office.task_id(1), office.task_id(2)
    office.walk(first, "submit")
    assert policy(office, Gate.UNIT, Mode.ALL, "both") == 1
    assert waiting(office, first) == ["unit_head"]
    office.walk(second, "submit")
    assert waiting(office, second) == ["both"]
    assert act(office, first, A.SEND_BACK, "li", "请补充") is Status.ASSIGNED
    office.walk(first, "submit")
    assert waiting(office, first) == ["both"], "a new round reaches the gate anew"


def test_the_narrowest_policy_is_in_force(office: Office) -> None:
    policy(office, Gate.UNIT, Mode.ALL, "li")
    policy(office, Gate.UNIT, Mode.ALL, "both", by="chen", item=2)
    for number, signer in ((1, "li"), (2, "both")):
        office.walk(office.task_id(number), "submit")
        assert waiting(office, office.task_id(number)) == [signer]


@pytest.mark.parametrize(
    ("mode", "first", "then"), [(Mode.ANY, "shen", []), (Mode.IN_ORDER, "zhao", ["lead_reviewer"])]
)
def test_several_leads_sign_as_the_office_says(office: Office, mode: Mode, first: str, then: list[str]) -> None:
    policy(office, Gate.LEAD, mode, unit=None, by="chen")
    task_id = office.task_id(2)
    office.walk(task_id, "submit", "approve")
    if mode is Mode.IN_ORDER:
        with pytest.raises(Incomplete, match="还没有轮到您"):
            act(office, task_id, A.VERIFY, "shen")
    reached = act(office, task_id, A.VERIFY, first)
    assert reached is (Status.LEAD_VERIFIED if mode is Mode.ANY else Status.UNIT_APPROVED)
    if then:
        assert waiting(office, task_id) == then
        act(office, task_id, A.VERIFY, "shen")
    act(office, task_id, A.CLOSE, "chen")
    verdict, facts = packet(office, task_id)
    assert verdict == "通过", facts


@pytest.mark.parametrize(
    ("gate", "people", "unit", "by", "error"),
    [
        (Gate.UNIT, ("wang",), OWN, "li", "不在这个单位"),
        (Gate.UNIT, ("zhao",), OWN, "li", "不在这个单位"),
        (Gate.UNIT, ("li",), OWN, "qian", "只能设置本单位"),
        (Gate.UNIT, ("li",), OWN, "wang", "只能设置本单位"),
        (Gate.UNIT, ("li", "li"), OWN, "li", "不能重复"),
        (Gate.LEAD, (), None, "zhao", "由办公室"),
        (Gate.UNIT, (), None, "chen", "由办公室"),
        (Gate.OFFICE, ("li",), OWN, "li", "只能设置本单位"),
    ],
)
def test_nobody_arranges_what_is_not_theirs(
    office: Office, gate: Gate, people: tuple[str, ...], unit: str | None, by: str, error: str
) -> None:
    with pytest.raises((Invalid, Forbidden), match=error):
        policy(office, gate, Mode.ALL, *people, unit=unit, by=by)


def test_who_has_left_the_desk_is_replaced_by_the_desk_not_skipped(office: Office) -> None:
    policy(office, Gate.UNIT, Mode.IN_ORDER, "both", "li")
    with office.here.database.writing() as session:
        admin, both = session.get_one(User, office.ids["secadmin"]), session.get_one(User, office.ids["both"])
        grant(session, both, {Role.HANDLER}, by=admin, at=office.clock())
    task_id = office.task_id()
    office.walk(task_id, "submit")
    assert waiting(office, task_id) == ["unit_head"]
    assert act(office, task_id, A.APPROVE, "li") is Status.DRAFTED
    with pytest.raises(Incomplete, match="已经签批过"):
        act(office, task_id, A.APPROVE, "li")


def test_signing_before_and_after(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    seat_of(office, task_id, "before", "li", "hong")
    assert waiting(office, task_id) == ["hong"]
    with pytest.raises(Incomplete, match="还没有轮到您"):
        act(office, task_id, A.APPROVE, "li")
    assert act(office, task_id, A.APPROVE, "hong") is Status.DRAFTED
    seat_of(office, task_id, "after", "li", "both")
    assert act(office, task_id, A.APPROVE, "li") is Status.DRAFTED
    assert waiting(office, task_id) == ["both"]
    assert "单位审核（加签）" in office.client("li").get(f"/tasks/{task_id}").text
    assert act(office, task_id, A.APPROVE, "both") is Status.UNIT_APPROVED
    office.walk(task_id, "verify", "close")
    assert packet(office, task_id)[0] == "通过"


def test_another_unit_signs_in_a_spare_box(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    seat_of(office, task_id, "before", "li", "qian")
    assert office.client("qian").get(f"/tasks/{task_id}").status_code == 200
    act(office, task_id, A.APPROVE, "qian")
    act(office, task_id, A.APPROVE, "li")
    seat_of(office, task_id, "after", "zhao", "shen")
    act(office, task_id, A.VERIFY, "zhao")
    with pytest.raises(Invalid, match="最多请 2 个外单位"):
        seat_of(office, task_id, "after", "shen", "chen")
    assert act(office, task_id, A.VERIFY, "shen") is Status.LEAD_VERIFIED
    act(office, task_id, A.CLOSE, "chen")
    verdict, facts = packet(office, task_id)
    assert verdict == "通过", facts


def test_who_was_asked_is_taken_back_until_they_sign(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")

    def take_back(by: str) -> None:
        with office.here.database.writing() as session:
            task, person = session.get_one(Task, task_id), session.get_one(User, office.ids[by])
            added = session.scalars(
                select(Seat.id).where(Seat.added_by_id.is_not(None)).order_by(Seat.id.desc())
            ).first()
            take_back_signer(session, task, added or 0, by=person, at=office.clock(), seen_version=task.version)

    seat_of(office, task_id, "before", "li", "hong")
    with pytest.raises(NotFound):
        take_back("hong")
    take_back("li")
    assert waiting(office, task_id) == ["unit_head"]
    seat_of(office, task_id, "before", "li", "hong")
    act(office, task_id, A.APPROVE, "hong")
    with pytest.raises(NotInState, match="已经签批"):
        take_back("li")
    seat_of(office, task_id, "after", "li", "both")
    act(office, task_id, A.APPROVE, "li")
    with pytest.raises(NotInState, match="只等这位加签人"):
        take_back("li")


@pytest.mark.parametrize(
    ("how", "by", "person", "error"),
    [
        ("before", "wang", "hong", Forbidden),
        ("before", "chen", "yuan", Forbidden),
        ("before", "li", "wang", Invalid),
        ("before", "li", "li", Invalid),
        ("before", "li", "sysadmin", Invalid),
        ("transfer", "li", "hong", Invalid),
        ("transfer", "li", "zhao", Invalid),
    ],
)
def test_nobody_else_is_seated(office: Office, how: str, by: str, person: str, error: type[Exception]) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    with pytest.raises(error):
        seat_of(office, task_id, how, by, person)
    assert waiting(office, task_id) == ["unit_head"]
    assert office.task(task_id).version == 4


def test_a_stale_page_seats_nobody(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    with pytest.raises(Stale):
        seat_of(office, task_id, "before", "li", "hong", behind=1)


def test_somebody_else_in_ones_place(office: Office) -> None:
    task_id = office.task_id()
    office.walk(task_id, "submit")
    seat_of(office, task_id, "transfer", "li", "both")
    assert waiting(office, task_id) == ["both"]
    with pytest.raises(Forbidden):
        act(office, task_id, A.APPROVE, "li")
    assert act(office, task_id, A.APPROVE, "both") is Status.UNIT_APPROVED


def test_the_pages_do_it_all(office: Office) -> None:
    li, task_id = office.client("li"), office.task_id()
    page = li.get("/signing").text
    assert "没有代理" in page
    assert "本单位由谁签批" in page
    assert "几个牵头单位之间" not in page
    numbers = {f"people-{office.ids['both']}": "1", f"people-{office.ids['li']}": "2"}
    unit_id = re.search(r'name="unit_id" value="(\d+)"', page)
    assert unit_id
    form = {"gate": "unit", "mode": "in_order", "unit_id": unit_id.group(1), **numbers}
    assert "从下一件" in li.post("/signing/policies", data=form, follow_redirects=True).text
    assert "孙副主任 → 李主任" in li.get("/signing").text
    day = date(2026, 3, 30).isoformat()
    given = {"person": "小红", "starts": "2026-03-20", "ends": day, "reason": "学习"}
    assert "已授权小红" in li.post("/signing/delegations", data=given, follow_redirects=True).text
    assert "授权代理" in office.client("hong").get("/signing").text
    joint = {"gate": "lead", "mode": "any", "ledger_id": "1"}
    assert "已保存" in office.client("chen").post("/signing/policies", data=joint, follow_redirects=True).text
    office.walk(task_id, "submit")
    both = office.client("both")
    asked = {"person": "hong", "reason": "请把关", "how": "before", "seen_version": seen(both, task_id)}
    assert "已请小红先签批" in both.post(f"/tasks/{task_id}/signers", data=asked, follow_redirects=True).text
    page = both.get(f"/tasks/{task_id}").text
    drop = re.search(r"/tasks/\d+/signers/\d+/drop", page)
    assert drop
    answer = both.post(drop.group(), data={"seen_version": seen(both, task_id)}, follow_redirects=True)
    assert "已收回加签" in answer.text
    for path in re.findall(r"/signing/(?:policies|delegations)/\d+/(?:drop|end)", li.get("/signing").text):
        assert li.post(path).status_code == 303
    assert "没有另行设置" in li.get("/signing").text


def test_names_that_several_people_have_are_asked_back(office: Office) -> None:
    with office.here.database.writing() as session:
        for login in ("zhao", "shen"):
            session.get_one(User, office.ids[login]).name = "小张"
    given = {"person": "小张", "starts": "2026-03-20", "ends": "2026-03-30", "reason": "x"}
    answer = office.client("li").post("/signing/delegations", data=given)
    assert answer.status_code == 422
    assert LEAD in answer.text
    assert COLEAD in answer.text
