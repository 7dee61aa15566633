"""The table of all units asked for a moment says what it said then: words, people, parts, names and counts."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select, update

from tests.desk_office import OWN, Office
from tests.filings_desk import filed, fill, opened, step
from workflow.folding import fold
from workflow.ledgers.export import LedgerTable
from workflow.office.models import Unit, User
from workflow.office.units import save_unit
from workflow.office.words import UnitKind
from workflow.tasks.models import ReportRevision
from workflow.tasks.words import Action
from workflow.year.filings import filling
from workflow.year.filings.filling import Cell, Head
from workflow.year.filings.models import Filing, FilingRound
from workflow.year.filings.tables import round_table

RENAMED = "市财政和金融局"


def at(office: Office, round_id: int, moment: datetime) -> LedgerTable:
    with office.here.database.reading() as session:
        return round_table(session, session.get_one(FilingRound, round_id), as_of=moment)


def said(table: LedgerTable) -> list[str]:
    return [row[-1] for row in table.rows if len(row) > 1]


def file_anew(office: Office, form_id: int) -> None:
    """The form is returned, written by somebody else with other words, and approved again."""
    step(office, form_id, Action.SEND_BACK, "chen", "请写具体")
    fill(office, form_id, Cell("已公开 12 项。"), by="hong", head=Head("小红", "13900001234"))
    step(office, form_id, Action.SUBMIT, "hong")
    step(office, form_id, Action.APPROVE, "li")


@pytest.fixture
def once_filed(office: Office) -> tuple[Office, int, int]:
    """A form filed, and the moment after it; the round and the form."""
    round_id = opened(office)
    return office, round_id, filed(office, round_id, Cell("已公开。"))


def test_what_was_filed_is_told_after_it_was_returned_and_written_anew(once_filed: tuple[Office, int, int]) -> None:
    office, round_id, form_id = once_filed
    first = office.clock()
    before = at(office, round_id, first)
    assert said(before)[0] == f"【{OWN}】已公开。"
    file_anew(office, form_id)
    second = office.clock()
    assert said(at(office, round_id, second))[0] == f"【{OWN}】已公开 12 项。"
    with office.here.database.writing() as session:
        unit, chen = (
            session.scalars(select(Unit).where(Unit.name == OWN)).one(),
            session.get_one(User, office.ids["chen"]),
        )
        save_unit(session, unit, name=RENAMED, kind=UnitKind.DEPARTMENT, aliases=(), by=chen, at=office.clock())
    assert at(office, round_id, first) == before, "words, who filled in and names are those of the moment"
    assert said(at(office, round_id, office.clock()))[0] == f"【{RENAMED}】已公开 12 项。"
    step(office, form_id, Action.CLOSE, "chen")
    with office.here.database.writing() as session:
        wang = session.get_one(User, office.ids["wang"])
        again = filling.supplement(session, session.get_one(Filing, form_id), by=wang, at=office.clock())
    step(office, again, Action.SUBMIT, "wang")
    step(office, again, Action.APPROVE, "li")
    third = office.clock()
    whole = at(office, round_id, third)
    assert said(whole)[0] == f"【{RENAMED}（补报）】已公开 12 项。"
    file_anew(office, again)
    assert at(office, round_id, third) == whole, "what a supplement began with is kept, though nobody had saved it"
    assert at(office, round_id, first) == before
    assert fold(office.here.database).faults == ()


def test_words_that_were_not_kept_are_never_guessed(once_filed: tuple[Office, int, int]) -> None:
    office, round_id, form_id = once_filed
    first = office.clock()
    file_anew(office, form_id)
    with office.here.database.writing() as session:
        session.execute(update(ReportRevision).where(ReportRevision.task_id == form_id).values(text="1 已公开。"))
    told = at(office, round_id, first)
    assert said(told)[0] == f"【{OWN}】（当时的填报内容已改写，未留存）"
    assert "已报送 1 个" in told.foot[0]
