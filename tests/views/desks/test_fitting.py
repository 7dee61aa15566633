"""What fits (版面): the longest names of units, people and rows push nothing out of a page and break no date, at either width."""

from __future__ import annotations

from pathlib import Path

from tests.browser_desk import chromium
from tests.desk_office import open_office
from tests.fitting import lengthen, unfit
from tests.whole.test_axe import HERE, shown_by

PAGES = {
    "secadmin": ("/grants", "/grants/1"),
    "sysadmin": ("/accounts", "/accounts/1"),
    "wang": ("/tasks/1", "/tasks/1/comments", "/notices", "/?task=1"),
}


def test_nothing_sticks_out_however_long_names_are(tmp_path: Path) -> None:
    office = open_office(tmp_path / "home")
    lengthen(office)
    found = {}
    with chromium() as browser:
        for login, addresses in PAGES.items():
            page = shown_by(office.client(login), browser)
            for address in addresses:
                page.goto(HERE + address)
                if sticking := unfit(page):
                    found[address] = sticking
    assert found == {}
