"""The journeys (办事路径), each walked as somebody who knows the pages would."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Thread

import docx
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

import worker
from tests.browser_desk import PHONE, WIDE, window
from tests.desk_office import PDF, Office
from tests.journeys.counting import Count, Walk
from workflow.tasks.words import Status

ROOT = Path(__file__).resolve().parents[2]
SEEDS = [above / "shared" / "seeds" / "002_2f09ef2e979c0ebc.txt" for above in ROOT.parents]
"""Beside the checkout, or beside the folder of its work trees."""
SAMPLE = ROOT / "samples" / "2026年云岭市政务公开工作要点任务分解表.txt"
TWENTY = 20
WATCH = """() => {
  const root = document.documentElement;
  let pressed = 0, was = '';
  document.addEventListener('click', ({ target }) => {
    if (!target.closest('dialog button[value=yes]')) return;
    [pressed, was] = [performance.now(), document.getElementById('pane').dataset.pane];
    delete root.dataset.taken;
  }, true);
  new MutationObserver(() => {
    if (!pressed || document.getElementById('pane')?.dataset.pane === was) return;
    const from = pressed;
    pressed = 0;
    requestAnimationFrame(() => setTimeout(() => { root.dataset.taken = performance.now() - from; }));
  }).observe(document.body, { childList: true, subtree: true });
}"""
"""Notes how many milliseconds lay between saying yes and the picture of another task."""


@dataclass
class Hall:
    """The office behind its port, and the browser before it."""

    office: Office
    url: str
    browser: Browser

    def page(self, login: str, *, phone: bool = False) -> Page:
        """A window of this person's."""
        page = window(self.browser, self.office, self.url, login, has_touch=phone)
        page.set_viewport_size(PHONE if phone else WIDE)
        return page

    def background(self) -> None:
        """Keep what was promised, in a thread of its own: the seals have their own loop, and so has the browser."""
        thread = Thread(target=worker.drain, args=(self.office.here,))
        thread.start()
        thread.join()

    def bring(self, first: int, last: int, *steps: str) -> list[int]:
        """Take the tasks of these rows as far as the steps go."""
        self.office.app.config.update(WTF_CSRF_ENABLED=False)
        numbers = [self.office.task_id(n) for n in range(first, last + 1)]
        for number in numbers:
            self.office.walk(number, *steps)
        self.office.app.config.update(WTF_CSRF_ENABLED=True)
        return numbers


def approve_twenty(hall: Hall) -> Count:
    """A unit's head returns two of twenty with different reasons and approves the others."""
    numbers = hall.bring(1, TWENTY, "submit")
    walk = Walk(hall.page("li"))
    page = walk.page
    for number in numbers[:2]:
        walk.press(page.locator(f"#line-{number} .tick"))
    walk.press(page.get_by_role("button", name="退回…"))
    expect(page.locator("[data-own]")).to_have_count(2)
    for box, reason in zip(page.locator("[data-own]").all(), ("请补充公开网址。", "请附上公开清单。"), strict=True):
        box.fill(reason)
    walk.press(page.locator("[data-decide]"))
    expect(page.get_by_text("已退回 2 件")).to_be_visible()
    walk.press(page.get_by_role("button", name="全选"))
    walk.press(page.get_by_role("button", name="全部通过"))
    walk.press(page.locator("[data-decide]"))
    expect(page.get_by_text("已通过 18 件")).to_be_visible(timeout=120_000)
    done = walk.ended()
    found = [hall.office.task(number).status for number in numbers]
    assert found == [Status.ASSIGNED] * 2 + [Status.UNIT_APPROVED] * 18
    return done


def draft(hall: Hall) -> Count:
    """A handler writes the report, brings three files and submits."""
    number = hall.office.task_id(27)
    walk = Walk(hall.page("wang"))
    page = walk.page
    walk.press(page.locator(f"#line-{number} a"))
    expect(page.locator(f"#pane[data-pane='{number}']")).to_be_visible()
    page.fill("#report-text", "已在门户网站公开部门预算63份。")
    files = walk.choose(page.locator("label.btn", has_text="选择文件"))
    files.set_files([{"name": f"{n}.pdf", "mimeType": "application/pdf", "buffer": PDF + bytes([n])} for n in range(3)])
    expect(page.locator("[data-piece]")).to_have_count(3)
    walk.press(page.get_by_role("button", name="保存并提交"))
    walk.yes()
    expect(page.get_by_text("已提交，等待单位负责人审核")).to_be_visible()
    done = walk.ended()
    task = hall.office.task(number)
    assert (task.status, len(task.evidence)) == (Status.DRAFTED, 3)
    return done


def close(hall: Hall) -> Count:
    """The office closes one."""
    number, _ = hall.bring(21, 22, "submit", "approve", "verify")
    walk = Walk(hall.page("chen"))
    page = walk.page
    walk.press(page.get_by_role("button", name="办结（销号）"))
    walk.yes()
    expect(page.locator(f"#pane[data-pane='{number}']")).to_have_count(0)
    expect(page.get_by_text("已办结（销号）").first).to_be_visible()
    done = walk.ended()
    assert hall.office.task(number).status is Status.CLOSED
    return done


def next_task(hall: Hall) -> Count:
    """How long the next task takes to be there after a decision, the middle and the longest of nine.

    Measured in the page, from the press to the picture: looking from outside goes by steps of 100, 250 and 500 ms.
    """
    hall.bring(31, 40, "submit", "approve", "verify")
    page = hall.page("chen")
    page.goto("/")
    page.wait_for_load_state("networkidle")
    page.evaluate(WATCH)
    taken = []
    for _ in range(9):
        page.get_by_role("button", name="办结（销号）").click()
        page.locator("dialog button[value=yes]").click()
        expect(page.locator("html[data-taken]")).to_have_count(1)
        taken.append(float(page.locator("html").get_attribute("data-taken") or "inf") / 1000)
        page.wait_for_load_state("networkidle")
    return Count(marks={"next-task": sorted(taken)[4], "next-task-longest": max(taken)})


def approve_by_phone(hall: Hall) -> Count:
    """A unit's head approves one on a telephone."""
    (number,) = hall.bring(23, 23, "submit")
    walk = Walk(hall.page("li", phone=True))
    page = walk.page
    walk.press(page.locator(f"#line-{number} a"))
    walk.press(page.get_by_role("button", name="审核通过"))
    walk.yes()
    expect(page.get_by_text("已审核通过")).to_be_visible()
    done = walk.ended()
    assert hall.office.task(number).status is Status.UNIT_APPROVED
    return done


def publish(hall: Hall) -> Count:
    """The office reads a table in, settles what is open and publishes it."""
    walk = Walk(hall.page("chen"))
    page = walk.page
    walk.press(page.get_by_role("link", name="读入任务表"))
    walk.choose(page.locator("label.btn", has_text="选择文件")).set_files(_table())
    walk.press(page.get_by_role("button", name="读入"))
    page.wait_for_url(re.compile(r"/review/\d+$"), timeout=120_000)
    _settle(walk)
    if page.locator("input[name=seen]").count():
        walk.press(page.locator("input[name=seen]"))
    walk.press(page.get_by_role("button", name="发布交办"))
    walk.yes()
    page.wait_for_url(re.compile(r"/ledgers/\d+$"), timeout=120_000)
    return walk.ended()


def _table() -> FilePayload:
    """The table of 46 rows where it is there, the sample's elsewhere; as bytes, for not every browser opens a Chinese path."""
    path = next((seed for seed in SEEDS if seed.exists()), SAMPLE)
    return {"name": path.name, "mimeType": "text/plain", "buffer": path.read_bytes()}


def _settle(walk: Walk) -> None:
    """Answer names, and doubts where they keep from publishing, until it is possible; a name without a suggestion is typed."""
    page, ready = walk.page, walk.page.get_by_role("button", name="发布交办")
    names, doubts = page.locator("#names"), page.locator("#problems")
    for _ in range(120):
        if ready.is_enabled():
            return
        suggested = names.get_by_role("button", name=re.compile("一并认定|就是|照上次|按“"))
        typed = names.locator("form:has(input[name=name])")
        doubt = doubts.get_by_role("button", name=re.compile("已核实"))
        if suggested.count():
            _answer(walk, suggested.first)
        elif typed.count():
            typed.first.locator("input[name=name]").fill("市财政局")
            _answer(walk, typed.first.get_by_role("button"))
        else:
            _answer(walk, doubt.first)
    raise AssertionError("the draft could not be settled")


def _answer(walk: Walk, what: Locator) -> None:
    """Press, and wait until the page has been renewed without it."""
    pressed = what.element_handle()
    walk.press(what)
    pressed.wait_for_element_state("hidden")


def dossier(hall: Hall) -> Count:
    """The office has the year's dossier made and fetches it; what waits to be sealed is sealed before."""
    hall.background()
    walk = Walk(hall.page("chen"))
    page = walk.page
    walk.press(page.get_by_role("link", name="年度卷宗"))
    page.wait_for_load_state()  # nobody presses what is not drawn yet
    walk.press(page.get_by_role("button", name="生成年度卷宗"))
    page.wait_for_url(re.compile(r"/dossiers/\d+"))
    hall.background()
    fetched = page.get_by_role("link", name="下载年度卷宗 PDF")
    expect(fetched).to_be_visible(timeout=300_000)
    with page.expect_download():
        walk.press(fetched)
    return walk.ended()


def overview(hall: Hall) -> Count:
    """A leader who has signed in sees how the year stands."""
    walk = Walk(hall.page("liushi"), "/home")
    for words in ("办结率", "逾期未办结", "五日内到期", "被退回", "待办公室办结"):
        expect(walk.page.get_by_text(words, exact=True)).to_be_visible()
    return walk.ended()


def hand_over(hall: Hall) -> Count:
    """The security administrator gives what somebody leaves behind to a colleague."""
    walk = Walk(hall.page("secadmin"), "/grants")
    page = walk.page
    walk.press(page.locator(f"a[href$='/grants/{hall.office.ids['wang']}']").first)
    page.get_by_label("接手人").select_option("hong")
    walk.press(page.get_by_role("button", name="移交"))
    walk.yes()
    page.wait_for_load_state("networkidle")
    assert not page.locator("[data-refusal]").count(), page.locator("[data-refusal]").first.inner_text()
    return walk.ended()


def preview(hall: Hall) -> Count:
    """How long the first page of a photograph and of a document takes, for the first time and the second."""
    (number,) = hall.bring(26, 26)
    page = hall.page("wang")
    page.goto(f"/tasks/{number}")
    page.set_input_files("[data-upload] input[type=file]", [_photograph(), _document()])
    expect(page.locator("[data-piece]")).to_have_count(2, timeout=60_000)
    count = Count()
    for kind, piece in zip(("photo", "docx"), page.locator("[data-piece] a[hx-get]").all(), strict=True):
        address = re.sub(
            r"/view$", "/pages/2/m.jpg" if kind == "docx" else "/pages/1/m.jpg", piece.get_attribute("href") or ""
        )
        for turn in ("first", "again"):
            began = time.monotonic()
            assert page.request.get(address).ok
            count.marks[f"{kind}-{turn}"] = time.monotonic() - began
    return count


def _photograph() -> dict[str, object]:
    kept = BytesIO()
    Image.linear_gradient("L").resize((4000, 3000)).convert("RGB").save(kept, "JPEG")
    return {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def _document() -> dict[str, object]:
    kept, paper = BytesIO(), docx.Document()
    for n in range(80):
        paper.add_paragraph(f"第{n}条 已公开部门预算。" * 6)
    paper.save(kept)
    return {"name": "清单.docx", "mimeType": "application/octet-stream", "buffer": kept.getvalue()}


JOURNEYS: dict[str, Callable[[Hall], Count]] = {
    "close": close,
    "next-task": next_task,
    "approve-20": approve_twenty,
    "approve-phone": approve_by_phone,
    "draft": draft,
    "preview": preview,
    "overview": overview,
    "handover": hand_over,
    "dossier": dossier,
    "publish": publish,
}
