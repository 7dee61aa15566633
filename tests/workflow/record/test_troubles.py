"""Two who write the same at once (同时写入): the second one is told so, and nothing is called an error of the system."""

from __future__ import annotations

from functools import wraps
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.desk_office import HOME, Office, open_office
from tests.postgres import Server, cluster
from workflow.office.models import Unit
from workflow.office.words import UnitKind


def write_twice(office: Office, name: str = HOME) -> None:
    with office.here.database.writing() as session:
        session.add(Unit(name=name, kind=UnitKind.DEPARTMENT, position=99))


def asked(office: Office, monkeypatch: pytest.MonkeyPatch, name: str) -> tuple[int, str]:
    door = office.app.view_functions["standing.home"]

    @wraps(door)
    def view() -> str:
        write_twice(office, name)
        return ""

    monkeypatch.setitem(office.app.view_functions, "standing.home", view)
    answer = office.client("chen").get("/home")
    return answer.status_code, answer.text


def test_the_second_of_two_is_told_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    status, page = asked(office, monkeypatch, HOME)
    assert (status, "刚刚已由他人" in page, "UNIQUE" in page) == (409, True, False)


@pytest.mark.proof("postgresql")
def test_on_the_other_database_alike_and_what_is_too_long_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cluster() as url:
        server = Server(url)
        office = open_office(tmp_path, server=server)
        assert asked(office, monkeypatch, HOME)[0] == 409
        status, page = asked(office, monkeypatch, "长" * 200)
        assert (status, "太长" in page, "varying" in page) == (422, True, False)
        with office.here.database.reading() as session:
            assert len(session.scalars(select(Unit)).all()) == 5
        office.here.database.dispose()
        server.close()
