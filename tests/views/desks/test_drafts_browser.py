"""Nothing typed is ever lost (草稿): each accident in a real browser, and the words are found again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import update

from tests.browser_desk import chromium, draft_ledger, press, served, window
from tests.desk_office import PDF, Office
from workflow.office.models import LoginSession, User
from workflow.office.resetting import reset_at_the_shell

WORDS = "截至3月底，已在门户网站公开部门预算63份，\n办结率100%。"
RESTORED = "在本机填写、尚未保存的内容"
OTHERS = "您在本机另有填写"


@dataclass
class Hall:
    """The office, its address and the one browser of this file."""

    office: Office
    url: str
    browser: Browser
    used: list[int] = field(default_factory=list)

    def window(self, login: str, **options: object) -> Page:
        """A window of a browser of their own."""
        page = window(self.browser, self.office, self.url, login, **options)
        page.route("**/draft", lambda route: route.abort())  # what this machine keeps by itself
        return page

    def task(self) -> int:
        """A task that no other test has touched."""
        self.used.append(len(self.used) + 1)
        return self.office.task_id(self.used[-1])

    def submitted(self) -> int:
        """A task that waits for the unit's head."""
        task = self.task()
        self.office.app.config.update(WTF_CSRF_ENABLED=False)
        self.office.walk(task, "submit")
        self.office.app.config.update(WTF_CSRF_ENABLED=True)
        return task

    def password(self, login: str) -> str:
        """A password with which this person may sign in at once."""
        with self.office.here.database.writing() as session:
            person = session.get_one(User, self.office.ids[login])
            secret = reset_at_the_shell(session, person, at=self.office.clock())
            person.must_change_password = False
        return secret

    def end_sessions(self) -> None:
        """Everybody is signed out on the server."""
        with self.office.here.database.writing() as session:
            session.execute(update(LoginSession).values(ended_at=self.office.clock()))


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with served(tmp_path_factory.mktemp("home"), rows=40) as (office, url), chromium() as browser:
        yield Hall(office, url, browser)


def writing(page: Page, task: int, text: str = WORDS) -> Page:
    page.goto(f"/tasks/{task}")
    page.fill("#report-text", text)
    return page


def refused(page: Page) -> None:
    """Save on a page that is older than the task."""
    page.locator("[name=seen_version][form=report]").evaluate("box => { box.value = '1000' }")
    press(page, "只保存")


def kept(page: Page) -> list[str]:
    """The drafts on this machine."""
    found: list[str] = page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('taizhang:draft:'))")
    return found


def answer_gate(page: Page, login: str, password: str) -> None:
    page.get_by_label("登录名").fill(login)
    page.get_by_label("口令", exact=True).fill(password)
    press(page, "登录")


def test_refused_then_another_button(hall: Hall) -> None:
    page = writing(hall.window("wang"), hall.task())
    refused(page)
    expect(page.get_by_text("未成功")).to_be_visible()
    assert page.input_value("#report-text") == WORDS
    press(page, "签收")
    expect(page.get_by_text("已签收。")).to_be_visible()
    assert page.input_value("#report-text") == WORDS
    expect(page.get_by_text(RESTORED)).to_be_visible()


def test_what_was_typed_after_the_refusal_is_what_comes_back(hall: Hall) -> None:
    page = writing(hall.window("wang"), hall.task())
    refused(page)
    page.fill("#report-text", "改过的话。")
    press(page, "签收")
    assert page.input_value("#report-text") == "改过的话。"
    expect(page.get_by_text(OTHERS)).to_have_count(0)  # the first words live on in the second


def test_what_was_stored_is_forgotten_and_nothing_else(hall: Hall) -> None:
    page = writing(hall.window("wang"), hall.task())
    page.get_by_label("延期理由和目前进展").fill("还差两个部门。")
    press(page, "只保存")
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert page.get_by_label("延期理由和目前进展").input_value() == "还差两个部门。"
    assert len(kept(page)) == 1
    page.fill("#report-text", "")
    press(page, "只保存")
    page.reload()
    assert page.input_value("#report-text") == ""


def test_an_ended_session_gives_the_words_back_to_their_author_alone(hall: Hall) -> None:
    task, secrets = hall.task(), {login: hall.password(login) for login in ("wang", "hong")}
    page = writing(hall.window("wang"), task)
    hall.end_sessions()
    press(page, "只保存")
    expect(page.get_by_text("登录后恢复")).to_be_visible()
    answer_gate(page, "hong", secrets["hong"])
    expect(page).to_have_url(f"{hall.url}/tasks/{task}")
    assert page.input_value("#report-text") == ""
    assert "门户网站" not in page.inner_text("body")
    press(page, "退出")
    page.goto(f"/tasks/{task}")
    answer_gate(page, "wang", secrets["wang"])
    assert page.input_value("#report-text") == WORDS


def test_what_the_page_fetches_by_itself_takes_nobody_to_the_gate(hall: Hall) -> None:
    task, page = hall.task(), hall.window("wang")
    fetched: list[Route] = []

    def hold(route: Route) -> None:
        fetched.append(route)

    page.route("**/comments", hold)
    with page.expect_request("**/comments"):
        writing(page, task)
    hall.end_sessions()
    with page.expect_response("**/comments") as answer:
        fetched[0].continue_()
    assert answer.value.status == 401
    answer.value.finished()
    page.fill("#report-text", "还在写")
    expect(page.get_by_role("link", name="留言和阅看情况")).to_be_visible()
    press(page, "只保存")
    expect(page.get_by_text("登录后恢复")).to_be_visible()


def test_a_session_that_ends_under_a_piece_of_the_page(hall: Hall) -> None:
    task, secret = hall.task(), hall.password("wang")
    page = writing(hall.window("wang"), task, "还没写完")
    page.get_by_text("登记网页链接").click()
    page.fill("#link-address", "https://www.example.gov.cn/")
    page.fill("#link-note", "公开专栏，含往年")
    hall.end_sessions()
    press(page, "登记链接")
    answer_gate(page, "wang", secret)
    expect(page).to_have_url(f"{hall.url}/tasks/{task}")
    assert page.input_value("#link-note") == "公开专栏，含往年"
    assert page.input_value("#report-text") == "还没写完"
    page.get_by_role("button", name="登记链接").click()
    expect(page.get_by_role("link", name="https://www.example.gov.cn/")).to_be_visible()
    expect(page.locator("#link-note")).to_have_value("")  # stored: the answer named it
    assert page.input_value("#report-text") == "还没写完"


def test_a_closed_window(hall: Hall) -> None:
    task, page = hall.task(), hall.window("wang")
    writing(page, task)
    context = page.context
    page.close()
    again = context.new_page()
    again.goto(f"/tasks/{task}")
    expect(again.locator("#report-text")).to_have_value(WORDS)
    again.get_by_role("button", name="撤销恢复").click()
    assert again.input_value("#report-text") == ""
    again.get_by_role("button", name="重新恢复").click()
    assert again.input_value("#report-text") == WORDS


def test_two_windows_on_one_form_keep_both_texts(hall: Hall) -> None:
    task, first = hall.task(), hall.window("wang")
    second = first.context.new_page()
    first.goto(f"/tasks/{task}")
    second.goto(f"/tasks/{task}")
    first.fill("#report-text", "甲窗口的话。")
    expect(second.get_by_text("另一个窗口也在填写")).to_be_visible()
    second.fill("#report-text", "乙窗口的话。")
    expect(first.get_by_text("另一个窗口也在填写")).to_be_visible()
    press(first, "只保存")
    press(second, "只保存")
    expect(second.locator("[data-refusal]")).to_be_visible()  # the page is older than what the first one saved
    assert second.input_value("#report-text") == "乙窗口的话。"
    second.goto(f"/tasks/{task}")
    assert second.input_value("#report-text") == "甲窗口的话。", (
        "what is stored stands; the other is offered, not put over it"
    )
    expect(second.get_by_text(OTHERS)).to_be_visible()
    second.get_by_role("button", name="换到表单里").click()
    assert second.input_value("#report-text") == "乙窗口的话。"


def test_a_fault_of_the_server(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("disk")

    page = writing(hall.window("wang"), hall.task())
    with monkeypatch.context() as patch:
        patch.setattr("views.verbs.steps.save_report", broken)
        press(page, "只保存")
    expect(page.get_by_text("错误编号：")).to_be_visible()
    assert page.get_by_role("textbox", name="您刚才填写的内容").input_value() == WORDS
    page.go_back()
    expect(page.locator("#report-text")).to_have_value(WORDS)


def test_no_network(hall: Hall) -> None:
    page = writing(hall.window("wang"), hall.task())
    page.context.set_offline(True)
    page.get_by_role("button", name="只保存").click()
    page.wait_for_url(re.compile("chrome-error|/report"))
    page.context.set_offline(False)
    page.go_back()
    expect(page.locator("#report-text")).to_have_value(WORDS)


def test_the_way_back(hall: Hall) -> None:
    page = writing(hall.window("wang"), hall.task())
    page.get_by_role("link", name="任务台账", exact=True).click()
    page.wait_for_url("**/ledgers")
    page.go_back()
    expect(page.locator("#report-text")).to_have_value(WORDS)


def test_an_outdated_page(hall: Hall) -> None:
    page = writing(hall.window("wang"), hall.task())
    page.context.clear_cookies(name="taizhang-form")
    press(page, "只保存")
    expect(page.get_by_role("heading", name="页面已过期")).to_be_visible()
    assert page.get_by_role("textbox", name="您刚才填写的内容").input_value() == WORDS
    press(page, "返回上一页")
    expect(page.locator("#report-text")).to_have_value(WORDS)


def test_an_opinion_that_can_no_longer_be_given_is_shown_to_be_copied(hall: Hall) -> None:
    task, page = hall.submitted(), hall.window("li")
    page.goto(f"/tasks/{task}")
    page.fill("#opinion", "请补充2026年3月31日以前的数据。")
    other = hall.window("both")
    other.goto(f"/tasks/{task}")
    press(other, "审核通过")
    press(page, "退回")
    expect(page.locator("[data-refusal]")).to_be_visible()
    assert page.input_value("#typed-opinion, #opinion") == "请补充2026年3月31日以前的数据。"
    page.goto(f"/tasks/{task}")
    expect(page.locator("#messages").get_by_text("请补充2026年3月31日以前的数据。")).to_be_visible()
    page.get_by_role("button", name="不要了").click()
    page.reload()
    expect(page.locator("#messages").get_by_text("请补充")).to_have_count(0)


def test_an_upload_beside_it_leaves_the_words_alone(hall: Hall) -> None:
    task, page = hall.task(), hall.window("wang")
    writing(page, task)
    page.get_by_text("登记网页链接").click()
    page.fill("#link-note", "打了一半")
    page.set_input_files("input[type=file]", {"name": "证明.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(page.get_by_role("link", name="证明.pdf")).to_be_visible()
    expect(page.locator("#link-note")).to_have_value("打了一半")
    assert page.input_value("#report-text") == WORDS


def test_settling_by_pieces_leaves_a_half_typed_name_alone(hall: Hall) -> None:
    ledger, page = draft_ledger(hall.office), hall.window("chen")
    page.goto(f"/review/{ledger}")
    box = page.get_by_label("市财证局是哪个单位")
    box.fill("市财政")
    page.get_by_role("region", name=re.compile("读表时的疑点")).get_by_role(
        "button", name=re.compile("^已核实")
    ).click()
    expect(page.get_by_text("疑点都已核实")).to_be_visible()
    expect(box).to_have_value("市财政")


def test_without_scripts_a_refusal_gives_the_words_back(hall: Hall) -> None:
    task, page = hall.task(), hall.window("wang", java_script_enabled=False)
    page.goto(f"/tasks/{task}")
    page.fill("#report-text", WORDS)
    page.get_by_label("此项任务不涉及本单位").check()
    page.locator("[name=seen_version]").first.evaluate("box => { box.value = '0' }")
    page.get_by_role("button", name="保存并提交").click()
    expect(page.locator("[data-refusal]")).to_be_visible()
    assert page.input_value("#report-text") == WORDS
    assert page.get_by_label("此项任务不涉及本单位").is_checked()
    page.goto(f"/tasks/{task}")
    page.get_by_label("申请延期到").fill("明天吧")
    page.get_by_label("延期理由和目前进展").fill("还差两个部门，正在催。")
    page.get_by_role("button", name="申请延期").click()
    expect(page.get_by_text("「明天吧」不是有效的日期")).to_be_visible()
    assert "还差两个部门，正在催。" in [
        box.input_value() for box in page.get_by_role("textbox", name="您刚才填写的内容").all()
    ]


def test_no_secret_is_ever_kept(hall: Hall) -> None:
    page = hall.window("li")
    page.goto("/password")
    for box in page.locator("main input[type=password]").all():
        box.fill("Not-For-Disk-2026!")
    page.goto("/notices/settings")
    page.fill("#target", "https://oapi.dingtalk.com/robot/send?access_token=abc")
    page.fill("#secret", "SEC123")
    page.goto("/")
    assert kept(page) == []
