"""Two administrators and the owner, each in a browser of their own; behind a real server proxies are heard."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from waitress.server import create_server

from tests.browser_desk import PHONE, press, served, window
from tests.desk_office import open_office
from views.commands.serving import PROXIED
from workflow.office.models import WrongPassword

SHOTS = Path(__file__).parents[2] / "screenshots"
NEW = "Vt8-pear-Moon"


def half(page: Page) -> str:
    return page.locator("[role=status] code").inner_text()


def shot(page: Page, name: str) -> None:
    """A picture, wide and of a phone, on which nothing hangs over the edge."""
    SHOTS.mkdir(exist_ok=True)
    wide = page.viewport_size
    for kind, size in (("wide", wide), ("phone", PHONE)):
        page.set_viewport_size(size)
        page.screenshot(path=SHOTS / f"{name}-{kind}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, kind)
    page.set_viewport_size(wide)


def test_two_give_out_a_password_and_the_owner_signs_in_with_both_halves(tmp_path: Path, browser: Browser) -> None:
    with served(tmp_path) as (office, url):
        first, second = window(browser, office, url, "sysadmin"), window(browser, office, url, "secadmin")
        first.goto("/accounts?q=li")
        press(first, "重置口令")
        one = half(first)
        shot(first, "reset-first-half")
        second.goto("/notices")
        expect(second.get_by_text("申请为李主任（li）发放新的一次性口令")).to_be_visible()
        shot(second, "reset-notice")
        second.goto("/resets")
        shot(second, "reset-waiting")
        press(second, "同意")
        other = half(second)
        shot(second, "reset-second-half")
        second.goto(f"/grants/{office.ids['li']}")
        shot(second, "grants-of-one")
        owner = browser.new_context(base_url=url, viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
        owner.goto("/sign-in")
        owner.get_by_label("登录名").fill("li")
        owner.get_by_label("口令", exact=True).fill(f"{one} {other}")
        shot(owner, "sign-in")
        owner.get_by_role("button", name="登录").click()
        for name, value in (("old", f"{one}{other}"), ("new", "Lizhuren-2026"), ("again", "Lizhuren-2026")):
            owner.fill(f"[name={name}]", value)
        press(owner, "修改口令")
        expect(owner.get_by_text("不能包含登录名、姓名或单位名称")).to_be_visible()
        shot(owner, "password-refused")
        for name, value in (("old", f"{one}{other}"), ("new", NEW), ("again", NEW)):
            owner.fill(f"[name={name}]", value)
        press(owner, "修改口令")
        expect(owner.get_by_role("heading", name="待办")).to_be_visible()
        owner.goto("/notices")
        expect(owner.get_by_text("申请，安全员（安全管理员）同意")).to_be_visible()
        shot(owner, "reset-told")


def run_until_closed(server: Any) -> None:
    with suppress(OSError):  # closing it takes the socket from under the loop
        server.run()


def test_the_server_hands_on_what_our_proxy_says(tmp_path: Path) -> None:
    office = open_office(tmp_path, trusted_proxies=["127.0.0.1"])
    server = create_server(office.app, host="127.0.0.1", port=0, **PROXIED)
    thread = Thread(target=run_until_closed, args=(server,), daemon=True)
    thread.start()
    try:
        form = b"login=li&password=wrong"
        asked = Request(f"http://127.0.0.1:{server.effective_port}/sign-in", form, {"X-Forwarded-For": "203.0.113.9"})
        with pytest.raises(HTTPError, match="401"):
            urlopen(asked)
    finally:
        server.close()
        thread.join(10)
    with office.here.database.reading() as session:
        assert session.scalars(select(WrongPassword.place)).one() == "address 203.0.113.9"
    office.here.database.dispose()
