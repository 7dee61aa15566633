"""One journey in a real browser, from a newcomer's first start to the downloaded dossier; pictures stay in tests/screenshots."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import bagit
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "tests" / "screenshots"
NEW = "Taizhang-2026!x"
WORDS = "截至3月底，已在门户网站预决算专栏公开部门预算63份，办结率100%。"
expect.set_options(timeout=20_000)  # two other processes test beside it
WIDE, PHONE = {"width": 1366, "height": 900}, {"width": 390, "height": 844}


@dataclass
class Service:
    """A started service: address, home and the sign-ins it printed."""

    url: str
    home: Path
    sign_ins: dict[str, tuple[str, str]]
    """Login → (one-time password, unit)."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"TAIZHANG_HOME": str(home), "TAIZHANG_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "flask", "--app", "app", "serve"]
    log = (home / "log").open("w")
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        assert process.stdout is not None
        printed = []
        for line in process.stdout:
            printed.append(line)
            if "台账已启动" in line:
                break
        sign_ins = {
            found[1]: (found[2], found[3])
            for line in printed
            if (found := re.match(r"\s+(\S+)\s+(\S{4}-\S{4}-\S{4}-\S{4})\s.*（(.+)）", line))
        }
        yield Service(f"http://127.0.0.1:{port}", home, sign_ins)
        process.terminate()
    log.close()


class Desk:
    """One person's browser; a script error or a request to another host fails the journey."""

    def __init__(self, browser: Browser, service: Service, login: str) -> None:
        self.service, self.login = service, login
        self.page: Page = browser.new_context(viewport=WIDE, locale="zh-CN").new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self.faults.append(said.text) if _is_fault(said) else None)
        self.page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((service.url, "data:", "blob:")) else self.faults.append(asked.url)
            ),
        )
        self._sign_in()

    def _sign_in(self) -> None:
        page, (password, _) = self.page, self.service.sign_ins[self.login]
        page.goto(self.service.url)
        page.get_by_label("登录名").fill(self.login)
        page.get_by_label("口令", exact=True).fill(password)
        page.get_by_role("button", name="登录").click()
        for name, value in (("old", password), ("new", NEW), ("again", NEW)):
            page.fill(f"[name={name}]", value)
        page.locator("main button[type=submit]").click()
        expect(page).not_to_have_url(re.compile("/password"))  # the menu stands beside that page, too
        expect(page.get_by_role("navigation", name="主菜单")).to_be_visible()

    def go(self, path: str) -> Page:
        self.page.goto(self.service.url + path)
        return self.page

    def press(self, label: str) -> None:
        """Press a button and say yes where it asks."""
        self.page.get_by_role("button", name=label, exact=True).click()
        sure = self.page.locator("dialog button[value=yes]")
        if sure.count():
            sure.click()

    def shot(self, name: str) -> None:
        """Keep the page as desktop and phone show it; neither may scroll sideways."""
        for kind, size in (("wide", WIDE), ("phone", PHONE)):
            self.page.set_viewport_size(size)
            self.page.evaluate("window.scrollTo(0, 0)")
            self.page.screenshot(path=SHOTS / f"{name}-{kind}.png", full_page=True)
            assert self.page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{name} {kind}"
        self.page.set_viewport_size(WIDE)


def _is_fault(said: ConsoleMessage) -> bool:
    """A refusal is answered with 422, which Chromium notes as an error: that one is meant."""
    return said.type == "error" and "status of 422" not in said.text


def ran(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.proof
def test_from_the_published_table_to_the_downloaded_dossier(service: Service, browser: Browser, tmp_path: Path) -> None:
    SHOTS.mkdir(exist_ok=True)
    desks = {login: Desk(browser, service, login) for login in ("office", "handler", "head", "lead")}
    own, lead = service.sign_ins["handler"][1], service.sign_ins["lead"][1]
    try:
        ledger = _publish(desks["office"], own, lead, tmp_path)
        task = _report(desks["handler"], tmp_path)
        _sign(desks, task)
        _packet(desks["office"], task, tmp_path)
        _dossier(desks["office"], ledger, tmp_path)
    finally:
        for login, desk in desks.items():
            print(login, desk.faults, desk.page.get_by_role("alert").all_inner_texts())
    assert {login: desk.faults for login, desk in desks.items()} == {login: [] for login in desks}


def _publish(office: Desk, own: str, lead: str, folder: Path) -> str:
    """Upload, settle what is open, publish; returns the ledger's address."""
    table = folder / "2026年补充任务分解表.txt"
    table.write_text(
        "云岭市2026年政务公开补充任务分解表\n序号\t工作任务\t工作要求\t牵头单位\t责任单位\t完成时限\n"
        f"1\t公开部门预算\t在门户网站集中公开部门预算。\t{lead}\t{own}\t2026年12月31日前\n"
        f"2\t公开重大项目\t公开重大项目批准结果。\t{lead}\t各有关单位\t每季度\n"
        "3\t公开惠民补贴\t公开补贴发放结果。\t市财证局\t市民政局\t2026年11月31日前\n"
    )
    page = office.go("/review/new")
    office.shot("01-upload")
    page.set_input_files("input[type=file]", table)
    page.get_by_role("button", name="读入").click()
    page.wait_for_url(re.compile(r"/review/\d+$"))
    office.shot("02-settle")
    settling = page.url
    page.get_by_role("button", name=re.compile("就是市财政局")).click()
    expect(page.get_by_text("已把「市财证局」认定为市财政局")).to_be_visible()
    page.get_by_role("link", name="选择成员").click()
    page.get_by_label("市审计局").check()
    page.get_by_label("市交通运输局").check()
    office.shot("03-choose-members")
    office.press("认定")
    expect(page.get_by_text("所有名称都已认定单位")).to_be_visible()
    page.wait_for_load_state()
    doubts = page.get_by_role("button", name=re.compile("^已核实"))
    while stand := doubts.count():
        doubts.first.click()  # a doubt stands in the list and at its row, and goes from both
        expect(doubts).not_to_have_count(stand)
        page.wait_for_load_state()
    office.press("发布交办")
    page.wait_for_url(re.compile(r"/ledgers/\d+$"))
    assert settling.rsplit("/", 1)[1] == page.url.rsplit("/", 1)[1]
    office.shot("04-overview")
    return page.url


def _report(handler: Desk, folder: Path) -> str:
    """Find the task in the inbox, write, bring evidence, submit; returns the task's path."""
    proof = folder / "公开清单.csv"
    proof.write_text("序号,部门\n1,市财政局\n")
    page = handler.go("/")
    handler.shot("05-inbox")
    page.fill("[type=search], [name=q]", "公开部门预算")
    page.keyboard.press("Enter")
    page = handler.go(page.get_by_role("link", name="公开部门预算").first.get_attribute("href") or "")
    page.wait_for_load_state()  # the scripts, too: nobody types as fast as a program
    page.fill("#report-text", WORDS)
    page.set_input_files("input[type=file]", proof)
    expect(page.get_by_role("link", name="公开清单.csv")).to_be_visible()
    assert page.input_value("#report-text") == WORDS, "an upload leaves what is being written alone"
    handler.shot("06-report")
    handler.press("保存并提交")
    expect(page.get_by_text("已提交，等待单位负责人审核")).to_be_visible()
    return page.url.removeprefix(handler.service.url).split("#")[0]


def _sign(desks: dict[str, Desk], task: str) -> None:
    """Once sent back, then up the whole chain."""
    lead = desks["lead"]
    _take(desks["head"], task, "审核通过", "情况属实，同意报送。", "已审核通过")
    page = lead.go(task)
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_role("button", name="确定退回")).to_be_disabled()  # until it says why
    _take(lead, task, "退回", "请补充公开网址。", "已退回经办人")
    handler = desks["handler"].go(task)
    expect(handler.get_by_text("请补充公开网址。").first).to_be_visible()
    handler.get_by_text("登记网页链接").click()
    handler.fill("#link-address", "https://www.example.gov.cn/zwgk/ys.html")
    handler.get_by_role("button", name="登记链接").click()
    expect(handler.get_by_role("link", name="https://www.example.gov.cn/zwgk/ys.html")).to_be_visible()
    desks["handler"].press("保存并提交")
    expect(handler.get_by_text("已提交，等待单位负责人审核")).to_be_visible()
    _take(desks["head"], task, "审核通过", "同意。", "已审核通过")
    _take(lead, task, "核验通过", "经核验，符合要求。", "已核验通过")
    desks["office"].go(task)
    desks["office"].shot("07-before-closing")
    _take(desks["office"], task, "办结（销号）", "同意办结销号。", "已办结（销号）")


def _take(desk: Desk, task: str, label: str, opinion: str, said: str) -> None:
    page = desk.go(task)
    page.fill("#opinion", opinion)
    desk.press(label)
    expect(page.get_by_text(said).first).to_be_visible()


def _packet(office: Desk, task: str, folder: Path) -> None:
    """Wait for the seals, download, verify offline with our verifier and with poppler, and on the page."""
    page = office.go(task)
    packets = page.locator("section").filter(has=page.locator("#packets-title"))
    complete, ready = packets.get_by_text("已完成", exact=True), page.get_by_role("link", name="打开结果")
    expect(complete.or_(ready).first).to_be_visible(timeout=180_000)
    if ready.count():  # sealed while we looked on
        ready.click()
    expect(complete.first).to_be_visible()
    office.shot("08-closed")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").first.click()
    pdf = folder / "packet.pdf"
    download.value.save_as(pdf)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载登记文件").first.click()
    download.value.save_as(folder / "packet.registration.json")
    office.go("/verify")
    with page.expect_download() as download:
        page.get_by_role("link", name="信任锚 ca.pem").click()
    anchors = folder / "ca.pem"
    download.value.save_as(anchors)
    verdict = ran(sys.executable, "-m", "flask", "--app", "app", "packet", "verify", str(pdf), "--trust", str(anchors))
    assert "结论：通过" in verdict
    assert ran("pdfsig", "-nocert", str(pdf)).count("Signature is Valid") == 3
    assert "公开清单.csv" in ran("pdfdetach", "-list", str(pdf))
    assert WORDS in ran("pdftotext", str(pdf), "-").replace("\n", "")
    page = office.go("/verify")
    page.set_input_files("input[type=file]", pdf)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text("通过").first).to_be_visible()
    office.shot("09-verified")


def _dossier(office: Desk, ledger: str, folder: Path) -> None:
    """Build with a progress bar, download both, check both."""
    page = office.page
    page.goto(ledger)
    page.get_by_text("导出和办理").click()
    page.get_by_role("button", name="生成年度卷宗").click()
    page.wait_for_url(re.compile(r"/dossiers/\d+"))
    expect(page.get_by_role("link", name="下载年度卷宗 PDF")).to_be_visible(timeout=120_000)
    office.shot("10-dossier")
    for label, name in (("下载年度卷宗 PDF", "dossier.pdf"), ("下载归档包", "dossier.zip")):
        with page.expect_download() as download:
            page.get_by_role("link", name=label).click()
        download.value.save_as(folder / name)
    assert "Signature is Valid" in ran("pdfsig", "-nocert", str(folder / "dossier.pdf"))
    assert "云岭市2026年政务公开补充任务分解表" in ran("pdftotext", str(folder / "dossier.pdf"), "-").replace("\n", "")
    with zipfile.ZipFile(folder / "dossier.zip") as bag:
        bag.extractall(folder / "bag")
    (root,) = (folder / "bag").iterdir()
    assert bagit.Bag(str(root)).is_valid()
    assert len(list((root / "data" / "packets").glob("*.pdf"))) == 1
    assert len(list((root / "data" / "packets").glob("*.registration.json"))) == 1
