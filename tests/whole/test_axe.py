"""Nobody is kept out (无障碍): every kind of page of every desk, looked at by axe; nothing serious, nothing critical."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route

from tests.browser_desk import WIDE, chromium
from tests.desk_office import CAST, Office
from tests.whole.test_links import followed, lived_in

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
HERE = "http://desk.test"
ASKED = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
DESKS = sorted({roles: login for login, (_, _, roles) in CAST.items()}.values())
"""One person for each set of desks."""
LOOK = (
    "Array.from(document.querySelectorAll('main *'), one => one.tagName + '.' + one.className + '.' + (one.name || ''))"
)


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Browser, set[str]]]:
    """An office, a browser, and what has been looked at before: a page of which nothing is new is not looked at again."""
    office = lived_in(tmp_path_factory.mktemp("home"))  # before the browser: the seals have their own loop
    with chromium() as browser:
        yield office, browser, set()


@pytest.mark.parametrize("login", DESKS)
def test_axe_finds_nothing_serious(looked_at: tuple[Office, Browser, set[str]], login: str) -> None:
    office, browser, before = looked_at
    client = office.client(login)
    page = shown_by(client, browser)
    found: dict[str, list[str]] = {}
    for _, link, status in followed(client):
        if status != 200 or not client.get(link, follow_redirects=True).mimetype.startswith("text/html"):
            continue
        page.goto(HERE + link)
        if new := set(page.evaluate(LOOK)) - before:
            before |= new
            page.evaluate(AXE)
            found[link] = [told(one) for one in page.evaluate(ASKED) if one["impact"] in ("serious", "critical")]
    page.context.close()
    assert {link: faults for link, faults in found.items() if faults} == {}


def shown_by(client: FlaskClient, browser: Browser) -> Page:
    """A window whose every request this person's client answers."""

    def answer(route: Route) -> None:
        came = client.get(re.sub(r"^https?://[^/]+", "", route.request.url), follow_redirects=True)
        route.fulfill(status=came.status_code, headers=dict(came.headers), body=came.get_data())

    context = browser.new_context(viewport=WIDE, locale="zh-CN")
    context.route("**/*", answer)
    return context.new_page()


def told(fault: dict[str, Any]) -> str:
    """What axe found, and where."""
    places = "; ".join(f"{node['target'][0]} {node['html'][:120]}" for node in fault["nodes"][:4])
    return f"{fault['id']} ({len(fault['nodes'])}): {places}"
