"""What every answer carries and what lies on disk (响应头与文件): no inline style, known hosts, files of one's own."""

from __future__ import annotations

import os
import re
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser_desk import WIDE, draft_ledger, served, sign_in
from tests.desk_office import PDF, Office, open_office, upload
from workflow.record.installation import install
from workflow.record.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PRINTED = {"packets", "reports"}
"""Templates of papers, which no browser opens."""
PAGES = {
    "wang": ("/", "/ledgers", "/ledgers/1", "/tasks/{task}", "/notices", "/notices/settings", "/signing", "/tokens", "/password", "/manual/process", "/verify"),
    "chen": ("/", "/ledgers/1", "/tasks/{task}", "/review/new", "/review/2", "/review/2/pointing", "/review/2/items/7", "/units", "/dossiers", "/signing", "/no-such-page"),
    "sysadmin": ("/accounts",),
    "secadmin": ("/grants", "/grants/1"),
    "shenji": ("/trail", "/trail?log=access", "/trail/check"),
}  # fmt: skip


def test_every_answer_carries_the_policy(office: Office) -> None:
    client = office.client("wang")
    pages = (
        "/",
        f"/tasks/{office.task_id()}",
        "/no-such-page",
        "/accounts",
        "/static/app.css",
        "/api/v1/tasks",
        "/sign-in",
    )
    for page in pages:
        headers = client.get(page).headers
        assert "unsafe" not in headers["Content-Security-Policy"], page
        assert "style-src 'self'" in headers["Content-Security-Policy"], page
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", page
        assert "camera=()" in headers["Permissions-Policy"], page
        assert "Strict-Transport-Security" not in headers, "not over TLS: localhost would be locked out"


@pytest.mark.office(secure_cookies=True)
def test_over_tls_the_browser_is_told_to_stay_there(office: Office) -> None:
    for page in ("/sign-in", "/", "/no-such-page", "/static/app.css"):
        told = office.app.test_client().get(page, base_url="https://localhost").headers["Strict-Transport-Security"]
        assert int(re.findall(r"max-age=(\d+)", told)[0]) >= 31536000
        assert "includeSubDomains" in told


@pytest.mark.office(secure_cookies=True)
def test_over_tls_no_cookie_can_be_set_by_a_neighbour(office: Office) -> None:
    answer = office.app.test_client().get("/sign-in", base_url="https://localhost")
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    assert all(one.startswith("__Host-") and "Secure" in one for one in cookies)


def test_no_page_of_ours_asks_for_an_inline_style() -> None:
    pages = [path for path in (ROOT / "templates").rglob("*.*") if path.parent.name not in PRINTED]
    assert len(pages) > 50
    for path in (*pages, *(ROOT / "static" / "js").glob("*.js")):
        found = re.findall(r"style=|<style|setAttribute\('style'|cssText", path.read_text("utf-8"))
        assert not found, path.name


@pytest.mark.parametrize("page", ["/", "/sign-in", "/no-such-page", "/static/app.css", "/api/v1/tasks"])
def test_a_foreign_host_name_is_refused_in_a_sentence(office: Office, page: str) -> None:
    answer = office.client("wang").get(page, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "主机名" in (answer.json["detail"] if answer.is_json else answer.text)  # type: ignore[index]
    assert "evil" not in answer.text


@pytest.mark.office(trusted_hosts=["taizhang.example.gov.cn"])
def test_the_names_that_are_set_are_answered_to_and_no_others(office: Office) -> None:
    client = office.app.test_client()
    assert client.get("/sign-in", headers={"Host": "taizhang.example.gov.cn"}).status_code == 200
    assert client.get("/sign-in", headers={"Host": "localhost"}).status_code == 400


def started(home: Path, **settings: str) -> subprocess.Popen[str]:
    environment = os.environ | {"TAIZHANG_HOME": str(home)} | settings
    command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_nothing_is_served_to_other_machines_without_a_name(tmp_path: Path) -> None:
    with started(tmp_path / "home", TAIZHANG_HOST="0.0.0.0", TAIZHANG_PORT="0") as process:
        said, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "没有启动" in said
    assert "TAIZHANG_TRUSTED_HOSTS" in said
    assert "Traceback" not in said
    assert not (tmp_path / "home" / "taizhang.db").exists(), "nothing was begun"


@pytest.mark.proof
def test_served_to_all_under_its_name_alone(tmp_path: Path) -> None:
    open_office(tmp_path).here.database.dispose()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hosts = {"TAIZHANG_TRUSTED_HOSTS": '["office.example"]', "TAIZHANG_HOST": "0.0.0.0", "TAIZHANG_PORT": str(port)}
    with started(tmp_path, **hosts) as process:
        try:
            assert asked(port, "office.example") == 200
            assert asked(port, "localhost") == 400
        finally:
            process.terminate()


def asked(port: int, host: str) -> int:
    """The status under a host name, as soon as the service answers."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/sign-in", headers={"Host": host})
    for _ in range(240):
        try:
            return int(urllib.request.urlopen(request).status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the service did not start")


def loose(home: Path) -> list[str]:
    """What others of this machine could read."""
    found = [home, *home.rglob("*")]
    return [str(path) for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077]


@pytest.mark.own_home
def test_what_is_written_is_ones_own(office: Office) -> None:
    upload(office.client("wang"), office.task_id(), PDF, "证明.pdf")
    assert any((office.here.settings.home / "blobs").rglob("*"))
    assert loose(office.here.settings.home) == []


def test_a_home_made_by_an_older_version_is_closed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    (home / "taizhang.db").write_bytes(b"")
    for path in (home, home / "keys"):
        path.chmod(0o755)
    (home / "taizhang.db").chmod(0o644)
    install(Settings(home=home, _env_file=None)).database.dispose()
    assert loose(home) == []


LISTEN = """addEventListener('securitypolicyviolation',
    (e) => console.error('CSP ' + e.violatedDirective + ' ' + e.sourceFile + ' ' + e.sample))"""


def listening(page: Page, against: list[str]) -> None:
    """Hear whatever the browser says against the policy."""

    def heard(message: ConsoleMessage) -> None:
        if "CSP" in message.text or "Content Security Policy" in message.text:
            against.append(f"{page.url}: {message.text}")

    page.add_init_script(LISTEN)
    page.on("console", heard)


def test_the_browser_finds_nothing_against_the_policy(browser: Browser, tmp_path: Path) -> None:
    against: list[str] = []
    with served(tmp_path) as (office, url):
        assert draft_ledger(office) == 2
        for login, pages in PAGES.items():
            context = browser.new_context(base_url=url, viewport=WIDE, locale="zh-CN")
            sign_in(context, office, url, login)
            page = context.new_page()
            listening(page, against)
            for address in pages:
                page.goto(address.format(task=office.task_id()))
                page.wait_for_load_state("networkidle")
                if address == "/ledgers/1":
                    _touch_chart(page)
            context.close()
    assert against == []


def _touch_chart(page: Page) -> None:
    """ECharts draws, and writes its tip into the page where the pointer is."""
    page.locator(".chart canvas").first.wait_for()
    page.locator(".chart").first.hover()
    page.mouse.move(*_middle(page))
    page.wait_for_timeout(300)


def _middle(page: Page) -> tuple[float, float]:
    box = page.locator(".chart").first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 3, box["y"] + box["height"] / 2
