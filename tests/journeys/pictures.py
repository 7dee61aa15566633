"""Pictures (截图): ``python -m tests.journeys.pictures`` takes those of ``docs/screenshots`` anew, in a wide window and on a telephone."""

from __future__ import annotations

import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.browser_desk import chromium, served
from tests.desk_office import report, upload
from tests.journeys.walks import Hall, _document

SHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
PAGES = {
    "desk": ("li", "/", "#line-{task} a", "#preview .view-bar"),
    "drafting": ("wang", "/?q=20", ".line a", "#pane [data-drafting]"),
    "overview": ("liushi", "/home", "", ""),
    "matrix": ("chen", "/ledgers/1", "", ""),
    "people": ("secadmin", "/grants", "a[href$='/grants/{wang}']", ".drawer h2"),
}
"""Whose page it is, its address, what is pressed there, and what has to be seen before the picture is taken."""


SETTLED = 3000
"""Milliseconds after which what a pane fetches by itself is there: it may have replaced another one."""


def main() -> int:
    """Furnish an office with work under way and take every picture."""
    SHOTS.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        served(Path(home) / "home", rows=30) as (office, url),
        chromium() as browser,
    ):
        hall = Hall(office, url, browser)
        named = {"task": _at_work(hall), "wang": office.ids["wang"]}
        for name, (login, address, pressed, awaited) in PAGES.items():
            for phone in (False, True):
                page = hall.page(login, phone=phone)
                page.goto(address)
                page.wait_for_load_state("networkidle")
                if pressed:
                    page.locator(pressed.format(**named)).first.click()
                    page.wait_for_timeout(SETTLED)
                    page.locator(awaited).first.wait_for()
                _keep(page, f"{name}{'-phone' if phone else ''}.png")
                page.context.close()
    return 0


def _at_work(hall: Hall) -> int:
    """Tasks at every stage; the first that waits for the unit's head has a document that can be looked at."""
    office = hall.office
    hall.bring(1, 1, "submit", "approve", "verify", "close")
    hall.bring(2, 6, "submit", "approve")
    office.app.config.update(WTF_CSRF_ENABLED=False)
    first, paper = office.task_id(7), _document()
    upload(office.client("wang"), first, bytes(paper["buffer"]), "公开清单.docx")  # type: ignore[call-overload]
    report(office.client("wang"), first, "已在门户网站公开部门预算 63 份，公开清单附后。", then="submit")
    hall.bring(8, 19, "submit")
    return first


def _keep(page: Page, name: str) -> None:
    """As few colours as a page needs: pictures stay small."""
    shot = Image.open(BytesIO(page.screenshot())).convert("RGB")
    shot.quantize(128).save(SHOTS / name, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
