"""Moving to another unit (调动): desks stay behind, what is theirs goes first, and nobody comes to sign what they wrote."""

from __future__ import annotations

import pytest

from tests.desk_office import LEAD, OTHER, OWN, Office
from tests.gates_desk import act, policy, stand_in
from tests.promises import broken_promises
from workflow.folding import fold
from workflow.office.models import User
from workflow.office.people import grant
from workflow.office.words import Role
from workflow.record.errors import Forbidden, Incomplete
from workflow.tasks.models import Delegation
from workflow.tasks.words import Action, Gate, Mode, Status


def move(office: Office, login: str, unit: str, *, by: str = "sysadmin") -> tuple[int, str]:
    answer = office.client(by).post(f"/accounts/{office.ids[login]}/unit", data={"unit": unit})
    return answer.status_code, answer.text


def seat(office: Office, login: str, *roles: Role) -> None:
    with office.here.database.writing() as session:
        person, by = (session.get_one(User, office.ids[one]) for one in (login, "secadmin"))
        grant(session, person, roles, by=by, at=office.clock())


def test_who_moves_leaves_every_desk_behind_and_is_signed_out(office: Office) -> None:
    signed_in = office.client("zhou")
    assert move(office, "zhou", OWN)[0] == 303
    assert signed_in.get("/").status_code == 302, "signed out"
    with office.here.database.reading() as session:
        person = session.get_one(User, office.ids["zhou"])
        assert (person.unit.name, person.roles) == (OWN, frozenset())
    assert fold(office.here.database).faults == ()
    assert "周副科长由市发展和改革委员会调到市财政局，原岗位已收回" in office.client("secadmin").get("/notices").text


def test_who_wrote_a_report_does_not_sign_it_from_the_next_unit(office: Office) -> None:
    """赵科长's desk in the lead unit, given to who handled the task before: it is still their own work."""
    task_id = office.task_id()
    office.walk(task_id, "submit", "approve")
    assert move(office, "wang", LEAD)[0] == 303
    seat(office, "wang", Role.LEAD_REVIEWER)
    with pytest.raises(Incomplete, match="参与过本件的填报"):
        act(office, task_id, Action.VERIFY, "wang")
    assert act(office, task_id, Action.VERIFY, "zhao") is Status.LEAD_VERIFIED, "the others go on as before"
    with office.here.database.reading() as session:
        assert broken_promises(session) == []


def test_what_is_theirs_by_name_goes_to_somebody_first(office: Office) -> None:
    policy(office, Gate.UNIT, Mode.ALL, "li")
    task_id = office.task_id()
    office.walk(task_id, "submit")
    status, text = move(office, "li", OTHER)
    assert status == 409
    assert "等待其本人签批 1 件" in text
    assert "离岗移交" in text
    assert (
        office.client("secadmin").post(f"/grants/{office.ids['li']}/handover", data={"person": "both"}).status_code
        == 303
    )
    assert move(office, "li", OTHER)[0] == 303
    with pytest.raises(Forbidden):
        act(office, task_id, Action.APPROVE, "li")
    assert act(office, task_id, Action.APPROVE, "both") is Status.UNIT_APPROVED


def test_whom_they_stood_in_for_signs_alone_again(office: Office) -> None:
    number = stand_in(office, "li", "hong")
    assert move(office, "hong", OTHER)[0] == 303
    with office.here.database.reading() as session:
        assert session.get_one(Delegation, number).ended_at is not None


def test_a_unit_whose_gate_falls_empty_is_told_of(office: Office) -> None:
    assert move(office, "shen", OWN)[0] == 303
    assert "市审计局的“牵头单位审核人”岗位现在没有在用的人员" in office.client("chen").get("/notices").text


@pytest.mark.parametrize(
    ("login", "unit", "by", "status", "sentence"),
    [
        ("sysadmin", OWN, "sysadmin", 403, "不能调动自己。"),
        ("secadmin", OWN, "sysadmin", 403, "先由安全管理员收回岗位"),
        ("wang", OWN, "sysadmin", 422, "小王已经在市财政局。"),
        ("wang", "没有的局", "sysadmin", 422, "请从列表中选择单位"),
        ("wang", LEAD, "secadmin", 403, ""),
        ("wang", LEAD, "chen", 403, ""),
    ],
)
def test_not_everybody_is_moved_anywhere_by_anybody(
    office: Office, login: str, unit: str, by: str, status: int, sentence: str
) -> None:
    answered, text = move(office, login, unit, by=by)
    assert answered == status
    assert sentence in text
