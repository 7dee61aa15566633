"""Worksheets on a telephone with the network off: opened, filled in and photographed there, and taken in once when it is back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser_desk import PHONE, served, window
from tests.inspection_desk import START, Looking
from workflow.record.models import AuditEvent
from workflow.year.inspections.models import Worksheet

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)  # fmt: skip


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Looking, str]]:
    with served(tmp_path_factory.mktemp("field") / "home") as (office, url):
        looking = Looking(office)
        looking.publish()
        office.clock.now = START
        yield looking, url


def fill(page: Page, sheet: int, when: str) -> None:
    """What is typed and photographed on the spot."""
    page.locator(f"[data-field='{sheet}'] summary").click()
    card = page.locator(f"[data-field='{sheet}']")
    card.get_by_label("检查时间").fill(f"2026-06-08 {when}")
    card.get_by_label("地点或网址").fill("市财政局一楼")
    card.get_by_label("检查方法").select_option("online")
    card.get_by_label("事实").fill("公开栏没有更新")
    card.locator("input[type=file]").set_input_files([{"name": "现场.png", "mimeType": "image/png", "buffer": PNG}])
    expect(card.locator("[data-field-photos] li")).to_have_text("现场.png")


def test_filled_in_without_a_network_and_taken_in_once(field: tuple[Looking, str], browser: Browser) -> None:
    desk, url = field
    number = desk.start(3)
    sheet = desk.sheet(number)
    desk.office.clock.now = START.replace(minute=40)
    page = window(browser, desk.office, url, "chen", viewport=PHONE)
    page.goto(f"/inspections/{number}/field")
    expect(page.locator("body[data-field-ready]")).to_have_count(1)
    expect(page.locator("[data-field-plain]")).to_be_hidden()
    page.context.set_offline(True)
    page.reload()
    fill(page, sheet, "10:30")
    page.reload()
    page.locator(f"[data-field='{sheet}'] summary").click()
    card = page.locator(f"[data-field='{sheet}']")
    expect(card.get_by_label("事实")).to_have_value("公开栏没有更新")
    expect(card.locator("[data-field-photos] li")).to_have_text("现场.png")
    card.get_by_role("button", name="填好，等待送出").click()
    expect(page.locator("[data-field-state]")).to_contain_text("存在本机")
    page.context.set_offline(False)
    expect(page.locator("[data-field-state]")).to_have_text("已送出 1 份。")
    with desk.office.here.database.reading() as session:
        found = session.get_one(Worksheet, sheet)
        assert (found.facts, found.place, found.inspector) == ("公开栏没有更新", "市财政局一楼", "陈科长")
        assert [one.name for one in found.live_evidence] == ["现场.png"]


def test_an_answer_that_was_lost_is_no_second_record(field: tuple[Looking, str], browser: Browser) -> None:
    desk, url = field
    number = desk.start(4)
    sheet = desk.sheet(number)
    desk.office.clock.now = START.replace(hour=4)
    page = window(browser, desk.office, url, "chen", viewport=PHONE)
    page.goto(f"/inspections/{number}/field")
    expect(page.locator("body[data-field-ready]")).to_have_count(1)
    lost = []

    def swallow(route: object) -> None:  # the server has it, the telephone does not know
        lost.append(route.fetch().status)  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    page.context.route("**/inspections/sheets/*/field", swallow, times=1)
    fill(page, sheet, "11:30")
    page.locator(f"[data-field='{sheet}']").get_by_role("button", name="填好，等待送出").click()
    expect(page.locator("[data-field-state]")).to_contain_text("没有送出")
    assert lost == [200]
    page.get_by_role("button", name="现在送出").click()
    expect(page.locator("[data-field-state]")).to_have_text("已送出 1 份。")
    with desk.office.here.database.reading() as session:
        told = session.query(AuditEvent).filter(AuditEvent.task_id == sheet, AuditEvent.kind == "worksheet.report")
        assert told.count() == 1
        assert len(session.get_one(Worksheet, sheet).live_evidence) == 1


def test_what_one_person_wrote_is_never_sent_as_anothers(field: tuple[Looking, str], browser: Browser) -> None:
    desk, url = field
    number = desk.start(5)
    sheet = desk.sheet(number)
    desk.office.clock.now = max(desk.office.clock.now, START.replace(hour=4))
    page = window(browser, desk.office, url, "chen", viewport=PHONE)
    page.goto(f"/inspections/{number}/field")
    expect(page.locator("body[data-field-ready]")).to_have_count(1)
    page.context.set_offline(True)
    fill(page, sheet, "11:40")
    page.locator(f"[data-field='{sheet}']").get_by_role("button", name="填好，等待送出").click()
    other = window(browser, desk.office, url, "yuan", viewport=PHONE)
    page.context.add_cookies(other.context.cookies())
    page.context.set_offline(False)
    expect(page.locator("[data-field-state]")).to_contain_text("由另一位人员登录")
    with desk.office.here.database.reading() as session:
        assert session.get_one(Worksheet, sheet).facts == ""


def test_over_plain_http_the_page_says_so(field: tuple[Looking, str], browser: Browser) -> None:
    desk, url = field
    number = desk.start(6)
    page = window(browser, desk.office, url, "chen", viewport=PHONE)
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.goto(f"/inspections/{number}/field")
    expect(page.locator("[data-field-plain]")).to_contain_text("https")
    expect(page.get_by_role("button", name="现在送出")).to_be_hidden()
