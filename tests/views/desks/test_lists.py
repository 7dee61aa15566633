"""Lists and the overview: what is on them, in pages, with as many queries for many tasks as for few, each on an index."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select

from tests.desk_office import PDF, Office, pieces, sign, upload
from tests.rolled_back import Shared
from tests.statements import statements
from workflow.office.models import User
from workflow.office.words import Role
from workflow.tasks.lists.inbox import page_waiting
from workflow.tasks.lists.lighting import Rulebook
from workflow.tasks.lists.listing import Cursor, Wanted
from workflow.tasks.models import Awaiting, Matter, Request, Task
from workflow.tasks.words import Status

PAGES = {
    "wang": (
        "/",
        "/?scope=unit",
        "/?due=late",
        "/?scope=unit&due=near",
        "/?q=公开",
        "/notices",
        "/ledgers",
        "/ledgers/1",
    ),
    "shen": ("/?scope=leading", "/?scope=leading&status=DRAFTED"),
    "chen": ("/", "/?scope=office", "/?scope=office&due=late", "/?ledger=1", "/ledgers/1", "/ledgers/1?late=1"),
    "liushi": (
        "/?scope=everything",
        "/?scope=everything&due=late",
        "/?scope=everything&returned=1&year=2026",
        "/overview",
    ),
}
"""Every list of tasks there is, as the people who may open it call it."""


def test_the_inbox_shows_what_waits_and_with_which_light(office: Office) -> None:
    wang = office.client("wang")
    page = wang.get("/").text
    assert "等待您办理的任务共 3 件" in page
    assert "公开第1项信息" in page
    assert "时限 2026年4月2日" in page
    assert "待您填报" in page
    office.walk(office.task_id(), "submit")
    assert "等待您办理的任务共 2 件" in wang.get("/").text
    assert "待您审核" in office.client("li").get("/").text
    assert "没有待办" in office.client("zhou").get("/").text


def test_the_inbox_filters_and_searches_harmlessly(office: Office) -> None:
    client = office.client("wang")
    assert "公开第2项信息" not in client.get("/?q=第1项").text
    for text in ("' OR 1=1--", "%", "_", "<script>", "{{7*7}}", "没有"):
        page = client.get("/", query_string={"q": text})
        assert page.status_code == 200
        assert "没有符合条件的任务" in page.text
        assert "<script>alert" not in page.text
    for query in (
        "q=%00",
        "after=x",
        "after=2026-99-99.1",
        "after=2026-04-02.99999999999999999999",
        "due=zz",
        "status=9",
        "ledger=" + "9" * 30,
        "scope=office",
    ):
        assert client.get(f"/?{query}").status_code == 200, query


@pytest.mark.office(rows=120)
def test_every_task_is_listed_once_over_the_pages(office: Office) -> None:
    for query in ("", "scope=unit"):
        listed: list[str] = []
        url: str | None = f"/?{query}"
        while url:
            page = office.client("wang").get(url).text
            listed += re.findall(r'href="/tasks/(\d+)"', page)
            found = re.search(r'rel="next" href="([^"]+)"', page)
            url = found.group(1).replace("&amp;", "&") if found else None
        assert len(listed) == len(set(listed)) == 120


@pytest.mark.office(rows=120)
def test_what_waits_besides_tasks_takes_no_place_of_theirs(office: Office) -> None:
    """A page that other matters fill would be short, and say that nothing follows."""
    with office.here.database.writing() as session:
        for n in range(120):
            matter = insert(Matter.__table__).values(
                id=9000 + n, matter="filing", ledger_id=1, unit_id=office.task(office.task_id()).unit_id, version=1,
                round=1, due=date(2026, 1, 1), due_reason="填报期", status=Status.ASSIGNED, report="", last_actor="",
                content_digest="", opened_at=office.clock(),
            )  # fmt: skip
            session.execute(matter)
            desk = {"unit_id": office.task(office.task_id()).unit_id, "role": Role.HANDLER}
            session.add(Awaiting(task_id=9000 + n, due=date(2026, 1, 1), since=office.clock(), **desk))
    listed, after = [], None
    with office.here.database.reading() as session:
        person = session.get_one(User, office.ids["wang"])
        while True:
            page = page_waiting(session, person, Wanted(office.clock().date(), Rulebook()), after)
            listed += [row.id for row in page.rows]
            if (after := page.older) is None:
                break
    assert len(listed) == len(set(listed)) == 120


def test_a_list_takes_the_same_number_of_queries_however_long(shared: Callable[[int], Shared], tmp_path: Path) -> None:
    counts: dict[tuple[str, str], set[int]] = {}
    for rows in (3, 120):
        with shared(rows).open(tmp_path / str(rows)) as office:
            for login, urls in PAGES.items():
                client = office.client(login)
                for url in urls:
                    with statements(office) as seen:
                        client.get(url)
                    counts.setdefault((login, url), set()).add(len(seen))
    assert not {page: both for page, both in counts.items() if len(both) > 1}


def test_a_task_page_takes_the_same_number_of_queries_however_much_evidence(office: Office) -> None:
    client, task_id = office.client("wang"), office.task_id()
    upload(client, task_id, PDF, "0.pdf")
    with statements(office) as few:
        client.get(f"/tasks/{task_id}")
    for n in range(1, 20):
        upload(client, task_id, PDF + str(n).encode(), f"{n}.pdf")
    with statements(office) as many:
        client.get(f"/tasks/{task_id}")
    assert len(pieces(office, task_id)) == 20
    assert len(many) == len(few)


@pytest.mark.file  # PostgreSQL chooses by how many rows there are: the few of a test it reads one by one
def test_every_list_is_read_by_an_index(office: Office) -> None:
    """At 100,000 tasks a table read row by row is what one waits for; ``make bench`` takes the times."""
    growing = "task|awaiting|ledger_item|audit_event|notice|signoff|seat|evidence|request|report_revision"
    for login, urls in PAGES.items():
        for url in (url for url in urls if "q=" not in url):  # words are looked for in every row of the tables
            client = office.client(login)
            with statements(office) as seen:
                assert client.get(url).status_code == 200, url
            with office.here.database.reading() as session:
                for sql, values in (one for one in seen if one[0].startswith("SELECT")):
                    plan = session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + sql, values)
                    read = [row[3] for row in plan if re.search(rf"SCAN ({growing})(_\d+)?\b(?!.*INDEX)", row[3])]
                    assert not read, (url, read, sql)


def test_a_task_whose_clock_stands_is_neither_late_nor_near(office: Office) -> None:
    task_id = office.task_id()
    office.client("wang").post(f"/tasks/{task_id}/requests", data={"kind": "suspension", "reason": "系统正在改造"})
    with office.here.database.reading() as session:
        asked = session.scalars(select(Request.id)).one()
    ruling = {"granted": "1", "opinion": "同意"}
    assert office.client("chen").post(f"/tasks/{task_id}/requests/{asked}", data=ruling).status_code == 303
    office.clock.now += timedelta(days=60)
    for login, scope in (("wang", ""), ("wang", "scope=unit&"), ("chen", "scope=office&")):
        listed = _listed(office, login, f"?{scope}due=late")
        assert listed, scope
        assert str(task_id) not in listed, scope
    assert str(task_id) in _listed(office, "wang", "")


@pytest.mark.file  # see above
def test_the_inbox_is_one_range_of_its_index(office: Office) -> None:
    with office.here.database.reading() as session, statements(office) as seen:
        person = session.get_one(User, office.ids["wang"])
        today = office.clock().date()
        page_waiting(session, person, Wanted(today, Rulebook()), Cursor(today, 1))
        sql, parameters = next((sql, values) for sql, values in seen if "awaiting" in sql)
        plan = [row[3] for row in session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + sql, parameters)]
    assert any("awaiting USING COVERING INDEX ix_awaiting_unit_id_role_user_id_due" in step for step in plan)
    assert not [step for step in plan if re.search(r"SCAN (task|awaiting|ledger_item)", step)]


def test_wider_lists_are_open_to_those_they_belong_to(office: Office) -> None:
    assert "本单位全部任务" in office.client("wang").get("/?scope=unit").text
    assert len(_listed(office, "liushi", "?scope=everything")) == office.count(Task)
    assert len(_listed(office, "chen", "?scope=office")) == office.count(Task)
    assert "公开第3项信息" not in office.client("shen").get("/?scope=leading").text
    assert _listed(office, "wang", "?scope=everything") == _listed(office, "wang", "")
    closed = office.client("wang").get(f"/?scope=unit&status={Status.CLOSED.value}").text
    assert "没有符合条件的任务" in closed


def test_every_figure_of_the_overview_leads_to_as_many_rows(office: Office) -> None:
    first, second, third = (office.task_id(n) for n in (1, 2, 3))
    office.walk(first, "submit", "approve", "verify", "close")
    office.walk(second, "submit", "approve", "verify", "co-verify")
    office.walk(third, "submit")
    assert sign(office.client("li"), third, "send_back", "请补充").status_code < 400
    office.clock.now += timedelta(days=14)  # 2026-04-03: the first rows are late, the others soon
    leader = office.client("liushi")
    assert leader.get("/home").location == office.client("chen").get("/home").location == "/overview"
    assert office.client("wang").get("/home").location == "/"
    page = leader.get("/overview").text
    figures = re.findall(r'href="/(\?scope=everything[^"]*)">(\d+)<span', page)
    asked = {unescape(query).partition("year=2026")[2]: int(count) for query, count in figures}
    assert {"", "&status=CLOSED", "&status=LEAD_VERIFIED", "&due=late", "&due=soon", "&returned=1"} <= asked.keys()
    assert asked["&returned=1"] == asked["&status=CLOSED"] == asked["&status=LEAD_VERIFIED"] == 1
    for query, count in asked.items():
        address = f"?scope=everything&year=2026{query}"
        assert len(set(_listed(office, "liushi", address))) == count, query
        book = load_workbook(BytesIO(leader.post(f"/overview/list.xlsx{address}").data)).active
        assert sum(str(row[2]).startswith("市") for row in book.iter_rows(values_only=True)) == count, query
    own = office.client("wang").get("/overview?scope=everything").text
    assert "scope=everything" not in own
    assert "本单位全部任务" in own


def _listed(office: Office, login: str, query: str) -> list[str]:
    return re.findall(r'href="/tasks/(\d+)"', office.client(login).get(f"/{query}").text)
