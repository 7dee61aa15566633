"""Who sees what across two levels: nobody more of the other one than they may."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.desk_office import OTHER, OWN, Office, report
from tests.level_desk import FIRST, SECOND, cut, finish, list_below, lower_tasks, place, publish
from workflow.office.models import Unit


@pytest.fixture
def halfway(office: Office) -> Office:
    """Row 1 cut for two centres; the first is done, the second has written and not submitted."""
    lower = cut(place(office))
    publish(office, lower)
    tasks = lower_tasks(office, lower)
    finish(office, tasks[FIRST], "guo", "gu")
    assert report(office.client("cai"), tasks[SECOND], "草稿里的话。").status_code == 303
    return office


def lower_of(office: Office) -> int:
    """The lower ledger."""
    number = office.task(office.task_id()).lower_id
    assert number is not None
    return number


def answers(office: Office, login: str, *addresses: str) -> list[int]:
    """How somebody is answered at addresses."""
    client = office.client(login)
    return [client.get(address).status_code for address in addresses]


def offered_units(page: str) -> set[str]:
    """The names that a letter may be addressed to."""
    choice = re.search(r'<select[^>]* name="unit">(.*?)</select>', page, re.DOTALL)
    assert choice
    return set(re.findall(r">([^<]+)</option>", choice[1]))


def unit_id(session: Session, name: str) -> int:
    """A unit by its name."""
    return session.scalars(select(Unit.id).where(Unit.name == name)).one()


def test_the_level_above_sees_how_it_stands_and_what_was_closed(halfway: Office) -> None:
    for login in ("chen", "liushi", "zhao"):
        page = halfway.client(login).get(f"/tasks/{halfway.task_id()}").text
        assert "1/2 已办结" in page
        assert "已经公开。" in page, "what was closed is told"
        assert "草稿里的话" not in page
        assert "guo.pdf" not in page
        assert f'href="/ledgers/{lower_of(halfway)}"' not in page


def test_the_matrix_and_the_lists_of_the_level_above_say_how_far_the_level_below_is(halfway: Office) -> None:
    for login, matrix in (("chen", True), ("wang", True), ("qian", False)):
        shown = halfway.client(login).get("/ledgers/1").text
        assert ("下级 1/2 已办结" in shown) == matrix, login
    assert "下级 1/2" in halfway.client("chen").get("/?scope=office").text
    assert "下级 1/2" in halfway.client("wang").get("/?scope=unit").text


@pytest.mark.parametrize("login", ["chen", "yuan", "liushi", "shenji", "zhao", "qian"])
def test_nobody_outside_the_unit_opens_the_lower_ledger(halfway: Office, login: str) -> None:
    lower, tasks = lower_of(halfway), lower_tasks(halfway, lower_of(halfway))
    addresses = [f"/ledgers/{lower}", f"/ledgers/{lower}/export.xlsx", f"/ledgers/{lower}/source"]
    addresses += [f"/tasks/{number}" for number in tasks.values()]
    assert answers(halfway, login, *addresses) == [404] * 5
    client = halfway.client(login)
    assert "市财政局公开任务分解表" not in client.get("/ledgers").text
    found = client.get("/search", query_string={"q": "国库收支"}, headers={"HX-Request": "1"}).text
    assert "国库收支" not in found.replace("“国库收支”", "").replace("「国库收支」", "")


@pytest.mark.parametrize("login", ["zhu", "zhen", "jin", "guo", "gu", "cai", "wang", "li"])
def test_its_own_people_open_it(halfway: Office, login: str) -> None:
    lower = lower_of(halfway)
    page = halfway.client(login).get(f"/ledgers/{lower}")
    assert page.status_code == 200
    assert "本台账分解自上级任务" in page.text
    above = f'href="/tasks/{halfway.task_id()}#level"' in page.text
    assert above == (login in ("jin", "wang", "li")), "a link for those alone whom it leads somewhere"


def test_the_leader_of_a_unit_below_sees_that_unit_and_not_the_city(halfway: Office) -> None:
    tasks = lower_tasks(halfway, lower_of(halfway))
    assert answers(halfway, "gan", f"/tasks/{tasks[FIRST]}", f"/ledgers/{lower_of(halfway)}") == [200, 200]
    assert answers(halfway, "gan", f"/tasks/{tasks[SECOND]}", f"/tasks/{halfway.task_id()}", "/ledgers/1") == [404] * 3
    assert answers(halfway, "gan", "/trail") == [403], "the trail is of everybody"
    page = halfway.client("gan").get("/overview").text
    assert "公开第" not in page
    with halfway.here.database.reading() as session:
        home = unit_id(session, OTHER)
    assert "老钱" not in halfway.client("gan").get(f"/overview/units/{home}").text


def test_the_leader_of_the_unit_sees_its_own_of_the_city(halfway: Office) -> None:
    assert answers(halfway, "jin", f"/tasks/{halfway.task_id()}", "/ledgers/1") == [200, 200]
    assert answers(halfway, "jin", f"/tasks/{halfway.task_id(1, OTHER)}") == [404]
    assert answers(halfway, "liushi", f"/tasks/{halfway.task_id(1, OTHER)}", "/ledgers/1") == [200, 200]


def test_an_office_below_keeps_no_directory_and_knows_its_own_people(halfway: Office) -> None:
    assert answers(halfway, "zhu", "/units", "/seals") == [403, 403]
    assert answers(halfway, "chen", "/units", "/seals") == [200, 200]
    with halfway.here.database.reading() as session:
        own, first, other = (unit_id(session, name) for name in (OWN, FIRST, OTHER))
    client = halfway.client("zhu")
    known = [
        name in client.get(f"/overview/units/{n}").text for name, n in (("小王", own), ("小郭", first), ("老钱", other))
    ]
    assert known == [True, True, False]


def test_letters_offer_the_units_that_they_may_go_to_and_no_others(halfway: Office) -> None:
    offered = {login: offered_units(halfway.client(login).get("/bulletins").text) for login in ("zhu", "chen")}
    assert {OWN, FIRST, SECOND} <= offered["zhu"]
    assert OTHER not in offered["zhu"]
    assert {OWN, OTHER} <= offered["chen"]


def test_a_security_officer_sees_nothing_of_it(halfway: Office) -> None:
    assert answers(halfway, "secadmin", f"/ledgers/{lower_of(halfway)}", f"/tasks/{halfway.task_id()}") == [403, 403]


def test_the_page_offers_the_cut_to_whom_it_belongs(office: Office) -> None:
    place(office)
    for login, offered in (("wang", True), ("li", True), ("chen", False), ("zhao", False), ("jin", False)):
        page = office.client(login).get(f"/tasks/{office.task_id()}").text
        assert ("/cut/lines" in page) == offered, login
    assert "/cut/lines" not in office.client("qian").get(f"/tasks/{office.task_id(1, OTHER)}").text


def test_typed_rows_that_are_refused_stand_there_again(office: Office) -> None:
    place(office)
    data = {"title": "分解表", "lines": "只有一栏的话", "seen_version": "1"}
    answer = office.client("wang").post(f"/tasks/{office.task_id()}/cut/lines", data=data)
    assert answer.status_code == 422
    assert "第 1 行应写" in answer.text
    assert "只有一栏的话" in answer.text


def test_the_list_stands_among_the_evidence(halfway: Office) -> None:
    tasks = lower_tasks(halfway, lower_of(halfway))
    finish(halfway, tasks[SECOND], "cai", "cui")
    assert "2/2 已办结" in halfway.client("chen").get(f"/tasks/{halfway.task_id()}").text
    list_below(halfway)
    assert "下级办结清单.csv" in halfway.client("wang").get(f"/tasks/{halfway.task_id()}").text
