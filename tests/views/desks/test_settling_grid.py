"""The grid of the settling page: edited in place, units by first letters, the value lit up in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser_desk import chromium, served, window
from tests.desk_office import OTHER, Office
from workflow.ledgers.models import LedgerItem
from workflow.office.models import Unit, UnitAlias

TABLE = (
    "云岭市2027年政务公开工作要点任务分解表\n序号\t工作任务\t工作要求\t牵头单位\t责任单位\t完成时限\n"
    "1\t公开预算\t公开部门预算。\t市财政局\t市财证局\t2027年3月底前\n"
    "2\t公开决算\t公开部门决算。\t市财政局\t市审计局\t2027年9月底前\n"
).encode()


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Page]]:
    """A draft of two rows, open at the office's desk."""
    with served(tmp_path_factory.mktemp("home")) as (office, url), chromium() as browser:
        with office.here.database.writing() as session:
            known = session.scalars(select(Unit).where(Unit.name == OTHER)).one()
            known.aliases.append(UnitAlias(name="市教体局"))
        page = window(browser, office, url, "chen")
        page.goto("/review/new")
        page.set_input_files("input[type=file]", {"name": "表.txt", "mimeType": "text/plain", "buffer": TABLE})
        page.get_by_role("button", name="读入").click()
        page.wait_for_url(re.compile(r"/review/\d+$"))
        yield office, page


def row(page: Page, title: str) -> tuple[str, int]:
    """Where a row stands, and its number."""
    found = page.locator(".draft-row", has_text=title).get_attribute("id") or ""
    return f"#{found}", int(found.rpartition("-")[2])


def test_what_is_touched_is_lit_up_and_edited_in_place(draft: tuple[Office, Page]) -> None:
    office, page = draft
    place, number = row(page, "公开决算")
    page.locator(place).get_by_role("link", name="修改第 2 条的时限").click()
    due = page.locator(f"{place} input[name=due]")
    expect(due).to_be_focused()
    lit = "Array.from(CSS.highlights.get('read') || []).map(String)"
    assert page.evaluate(lit) == ["2027年9月底前"]
    due.fill("2027-10-15")
    due.press("Enter")
    expect(page.locator(place)).to_contain_text("2027年10月15日")
    with office.here.database.reading() as session:
        item = session.get_one(LedgerItem, number)
        assert (str(item.due), item.title, item.requirement) == ("2027-10-15", "公开决算", "公开部门决算。")
    page.locator(place).get_by_role("link", name="公开决算").click()
    page.locator(f"{place} textarea[name=title]").fill("不要了")
    page.keyboard.press("Escape")
    expect(page.locator(place).get_by_role("link", name="公开决算")).to_be_visible()


def test_a_unit_is_found_by_the_first_letters_of_a_short_name(draft: tuple[Office, Page]) -> None:
    office, page = draft
    place, number = row(page, "公开决算")
    page.locator(place).get_by_role("link", name="增减").click()
    page.locator(f"{place} input[name=name]").press_sequentially("sjt")
    expect(page.locator(".choices [role=option]")).to_have_text([OTHER])
    page.keyboard.press("Enter")
    expect(page.locator(f"{place} input[name=name]")).to_have_value(OTHER)
    page.keyboard.press("Enter")
    expect(page.locator(place)).to_contain_text(OTHER)
    with office.here.database.reading() as session:
        parties = session.get_one(LedgerItem, number).parties
        assert OTHER in [unit.name for party in parties for unit in party.units]


def test_enter_takes_the_first_suggestion_and_the_foot_stays_in_sight(draft: tuple[Office, Page]) -> None:
    _, page = draft
    foot = page.locator(".grid-foot")
    expect(foot.get_by_role("button", name="发布交办")).to_be_disabled()
    box = foot.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 768
    page.locator("#names input[name=name]").press("Enter")
    expect(page.locator("#names")).to_contain_text("所有名称都已认定单位")
    expect(foot.get_by_role("button", name="发布交办")).to_be_enabled()
    assert re.search(r"\d 个单位 · \d 项", foot.inner_text())
