"""A furnished office behind a real port and people's real browsers before it (浏览器里的办公室)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.desk_office import Office, open_office
from workflow.ledgers.drafting import start_draft
from workflow.office.models import User
from workflow.office.people import open_session
from workflow.record.published import Problem, PublishedLedger, PublishedTask

WIDE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
expect.set_options(timeout=20_000)


class Quiet(WSGIRequestHandler):
    """Says nothing about each request."""

    def log(self, *args: Any) -> None:
        """Nothing."""


@contextmanager
def served(home: Path, *, rows: int = 3) -> Iterator[tuple[Office, str]]:
    """The office and its address; forms are protected as in earnest."""
    office = open_office(home, rows=rows)
    office.app.config.update(WTF_CSRF_ENABLED=True)
    server = make_server("127.0.0.1", 0, office.app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield office, f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        office.here.database.dispose()


@contextmanager
def chromium(*, language: str = "zh-CN") -> Iterator[Browser]:
    """One browser that speaks a language."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", f"--lang={language}"],
            env={"LANGUAGE": language.replace("-", "_"), "LANG": f"{language.replace('-', '_')}.UTF-8"},
        )
        yield started
        started.close()


def sign_in(context: BrowserContext, office: Office, url: str, login: str) -> None:
    """From now on this browser is this person's."""
    with office.here.database.writing() as session:
        token = open_session(session, session.get_one(User, office.ids[login]), at=office.clock())
    context.add_cookies([{"name": "taizhang", "value": token, "url": url}])


def window(browser: Browser, office: Office, url: str, login: str, **options: Any) -> Page:
    """A window of a person's own browser."""
    context = browser.new_context(base_url=url, **{"viewport": WIDE, "locale": "zh-CN"} | options)
    sign_in(context, office, url, login)
    return context.new_page()


def press(page: Page, label: str) -> None:
    """Press a button, say yes where it asks, and wait for the next page."""
    before = page.evaluate("performance.timeOrigin")
    page.get_by_role("button", name=label, exact=True).first.click()
    sure = page.locator("dialog button[value=yes]")
    if sure.count():
        sure.click()
    page.wait_for_function(
        "before => performance.timeOrigin !== before && document.readyState === 'complete'", arg=before
    )


def draft_ledger(office: Office) -> int:
    """A second table that is still being settled: a name that nobody knows, a doubt, dates in the words."""
    blob = office.here.store.add_bytes(b"second table")
    rows = tuple(
        PublishedTask(
            str(n), ("一、重点领域",), f"公开第{n}项补充信息", "2026年11月26日前及时公开，2026-12-01 复查。",
            ("市发展和改革委员会",), ("市财证局", "市教育局"), responsibility_text="市财证局、市教育局",
            deadline_text="2026年11月26日前", due=date(2026, 11, 26), line=n,
        )
        for n in range(1, 4)
    )  # fmt: skip
    table = PublishedLedger(
        "2026年补充任务分解表", 2026, "云岭市人民政府办公室", None, None, None, rows,
        problems=(Problem("第 1 条：时限 2026年11月26日与全表报送日期 2026年11月30日不一致，请核对。", 1, "1"),),
        source_text="\n".join(f"{n}\t公开第{n}项补充信息\t2026年11月26日前" for n in range(1, 4)),
    )  # fmt: skip
    with office.here.database.writing() as session:
        by = session.get_one(User, office.ids["chen"])
        return start_draft(session, table, blob, name="补充表.txt", by=by, at=office.clock()).id
