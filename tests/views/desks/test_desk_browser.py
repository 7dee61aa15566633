"""The desk in a real browser (办理台): the journeys count clicks and loads, and what matters stands above the fold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser_desk import WIDE, chromium, served
from tests.desk_office import PDF, report
from tests.journeys.walks import Hall, approve_by_phone, approve_twenty, close, draft, hand_over, overview
from workflow.tasks.words import Status


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with served(tmp_path_factory.mktemp("home"), rows=30) as (office, url), chromium() as browser:
        yield Hall(office, url, browser)


def test_one_is_closed_in_two_clicks_and_one_approved_by_phone_in_three(desks: Hall) -> None:
    closed, approved = close(desks), approve_by_phone(desks)
    assert (closed.clicks, closed.loads) == (2, 0)
    assert approved.clicks <= 3
    assert approved.loads == 0


def test_twenty_are_decided_in_eight_clicks_and_no_load(desks: Hall) -> None:
    count = approve_twenty(desks)
    assert count.clicks <= 8
    assert count.loads == 0


def test_a_report_with_three_files_takes_five_clicks_at_most(desks: Hall) -> None:
    count = draft(desks)
    assert count.clicks <= 5
    assert count.loads <= 1


def test_fourteen_rows_and_the_decision_stand_above_the_fold(desks: Hall) -> None:
    desks.bring(24, 24, "submit")
    page = desks.page("liushi")
    page.goto("/?scope=everything")
    rows = [row.bounding_box() for row in page.locator(".line").all()[:14]]
    foot = page.locator(".batch").bounding_box()
    assert foot
    assert foot["y"] < WIDE["height"]
    assert all(box and box["height"] == 40 and box["y"] + 40 <= foot["y"] for box in rows)
    page = desks.page("li")
    page.goto("/?q=24")
    for found in (
        page.get_by_role("button", name="审核通过"),
        page.get_by_role("button", name="退回", exact=True),
        page.locator("#preview .view-bar"),
    ):
        expect(found).to_be_visible()
        box = found.bounding_box()
        assert box
        assert box["y"] < WIDE["height"]


def test_a_return_waits_for_its_reason_in_place(desks: Hall) -> None:
    (number,) = desks.bring(25, 25, "submit")
    page = desks.page("li")
    page.goto("/?q=25")
    expect(page.locator(f"#pane[data-pane='{number}']")).to_be_visible()
    page.keyboard.press("r")
    button = page.get_by_role("button", name="确定退回")
    expect(button).to_be_disabled()
    page.fill("#opinion", "请补充网址。")
    button.click()
    expect(page.get_by_text("已退回经办人")).to_be_visible()
    assert desks.office.task(number).status is Status.ASSIGNED


def test_what_was_approved_is_taken_back_within_ten_seconds(desks: Hall) -> None:
    (number,) = desks.bring(26, 26, "submit")
    page = desks.page("li")
    page.goto("/?q=26")
    expect(page.locator(f"#pane[data-pane='{number}']")).to_be_visible()
    page.keyboard.press("a")
    page.locator("dialog button[value=yes]").click()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销 1 件")).to_be_visible()
    assert desks.office.task(number).status is Status.DRAFTED


def test_two_who_write_see_each_other_and_nothing_is_lost(desks: Hall) -> None:
    address = f"/tasks/{desks.office.task_id(28)}"
    first, second = desks.page("wang"), desks.page("hong")
    first.goto(address)
    button = first.get_by_role("button", name="保存并提交")
    expect(button).to_be_disabled()
    expect(first.get_by_text("还缺：落实情况、证明材料")).to_be_visible()
    for part in (first.locator("#report-text"), first.locator(".drop"), button):
        box = part.bounding_box()
        assert box
        assert box["y"] + box["height"] < WIDE["height"]
    first.fill("#report-text", "小王写的话。")
    expect(first.locator("#saved")).to_contain_text("已保存")
    second.goto(address)
    expect(second.get_by_text("小王也在填写")).to_be_visible()
    second.fill("#report-text", "小红写的话。")
    expect(second.locator("#saved")).to_contain_text("已保存")
    second.context.clear_cookies()
    first.reload()
    expect(first.locator("#report-text")).to_have_value("小王写的话。")
    expect(first.get_by_text("小红也在填写")).to_be_visible()
    desks.office.app.config.update(WTF_CSRF_ENABLED=False)
    assert report(desks.office.client("hong"), desks.office.task_id(28), "另一稿").status_code == 303
    desks.office.app.config.update(WTF_CSRF_ENABLED=True)
    first.evaluate("localStorage.clear()")
    first.reload()
    expect(first.locator("#report-text")).to_have_value("另一稿")
    expect(first.locator("#saved")).to_contain_text("小王写的话。")


def test_a_report_on_its_way_stops_the_words_kept_beside_it(desks: Hall) -> None:
    number = desks.office.task_id(29)
    page = desks.page("wang")
    page.clock.install()
    page.goto("/?q=29")
    expect(page.locator(f"#pane[data-pane='{number}']")).to_be_visible()
    late: list[str] = []
    page.on("request", lambda asked: late.append(asked.url) if asked.url.endswith("/draft") else None)
    page.fill("#report-text", "已公开。")
    page.set_input_files(
        "form[data-upload] input[type=file]", {"name": "一.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    expect(page.locator("[data-piece]")).to_have_count(1)
    page.get_by_role("button", name="保存并提交").click()
    page.locator("dialog button[value=yes]").click()
    expect(page.get_by_text("已提交，等待单位负责人审核")).to_be_visible()
    page.clock.fast_forward(10_000)
    assert late == []
    assert desks.office.task(number).report == "已公开。"


def test_what_is_submitted_already_may_come_once_more_and_other_words_are_refused(desks: Hall) -> None:
    (number,) = desks.bring(30, 30, "submit")
    desks.office.app.config.update(WTF_CSRF_ENABLED=False)
    handler = desks.office.client("wang")
    written = desks.office.task(number).report
    same, other = (handler.post(f"/tasks/{number}/draft", data={"report": words}) for words in (written, "另一稿。"))
    desks.office.app.config.update(WTF_CSRF_ENABLED=True)
    assert (same.status_code, other.status_code) == (200, 409)
    assert "您填写的内容没有并入，请复制留用" in other.text


def test_a_leader_sees_the_year_at_once_and_work_is_handed_over_in_six_clicks(desks: Hall) -> None:
    seen, given = overview(desks), hand_over(desks)
    assert (seen.clicks, seen.loads) == (0, 0)
    assert given.clicks <= 6
    assert given.loads <= 2
