"""The year's papers with a level below: forms of the units below are written already, a look-back tells what is below."""

from __future__ import annotations

from sqlalchemy import select

from reports.check_tables import look_back_paper
from tests.desk_office import OWN, Office, report
from tests.filings_desk import form_of, opened
from tests.level_desk import FIRST, SECOND, cut, finish, lower_tasks, place, publish
from tests.look_back_desk import Desk
from workflow.office.models import Unit, User
from workflow.year.filings import gathering
from workflow.year.filings.models import Filing
from workflow.year.look_backs.models import LookBackEntry


def half_done(office: Office) -> int:
    """Row 1 cut for two centres; the first is done, the second has written and not submitted; the lower ledger."""
    lower = cut(place(office))
    publish(office, lower)
    tasks = lower_tasks(office, lower)
    finish(office, tasks[FIRST], "guo", "gu")
    assert report(office.client("cai"), tasks[SECOND], "草稿里的话。").status_code == 303
    return lower


def test_forms_asked_below_say_what_was_reported_below(office: Office) -> None:
    half_done(office)
    form_id = form_of(office, opened(office))
    with office.here.database.writing() as session:
        form, by = session.get_one(Filing, form_id), session.get_one(User, office.ids["wang"])
        gathering.ask_below(session, form, by=by, at=office.clock(), seen_version=form.version)
        first = next(row for row in form.rows if row.item.number == "1").item_id
        said = {
            one.unit.name: next((row.text, row.pending) for row in one.rows if row.item_id == first)
            for one in gathering.parts_asked(session, form)
        }
    assert said == {FIRST: ("已经公开。", ""), SECOND: ("", "草稿里的话。")}, "what no head has approved is never filed"


def test_a_look_back_tells_how_it_stands_below(office: Office) -> None:
    lower = half_done(office)
    desk = Desk(office)
    desk.start()
    with office.here.database.reading() as session:
        entries = session.scalars(
            select(LookBackEntry).join(Unit, Unit.id == LookBackEntry.unit_id).where(Unit.name == OWN)
        )
        numbers = {entry.item.number: entry.id for entry in entries}
    page = office.client("chen").get(f"/look-backs/lines/{numbers['1']}").text
    assert f"1/2 已办结，未办结的有{SECOND}" in page
    assert "分解到下级" not in office.client("chen").get(f"/look-backs/lines/{numbers['2']}").text
    assert desk.broken() == []
    with office.here.database.reading() as session:
        facts = look_back_paper(session, 1, as_of=office.clock())
        entry = session.get_one(LookBackEntry, numbers["1"])
        begun = entry.look_back.started_at
    (told,) = facts.below
    assert (told.number, told.unit, told.rows, told.done, told.waiting) == ("1", OWN, 2, 1, (SECOND,))
    assert "合计分解 1 件，下级条目 2 条，已销号 1 条" in facts.tables()[-1].rows[-1][0]
    finish(office, lower_tasks(office, lower)[SECOND], "cai", "cui")
    with office.here.database.reading() as session:
        assert look_back_paper(session, 1, as_of=begun).below == (told,), "as of then it stays what it was"
        assert look_back_paper(session, 1, as_of=office.clock()).below[0].done == 2
