"""Whatever a page offers opens for whoever sees it (链接): every desk follows the links of its own pages, one of each kind."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from tests.desk_office import CAST, Office, open_office
from tests.filings_desk import opened
from worker import drain
from workflow.tasks.lists.listing import Scope

HREF = re.compile(r"""(?:href|hx-get)="(/[^"#]*)""")


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return lived_in(tmp_path_factory.mktemp("home"))


def lived_in(home: Path) -> Office:
    """An office in which every kind of page has something to show."""
    office = open_office(home)
    office.walk(office.task_id(1), "submit", "approve", "verify", "close")
    office.walk(office.task_id(2), "submit", "approve")
    opened(office)
    drain(office.here)
    return office


@pytest.mark.parametrize("login", CAST)
def test_no_page_offers_what_its_reader_may_not_open(walked: Office, login: str) -> None:
    refused = {f"{page} → {link}": status for page, link, status in followed(walked.client(login)) if status >= 400}
    assert refused == {}


@pytest.mark.parametrize("login", ["wang", "zhao", "shen", "chen", "liushi"])
def test_every_task_of_a_list_and_of_the_matrix_opens(walked: Office, login: str) -> None:
    client = walked.client(login)
    pages = [f"/?scope={scope.value}" for scope in Scope] + ["/ledgers/1"]
    lists = [client.get(page).get_data(as_text=True) for page in pages]
    tasks = {found for text in lists for found in re.findall(r'href="(/tasks/\d+)', text)}
    assert tasks
    assert {task: client.get(task).status_code for task in tasks} == dict.fromkeys(tasks, 200)


def followed(client: FlaskClient) -> Iterator[tuple[str, str, int]]:
    """Every link met on the way from the first page: where it stood, where it leads, what came; one of each kind."""
    met, queue = {"/"}, deque([("", "/")])
    while queue:
        page, link = queue.popleft()
        came = client.get(link, follow_redirects=True)
        yield page, link, came.status_code
        if came.mimetype != "text/html":
            continue
        for found in HREF.findall(came.get_data(as_text=True)):
            kind = re.sub(r"\d+|[0-9a-f]{64}", "N", urlsplit(found).path)
            if kind not in met and not kind.startswith("/static/"):
                met.add(kind)
                queue.append((link, found.replace("&amp;", "&")))
