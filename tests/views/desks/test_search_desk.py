"""Search everywhere: whoever asks finds what they may open, all of it, and nothing else; without a mouse and on a phone, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from tests.browser_desk import PHONE, served, window
from tests.desk_office import CAST, OTHER, OWN, PDF, Office, upload
from workflow.office.models import Unit, User
from workflow.office.permissions import Permission, may
from workflow.tasks.case import case_of
from workflow.tasks.copying import copy_to
from workflow.tasks.models import Evidence, Packet, Task
from workflow.tasks.permissions import sees
from workflow.year.missives.drafting import draft_bulletin

HIT = re.compile(r'<li><a href="([^"]+)">')


@pytest.fixture
def stocked(office: Office) -> Office:
    """Every sort of thing, and somebody of another unit who was told of one task."""
    first = office.task_id(1)
    office.walk(first, "submit", "approve")
    upload(office.client("qian"), office.task_id(2, OTHER), PDF, "教育局清单.pdf")
    with office.here.database.writing() as session:
        people = {login: session.get_one(User, number) for login, number in office.ids.items()}
        at, told = office.clock(), session.get_one(Task, office.task_id(3))
        copy_to(session, told, people["qian"], "请阅", by=people["wang"], at=at)
        session.add(Packet(number="YL-2026-0001-1", task_id=first, round=1, created_at=at))
        draft_bulletin(session, told.ledger, people["liushi"], as_of=at, least=1, by=people["chen"], at=at)
    return office


def found(office: Office, login: str, question: str, sort: str = "") -> list[str]:
    answer = office.client(login).get(
        "/search", query_string={"q": question, "sort": sort}, headers={"HX-Request": "1"}
    )
    assert answer.status_code == 200
    return [unescape(address) for address in HIT.findall(answer.text)]


def test_everybody_finds_what_they_may_open_and_nothing_else(stocked: Office) -> None:
    with stocked.here.database.reading() as session:
        people = {login: session.get_one(User, number) for login, number in stocked.ids.items()}
        cases = [case_of(session, task, stocked.clock()) for task in session.scalars(select(Task))]
        pieces = [(f"/tasks/{one.task_id}", one.name) for one in session.scalars(select(Evidence))]
        seen = {
            login: {f"/tasks/{case.task.id}" for case in cases if may(person, Permission.WORK) and sees(case, person)}
            for login, person in people.items()
        }
    for login, mine in seen.items():
        assert set(found(stocked, login, "公开", "task")) == mine, login
        for address, name in pieces:
            assert (address in found(stocked, login, name, "evidence")) == (address in mine), (login, name)
        packet = f"/tasks/{stocked.task_id(1)}"
        assert [one.partition("#")[0] for one in found(stocked, login, "0001")] == [packet] * (packet in mine)
        rest = {one for question in ("市", "通报", "2026", "小王") for one in found(stocked, login, question)} - mine
        for address in {re.sub(r"\d+", "#", one): one.partition("#")[0] for one in rest}.values():  # one of each door
            assert stocked.client(login).get(address).status_code == 200, (login, address)


def test_names_of_people_are_for_their_unit_the_office_and_who_sees_all(stocked: Office) -> None:
    seers = {login for login in CAST if found(stocked, login, "小王", "user")}
    assert seers == {"wang", "hong", "li", "both", "chen", "yuan", "liushi", "shenji", "sysadmin", "secadmin"}
    with stocked.here.database.reading() as session:
        unit = session.scalars(select(Unit.id).where(Unit.name == OWN)).one()
    for login in CAST:
        page = stocked.client(login).get(f"/overview/units/{unit}")
        assert ("小红" in page.text) == (login in seers - {"sysadmin", "secadmin"}), login


def test_terms_narrow_and_a_unit_stands_for_its_tasks(stocked: Office) -> None:
    assert found(stocked, "liushi", "第2项 教育局", "task") == [f"/tasks/{stocked.task_id(2, OTHER)}"]
    assert found(stocked, "liushi", "2x jyj", "task") == found(stocked, "liushi", "第1项 第2项", "task") == []
    assert len(found(stocked, "liushi", "czj", "task")) == 3
    page = stocked.client("liushi").get("/search?q=公开")
    assert "更多任务" in page.text
    assert "没有找到" in stocked.client("wang").get("/search?q=不存在的词").text
    assert stocked.client("wang").get("/search", query_string={"q": "\x00\"'*" + "公" * 9000}).status_code == 200


@pytest.fixture
def finder(tmp_path: Path) -> Iterator[tuple[Office, str]]:
    """The office behind a port."""
    with served(tmp_path) as place:
        yield place


@pytest.mark.own_home
def test_the_box_is_worked_by_keys_and_by_thumb(finder: tuple[Office, str], browser: Browser) -> None:
    office, url = finder
    page = window(browser, office, url, "chen")
    page.goto("/notices")
    page.keyboard.press("Control+k")
    box = page.get_by_role("dialog", name="搜索全部")
    expect(box.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("czj")
    expect(box.get_by_role("heading", name="单位")).to_be_visible()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(box.locator("a:focus")).to_contain_text(OWN)
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("第2项 jyj")
    expect(box.locator(".hits a")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tasks/{office.task_id(2, OTHER)}")
    phone = window(browser, office, url, "chen")
    phone.set_viewport_size(PHONE)
    phone.goto("/notices")
    phone.locator("[data-find]").click()
    phone.get_by_role("searchbox").fill("第2项")
    expect(phone.locator(".finder .hits a")).to_have_count(4)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
