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
    exported = chen.get("/units/export.csv").data
    assert "新增 0 个单位，更新 0 个，新增 0 个单位组" in send_list(chen, exported, "名录.csv")


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
