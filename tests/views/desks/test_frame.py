"""The frame (页面框架): the menu says where one is, and a page inside a section leads back to it."""

from __future__ import annotations

import pytest

from tests.desk_office import Office


@pytest.mark.parametrize(
    ("page", "section", "address"),
    [
        ("/ledgers/1", "任务台账", "/ledgers"),
        ("/ledgers/1/calendar", "任务台账", "/ledgers"),
        ("/outside-lists", "整改台账", "/rectifications"),
        ("/seals/used", "印章", "/seals"),
    ],
)
def test_a_page_inside_a_section_leads_back_to_it(office: Office, page: str, section: str, address: str) -> None:
    client = office.client("chen")
    shown = client.get(page).text
    crumb = shown.split('class="crumb"')[1].split("</nav>")[0]
    assert (f'href="{address}"' in crumb, section in crumb) == (True, True)
    assert shown.count('aria-current="true"') == 1
    above = client.get(address).text
    assert 'class="crumb"' not in above
    assert above.count('aria-current="page"') == 1
