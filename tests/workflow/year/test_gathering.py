"""A county files with its towns: they fill in, it takes in, its head approves what it holds, the table of all folds them in."""

from __future__ import annotations

import io
from datetime import UTC, datetime, time, timedelta

import docx
import pytest
from sqlalchemy import select, text

from packets.judging import judge
from packets.verdict import PASSED
from reports import ledger_files
from tests.desk_office import HOME, OTHER, OWN, Office
from tests.filings_desk import fill, form_of, opened, standing, step, table_of, whole
from tests.whole.test_races import together
from worker import drain
from workflow.folding import fold
from workflow.office.models import Notice, Unit, User
from workflow.office.people import create_user
from workflow.office.units import import_units, save_unit
from workflow.office.words import Role, UnitKind
from workflow.record.calendar import spoken
from workflow.record.errors import Forbidden, Incomplete, NotInState, Refused
from workflow.record.migrating import migrate, migrate_down
from workflow.record.published import UnitRow
from workflow.record.settings import ZONE
from workflow.tasks.words import Action
from workflow.year.filings import filling, gathering
from workflow.year.filings.board import Standing, board_below
from workflow.year.filings.filling import Cell
from workflow.year.filings.models import Filing
from workflow.year.models import Paper

TOWN, RIVER, VILLAGE = "城关镇人民政府", "柳河镇人民政府", "柳河村"


@pytest.fixture
def county(office: Office) -> Office:
    """The office whose unit has two towns, one of them a village; people sit in the first town and in the village."""
    rows = [UnitRow(9, VILLAGE, "其他", (), (), TOWN)]
    rows += [UnitRow(n, name, "街道乡镇", (), (), OWN) for n, name in enumerate((TOWN, RIVER))]
    with office.here.database.writing() as session:
        import_units(session, rows, by=None, at=office.clock())
        units = {unit.name: unit for unit in session.scalars(select(Unit))}
        people = {"town": (TOWN, Role.HANDLER), "mayor": (TOWN, Role.UNIT_HEAD), "village": (VILLAGE, Role.HANDLER)}
        people["elder"] = (VILLAGE, Role.UNIT_HEAD)
        for login, (unit, role) in people.items():
            user, _ = create_user(
                session, login=login, name=login, unit=units[unit], roles={role}, by=None, at=office.clock()
            )
            user.must_change_password = False
            office.ids[login] = user.id
    return office


def ask(office: Office, form_id: int, by: str = "wang") -> list[str]:
    with office.here.database.writing() as session:
        form, person = session.get_one(Filing, form_id), session.get_one(User, office.ids[by])
        return gathering.ask_below(session, form, by=person, at=office.clock(), seen_version=form.version)


def filed_by(office: Office, form_id: int, handler: str, head: str, *cells: Cell) -> None:
    """A form of a unit below, filled in and approved."""
    fill(office, form_id, *cells, by=handler)
    step(office, form_id, Action.SUBMIT, handler)
    step(office, form_id, Action.APPROVE, head)


def taken_in(office: Office, *cells: Cell) -> tuple[int, int, int]:
    """The round, the county's form, and the town's that is a part of it."""
    round_id = opened(office)
    form_id = form_of(office, round_id)
    ask(office, form_id)
    part = form_of(office, round_id, TOWN)
    filed_by(office, part, "town", "mayor", *(cells or (Cell("镇里已公开。"),)))
    step(office, part, Action.CLOSE, "wang")
    return round_id, form_id, part


def last(office: Office, form_id: int) -> list[str]:
    """What the form's last column says, row by row."""
    return [cells[-1] for cells in table_of(office, form_id).rows if len(cells) > 1]


def test_a_county_files_with_its_towns(county: Office) -> None:
    round_id, form_id, part = taken_in(county)
    fill(county, form_id, Cell("县里已公开。"))
    assert last(county, form_id) == [f"县里已公开。\n〔{TOWN}〕镇里已公开。", "", ""]
    assert table_of(county, form_id).foot == (f"下级单位应报 2 个，已汇总 1 个，未汇总 1 个：{RIVER}。",)
    page = county.client("wang").get(f"/filings/{form_id}").text
    assert "已接收 1" in page
    assert "未填 1" in page
    assert set(standing(county, round_id)) >= {OWN, OTHER}, "the office hears from the county"
    assert not {TOWN, RIVER} & set(standing(county, round_id))
    step(county, form_id, Action.SUBMIT, "wang")
    step(county, form_id, Action.APPROVE, "li")
    said = whole(county, round_id)
    assert any(f"【{OWN}】县里已公开。\n〔{TOWN}〕镇里已公开。" in row[-1] for row in said.rows)
    assert f"{OWN}下级单位应报 2 个，已汇总 1 个，未汇总 1 个：{RIVER}。" in said.foot
    assert "下级已汇总 1/2" in county.client("chen").get(f"/rounds/{round_id}").text
    drain(county.here)
    with county.here.database.reading() as session:
        papers = {paper.matter_id: paper.pdf_sha256 or "" for paper in session.scalars(select(Paper))}
    assert [judge(county.here, county.here.store.read(papers[one])).verdict for one in (form_id, part)] == [PASSED] * 2
    assert fold(county.here.database).faults == ()


def test_what_is_approved_covers_the_towns_words(county: Office) -> None:
    _, form_id, part = taken_in(county)
    fill(county, form_id, Cell("县里已公开。"))
    step(county, form_id, Action.SUBMIT, "wang")
    with county.here.database.writing() as session:
        session.execute(text(f"UPDATE filing_part SET taken_id = NULL WHERE form_id = {form_id}"))
    assert [one for one in fold(county.here.database).faults if f"填报表 {form_id} 的填报内容被改动" in one]
    with pytest.raises(Incomplete, match="内容摘要不符"):
        step(county, form_id, Action.APPROVE, "li")
    with county.here.database.writing() as session:
        session.execute(text(f"UPDATE filing SET through_id = NULL WHERE id = {part}"))
    assert [one for one in fold(county.here.database).faults if f"填报表 {part} 的汇总单位被改动" in one]


def test_what_lies_before_the_head_takes_nothing_in(county: Office) -> None:
    round_id = opened(county)
    form_id = form_of(county, round_id)
    ask(county, form_id)
    part = form_of(county, round_id, TOWN)
    filed_by(county, part, "town", "mayor", Cell("镇里已公开。"))
    fill(county, form_id, Cell("县里已公开。"))
    step(county, form_id, Action.SUBMIT, "wang")
    with pytest.raises(Incomplete, match=f"{OWN}的表已经提交，不能再汇入；请先撤回"):
        step(county, part, Action.CLOSE, "hong")
    with pytest.raises(NotInState, match="内容锁定"):
        ask(county, form_id)
    with pytest.raises(Forbidden):
        step(county, part, Action.CLOSE, "chen")
    step(county, form_id, Action.WITHDRAW, "wang")
    step(county, part, Action.SEND_BACK, "hong", "请写明网址")
    assert standing_below(county, form_id)[TOWN] is Standing.RETURNED


def standing_below(office: Office, form_id: int) -> dict[str, Standing]:
    with office.here.database.reading() as session:
        state = board_below(session, session.get_one(Filing, form_id), as_of=office.clock())
        return {f"{line.unit.name}{line.form.edition_word}": line.standing for line in state.lines}


@pytest.mark.own_home
def test_of_a_county_that_submits_and_one_that_takes_in_one_wins(county: Office) -> None:
    round_id = opened(county)
    form_id = form_of(county, round_id)
    ask(county, form_id)
    part = form_of(county, round_id, TOWN)
    filed_by(county, part, "town", "mayor", Cell("镇里已公开。"))
    fill(county, form_id, Cell("县里已公开。"))
    with county.here.database.reading() as session:
        version = session.get_one(Filing, form_id).version

    def tried(form: int, action: Action, by: str, seen: int) -> str:
        try:
            return step(county, form, action, by, version=seen).sentence
        except Refused as refused:
            return f"refused {refused.message}"

    said = together(
        lambda: tried(form_id, Action.SUBMIT, "wang", version), lambda: tried(part, Action.CLOSE, "hong", 0)
    )
    assert sorted(one.startswith("refused") for one in said) == [False, True], said
    assert fold(county.here.database).faults == ()


def test_a_towns_supplement_takes_the_place_of_what_was_taken_in(county: Office) -> None:
    _, form_id, part = taken_in(county)
    fill(county, form_id, Cell("县里已公开。"))
    step(county, form_id, Action.SUBMIT, "wang")
    step(county, form_id, Action.APPROVE, "li")
    step(county, form_id, Action.CLOSE, "chen")
    with county.here.database.writing() as session:
        wang, town = (session.get_one(User, county.ids[login]) for login in ("wang", "town"))
        again = filling.supplement(session, session.get_one(Filing, form_id), by=wang, at=county.clock())
        more = filling.supplement(session, session.get_one(Filing, part), by=town, at=county.clock())
    assert last(county, again)[0] == f"县里已公开。\n〔{TOWN}〕镇里已公开。", "a supplement begins as what was filed"
    filed_by(county, more, "town", "mayor", Cell("镇里又公开了。"))
    step(county, more, Action.CLOSE, "wang")
    assert last(county, again)[0] == f"县里已公开。\n〔{TOWN}〕镇里又公开了。"
    assert last(county, form_id)[0] == f"县里已公开。\n〔{TOWN}〕镇里已公开。", "what was filed stays"
    assert fold(county.here.database).faults == ()


def test_units_of_the_rows_file_through_the_one_above_them(county: Office) -> None:
    with county.here.database.writing() as session:
        chen, new = session.get_one(User, county.ids["chen"]), {"kind": UnitKind.DEPARTMENT, "aliases": ()}
        for name, above in ((OTHER, OWN), (OWN, HOME)):
            unit = session.scalars(select(Unit).where(Unit.name == name)).one()
            save_unit(session, unit, name=name, above=above, by=chen, at=county.clock(), **new)
    round_id = opened(county)
    assert OWN in standing(county, round_id), "to the office everybody files, whoever belongs to it"
    assert OTHER not in standing(county, round_id)
    assert standing_below(county, form_of(county, round_id)) == {OTHER: Standing.BLANK}
    with county.here.database.reading() as session:
        told = session.scalars(select(Notice.text).where(Notice.user_id == county.ids["qian"])).all()
    assert any(f"前向{OWN}报送《" in one for one in told)
    assert sorted(ask(county, form_of(county, round_id))) == sorted((TOWN, RIVER)), (
        "whoever has a form is not asked twice"
    )
    with pytest.raises(NotInState, match="没有可以下发的下级单位"):
        ask(county, form_of(county, round_id))


def test_a_village_files_to_its_town_and_the_county_sees_both(county: Office) -> None:
    round_id = opened(county)
    form_id = form_of(county, round_id)
    ask(county, form_id)
    town = form_of(county, round_id, TOWN)
    assert ask(county, town, "town") == [VILLAGE]
    village = form_of(county, round_id, VILLAGE)
    filed_by(county, village, "village", "elder", Cell("村里已公示。"))
    step(county, village, Action.CLOSE, "town")
    filed_by(county, town, "town", "mayor")
    step(county, town, Action.CLOSE, "wang")
    assert last(county, form_id)[0] == f"〔{VILLAGE}〕村里已公示。"
    for login, seen in {"wang": 404, "town": 200, "village": 200, "qian": 404, "li": 404}.items():
        assert county.client(login).get(f"/filings/{village}").status_code == seen, login
    for login, seen in {"wang": 200, "li": 200, "mayor": 200, "village": 404}.items():
        assert county.client(login).get(f"/filings/{town}").status_code == seen, login


def test_a_county_gives_its_towns_a_limit_of_their_own_before_its_own(county: Office) -> None:
    round_id = opened(county)
    form_id, wang = form_of(county, round_id), county.client("wang")
    with county.here.database.reading() as session:
        due = session.get_one(Filing, form_id).due
    for day, said in {due + timedelta(days=1): "之间", due - timedelta(days=400): "之间"}.items():
        refused = wang.post(
            f"/filings/{form_id}/below", data={"seen_version": 1, "due": f"{day}"}, follow_redirects=True
        )
        assert said in refused.text
    before = due - timedelta(days=3)
    wang.post(f"/filings/{form_id}/below", data={"seen_version": 1, "due": f"{before}"})
    with county.here.database.reading() as session:
        limits = {
            form.unit.name: form.due for form in session.scalars(select(Filing).where(Filing.round_id == round_id))
        }
        told = session.scalars(select(Notice.text).where(Notice.user_id == county.ids["town"])).all()
    assert (limits[TOWN], limits[RIVER], limits[OWN]) == (before, before, due)
    assert any(f"请于{spoken(before)}前向{OWN}报送" in one for one in told)
    county.clock.now = datetime.combine(due, time(10), ZONE).astimezone(UTC)
    assert TOWN in late_below(county, form_id), "a town is late by the limit that its county gave"
    assert fold(county.here.database).faults == ()


def late_below(office: Office, form_id: int) -> list[str]:
    with office.here.database.reading() as session:
        state = board_below(session, session.get_one(Filing, form_id), as_of=office.clock())
        return [line.unit.name for line in state.lines if line.late]


def test_towns_are_asked_and_urged_at_one_press_on_the_page(county: Office) -> None:
    round_id = opened(county)
    form_id, wang = form_of(county, round_id), county.client("wang")
    assert "请下级单位填报" in wang.get(f"/filings/{form_id}").text
    asked = wang.post(f"/filings/{form_id}/below", data={"seen_version": 1}, follow_redirects=True).text
    assert "已向 2 个下级单位下发填报表" in asked
    assert "请下级单位填报" not in asked
    assert "未填 2" in asked
    assert "已催办 2 个下级单位" in wang.post(f"/filings/{form_id}/below/urge", follow_redirects=True).text
    assert "没有需要催办的" in wang.post(f"/filings/{form_id}/below/urge", follow_redirects=True).text
    assert county.client("qian").post(f"/filings/{form_id}/below/urge").status_code == 404
    assert county.client("li").post(f"/filings/{form_id}/below/urge").status_code == 403


def test_a_file_from_outside_changes_the_countys_own_words_alone(county: Office) -> None:
    _, form_id, _ = taken_in(county)
    fill(county, form_id, Cell("县里已公开。"))

    def back(words: str) -> str:
        document = docx.Document(io.BytesIO(ledger_files.as_docx(table_of(county, form_id))))
        document.tables[0].rows[2].cells[-1].text = words
        out = io.BytesIO()
        document.save(out)
        sent = {"file": (io.BytesIO(out.getvalue()), "表.docx")}
        return county.client("wang").post(f"/filings/{form_id}/back", data=sent).text

    assert "改动 1 条" in back(f"县里都公开了。\n〔{TOWN}〕镇里已公开。")
    assert "改动 0 条，没有变化 3 条" in back(f"县里已公开。\n〔{TOWN}〕镇里已公开。")
    assert "只能由下级单位在自己的表里改" in back(f"县里已公开。\n〔{TOWN}〕县里替镇里写的。")


@pytest.mark.own_home
def test_forms_of_towns_are_not_lost_by_going_back(county: Office) -> None:
    opened(county, months=2)
    engine = county.here.database.write_engine
    migrate_down(engine, "0033")
    migrate(engine)
    _, form_id, _ = taken_in(county)
    with pytest.raises(RuntimeError, match="2 forms are parts"):
        migrate_down(engine, "0033")
    assert last(county, form_id)[0] == f"〔{TOWN}〕镇里已公开。"
