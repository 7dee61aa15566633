"""The directory of units: imported from a list, kept on screen, exported as it was imported."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select

from tests.desk_office import OWN, Office
from workflow.office.failures import Place
from workflow.office.models import Unit, UnitGroup
from workflow.office.people import create_user, sign_in
from workflow.office.resetting import reset_at_the_shell


def send_list(client: FlaskClient, data: bytes, name: str) -> str:
    return client.post("/units/import", data={"file": (io.BytesIO(data), name)}, follow_redirects=True).text


CSV = "名称,类别,简称,所属组\n市商务局,部门,商务局,市直各部门\n市林业局,部门,,市直各部门\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_is_imported_twice_the_same(office: Office, chen: FlaskClient, encoding: str) -> None:
    assert "新增 2 个单位" in send_list(chen, CSV.encode(encoding), "名录.csv")
    assert "新增 0 个单位" in send_list(chen, CSV.encode(encoding), "名录.csv")
    with office.here.database.reading() as session:
        group = session.scalars(select(UnitGroup)).one()
        assert [unit.name for unit in group.members] == ["市商务局", "市林业局"]


def test_a_workbook_is_imported(chen: FlaskClient) -> None:
    book, file = Workbook(), io.BytesIO()
    for line in CSV.splitlines():
        book.active.append(line.split(","))
    book.save(file)
    assert "新增 2 个单位" in send_list(chen, file.getvalue(), "名录.xlsx")


COUNTY = (
    "名称,类别,上级单位\n柳河村,其他,城关镇\n城关镇,街道乡镇,青溪县人民政府\n青溪县人民政府,县区,无\n"
    "市财政局国库科,其他,市财政局\n"
)
LISTS = {
    "no head": ("市商务局,部门\n".encode(), "没有找到表头"),
    "twice": ((CSV + "市商务局,部门,,\n").encode(), "第 4 行的「市商务局」与第 2 行重复"),
    "a strange kind": ("名称,类别\n市商务局,火星\n".encode(), "第 2 行「市商务局」的类别是「火星」"),
    "a taken alias": (
        "名称,类别,简称\n市商务局,部门,商局\n市林业局,部门,商局\n".encode(),
        "简称「商局」已属于市商务局",
    ),
    "a broken workbook": (b"PK\x03\x04nothing", "不是可以读取的 XLSX 表格"),
    "a twin in other brackets": (
        "名称,类别\n市商务局（本级）,部门\n市商务\u3164局(本级),部门\n".encode(),
        "第 3 行的「市商务局（本级）」与第 2 行重复",
    ),
    "a long alias": (f"名称,类别,简称\n市商务局,部门,{'商' * 121}\n".encode(), "第 2 行：「商"),
    "a long group": (f"名称,类别,简称,所属组\n市商务局,部门,,{'组' * 121}\n".encode(), "超过 120 字的上限"),
    "no name": ("名称,类别\n,部门\n".encode(), "第 2 行没有单位名称"),
    "nobody above": (
        "名称,类别,上级单位\n甲镇,街道乡镇,乙县\n".encode(),
        "第 2 行：「甲镇」的上级单位「乙县」不在单位名录里",
    ),
    "above itself": ("名称,类别,主管单位\n甲镇,街道乡镇,甲镇\n".encode(), "循环（甲镇→甲镇）"),
    "a circle": (
        "名称,类别,上级单位\n甲镇,街道乡镇,乙县\n乙县,县区,丙市\n丙市,其他,甲镇\n".encode(),
        "第 2 行：「甲镇」不能这样隶属：上级单位形成了循环（甲镇→乙县→丙市→甲镇）",
    ),
}


@pytest.mark.parametrize("kind", LISTS)
def test_a_bad_list_names_the_line_and_imports_nothing(office: Office, chen: FlaskClient, kind: str) -> None:
    before = office.count(Unit)
    assert LISTS[kind][1] in send_list(chen, LISTS[kind][0], "名录.csv")
    assert office.count(Unit) == before


def test_a_unit_and_a_group_are_kept_on_screen(office: Office, chen: FlaskClient) -> None:
    send_list(chen, CSV.encode(), "名录.csv")
    assert (
        "已保存"
        in chen.post(
            "/units/new",
            data={"name": "市体育局", "kind": "department", "aliases": "体育局，市文体局"},
            follow_redirects=True,
        ).text
    )
    assert "市体育局" in chen.get("/units?q=文体").text
    taken = chen.post("/units/new", data={"name": "市商务局", "kind": "department", "aliases": ""})
    assert taken.status_code == 409
    with office.here.database.reading() as session:
        unit, group = (
            session.scalars(select(Unit).where(Unit.name == "市体育局")).one(),
            session.scalars(select(UnitGroup)).one(),
        )
    answer = chen.post(
        f"/units/groups/{group.id}", data={"name": group.name, "members": [unit.id]}, follow_redirects=True
    )
    assert "共 1 个成员" in answer.text
    assert "已停用" in chen.post(f"/units/{unit.id}/stop", follow_redirects=True).text


def test_only_the_office_keeps_the_directory(office: Office) -> None:
    for login in ("wang", "zhao", "liushi", "sysadmin"):
        assert office.client(login).get("/units").status_code == 403


def test_the_exported_list_reads_back_the_same(office: Office, chen: FlaskClient) -> None:
    send_list(chen, CSV.encode(), "名录.csv")
    send_list(chen, COUNTY.encode(), "名录.csv")
    for form in ("csv", "xlsx"):
        exported = chen.get(f"/units/export.{form}").data
        assert "新增 0 个单位，更新 0 个，新增 0 个单位组" in send_list(chen, exported, f"名录.{form}")


def test_an_account_whose_password_nobody_was_told_opens_by_a_reset_alone(office: Office) -> None:
    with office.here.database.writing() as session:
        unit = session.scalars(select(Unit).where(Unit.name == OWN)).one()
        user, password = create_user(
            session, login="silent", name="无声", unit=unit, roles=set(), by=None, at=office.clock(), told=False
        )
        assert password == ""
        here = Place("address 10.0.0.1")
        assert sign_in(session, "silent", "", place=here, at=office.clock()) is None
        new = reset_at_the_shell(session, user, at=office.clock())
        assert sign_in(session, "silent", new, place=here, at=office.clock()) is user


def parents(office: Office) -> dict[str, str]:
    with office.here.database.reading() as session:
        return {unit.name: unit.parent.name for unit in session.scalars(select(Unit)) if unit.parent}


BELOW = {"柳河村": "城关镇", "城关镇": "青溪县人民政府", "市财政局国库科": OWN}


def test_who_belongs_to_whom_is_imported_in_any_order_and_kept_on_screen(office: Office, chen: FlaskClient) -> None:
    assert "新增 4 个单位" in send_list(chen, COUNTY.encode(), "名录.csv")
    assert parents(office) == BELOW
    assert "更新 0 个" in send_list(chen, "名称,类别,上级单位\n城关镇,街道乡镇,\n".encode(), "名录.csv"), (
        "empty changes nothing"
    )
    assert "柳河村" in chen.get("/units?q=城关镇").text, "whoever is under a unit is found by its name"
    with office.here.database.reading() as session:
        town, county = (
            session.scalars(select(Unit).where(Unit.name == name)).one() for name in ("城关镇", "青溪县人民政府")
        )
    assert 'value="青溪县人民政府"' in chen.get(f"/units/{town.id}").text

    def put(unit: Unit, kind: str, above: str, name: str = "") -> str:
        data = {"name": name or unit.name, "kind": kind, "aliases": "", "above": above}
        return chen.post(f"/units/{unit.id}", data=data, follow_redirects=True).text

    refused = put(county, "county", "柳河村")
    assert "循环（青溪县人民政府→柳河村→城关镇→青溪县人民政府）" in refused
    assert "上级单位「云外县」不在单位名录里" in put(town, "town", "云外县")
    assert parents(office) == BELOW, "a refusal leaves everybody where they were"
    assert "青溪市人民政府已保存" in put(county, "county", "", "青溪市人民政府")
    assert parents(office) == BELOW | {"城关镇": "青溪市人民政府"}, "whoever is renamed keeps its own"
    put(town, "town", "")
    assert parents(office) == {"柳河村": "城关镇", "市财政局国库科": OWN}


def test_nobody_in_use_stands_under_a_unit_that_is_not(office: Office, chen: FlaskClient) -> None:
    send_list(chen, COUNTY.encode(), "名录.csv")
    with office.here.database.reading() as session:
        ids = {unit.name: unit.id for unit in session.scalars(select(Unit))}

    def set_to(wish: str, name: str) -> str:
        return chen.post(f"/units/{ids[name]}/{wish}", follow_redirects=True).text

    assert "还有 1 个在用的下级单位（柳河村）" in set_to("stop", "城关镇")
    assert "柳河村已停用" in set_to("stop", "柳河村")
    assert "城关镇已停用" in set_to("stop", "城关镇")
    assert "上级单位城关镇已停用，请先改划" in set_to("start", "柳河村")
    moved = "名称,类别,上级单位\n柳河村,其他,青溪县人民政府\n城关镇,街道乡镇,无\n"
    assert "更新 2 个" in send_list(chen, moved.encode(), "名录.csv"), (
        "two towns become one: theirs are moved by one list"
    )
    assert "柳河村已启用" in set_to("start", "柳河村")
    late = "名称,类别,上级单位\n临河村,其他,城关镇\n"
    assert "上级单位城关镇已停用" in send_list(chen, late.encode(), "名录.csv")
