"""Filings: opened for all units at once, prefilled from what heads approved, filed and sealed, printed as published, read back."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta

import docx
import openpyxl
import pytest
from sqlalchemy import select, update

from intake.lists.cells import rows_of
from packets.authority import LocalAuthority
from packets.judging import judge
from packets.trust import pinned
from packets.verdict import FAILED, PASSED, UNCERTAIN
from packets.verify import verify
from reports import ledger_files
from tests.desk_office import HOME, OTHER, OWN, Office, report
from tests.filings_desk import (
    cells_in,
    filed,
    fill,
    form_of,
    opened,
    printed,
    standing,
    step,
    table_of,
    whole,
)
from tests.whole.test_races import together
from worker import drain
from workflow.folding import fold
from workflow.office.models import Notice, User
from workflow.record.errors import Forbidden, Incomplete, Invalid, NotInState, Refused, Stale
from workflow.record.migrating import migrate, migrate_down
from workflow.record.registering import registration_of
from workflow.tasks.models import Signoff, Task
from workflow.tasks.words import Action
from workflow.year.filings import filling, rounds
from workflow.year.filings.board import Standing
from workflow.year.filings.filling import Cell, Head
from workflow.year.filings.models import Filing, FilingRound, FilingRow
from workflow.year.models import Paper


def test_a_round_asks_every_unit_once_and_prefills_what_heads_approved(office: Office) -> None:
    first, second = office.task_id(1), office.task_id(2)
    office.walk(first, "submit", "approve")
    report(office.client("wang"), second, "还没有人审过。")
    round_id = opened(office)
    assert cells_in(office, form_of(office, round_id)) == [("已经全部公开。", ""), ("", "还没有人审过。"), ("", "")]
    assert set(standing(office, round_id).values()) == {(Standing.BLANK, False, 0)}
    with office.here.database.reading() as session:
        told = session.scalars(select(Notice.text).where(Notice.user_id == office.ids["wang"])).all()
    assert any("落实情况表（1-3月）" in text for text in told)
    with pytest.raises(NotInState, match="已经发起过"):
        opened(office)


def test_words_that_nobody_approved_are_in_no_file(office: Office) -> None:
    report(office.client("wang"), office.task_id(2), "还没有人审过。")
    round_id = opened(office)
    page = office.client("wang").get(f"/filings/{form_of(office, round_id)}").text
    assert re.search(r"未审.*还没有人审过。", page, re.DOTALL)
    form_id = filed(office, round_id, Cell("已公开。"))
    for table in (table_of(office, form_id), whole(office, round_id)):
        assert "还没有人审过" not in "".join(cell for row in table.rows for cell in row)
        assert "已公开。" in "".join(cell for row in table.rows for cell in row)


def test_a_form_climbs_and_every_hour_is_known_afterwards(office: Office) -> None:
    round_id = opened(office)
    form_id = form_of(office, round_id)
    seen = []
    fill(office, form_id, Cell("已公开。"), Cell("没有这项职责", not_concerned=True))
    seen.append(standing(office, round_id)[OWN][0])
    office.clock.now += timedelta(hours=1)
    for action, who in ((Action.SUBMIT, "wang"), (Action.APPROVE, "li"), (Action.CLOSE, "chen")):
        step(office, form_id, action, who)
        seen.append(standing(office, round_id)[OWN][0])
        office.clock.now += timedelta(hours=1)
    assert seen == [Standing.FILLING, Standing.WITH_HEAD, Standing.FILED, Standing.ACCEPTED]
    assert [standing(office, round_id, hours=h)[OWN][0] for h in (4, 3, 2, 1)] == seen
    assert fold(office.here.database).faults == ()


def test_what_stands_against_a_step(office: Office) -> None:
    form_id = form_of(office, opened(office))
    with pytest.raises(Incomplete, match=r"填报人及手机号码.*没有填写"):
        step(office, form_id, Action.SUBMIT, "wang")
    fill(office, form_id, Cell("", not_concerned=True), Cell("已公开。"))
    with pytest.raises(Incomplete, match="第 1 条选了「不涉及本单位」，请写明理由"):
        step(office, form_id, Action.SUBMIT, "wang")
    fill(office, form_id, Cell("没有这项职责", not_concerned=True), by="both")
    step(office, form_id, Action.SUBMIT, "wang")
    with pytest.raises(Incomplete, match="参与过本件的填报"):
        step(office, form_id, Action.APPROVE, "both")
    with pytest.raises(Forbidden):
        step(office, form_id, Action.APPROVE, "qian")
    with pytest.raises(NotInState, match="内容锁定"):
        fill(office, form_id, Cell("改一改"))
    other = form_of(office, opened(office, 6, date(2026, 7, 10)))
    with pytest.raises(Invalid, match="不是电话号码"):
        fill(office, other, Cell("已公开。"), head=Head("小王", "不告诉你"))


def test_a_return_names_the_rows_and_is_no_approval(office: Office) -> None:
    round_id = opened(office)
    form_id = filed(office, round_id, Cell("已公开。"), Cell("在办"))
    assert f"/filings/{form_id}/act/send_back" in office.client("chen").get(f"/filings/{form_id}").text
    with office.here.database.writing() as session:
        form, by = session.get_one(Filing, form_id), session.get_one(User, office.ids["chen"])
        faults = {form.rows[1].id: "请写明公开的网址"}
        filling.send_back(session, form, faults, "", by=by, at=office.clock(), seen_version=form.version)
    assert standing(office, round_id)[OWN][0] is Standing.RETURNED
    assert "第 2 条：请写明公开的网址" in office.client("wang").get(f"/filings/{form_id}").text
    assert "未报送 4 个" in whole(office, round_id).foot[0]
    with office.here.database.reading() as session:
        assert all(one.void_at for one in session.scalars(select(Signoff).where(Signoff.decision == "passed")))
    fill(office, form_id, Cell("已公开。"), Cell("已公开，见门户网站。"))
    assert "请写明公开的网址" not in office.client("wang").get(f"/filings/{form_id}").text


@pytest.mark.own_home
def test_of_two_approvers_one_wins(office: Office) -> None:
    form_id = form_of(office, opened(office))
    fill(office, form_id, Cell("已公开。"))
    step(office, form_id, Action.SUBMIT, "hong")
    with office.here.database.reading() as session:
        version = session.get_one(Filing, form_id).version

    def sign(who: str) -> str:
        try:
            return step(office, form_id, Action.APPROVE, who, version=version).sentence
        except Stale:
            return "stale"
        except Refused as refused:
            return refused.message

    said = together(lambda: sign("li"), lambda: sign("both"))
    assert sorted(one == "stale" for one in said) == [False, True]
    with office.here.database.reading() as session:
        assert len(session.scalars(select(Signoff).where(Signoff.task_id == form_id)).all()) == 1
        assert len(session.scalars(select(Paper).where(Paper.matter_id == form_id)).all()) == 1


def test_the_rest_is_urged_at_one_press_once_a_day(office: Office) -> None:
    round_id = opened(office)
    filed(office, round_id, Cell("已公开。"))

    def urged() -> int:
        with office.here.database.writing() as session:
            row, by = session.get_one(FilingRound, round_id), session.get_one(User, office.ids["chen"])
            return rounds.urge_round(session, row, by=by, at=office.clock())

    assert [urged(), urged()] == [3, 0]
    office.clock.now += timedelta(days=30)
    assert urged() == 3
    now = standing(office, round_id)
    assert now[OWN] == (Standing.FILED, False, 0)
    assert now[OTHER] == (Standing.BLANK, True, 2)


def test_a_supplement_stands_beside_what_was_filed(office: Office) -> None:
    round_id = opened(office)
    form_id = filed(office, round_id, Cell("已公开。"))
    wang = office.client("wang")
    assert "还在办理" in wang.post(f"/filings/{form_id}/supplement").text
    step(office, form_id, Action.CLOSE, "chen")
    office.client("chen").post(f"/rounds/{round_id}/close")
    assert wang.post(f"/filings/{form_id}/supplement").status_code == 302
    second = form_of(office, round_id, edition=2)
    fill(office, second, Cell("已公开，另补充两项。"))
    step(office, second, Action.SUBMIT, "wang")
    step(office, second, Action.APPROVE, "li")
    assert cells_in(office, form_id)[0][0] == "已公开。"
    assert f"【{OWN}（补报）】已公开，另补充两项。" in printed(office, round_id)
    late = form_of(office, round_id, OTHER)
    fill(office, late, Cell("晚了"), by="qian")
    with pytest.raises(Incomplete, match="截止归档"):
        step(office, late, Action.SUBMIT, "qian")


def test_the_last_round_is_copied_into_blank_rows_alone(office: Office) -> None:
    filed(office, opened(office), Cell("一季度已公开。"), Cell("没有这项职责", not_concerned=True))
    form_id = form_of(office, opened(office, 6, date(2026, 7, 10)))
    fill(office, form_id, Cell("二季度已公开。"))
    office.client("wang").post(f"/filings/{form_id}/copy", data={"seen_version": "2"})
    said = [cell for cell, _ in cells_in(office, form_id)]
    assert said == ["二季度已公开。", "不涉及本单位，理由：没有这项职责", ""]


def test_the_table_of_all_units_masks_people_and_counts(office: Office) -> None:
    round_id = opened(office)
    filed(office, round_id, Cell("已公开，咨询电话 13912345678。"))
    table = whole(office, round_id)
    text = "\n".join([*table.under, *table.foot, printed(office, round_id)])
    assert f"【{OWN}】已公开，咨询电话 139****5678。" in text
    assert f"{OWN} 小* 138****5678" in text
    assert not re.search(r"13800005678|13912345678|小王", text)
    assert "条目 3 条；应报单位 4 个，已报送 1 个（其中迟报 0 个），未报送 3 个；没有文字的条目 2 条" in text
    assert table.columns[-1].name == "落实情况"


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_a_file_says_cell_by_cell_what_was_filed(office: Office, form: str) -> None:
    round_id = opened(office)
    form_id = filed(office, round_id, Cell('=HYPERLINK("http://x")'), Cell("第一行\n第二行"))
    for table in (table_of(office, form_id), whole(office, round_id)):
        data = ledger_files.as_docx(table) if form == "docx" else ledger_files.as_xlsx(table)
        read = [cells for _, cells in rows_of(data, {"filename": f"表.{form}"})["rows"]]
        said = [tuple(cells) if len(set(cells) - {""}) > 1 else (cells[0],) for cells in read]
        start = next(n for n, cells in enumerate(said) if cells == tuple(column.name for column in table.columns))
        assert said[start + 1 : start + 1 + len(table.rows)] == list(table.rows)


def test_no_cell_of_a_workbook_is_a_formula(office: Office) -> None:
    form_id = filed(office, opened(office), Cell('=HYPERLINK("http://x")'))
    book = openpyxl.load_workbook(io.BytesIO(ledger_files.as_xlsx(table_of(office, form_id))))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}


def test_forms_and_the_table_of_all_are_sealed_and_pass(office: Office) -> None:
    round_id = opened(office)
    form_id = filed(office, round_id, Cell("已公开。"))
    office.client("chen").post(f"/rounds/{round_id}/paper")
    drain(office.here)
    with office.here.database.reading() as session:
        papers = {one.kind: (one.pdf_sha256, one.error) for one in session.scalars(select(Paper))}
    for kind, unit in (("filing", OWN), ("round", HOME)):
        digest, error = papers[kind]
        assert error == ""
        judged = judge(office.here, office.here.store.read(digest or ""))
        assert judged.verdict == PASSED, judged.reason
        with office.here.database.reading() as session:
            vouched = registration_of(session, digest or "")
        assert vouched is not None
        said = json.loads(vouched.text)["registration"]
        assert (said["office"], list(said["boxes"].values())) == (HOME, [[unit]])
    answer = office.client("wang").get(f"/filings/{form_id}/sealed.pdf")
    assert answer.data.startswith(b"%PDF")
    assert office.client("qian").get(f"/filings/{form_id}/sealed.pdf").status_code == 404


def test_a_units_seal_stands_for_no_office_that_nobody_pinned(office: Office) -> None:
    filed(office, opened(office), Cell("已公开。"))
    with office.here.database.reading() as session:
        digest = session.scalars(select(Paper.pdf_sha256)).one() or ""
        vouched = registration_of(session, digest)
    pdf, authority = office.here.store.read(digest), LocalAuthority(office.here.settings.home, office.clock)
    said = vouched.text.encode() if vouched else b""
    for pins, verdict in (([HOME], PASSED), ([OWN], FAILED), ([OTHER], FAILED)):
        anchors = [*authority.anchors(), pinned(pins)]
        assert verify(pdf, anchors=anchors, registration=said, at=office.clock()).verdict == verdict
    alone = verify(pdf, anchors=[*authority.anchors(), pinned([HOME])], at=office.clock())
    assert alone.verdict == UNCERTAIN


def test_a_form_returned_before_its_seal_is_not_sealed(office: Office) -> None:
    form_id = form_of(office, opened(office))
    fill(office, form_id, Cell("已公开。"))
    step(office, form_id, Action.SUBMIT, "wang")
    step(office, form_id, Action.APPROVE, "li")
    step(office, form_id, Action.SEND_BACK, "chen", "请补充")
    drain(office.here)
    assert "还没有签章" in office.client("wang").get(f"/filings/{form_id}/sealed.pdf").text


def offline(office: Office, form_id: int, row: int, column: int, text: str) -> bytes:
    """The form's Word file with one cell written anew, row and column counted as in the table."""
    document = docx.Document(io.BytesIO(ledger_files.as_docx(table_of(office, form_id))))
    document.tables[0].rows[row].cells[column].text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def back(office: Office, form_id: int, data: bytes) -> str:
    return office.client("wang").post(f"/filings/{form_id}/back", data={"file": (io.BytesIO(data), "表.docx")}).text


def test_a_form_filled_in_offline_shows_old_and_new_before_it_is_written(office: Office) -> None:
    form_id = form_of(office, opened(office))
    fill(office, form_id, Cell("旧的内容"))
    page = back(office, form_id, offline(office, form_id, 2, -1, "新的内容"))
    assert "旧的内容" in page
    assert "新的内容" in page
    assert cells_in(office, form_id)[0][0] == "旧的内容"
    fields = dict(re.findall(r'name="(seen_version|person|phone|row-\d+)" value="([^"]*)"', page))
    row = next(name for name in fields if name.startswith("row-")).removeprefix("row-")
    written = {**fields, f"text-{row}": "新的内容"}
    assert office.client("wang").post(f"/filings/{form_id}/rows", data=written).status_code == 303
    assert [cell for cell, _ in cells_in(office, form_id)] == ["新的内容", "", ""]


def test_a_changed_requirement_is_refused_by_its_address(office: Office) -> None:
    form_id = form_of(office, opened(office))
    page = back(office, form_id, offline(office, form_id, 3, 2, "不用公开。"))
    assert "表 1 第 4 行「工作要求」栏被改动：原文是「及时公开。」，文件里是「不用公开。」" in page
    assert "写入这" not in page


def test_a_row_of_another_table_is_listed_and_nothing_written(office: Office) -> None:
    form_id = form_of(office, opened(office))
    document = docx.Document(io.BytesIO(ledger_files.as_docx(table_of(office, form_id))))
    for cell, text in zip(document.tables[0].add_row().cells, ("9", "别的", "别的", "", "", "", "别的话"), strict=True):
        cell.text = text
    out = io.BytesIO()
    document.save(out)
    page = back(office, form_id, out.getvalue())
    assert "没有对上 1 行" in page
    assert "表 1 第 6 行：别的" in page


def test_a_round_is_the_offices_and_a_form_its_units(office: Office) -> None:
    round_id = opened(office)
    form_id = form_of(office, round_id)
    doors = {
        f"/rounds/{round_id}": {"chen", "liushi", "shenji"},
        f"/filings/{form_id}": {"wang", "li", "chen", "liushi", "shenji"},
    }
    for address, allowed in doors.items():
        for login in ("wang", "li", "qian", "chen", "liushi", "shenji"):
            assert (office.client(login).get(address).status_code == 200) is (login in allowed), (address, login)
    assert office.client("wang").get("/").text.count("落实情况表（1-3月）") > 0


def test_a_row_changed_behind_the_engine_is_found_and_not_taken_in(office: Office) -> None:
    form_id = filed(office, opened(office), Cell("已公开。"))
    assert fold(office.here.database).faults == ()
    with office.here.database.writing() as session:
        session.execute(update(FilingRow).where(FilingRow.filing_id == form_id).values(text="别人写的"))
    assert [fault for fault in fold(office.here.database).faults if f"填报表 {form_id} 的填报内容被改动" in fault]
    with pytest.raises(Incomplete, match="内容摘要不符"):
        step(office, form_id, Action.CLOSE, "chen")


@pytest.mark.own_home
def test_forms_go_with_their_migration_and_tasks_stay(office: Office) -> None:
    filed(office, opened(office), Cell("已公开。"))
    tasks, engine = office.count(Task), office.here.database.write_engine
    migrate_down(engine, "0023")
    migrate(engine)
    assert (office.count(Task), office.count(Filing), office.count(FilingRow)) == (tasks, 0, 0)
    assert fold(office.here.database).chain.intact
