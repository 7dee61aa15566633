"""A third party's list: read with its doubts, each line put right by a unit, given back in the very same file."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import docx
import openpyxl
import pytest
from sqlalchemy import select, text

from intake.lists.outside_back import put_back
from intake.lists.outside_list import read_outside
from tests.desk_office import OTHER, OWN, Office
from tests.outside_desk import bring, document, hand_out, workbook
from workflow.folding import fold
from workflow.office.models import User
from workflow.office.people import create_user
from workflow.office.words import Role
from workflow.record.errors import Incomplete, Unreadable
from workflow.record.migrating import migrate, migrate_down
from workflow.tasks.acting import act
from workflow.tasks.checking import check_evidence
from workflow.tasks.reporting import add_link
from workflow.tasks.words import Action, Status
from workflow.year.assessments.measures import traces
from workflow.year.look_backs.link_checks import add_proof
from workflow.year.look_backs.models import Rectification
from workflow.year.look_backs.rectifying import save_rectification
from workflow.year.outside.models import OutsideList
from workflow.year.words import Result

EVIL = '=HYPERLINK("http://x","点我") _x0041_'


def mended(
    office: Office,
    said: str = "已更新机构职能页面",
    *,
    proved: bool = True,
    nth: int = 0,
    desk: tuple[str, str] = ("wang", "li"),
) -> Status:
    """The unit of a rectification reports with a link alone; its head approves, the office closes."""
    for login, action in ((desk[0], Action.SUBMIT), (desk[1], Action.APPROVE), ("chen", Action.CLOSE)):
        with office.here.database.writing() as session:
            by = session.get_one(User, office.ids[login])
            matter = session.scalars(select(Rectification).order_by(Rectification.id)).all()[nth]
            at = office.clock()
            if action is Action.SUBMIT:
                save_rectification(
                    session,
                    matter,
                    said,
                    result=Result.MENDED,
                    person="小王",
                    by=by,
                    at=at,
                    seen_version=matter.version,
                )
                add_link(session, matter, "https://www.example.gov.cn/jgzn", note="", by=by, at=at)
            if action is Action.CLOSE and proved:
                add_proof(session, matter, office.here.store.add_bytes(b"seen"), name="截图.png", note="", by=by, at=at)
            checked = check_evidence(matter, office.here.store)
            act(session, matter, action, by=by, at=at, seen_version=matter.version, opinion="看过", checked=checked)
            status = matter.status
    return status


def cells(data: bytes) -> dict[str, Any]:
    sheet = openpyxl.load_workbook(io.BytesIO(data))["清单"]
    return {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}


def test_a_list_is_read_with_what_is_unsure_and_what_was_left_out(office: Office) -> None:
    assert bring(office).status_code == 303
    page = office.client("chen").get("/outside-lists/1").text
    assert "信息公开／机构职能" in page
    assert "信息公开／规划计划" in page, "a merged cell counts for every line"
    assert "「某某局」，名录里不能确定是哪个单位" in page
    assert "“清单”第 5 行没有写问题，没有列入：信息公开／统计信息" in page
    assert page.count('value="1" aria-label="下发') == 2
    assert page.count("checked") == 1
    assert bring(office, b"PK\x03\x04nothing").status_code == 422
    assert "没有读到问题清单" in bring(office, plain_book()).text
    assert office.client("wang").get("/outside-lists/1").status_code == 403


def plain_book() -> bytes:
    book, kept = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["工作任务", "责任单位"])
    book.save(kept)
    return kept.getvalue()


def test_of_a_list_that_is_refused_nothing_is_kept(office: Office) -> None:
    kept = set(office.here.store.digests())
    book = openpyxl.Workbook()
    book.active["A1"] = "没有问题的表"
    data = io.BytesIO()
    book.save(data)
    assert bring(office, data.getvalue()).status_code == 422
    assert bring(office, name="清单.html").status_code == 422
    assert set(office.here.store.digests()) == kept


def test_each_line_is_a_rectification_of_its_unit_with_its_limit(office: Office) -> None:
    bring(office)
    assert "整改时限不能早于今天" in hand_out(office, 1, due="2020-01-01").text
    assert hand_out(office, 1, 2).status_code == 303
    assert "已经下发" in hand_out(office, 1).text
    with office.here.database.reading() as session:
        matters = session.scalars(select(Rectification).order_by(Rectification.id)).all()
        assert [(one.unit.name, str(one.due), one.problem) for one in matters] == [
            (OWN, "2026-12-30", "机构职能页面没有更新"), (OTHER, "2026-12-30", "规划计划栏目链接打不开"),
        ]  # fmt: skip
    page = office.client("wang").get(f"/rectifications/{matters[0].id}").text
    assert "2026年第三方评估（“清单”第 3 行）" in page
    assert "及时更新" in page
    assert office.client("chen").get("/rectifications.xlsx").status_code == 200


def test_the_same_file_goes_back_with_results_and_nothing_else_changed(office: Office) -> None:
    bring(office)
    hand_out(office, 1, 2)
    assert "还没有销号的整改" in office.client("chen").get("/outside-lists/1/filled").text
    assert mended(office, EVIL) is Status.CLOSED
    given = office.client("chen").get("/outside-lists/1/filled")
    assert "整改结果" in given.headers["Content-Disposition"] or "%E6" in given.headers["Content-Disposition"]
    before, after = cells(workbook()), cells(given.data)
    assert after.pop("G3").startswith("已整改：=HYPERLINK(")
    assert after == before, "the line that is not closed stays as it came"
    sheet = openpyxl.load_workbook(io.BytesIO(given.data))["清单"]
    assert (sheet["G3"].data_type, sheet["G3"].font.color.rgb) == ("s", "00FF0000")
    old, new = zipfile.ZipFile(io.BytesIO(workbook())), zipfile.ZipFile(io.BytesIO(given.data))
    same = [part for part in old.namelist() if part != "docProps/core.xml" and old.read(part) != new.read(part)]
    assert same == ["xl/worksheets/sheet1.xml"]
    assert office.client("chen").get("/outside-lists/1/original").data[:2] == b"PK"


def test_words_never_become_a_formula() -> None:
    lines, _ = read_outside(workbook(), filename="单.xlsx")
    made = put_back(workbook(), [(lines[0].place, lines[0].column, EVIL)], filename="单.xlsx")
    raw = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml").decode()
    assert 't="inlineStr"' in raw
    assert "<f>" not in raw.split('r="G3"')[1].split("</c>")[0]
    assert read_outside(made, filename="单.xlsx")[0][0].said["result"] == EVIL


def test_a_word_table_goes_back_alike_where_one_cell_stands_for_two_lines() -> None:
    lines, left = read_outside(document(), filename="单.docx")
    assert [line.said["standard"] for line in lines] == ["指标分值 3／扣分 0.5", "指标分值 3／扣分 0.2"]
    assert left == ["表 1 第 4 行没有写问题，没有列入：依申请公开"]
    puts = [(line.place, line.column, said) for line, said in zip(lines, ("已整改：补了", "情况说明：无"), strict=True)]
    table = docx.Document(io.BytesIO(put_back(document(), puts, filename="单.docx"))).tables[0]
    assert [cell.text for cell in table.rows[1].cells][4] == "已整改：补了\n情况说明：无"
    assert [cell.text for cell in table.rows[3].cells] == ["依申请公开", "5", "", "", ""]


def test_a_result_column_of_formulas_is_not_overwritten() -> None:
    book, kept = openpyxl.load_workbook(io.BytesIO(workbook())), io.BytesIO()
    book["清单"]["G3"] = "=A3"
    book.save(kept)
    lines, _ = read_outside(kept.getvalue(), filename="单.xlsx")
    with pytest.raises(Unreadable, match="G3 是公式"):
        put_back(kept.getvalue(), [(lines[0].place, lines[0].column, "已整改")], filename="单.xlsx")


def test_a_link_alone_wants_the_offices_own_proof(office: Office) -> None:
    bring(office)
    hand_out(office, 1)
    with pytest.raises(Incomplete, match="佐证只有网页链接"):
        mended(office, proved=False)


def test_whatever_is_changed_behind_the_engine_is_named(office: Office) -> None:
    bring(office)
    hand_out(office, 1)
    assert fold(office.here.database).faults == ()
    with office.here.database.writing() as session:
        session.execute(text("UPDATE outside_line SET problem = '没有问题' WHERE id = 2"))
        session.execute(text("UPDATE outside_list SET source = '别处'"))
    found = " ".join(fold(office.here.database).faults)
    assert "外部问题清单 1 的问题来源被改动" in found
    assert "外部问题清单 1 的问题被改动" in found
    with office.here.database.reading() as session:
        assert session.scalars(select(OutsideList)).one().name == "问题清单.xlsx"


def not_mended(office: Office, result: Result) -> int:
    """The first line's unit says that it cannot put it right; its head agrees."""
    bring(office)
    hand_out(office, 1)
    for login, action in (("wang", Action.SUBMIT), ("li", Action.APPROVE)):
        with office.here.database.writing() as session:
            by = session.get_one(User, office.ids[login])
            matter = session.scalars(select(Rectification)).one()
            if action is Action.SUBMIT:
                save_rectification(
                    session, matter, "系统改版", result=result, person="小王", by=by, at=office.clock(), seen_version=matter.version
                )  # fmt: skip
            act(session, matter, action, by=by, at=office.clock(), seen_version=matter.version)
            number = matter.id
    return number


def ruled(office: Office, number: int, login: str = "chen", **said: str) -> Any:
    with office.here.database.reading() as session:
        version = session.get_one(Rectification, number).version
    data = {"seen_version": version, "why": "情况属实", **said}
    return office.client(login).post(f"/rectifications/{number}/ruling", data=data)


def test_another_day_is_ruled_on_and_closes_nothing(office: Office) -> None:
    number = not_mended(office, Result.LATER)
    page = office.client("chen").get(f"/rectifications/{number}").text
    assert "同意的请裁定新的整改时限" in page
    assert "裁定</h2>" not in office.client("li").get(f"/rectifications/{number}").text
    close = {"seen_version": "4", "opinion": "好"}
    refused = office.client("chen").post(f"/rectifications/{number}/act/close", data=close).text
    assert "不能销号" in refused, refused
    assert "应晚于原定的" in ruled(office, number, due="2026-12-30").text
    assert "写明理由" in ruled(office, number, due="2027-01-20", why="").text
    assert "单位名录里没有在用的「市财证局」" in ruled(office, number, due="2027-01-20", unit="市财证局").text
    assert "不能同时改由其他单位" in ruled(office, number, due="2027-01-20", unit=OTHER).text
    at = office.clock()
    office.clock.now += timedelta(days=1)
    assert ruled(office, number, due="2027-01-20").status_code == 303
    with office.here.database.reading() as session:
        matter = session.get_one(Rectification, number)
        assert (matter.status, str(matter.due)) == (Status.ASSIGNED, "2027-01-20")
        assert "原定市财政局2026年12月30日前整改" in matter.due_reason
        before, after = (traces(session, matter.ledger, when)[matter.unit_id]["整改"] for when in (at, office.clock()))
        assert ("2026年12月30日" in before[0].said, "2027年1月20日" in after[0].said) == (True, True)
    assert fold(office.here.database).faults == ()


def test_what_is_another_units_goes_there(office: Office) -> None:
    number = not_mended(office, Result.NOT_OURS)
    assert "不能仍是原单位" in ruled(office, number, unit=OWN).text
    assert ruled(office, number, "li", unit=OTHER).status_code == 403
    at = office.clock()
    office.clock.now += timedelta(days=1)
    assert ruled(office, number, unit=OTHER).status_code == 303
    assert office.client("qian").get(f"/rectifications/{number}").status_code == 200
    with office.here.database.reading() as session:
        matter = session.get_one(Rectification, number)
        assert (matter.unit.name, matter.status) == (OTHER, Status.ASSIGNED)
        assert "整改" not in traces(session, matter.ledger, at)[matter.unit_id], "it was the other unit's then"
    assert fold(office.here.database).faults == ()
    with office.here.database.writing() as session:
        session.execute(text("UPDATE task SET unit_id = 1 WHERE matter = 'rectification'"))
    assert any("承办单位被改动" in said for said in fold(office.here.database).faults)


def test_a_line_of_several_units_is_put_right_by_each_and_one_cell_gets_all_results(office: Office) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    book["清单"]["F3"] = f"{OWN}、{OTHER}"
    kept = io.BytesIO()
    book.save(kept)
    bring(office, kept.getvalue())
    chen = office.client("chen")
    page = chen.get("/outside-lists/1").text
    assert f'value="{OWN}、{OTHER}"' in page, "both are proposed where the directory knows both"
    said = {"due": "2026-12-30", "row-1": "1", "unit-1": f"{OWN}、没有的局"}
    assert "中有单位名录里没有的单位" in chen.post("/outside-lists/1/lines", data=said).text
    assert chen.post("/outside-lists/1/lines", data=said | {"unit-1": f"{OWN}，{OTHER}、{OWN}"}).status_code == 303
    with office.here.database.writing() as session:
        matters = session.scalars(select(Rectification).order_by(Rectification.id)).all()
        assert [(one.unit.name, one.line_id) for one in matters] == [(OWN, 1), (OTHER, 1)]
        made, _ = create_user(
            session, login="ma", name="小马", unit=matters[1].unit, roles={Role.HANDLER}, by=None, at=office.clock()
        )
        office.ids["ma"] = made.id
    assert mended(office, "已更新页面") is Status.CLOSED
    assert "还没有销号的整改" in chen.get("/outside-lists/1/filled").text, "the other unit has not finished"
    assert mended(office, "已补充名单", nth=1, desk=("ma", "qian")) is Status.CLOSED
    cell = cells(chen.get("/outside-lists/1/filled").data)["G3"]
    first, second = cell.split("\n【", 1)
    assert first.startswith(f"【{OWN}】已整改：已更新页面")
    assert second.startswith(f"{OTHER}】已整改：已补充名单")
    assert fold(office.here.database).faults == ()


@pytest.mark.own_home
def test_a_revision_that_knows_one_unit_a_line_does_not_hide_the_others(office: Office) -> None:
    bring(office)
    said = {"due": "2026-12-30", "row-1": "1", "unit-1": f"{OWN}、{OTHER}"}
    assert office.client("chen").post("/outside-lists/1/lines", data=said).status_code == 303
    engine = office.here.database.write_engine
    with pytest.raises(RuntimeError, match="1 lines are put right by several units"):
        migrate_down(engine, "0046")
    with office.here.database.reading() as session:
        assert len(session.scalars(select(Rectification)).all()) == 2


@pytest.mark.own_home
def test_a_line_of_one_unit_survives_going_back_and_forth(office: Office) -> None:
    bring(office)
    hand_out(office, 1, 2)
    engine = office.here.database.write_engine
    migrate_down(engine, "0046")
    migrate(engine)
    with office.here.database.reading() as session:
        assert [one.line_id for one in session.scalars(select(Rectification).order_by(Rectification.id))] == [1, 2]
