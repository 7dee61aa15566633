"""Counting (计数): clicks after sign-in, full loads of a page, seconds from the first page to the last answer."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import Any

from playwright.sync_api import FileChooser, Locator, Page, Response


@dataclass
class Count:
    """What a journey took (计数)."""

    clicks: int = 0
    loads: int = 0
    seconds: float = 0.0
    marks: dict[str, float] = field(default_factory=dict)
    """Times of single answers, by name."""

    def to_json(self) -> dict[str, Any]:
        """The line of ``out/journeys.json``."""
        told = asdict(self)
        told["seconds"] = round(self.seconds, 2)
        told["marks"] = {name: round(value, 3) for name, value in self.marks.items()}
        return told if self.marks else {name: value for name, value in told.items() if name != "marks"}


class Walk:
    """One person at a page (行走): whatever is pressed is counted; typing is not."""

    def __init__(self, page: Page, home: str = "/") -> None:
        self.page, self.count = page, Count()
        page.goto(home)
        page.wait_for_load_state("networkidle")
        self._began = time.monotonic()
        page.on("response", self._answered)

    def _answered(self, answer: Response) -> None:
        """A whole page came: no part of one, no way on to another, no file to keep."""
        page = answer.request.is_navigation_request() and answer.frame == self.page.main_frame
        if page and not 300 <= answer.status < 400 and "content-disposition" not in answer.headers:
            self.count.loads += 1

    def press(self, what: Locator) -> None:
        """Press something."""
        self.count.clicks += 1
        what.click()

    def yes(self) -> None:
        """Say yes where a dialog asks, a press like any other."""
        self.press(self.page.locator("dialog button[value=yes]"))

    def choose(self, what: Locator) -> FileChooser:
        """Press what opens the choice of files."""
        with self.page.expect_file_chooser() as chosen:
            self.press(what)
        return chosen.value

    def ended(self) -> Count:
        """The count, once the last answer is there."""
        self.count.seconds = time.monotonic() - self._began
        return self.count
