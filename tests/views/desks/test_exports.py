"""Lists taken along: a short one at once, a long one from the background, for whoever asked and for a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser
from sqlalchemy import select

import worker
from tests.browser_desk import served, window
from tests.desk_office import OTHER, OWN, Office
from views.desks import exports
from workflow.office.models import Unit, User
from workflow.office.people import grant, move
from workflow.office.words import Role
from workflow.record.models import AccessEvent
from workflow.tasks.lists.exporting import AT_ONCE
from workflow.tasks.models import ListExport, Task

LIST = "/overview/list.xlsx?scope=everything"


@pytest.fixture
def lengthy(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office in which two rows are a long list."""
    monkeypatch.setattr(exports, "SHORT", 1)
    return office


def rows_of(data: bytes) -> list[tuple[str, ...]]:
    sheet = load_workbook(BytesIO(data)).active
    assert sheet is not None
    rows = [tuple(str(cell or "") for cell in row) for row in sheet.iter_rows(values_only=True)]
    return [row for row in rows if row[0].isdigit()]


def asked_for(office: Office, login: str, address: str = LIST) -> str:
    answer = office.client(login).post(address)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_long_list_is_written_in_the_background_as_it_is_filtered(
    lengthy: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("views.exporting.BATCH", 2)
    office, client = lengthy, lengthy.client("liushi")
    whole, own = asked_for(office, "liushi"), asked_for(office, "liushi", f"{LIST}&q={OWN}")
    assert asked_for(office, "liushi") == whole, "asked for twice it is written once"
    assert client.get(f"{whole}/progress").json["state"] == "waiting"  # type: ignore[index]
    assert client.get(f"{whole}/list.xlsx").status_code == 404
    worker.drain(office.here)
    told = client.get(f"{whole}/progress").json
    assert told is not None
    assert (told["state"], told["done"], told["total"], told["url"]) == (
        "done",
        *[office.count(Task)] * 2,
        f"{whole}/list.xlsx",
    )
    listed = rows_of(client.get(told["url"]).data)
    assert len(set(listed)) == office.count(Task)
    assert listed == sorted(listed, key=lambda row: (row[4].zfill(12), listed.index(row)))
    assert {row[2] for row in rows_of(client.get(f"{own}/list.xlsx").data)} == {OWN}
    with office.here.database.reading() as session:
        kept = session.scalars(select(AccessEvent.data).where(AccessEvent.kind == "export.ledger")).all()
    assert [("q=" in one, "scope=everything" in one) for one in map(str, kept)] == [(False, True), (True, True)]


def test_nobody_else_fetches_it_and_nobody_who_has_lost_the_list(lengthy: Office) -> None:
    office = lengthy
    mine, later = asked_for(office, "liushi"), asked_for(office, "wang", "/overview/list.xlsx?scope=unit&year=2026")
    with office.here.database.writing() as session:
        by = session.get_one(User, office.ids["secadmin"])
        grant(session, session.get_one(User, office.ids["wang"]), {Role.LEAD_REVIEWER}, by=by, at=office.clock())
    worker.drain(office.here)
    for path in ("", "/progress", "/list.xlsx"):
        assert office.client("chen").get(mine + path).status_code == 404
        assert office.client("wang").get(later + path).status_code == 404
    assert office.client("liushi").get(f"{mine}/list.xlsx").status_code == 200
    with office.here.database.writing() as session:
        refused = session.scalars(select(ListExport).where(ListExport.scope == "unit")).one()
        assert "岗位或单位已有变动" in refused.error, "rights are asked for again before a row is written"
        person, other = session.get_one(User, office.ids["liushi"]), select(Unit).where(Unit.name == OTHER)
        keeper = session.get_one(User, office.ids["sysadmin"])
        move(session, person, session.scalars(other).one(), by=keeper, at=office.clock())
        by = session.get_one(User, office.ids["secadmin"])
        grant(session, person, {Role.LEADER}, by=by, at=office.clock())
    assert office.client("liushi").get(f"{mine}/list.xlsx").status_code == 404


def test_an_address_alone_writes_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rows_of(office.client("liushi").get(LIST).data)
    monkeypatch.setattr(exports, "SHORT", 1)
    page = office.client("liushi").get(LIST, follow_redirects=True)
    assert "请按“导出全部”" in page.text
    assert "导出全部</button>" in page.text.replace("\n", "")
    assert office.count(ListExport) == 0


def test_it_is_gone_after_a_day(lengthy: Office) -> None:
    office = lengthy
    mine = asked_for(office, "liushi")
    worker.drain(office.here)
    [file] = (office.here.settings.common / "exports").iterdir()
    worker.hourly(office.here)
    assert file.exists()
    office.clock.now += timedelta(days=300)  # the file's own time is the machine's
    worker.hourly(office.here)
    assert not file.exists()
    assert office.count(ListExport) == 0
    assert "重新导出" in office.client("liushi").get(f"{mine}/list.xlsx").text


def test_a_person_has_a_few_in_work_at_most(lengthy: Office) -> None:
    views = ("order=far", "hide=unit", "hide=kind", "hide=period", "hide=ledger", "year=2026")
    for view in views[:AT_ONCE]:
        asked_for(lengthy, "liushi", f"{LIST}&{view}")
    answer = lengthy.client("liushi").post(f"{LIST}&{views[AT_ONCE]}")
    assert (answer.status_code, lengthy.count(ListExport)) == (429, AT_ONCE)
    asked_for(lengthy, "chen", "/overview/list.xlsx?scope=office")


@pytest.fixture
def busy_office(tmp_path: Path) -> Iterator[tuple[Office, str]]:
    """The office behind a port."""
    with served(tmp_path) as place:
        yield place


@pytest.mark.own_home
def test_one_click_leads_to_the_file(
    busy_office: tuple[Office, str], browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, url = busy_office
    page = window(browser, office, url, "liushi")
    page.goto("/overview")
    with page.expect_download() as short:
        page.get_by_role("button", name="导出", exact=True).click()
    assert rows_of(Path(short.value.path()).read_bytes())
    monkeypatch.setattr(exports, "SHORT", 1)
    page.goto("/?scope=everything")
    with page.expect_download() as long:
        page.get_by_role("button", name="导出全部").click()
        page.wait_for_url("**/exports/*")
        Thread(target=worker.drain, args=(office.here,)).start()
    assert long.value.suggested_filename == "任务清单.xlsx"
    assert len(rows_of(Path(long.value.path()).read_bytes())) == office.count(Task)
    page.get_by_role("link", name="下载").wait_for()
    page.get_by_role("link", name="返回清单").click()
    page.wait_for_url("**/?scope=everything")
