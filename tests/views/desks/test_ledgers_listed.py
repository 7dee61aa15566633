"""The list of ledgers page by page (台账清单), and a ledger that loads and offers no units but its own."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert, select

from tests.desk_office import HOME, OWN, Office
from tests.statements import statements
from tests.views.api.test_interface import Program
from workflow.ledgers.models import Ledger, SourceDocument
from workflow.office.models import Unit, User
from workflow.office.reading import UNITS
from workflow.office.units import import_units
from workflow.record.published import UnitRow
from workflow.tasks.lists.overview import PAGE

MORE = 2 * PAGE + 3
"""Ledgers besides the first."""


@pytest.fixture
def many(office: Office) -> Office:
    """An office with three pages of ledgers, older and newer ones."""
    with office.here.database.writing() as session:
        for table, changes in (
            (SourceDocument.__table__, lambda n: {"sha256": f"{n:064d}"}),
            (Ledger.__table__, lambda n: {"source_id": n, "year": 2020 + n % 7}),
        ):
            first = session.execute(select(table)).mappings().first()
            session.execute(insert(table), [{**first, "id": n, **changes(n)} for n in range(100, 100 + MORE)])
    return office


def test_every_ledger_is_listed_once_over_the_pages_the_newest_year_first(many: Office) -> None:
    client, listed, url = many.client("chen"), [], "/ledgers"
    while url:
        page = client.get(url).text
        here = re.findall(r'class="short">(\d{4})</td>\s*<td[^>]*><a href="/ledgers/(\d+)"', page)
        assert 0 < len(here) <= PAGE
        listed += [(int(year), int(number)) for year, number in here]
        found = re.search(r'rel="next" href="([^"]+)"', page)
        url = found.group(1) if found else ""
    assert listed == sorted(listed, reverse=True)
    assert len(set(listed)) == len(listed) == MORE + 1


def test_a_program_is_told_every_ledger_once_over_the_pages(many: Office) -> None:
    program, listed, last = Program(many, "chen"), [], ""
    while last is not None:
        page = program.get(f"/ledgers?before={last}" if last else "/ledgers").json
        assert page is not None
        assert 0 < len(page["ledgers"]) <= PAGE
        listed += [(one["year"], one["id"]) for one in page["ledgers"]]
        last = page["before"]
    assert listed == sorted(listed, reverse=True)
    assert len(set(listed)) == MORE + 1
    assert program.get("/ledgers?before=x").status_code == 422


def test_a_program_is_told_every_unit_once_over_the_pages(office: Office) -> None:
    with office.here.database.writing() as session:
        rows = [UnitRow(n % 7, f"第{n}号单位", "部门", (), ()) for n in range(1000, 1000 + 2 * UNITS)]
        import_units(session, rows, by=session.get_one(User, office.ids["chen"]), at=office.clock())
        known = list(session.scalars(select(Unit.name).order_by(Unit.position, Unit.id)))
    program, listed, last = Program(office, "chen"), [], ""
    while last is not None:
        page = program.get(f"/units?after={last}" if last else "/units").json
        assert page is not None
        assert 0 < len(page["units"]) <= UNITS
        listed += [one["name"] for one in page["units"]]
        last = page["after"]
    assert listed == known


def test_tasks_are_counted_for_the_ledgers_of_the_page_alone(many: Office) -> None:
    with statements(many) as seen:
        assert many.client("chen").get("/ledgers").status_code == 200
    counted = [parameters for sql, parameters in seen if "count(*)" in sql and "FROM task" in sql]
    assert len(counted) == 1
    assert len(counted[0]) <= PAGE + 2  # the numbers of its ledgers, and what tells tasks from other matters


def test_a_ledger_loads_and_offers_its_own_units_alone(office: Office) -> None:
    with office.here.database.writing() as session:
        by = session.get_one(User, office.ids["chen"])
        rows = [UnitRow(n, f"第{n}号单位", "部门", (), ()) for n in range(1000, 1700)]
        import_units(session, rows, by=by, at=office.clock())
        other = session.scalars(select(Unit.id).where(Unit.name == HOME)).one()
    with statements(office) as seen:
        page = office.client("chen").get("/ledgers/1").text
    assert not [sql for sql, _ in seen if "audit_event" in sql and "kind" in sql], "nothing is folded for today"
    offered = re.findall(
        r"<option value=\"\d+\"[^>]*>([^<]+)</option>", page.split('name="unit"')[1].split("</select>")[0]
    )
    assert OWN in offered
    assert not {HOME, "第1000号单位"} & set(offered)
    narrowed = office.client("chen").get(f"/ledgers/1?unit={other}").text
    assert f'<option value="{other}" selected>{HOME}</option>' in narrowed, "what it is narrowed to is said"
