"""What the eye sees (页面观感), in a real browser: late is red, no date breaks, no word of another language; every field is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser_desk import PHONE, WIDE, chromium, draft_ledger, served, window
from tests.desk_office import OWN, PDF, Office, upload
from workflow.ledgers.models import Ledger

LANGUAGES = ["en-US", "de-DE"]
RED = "rgb(163, 22, 31)"
LONG = "云岭市自然资源和规划局高新技术产业开发区分局不动产登记与权籍调查服务中心"
PAGES = {
    "wang": ("/", "/?scope=unit", "/notices", "/ledgers", "/ledgers/1", "/tasks/{first}", "/tasks/{second}", "/signing", "/tokens", "/manual/process"),
    "li": ("/", "/tasks/{first}", "/signing", "/notices/settings", "/verify"),
    "zhao": ("/", "/?scope=leading", "/tasks/{first}", "/notices"),
    "chen": (
        "/", "/ledgers/1", "/tasks/{first}", "/tasks/{second}", "/review/new", "/review/2", "/review/2/items/{item}", "/review/2/names/{party}",
        "/review/2/compare", "/review/2/pointing", "/units", "/units/new", "/units/4", "/units/groups/new", "/dossiers", "/notices", "/signing",
    ),
    "liushi": ("/?scope=everything", "/overview", "/overview/units/4", "/ledgers/1", "/tasks/{first}", "/search?q=公开"),
    "sysadmin": ("/accounts", "/resets", "/notices"),
    "secadmin": ("/grants", "/grants/1"),
    "shenji": ("/trail", "/trail/check"),
}  # fmt: skip
"""Every page there is, as somebody who may open it calls it."""
ADDRESSES = [(login, page) for login, pages in PAGES.items() for page in pages]

BROKEN = r"""() => {
  const dates = /\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2}|\d{1,2}月\d{1,2}日|\d{1,2}:\d{2}/g;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const broken = [];
  let seen = 0;
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (node.parentElement.closest('script, textarea, option, .visually-hidden')) continue;
    for (const found of node.data.matchAll(dates)) {
      const range = document.createRange();
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      const lines = new Set([...range.getClientRects()].filter((box) => box.width).map((box) => Math.round(box.top)));
      seen += lines.size > 0;
      if (lines.size > 1) broken.push(found[0] + ' in: ' + node.data.trim().slice(0, 60));
    }
  }
  return [seen, broken];
}"""

TYPES = """
  const off = '[data-draft=off] *, [readonly], [type=hidden], [type=password], [type=file], [type=checkbox], [type=radio]';
  const fields = [...document.querySelectorAll('form[method=post i] :is(input, textarea), [form]:is(input, textarea)')]
    .filter((field) => !field.matches(off) && field.form?.method === 'post' && field.form.dataset.draft !== 'off');
"""
TYPING = f"""() => {{ {TYPES}
  return fields.map((field, index) => {{
    field.value = field.type === 'number' ? String(index) : `第${{index}}处的话`;
    field.dispatchEvent(new Event('input', {{ bubbles: true }}));
    return field.value;
  }});
}}"""
TYPED = f"() => {{ {TYPES} return fields.map((field) => field.value); }}"


@dataclass
class Hall:
    """The office in the middle of its year, its address, and what is where in it."""

    office: Office
    url: str
    browser: Browser
    language: str
    item: int
    party: int

    def path(self, address: str) -> str:
        """The address with the numbers of this office."""
        first, second = self.office.task_id(1), self.office.task_id(2)
        return address.format(item=self.item, party=self.party, first=first, second=second)

    def open(self, login: str, address: str, **options: object) -> Page:
        """A page in a window of its own."""
        page = window(self.browser, self.office, self.url, login, locale=self.language, **options)
        answer = page.goto(self.path(address))
        assert answer is not None
        assert answer.ok, address
        page.wait_for_load_state("networkidle")  # the picked task comes beside the list
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        return page


def furnish(office: Office) -> tuple[int, int]:
    """A year under way: late tasks, one at its head, requests, shares, phrases, long words with dates in them."""
    told = "已于2026年3月31日公开，2026-03-31 复核，4月1日9:30在" + LONG + "挂网，2026年12月31日前每月更新一次。"
    office.app.config.update(WTF_CSRF_ENABLED=False)
    wang, first, second = office.client("wang"), office.task_id(1), office.task_id(2)
    for address, form in (
        (f"/tasks/{second}/requests", {"kind": "extension", "new_due": "2026年6月30日", "reason": told}),
        (f"/tasks/{second}/shares", {"section": "办公室", "work": told, "due": "20260401"}),
        (f"/tasks/{second}/report", {"report": told * 3, "seen_version": "1"}),
    ):
        wang.post(address, data=form)
    office.walk(first, "submit", "approve")
    office.client("li").post(f"/tasks/{second}/phrases", data={"text": "同意，请于2026年4月30日前补充。"})
    upload(wang, second, PDF, f"2026-03-31 {LONG}公开清单.pdf")
    ledger = draft_ledger(office)
    office.clock.now += timedelta(days=60)
    office.client("chen").post(f"/tasks/{second}/urge", data={"words": told[:100]})
    office.app.config.update(WTF_CSRF_ENABLED=True)
    with office.here.database.reading() as session:
        item = session.get_one(Ledger, ledger).items[0]
        return item.id, next(party.id for party in item.parties if not party.units)


@pytest.fixture(scope="module", params=[LANGUAGES[0], pytest.param(LANGUAGES[1], marks=pytest.mark.proof("screens"))])
def abroad(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """The browser speaks another language than the office."""
    with served(tmp_path_factory.mktemp("home")) as (office, url), chromium(language=request.param) as browser:
        item, party = furnish(office)
        yield Hall(office, url, browser, request.param, item, party)


def test_late_is_one_red_everywhere_and_says_how_many_days(abroad: Hall) -> None:
    late = abroad.office.task_id(2)
    for login, address, mark, words in (
        ("wang", "/", ".light-red", r"^(严重)?逾期 \d+ 天$"),
        ("wang", "/?scope=unit", ".light-red", r"^(严重)?逾期 \d+ 天$"),
        ("wang", f"/tasks/{late}", ".light-red", r"^(严重)?逾期 \d+ 天$"),
        ("liushi", "/ledgers/1", ".matrix .late", r"^逾期\d+天$"),
    ):
        page = abroad.open(login, address)
        found = page.locator(mark)
        assert found.count(), (address, mark)
        for one in found.all():
            assert one.evaluate("mark => getComputedStyle(mark).color") == RED, (address, mark)
            assert re.search(words, one.inner_text().replace("\n", "").strip()), one.inner_text()


def test_the_matrix_begins_at_the_top_in_squares_with_red_corners_and_leads_to_units(abroad: Hall) -> None:
    page = abroad.open("liushi", "/ledgers/1")
    first = page.locator(".matrix tbody tr").first.bounding_box()
    assert first is not None
    assert first["y"] < 200
    for cell in page.locator(".matrix .cell a").all():
        box = cell.bounding_box()
        assert box is not None
        assert (round(box["width"]), round(box["height"])) == (24, 24)
    for corner in page.locator(".matrix .late, .legend .late").all():
        assert corner.evaluate("mark => getComputedStyle(mark).borderRightColor") == RED
    page.locator(".matrix thead a", has_text="财政").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(OWN)


@pytest.mark.parametrize(("login", "address"), ADDRESSES)
def test_no_date_breaks_inside_itself(abroad: Hall, login: str, address: str) -> None:
    page = abroad.open(login, address)
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        page.wait_for_function(
            "wide => document.documentElement.scrollWidth <= wide", arg=size["width"]
        )  # a chart follows
        seen, broken = page.evaluate(BROKEN)
        assert broken == [], size
        assert seen or not address.startswith("/tasks/"), "a task has dates to break"
    assert "<time" not in page.inner_text("body")
    page.context.close()


@pytest.mark.parametrize(("login", "address"), ADDRESSES)
def test_the_browser_shows_no_words_of_its_own(abroad: Hall, login: str, address: str) -> None:
    page = abroad.open(login, address)
    assert page.evaluate("navigator.language") == abroad.language
    for box in page.locator("input").all():
        kind = box.get_attribute("type") or "text"
        assert kind not in ("date", "month", "week", "time", "datetime-local", "color", "image")
        if kind == "file":
            size = box.bounding_box()
            assert size is None or size["width"] <= 1, "the browser's own button is not seen"
            assert page.locator(f"label.btn[for={box.get_attribute('id')}]").inner_text() == "选择文件"
    unguarded = (
        "form => !form.noValidate && [...form.elements].some((field) => field.willValidate && !field.checkValidity())"
    )
    assert [form.inner_text()[:40] for form in page.locator("form").all() if form.evaluate(unguarded)] == []
    page.context.close()


def test_what_is_missing_is_said_in_chinese_beside_the_field(abroad: Hall) -> None:
    page = abroad.open("wang", f"/tasks/{abroad.office.task_id(3)}")
    form = page.locator("form[data-draft-key$=extension]")
    form.get_by_role("button").click()
    expect(form.get_by_text("请填写申请延期到。")).to_be_visible()
    form.get_by_label("申请延期到").fill("2026年2月30日")
    form.get_by_role("button").click()
    expect(form.get_by_text("「2026年2月30日」不是有效的日期")).to_be_visible()
    form.get_by_label("申请延期到").fill("2026年6月30日")
    form.get_by_label("延期理由和目前进展").fill("还差两个部门。")
    expect(form.get_by_label("申请延期到")).to_have_value("2026-06-30")
    form.get_by_role("button").click()
    expect(page.get_by_text("已提出延期申请")).to_be_visible()


def test_a_file_is_chosen_by_keyboard_and_named_in_our_words(abroad: Hall) -> None:
    page = abroad.open("chen", "/verify")
    page.on("filechooser", lambda _: None)  # caught from here on: asked for only with the key, it may be too late
    expect(page.locator(".file-names")).to_be_visible()
    assert (
        page.locator(".file-names").evaluate("names => getComputedStyle(names, '::after').content")
        == '"还没有选择文件"'
    )
    page.locator("#packet-file").focus()
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Enter")
    chosen.value.set_files({"name": "证据包.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(page.locator(".file-names")).to_have_text("证据包.pdf")


@pytest.mark.parametrize("abroad", LANGUAGES[:1], indirect=True)
@pytest.mark.parametrize(("login", "address"), ADDRESSES)
def test_every_field_gives_back_what_was_typed(abroad: Hall, login: str, address: str) -> None:
    """Typed, gone away without a word, come back: it is there, in each field, and each in its own."""
    page = abroad.open(login, address)
    fields = page.evaluate(TYPING)
    page.goto("about:blank")
    page.goto(abroad.url + abroad.path(address))
    page.wait_for_load_state("networkidle")
    assert page.evaluate(TYPED) == fields
    page.context.close()
